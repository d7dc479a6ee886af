import { z } from 'zod';
import { finestSlots } from '../domain/finest-slots.ts';
import { DAY_MS } from '../domain/units.ts';
import { instantIn } from './scalars.ts';

/** The planning problem and the plan of the command line: kWh at the plug, percent, kW, price per kWh. */

const HORIZON_MAX_MS = 31 * DAY_MS;

const percent = z.number().min(0, 'expected 0 to 100').max(100, 'expected 0 to 100');
const interval = z
  .object({ startAt: instantIn, endAt: instantIn })
  .refine((each) => each.startAt < each.endAt, 'expected startAt before endAt');

export const planningProblem = z
  .object({
    id: z.union([z.string(), z.number()]).nullable().default(null),
    now: instantIn,
    readyBy: instantIn.nullable(),
    batteryLevel: percent.nullable(),
    batteryReserve: percent.default(0),
    minimumChargeTarget: percent,
    chargeLimit: percent.default(100),
    batteryCapacity: z.number().positive('expected kWh above 0').max(10_000),
    efficiency: z.number().positive('expected a share above 0').max(1).default(0.9),
    chargeCurve: z
      .array(z.object({ level: percent, power: z.number().min(0).max(10_000) }))
      .min(1, 'expected at least one point of level and power')
      .max(1000),
    isCharging: z.boolean().default(false),
    stateSince: instantIn.nullish(),
    slots: z
      .array(z.object({ startAt: instantIn, endAt: instantIn, price: z.number().nullable() }))
      .max(20_000)
      .refine((slots) => slots.every((slot) => slot.startAt < slot.endAt), 'expected startAt before endAt')
      .transform((slots, context) => {
        const finest = finestSlots(
          slots.map(({ startAt, endAt, price }) => ({
            startAtMs: startAt,
            endAtMs: endAt,
            price,
            provenance: price === null ? 'none' : 'known',
          })),
        );
        if (finest !== null) return finest;
        context.addIssue('expected slots that do not overlap, or of different lengths where they do');
        return z.NEVER;
      }),
    startCost: z.number().min(0).default(0),
    minRunMinutes: z.number().min(0).max(1440).default(0),
    opportunisticPrice: z.number().nullish(),
    preconditionMinutes: z.number().min(0).max(1440).default(0),
    restrictions: z.array(interval).max(1000).default([]),
    prefer: z.enum(['late', 'early']).default('late'),
  })
  // Of a now that is no instant nothing more is said.
  .refine(({ readyBy, now }) => !((readyBy ?? 0) - now > HORIZON_MAX_MS), {
    error: 'expected readyBy within 31 days of now',
    path: ['readyBy'],
  });

export type PlanningProblem = z.output<typeof planningProblem>;

export interface PlanningResult {
  readonly id: string | number | null;
  readonly blocks: readonly {
    readonly type: 'BATTERY_RESERVE' | 'REGULAR';
    readonly startAt: string;
    readonly endAt: string;
    readonly kwhSum: number;
    readonly cost: number;
  }[];
  readonly cost: number;
  readonly lowerBound: number;
  readonly starts: number;
  readonly feasible: boolean;
  readonly batteryLevelAtReadyBy: number | null;
  readonly minimumChargeTargetReachedAt: string | null;
  readonly latestSafeStart: string | null;
  readonly micros: number;
}
