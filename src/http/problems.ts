import type { FastifyError } from 'fastify';
import { LaneBusyError } from '../app/run-lanes.ts';
import { isPassing } from '../store/database-error.ts';
import type { Problem, ProblemSlug } from '../wire/problem.ts';
import type { HttpNo } from './define-route.ts';

/** An answer that is a problem, with what headers it needs. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** The one table of problems: slug, status and title. */
const PROBLEMS: Readonly<Record<ProblemSlug, { readonly status: number; readonly title: string }>> = {
  'bad-request': { status: 400, title: 'Bad request' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  'precondition-failed': { status: 412, title: 'Precondition failed' },
  'payload-too-large': { status: 413, title: 'Payload too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  unprocessable: { status: 422, title: 'Unprocessable' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
};

export function problem(
  slug: ProblemSlug,
  detail: string,
  more: Pick<Problem, 'issues' | 'error'> = {},
  headers: Readonly<Record<string, string>> = {},
): ProblemAnswer {
  const { status, title } = PROBLEMS[slug];
  return { problem: { type: `urn:tidewatt:problem:${slug}`, title, status, detail, ...more }, headers };
}

/** A "no" as a problem. */
export function problemOfNo(no: HttpNo): ProblemAnswer {
  const error = no.error === undefined ? {} : { error: no.error };
  if (no.kind === 'unauthorized') {
    return problem('unauthorized', no.detail, error, { 'www-authenticate': no.challenge });
  }
  const issues = no.issues === undefined ? {} : { issues: [...no.issues] };
  return problem(no.kind, no.detail, { ...issues, ...error });
}

/** Anything thrown as a problem. What is nobody's request fault tells no more than that it happened. */
export function problemOfError(error: FastifyError): ProblemAnswer {
  if (error instanceof LaneBusyError) {
    return problem('unavailable', 'The vehicle is being worked on; try again.', {}, { 'retry-after': '1' });
  }
  if (isPassing(error)) {
    return problem('unavailable', 'The service is busy or starting; try again.', {}, { 'retry-after': '1' });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem('payload-too-large', 'The body is larger than this call allows.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem('unsupported-media-type', 'Expected a body of the type application/json.');
    default:
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const slug = slugOfStatus(status);
    return problem(
      slug,
      error.message,
      slug === 'bad-request' ? { issues: [{ path: '', message: error.message }] } : {},
    );
  }
  return problem(
    'internal',
    'Something went wrong here, and was logged with the x-request-id of this answer.',
  );
}

function slugOfStatus(status: number): ProblemSlug {
  const found = (Object.keys(PROBLEMS) as ProblemSlug[]).find((slug) => PROBLEMS[slug].status === status);
  return found ?? 'bad-request';
}
