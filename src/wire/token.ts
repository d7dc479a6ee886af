import { z } from 'zod';

/** RFC 6749 §4.4, in a form; id and secret in the Basic header or as fields. */
export const tokenIn = z
  .object({
    grant_type: z
      .string()
      .optional()
      .meta({ description: 'client_credentials', example: 'client_credentials' }),
    client_id: z.string().max(200).optional(),
    client_secret: z.string().max(200).optional(),
    scope: z.string().max(200).optional(),
  })
  .meta({ id: 'TokenRequest' });

export const tokenOut = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.int(),
    scope: z.string(),
  })
  .meta({
    id: 'Token',
    example: { access_token: 'twt_…', token_type: 'bearer', expires_in: 3599, scope: '' },
  });
