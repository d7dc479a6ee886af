import type { Interval } from '../domain/interval.ts';
import type { Need } from './need.ts';
import { chargedKwh } from './need.ts';
import type { PlanProblem } from './problem.ts';
import type { Timeline } from './timeline.ts';

/**
 * What runs count as when plans are compared: cost with restrictions and missing prices as the timeline has them, less
 * the worth of what is charged above the target.
 */
export function countedCost(
  problem: PlanProblem,
  need: Need,
  timeline: Timeline,
  runs: readonly Interval[],
): number {
  const totalMs = runs.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, 0);
  let chargedMs = 0;
  let cost =
    problem.startCost * (runs.length - (problem.isCharging && runs[0]?.startAtMs === problem.nowMs ? 1 : 0));
  for (const run of runs) {
    for (let i = 0; i < timeline.price.length; i++) {
      const fromMs = Math.max(run.startAtMs, timeline.edgesMs[i] ?? 0);
      const lengthMs = Math.min(run.endAtMs, timeline.edgesMs[i + 1] ?? 0) - fromMs;
      if (lengthMs <= 0) continue;
      const kwh = chargedKwh(need, chargedMs + lengthMs, totalMs) - chargedKwh(need, chargedMs, totalMs);
      cost += (timeline.price[i] ?? 0) * kwh + (timeline.weightPerMs[i] ?? 0) * lengthMs;
      chargedMs += lengthMs;
    }
  }
  const targetKwh = chargedKwh(need, need.wholeMs, need.wholeMs);
  const extraKwh = Math.max(0, chargedKwh(need, totalMs, totalMs) - targetKwh);
  return cost - (problem.opportunisticPrice ?? 0) * extraKwh;
}
