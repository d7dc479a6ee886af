import type { GridCase } from './cases.ts';

export type Runs = readonly (readonly [startMs: number, endMs: number])[];

/** What a schedule counts as, in the order in which schedules are compared. */
export interface Counted {
  /** Time off in the last minutes that must be part of a run. */
  readonly missedMs: number;
  /** Time of charging in restrictions, but for the reserve. */
  readonly restrictedMs: number;
  /** Energy and start cost, less what is charged above the target times its worth. */
  readonly cost: number;
}

/** What runs of a grid case count as, by the prices of its steps: independent of how the planner adds up. */
export function countsAs(given: GridCase, prices: readonly number[], runs: Runs): Counted {
  const { problem, stepMs, reserveMs, needMs, endAtMs, energyKwh } = given;
  const goesOn = problem.isCharging && runs[0]?.[0] === problem.nowMs;
  let cost = problem.startCost * (runs.length - (goesOn ? 1 : 0));
  let restrictedMs = 0;
  let chargedMs = 0;
  const mustMs = Math.min(problem.preconditionMs, needMs);
  let missedMs = mustMs;
  for (const [startMs, endMs] of runs) {
    missedMs -= Math.max(0, endMs - Math.max(startMs, endAtMs - mustMs));
    for (const [t, price] of prices.entries()) {
      const at = problem.nowMs + t * stepMs;
      const lengthMs = Math.min(endMs, at + stepMs) - Math.max(startMs, at);
      if (lengthMs <= 0) continue;
      cost += price * (energyKwh(chargedMs + lengthMs) - energyKwh(chargedMs));
      chargedMs += lengthMs;
      const isRestricted = problem.restrictions.some((each) => each.startAtMs <= at && at < each.endAtMs);
      if (isRestricted && t * stepMs >= reserveMs) restrictedMs += lengthMs;
    }
  }
  const extraKwh = Math.max(0, energyKwh(chargedMs) - energyKwh(needMs));
  return { missedMs, restrictedMs, cost: cost - (problem.opportunisticPrice ?? 0) * extraKwh };
}
