import type { GridCase } from './cases.ts';

const POWER_KW = 7.2;

/** What runs of a grid case count as, by the prices of its steps: independent of how the planner adds up. */
export function countsAs(
  { problem, stepMs, reserveMs }: GridCase,
  prices: readonly number[],
  runs: readonly (readonly [number, number])[],
): { readonly restrictedMs: number; readonly cost: number } {
  const goesOn = problem.isCharging && runs[0]?.[0] === problem.nowMs;
  let cost = problem.startCost * (runs.length - (goesOn ? 1 : 0));
  let restrictedMs = 0;
  for (const [startMs, endMs] of runs) {
    for (const [t, price] of prices.entries()) {
      const at = problem.nowMs + t * stepMs;
      const chargedMs = Math.max(0, Math.min(endMs, at + stepMs) - Math.max(startMs, at));
      cost += (price * POWER_KW * chargedMs) / 3_600_000;
      const isRestricted = problem.restrictions.some((each) => each.startAtMs <= at && at < each.endAtMs);
      if (isRestricted && t * stepMs >= reserveMs) restrictedMs += chargedMs;
    }
  }
  return { restrictedMs, cost };
}
