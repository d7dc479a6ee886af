import { z } from 'zod';
import { commandSchema } from './command.ts';
import { locationSchema } from './location.ts';
import { policySchema } from './policy.ts';
import { instantOut, uuidOut } from './scalars.ts';
import { sessionSchema } from './session.ts';
import { vehicleSchema } from './vehicle.ts';

/** Everything that is stored of a user. */
export const userExportSchema = z
  .object({
    userId: z.string(),
    exportedAt: instantOut,
    locations: z.array(locationSchema),
    vehicles: z.array(vehicleSchema),
    policies: z.array(policySchema).meta({ description: 'Deleted ones too.' }),
    sessions: z.array(sessionSchema),
    inputs: z
      .array(
        z.object({
          vehicleId: uuidOut,
          observedAt: instantOut,
          receivedAt: instantOut,
          kind: z.string(),
          content: z.unknown(),
        }),
      )
      .meta({ description: 'The log: readings, and what people changed.' }),
    commands: z.array(commandSchema),
    events: z.array(z.unknown()).meta({ description: 'As they were told.' }),
  })
  .meta({ id: 'UserExport' });
export type UserExport = z.infer<typeof userExportSchema>;
