import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../domain/units.ts';
import type { Plan, PlanProblem } from '../planner/problem.ts';
import { instantIn, toInstant } from './scalars.ts';

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
      .transform((slots) => [...slots].sort((a, b) => a.startAt - b.startAt))
      .refine((slots) => slots.every((slot) => slot.startAt < slot.endAt), 'expected startAt before endAt')
      .refine(
        (slots) => slots.every((slot, i) => slot.endAt <= (slots[i + 1]?.startAt ?? slot.endAt)),
        'expected slots that do not overlap',
      ),
    startCost: z.number().min(0).default(0),
    minRunMinutes: z.number().min(0).max(1440).default(0),
    opportunisticPrice: z.number().nullish(),
    preconditionMinutes: z.number().min(0).max(1440).default(0),
    restrictions: z.array(interval).max(1000).default([]),
    prefer: z.enum(['late', 'early']).default('late'),
  })
  .refine((problem) => (problem.readyBy ?? 0) - problem.now <= HORIZON_MAX_MS, {
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

/** The planner's problem. A level that is not known is taken to be the reserve, so that no reserve is planned. */
export function toPlanProblem(wire: PlanningProblem): PlanProblem {
  return {
    nowMs: wire.now,
    readyByMs: wire.readyBy,
    marginMs: 0,
    levelPercent: wire.batteryLevel ?? wire.batteryReserve,
    reservePercent: wire.batteryReserve,
    targetPercent: wire.minimumChargeTarget,
    chargeLimitPercent: wire.chargeLimit,
    capacityWh: wire.batteryCapacity * 1000,
    efficiency: wire.efficiency,
    curve: wire.chargeCurve.map(({ level, power }) => ({ levelPercent: level, powerKw: power })),
    isCharging: wire.isCharging,
    // The wait before the first run is no pause, so only the age of a charge counts.
    stateSinceMs: wire.isCharging ? (wire.stateSince ?? null) : null,
    startedByItself: false,
    slots: wire.slots.map(({ startAt, endAt, price }) => ({
      startAtMs: startAt,
      endAtMs: endAt,
      price,
      provenance: price === null ? 'none' : 'known',
    })),
    startCost: wire.startCost,
    minRunMs: Math.round(wire.minRunMinutes * MINUTE_MS),
    opportunisticPrice: wire.opportunisticPrice ?? null,
    preconditionMs: Math.round(wire.preconditionMinutes * MINUTE_MS),
    restrictions: wire.restrictions.map(({ startAt, endAt }) => ({ startAtMs: startAt, endAtMs: endAt })),
    prefer: wire.prefer,
  };
}

/** The plan as it is printed. Energies and costs are not rounded, so that they can be checked against each other. */
export function fromPlan(wire: PlanningProblem, plan: Plan, micros: number): PlanningResult {
  return {
    id: wire.id,
    blocks: plan.blocks.map((block) => ({
      type: block.type,
      startAt: toInstant(block.startAtMs),
      endAt: toInstant(block.endAtMs),
      kwhSum: block.energyWh / 1000,
      cost: block.cost,
    })),
    cost: plan.cost,
    lowerBound: plan.lowerBound,
    starts: plan.starts,
    feasible: plan.feasible,
    batteryLevelAtReadyBy: wire.batteryLevel === null ? null : plan.levelAtReadyByPercent,
    minimumChargeTargetReachedAt: toInstant(plan.reachedAtMs),
    latestSafeStart: toInstant(plan.latestSafeStartMs),
    micros,
  };
}
