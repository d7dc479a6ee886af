import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import type { Plan, PlanProblem } from '../problem.ts';

export interface Wanted extends Partial<PlanProblem> {
  /** The target, in hours of charging from the level now. */
  readonly needHours: number;
  readonly reserveHours?: number;
  readonly powerKw?: number;
}

/** A problem at constant power, from 1970 on, in which ten hours of charging fill the battery from empty. */
export function problemWith({ needHours, reserveHours = 0, powerKw = 1, ...rest }: Wanted): PlanProblem {
  const slots = rest.slots ?? [];
  return {
    nowMs: 0,
    readyByMs: slots.at(-1)?.endAtMs ?? 0,
    marginMs: 0,
    levelPercent: 0,
    reservePercent: reserveHours * 10,
    targetPercent: needHours * 10,
    chargeLimitPercent: 100,
    capacityWh: powerKw * 10_000,
    efficiency: 1,
    curve: [{ levelPercent: 0, powerKw }],
    isCharging: false,
    stateSinceMs: null,
    startedByItself: false,
    slots,
    startCost: 0,
    minRunMs: 0,
    opportunisticPrice: null,
    preconditionMs: 0,
    restrictions: [],
    prefer: 'late',
    ...rest,
  };
}

/** Hourly slots from 1970 on. */
export function hourly(prices: readonly (number | null)[]): PlanProblem['slots'] {
  return prices.map((price, i) => ({
    startAtMs: i * HOUR_MS,
    endAtMs: (i + 1) * HOUR_MS,
    price,
    provenance: price === null ? 'none' : 'known',
  }));
}

/** A plan as a row of letters: # where it charges in the middle of the step, R for the reserve, a dot elsewhere. */
export function drawn(plan: Plan, untilMs: number, stepMinutes: number): string {
  let row = '';
  for (let at = (stepMinutes / 2) * MINUTE_MS; at < untilMs; at += stepMinutes * MINUTE_MS) {
    const block = plan.blocks.find((each) => each.startAtMs <= at && at < each.endAtMs);
    row += block === undefined ? '.' : block.type === 'BATTERY_RESERVE' ? 'R' : '#';
  }
  return row;
}
