import { z } from 'zod';

const PROBLEM_SLUGS = [
  'bad-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'precondition-failed',
  'unprocessable',
  'payload-too-large',
  'unsupported-media-type',
  'too-many-requests',
  'internal',
  'unavailable',
] as const;
export type ProblemSlug = (typeof PROBLEM_SLUGS)[number];

/** One fault of a request; the path joins names and indexes with dots. */
const issueSchema = z.object({
  path: z.string().meta({ example: 'schedule.monday.deadline' }),
  message: z.string().meta({ example: 'expected a time HH:mm from 00:00 to 23:59, got "25:00"' }),
});
export type Issue = z.infer<typeof issueSchema>;

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: `Ends in one of: ${PROBLEM_SLUGS.join(', ')}.` }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    issues: z.array(issueSchema).optional(),
    error: z.string().optional().meta({ description: 'The error code of RFC 6749, at /oauth2/token.' }),
  })
  .meta({
    id: 'Problem',
    example: {
      type: 'urn:tidewatt:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is no vehicle policy f47ac10b-58cc-4372-a567-0e02b2c3d479.',
    },
  });
export type Problem = z.infer<typeof problemSchema>;
