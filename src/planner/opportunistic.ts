import type { Interval } from '../domain/interval.ts';
import { HOUR_MS } from '../domain/units.ts';
import { powerRangeKw } from './charge-curve.ts';
import { countedCost } from './counted-cost.ts';
import { latticeOf } from './lattice.ts';
import type { Need } from './need.ts';
import { chargedKwh, restKwh } from './need.ts';
import type { PlanProblem } from './problem.ts';
import type { Schedule } from './schedule.ts';
import { TIE } from './schedule.ts';
import type { Timeline } from './timeline.ts';
import { timelineFrom } from './timeline.ts';

export interface More {
  readonly mostMs: number;
  /** What is charged at now whatever the total, and the window that the rest is placed in. */
  readonly settledMs: number;
  readonly window: Interval;
  readonly timeline: Timeline;
  readonly atTarget: Schedule | null;
  /** The best schedule that charges exactly a total. */
  readonly scheduleOf: (totalMs: number) => Schedule | null;
}

/** Charging above the target where that is cheap: the best of the totals up to `mostMs`, by cost less its worth. */
export function withMore(problem: PlanProblem, need: Need, more: More): Schedule | null {
  const { timeline, atTarget, scheduleOf } = more;
  const worth = problem.opportunisticPrice ?? 0;
  const targetKwh = chargedKwh(need, need.wholeMs, need.wholeMs);
  const extraKwh = (totalMs: number) => chargedKwh(need, totalMs, totalMs) - targetKwh;
  const { maxKw } = powerRangeKw(need.course, need.mostPercent);
  let best = atTarget;
  let bestCost =
    atTarget === null ? Number.POSITIVE_INFINITY : countedCost(problem, need, timeline, atTarget.runs);
  for (const totalMs of totalsToTry(problem, need, more)) {
    const atLeast =
      leastCost(timeline, chargedKwh(need, totalMs, totalMs), maxKw) - worth * extraKwh(totalMs);
    if (atLeast > bestCost + TIE) continue;
    const schedule = scheduleOf(totalMs);
    if (schedule === null) continue;
    const cost = countedCost(problem, need, timeline, schedule.runs);
    if (cost <= bestCost + TIE) {
      best = schedule;
      bestCost = Math.min(cost, bestCost);
    }
  }
  return best;
}

/**
 * Totals at which the best plan can lie: with the total free, every edge of it hangs on a price edge or an end of the
 * window, so the total is a number of cells besides what is settled, with or without the remainders at the window's ends.
 */
function totalsToTry(problem: PlanProblem, need: Need, more: More): readonly number[] {
  const { mostMs, settledMs, window } = more;
  const power = powerRangeKw(need.course, need.mostPercent);
  const task = {
    window,
    timeline: timelineFrom(more.timeline, window.startAtMs),
    needMs: mostMs,
    isOn: false,
    minRunMs: problem.minRunMs,
    minPauseMs: problem.minRunMs,
    startCost: problem.startCost,
    restKwh: restKwh(need, mostMs, null),
    constantKw: power.maxKw === power.minKw ? power.maxKw : null,
    power: null,
  };
  const { unitMs, headMs, tailMs } = latticeOf(task);
  const totals = new Set<number>();
  for (const remainderMs of [0, headMs, tailMs, headMs + tailMs]) {
    const from = settledMs + remainderMs;
    const first = Math.max(0, Math.ceil((need.wholeMs - from) / unitMs));
    for (let total = from + first * unitMs; total < mostMs; total += unitMs) {
      if (total > need.wholeMs) totals.add(total);
    }
  }
  return [...totals, mostMs].sort((a, b) => a - b);
}

/** Less than any schedule of that energy counts: the cheapest steps at the highest power, restrictions left out. */
function leastCost(timeline: Timeline, energyKwh: number, maxKw: number): number {
  let cost = 0;
  for (const [i, weight] of timeline.weightPerMs.entries()) {
    if (weight < 0) cost += weight * ((timeline.edgesMs[i + 1] ?? 0) - (timeline.edgesMs[i] ?? 0));
  }
  const order = timeline.price
    .map((_, i) => i)
    .sort((x, y) => (timeline.price[x] ?? 0) - (timeline.price[y] ?? 0));
  let left = energyKwh;
  for (const i of order) {
    const fitsKwh = (maxKw * ((timeline.edgesMs[i + 1] ?? 0) - (timeline.edgesMs[i] ?? 0))) / HOUR_MS;
    const takenKwh = Math.min(left, fitsKwh);
    cost += (timeline.price[i] ?? 0) * takenKwh;
    left -= takenKwh;
    if (left <= 0) break;
  }
  return cost;
}
