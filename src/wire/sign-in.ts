import { z } from 'zod';
import { instantOut, text, uuidOut } from './scalars.ts';

/** Who signs in. */
export const signInIn = z.strictObject({ clientId: text(200), clientSecret: text(200) }).meta({
  id: 'SignIn',
  example: { clientId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', clientSecret: 'tws_…' },
});

export const signedInSchema = z
  .object({
    client: z.object({ id: uuidOut, name: z.string() }),
    expiresAt: instantOut.meta({
      description: 'By the real clock. A call in the last half of the hour puts it off by another one.',
    }),
    isDemo: z.boolean().meta({ description: 'A demonstration: generated prices, simulated cars.' }),
    isSandbox: z.boolean().meta({ description: 'The clock can be moved: `/sandbox/clock`.' }),
  })
  .meta({ id: 'SignedIn' });

export const signInOptionsSchema = z
  .object({ isDemo: z.boolean(), isSandbox: z.boolean(), version: z.string() })
  .meta({ id: 'SignInOptions' });
