import { z } from 'zod';
import { instantIn, wholePercent } from './scalars.ts';
import { variants } from './variants.ts';

/** An override of a session's target, as it comes in; `readyBy` is epoch milliseconds after the check. */
export const targetIn = variants(
  [
    z.strictObject({ type: z.literal('IMMEDIATE_START'), minimumChargeTarget: wholePercent }).meta({
      id: 'ImmediateStartOverride',
      example: { type: 'IMMEDIATE_START', minimumChargeTarget: 80 },
    }),
    z
      .strictObject({
        type: z.literal('REGULAR'),
        minimumChargeTarget: wholePercent,
        readyBy: instantIn.meta({ description: 'In the future and within 7 days.' }),
        batteryReserve: wholePercent.optional().meta({ description: "The policy's when left out." }),
      })
      .meta({
        id: 'RegularOverride',
        example: { type: 'REGULAR', minimumChargeTarget: 90, readyBy: '2025-06-11T06:30:00Z' },
      }),
  ],
  { id: 'TargetOverride', description: 'What this session is to charge towards instead.' },
);
export type TargetIn = z.output<typeof targetIn>;
