import { z } from 'zod';
import { instantOut, uuidOut } from './scalars.ts';

/** The live plan of a session, and the prices around it. */
export const planSchema = z
  .object({
    sessionId: uuidOut,
    currency: z.string().nullable(),
    slots: z.array(
      z.object({
        startAt: instantOut,
        endAt: instantOut,
        price: z.number().nullable(),
        provenance: z.enum(['known', 'forecast', 'none']),
      }),
    ),
    plan: z
      .object({
        madeAt: instantOut,
        targetId: z.int().nullable().meta({ description: 'Null: only the reserve is filled.' }),
        blocks: z.array(
          z.object({
            type: z.enum(['BATTERY_RESERVE', 'REGULAR']),
            startAt: instantOut,
            endAt: instantOut,
            kwhSum: z.number(),
            cost: z.number(),
            power: z.number().nullable().meta({
              description:
                'What the car is held to in this block, kW at the plug; null: it charges with all that it takes.',
            }),
          }),
        ),
        cost: z.number().meta({ description: 'Energy and starts, in the currency.' }),
        lowerBound: z.number().meta({ description: 'No schedule that meets the same need can cost less.' }),
        gap: z.number().meta({ description: 'cost − lowerBound; an optimal plan may have one too.' }),
        starts: z.int(),
        isFeasible: z.boolean(),
        latestSafeStart: instantOut
          .nullable()
          .meta({ description: 'An unbroken charge from then on still meets readyBy less the margin.' }),
        marginMinutes: z.number(),
        marginReason: z.enum(['FIXED', 'POWER_UNMEASURED', 'TAPER_UNMEASURED', 'MEASURED', 'AT_ONCE']).meta({
          description:
            'Why the margin is what it is: set; longer, as the power or the taper at this place was not measured ' +
            'enough; short, as both were; none, as the car charges as fast as it can.',
        }),
        car: z
          .object({
            power: z.number().meta({ description: 'kW at the plug, below the taper.' }),
            chargeCurve: z
              .array(z.object({ level: z.number(), power: z.number() }))
              .meta({ description: 'Percent and kW at the plug, linear between points.' }),
            measuredMinutes: z
              .number()
              .meta({ description: 'Charging below the taper that was measured at this place.' }),
            isTrusted: z.boolean().meta({
              description: 'So much was measured that the measured power is planned with as it is.',
            }),
            isTaperMeasured: z.boolean().meta({ description: 'The taper was measured up to the target.' }),
          })
          .meta({ description: 'What the plan takes the car for, from what was told and measured.' }),
      })
      .nullable()
      .meta({ description: 'Null while there is nothing to plan, such as before plug-in.' }),
  })
  .meta({ id: 'Plan' });
export type WirePlan = z.infer<typeof planSchema>;
