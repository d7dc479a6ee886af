import type { Interval } from '../../domain/interval.ts';
import { needOf } from '../need.ts';
import type { Plan, PlanProblem } from '../problem.ts';
import { lengthOf, runsOf } from '../runs.ts';
import type { SiteCar, SitePlan, SiteProblem, SiteYield } from '../site.ts';
import { statePlan } from '../state-plan.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, peakKw, sumOf } from './load.ts';
import { deadlineOf } from './order.ts';

/** A joint plan as runs. */
export interface Joined {
  readonly runs: ReadonlyMap<string, readonly Interval[]>;
  /** No joint plan for the same needs can cost less; null where only the bounds of the cars apart are known. */
  readonly lowerBound: number | null;
  /** The old runs were kept. */
  readonly kept: boolean;
}

/** A joint plan stated from its runs alone: each car's own plan, and who yields to whom. */
export function stateSite(
  { limitKw }: SiteProblem,
  order: readonly SiteCar[],
  alone: ReadonlyMap<string, Plan>,
  { runs, lowerBound: known, kept }: Joined,
): SitePlan {
  const loads = new Map<string, Load>(
    order.map(({ id, problem }) => [id, loadOf(needOf(problem).course, runs.get(id) ?? [])]),
  );
  const plans = new Map<string, Plan>();
  const yields: SiteYield[] = [];
  for (const car of order) {
    const { id, problem } = car;
    const others = sumOf(order.filter((each) => each.id !== id).map((each) => loads.get(each.id) ?? NONE));
    const own = runs.get(id) ?? [];
    const stated = statePlan(problem, needOf(problem), own);
    plans.set(id, { ...stated, latestSafeStartMs: latestStart(problem, stated, own, others, limitKw) });
    const yielded = yieldOf(car, alone.get(id), stated, own, order, loads, limitKw);
    if (yielded !== null) yields.push(yielded);
  }
  let cost = 0;
  let apart = 0;
  for (const each of plans.values()) {
    cost += each.cost;
    apart += each.lowerBound;
  }
  const lowerBound = Math.max(apart, known ?? apart);
  // The two are added up in another order: rounding alone must not put the bound above the cost.
  const isRounding = lowerBound > cost && lowerBound - cost < 1e-9 * Math.max(1, Math.abs(cost));
  return { plans, yields, kept, cost, lowerBound: isRounding ? cost : lowerBound };
}

const NONE: Load = { atMs: [], powerKw: [] };

/**
 * The last instant from which the car can charge without pause beside the others as they are planned and still be ready
 * in time. Where there is no such instant, the plan's own first start: nothing later is known to be safe.
 */
function latestStart(
  problem: PlanProblem,
  stated: Plan,
  runs: readonly Interval[],
  others: Load,
  limitKw: number,
): number | null {
  const aloneMs = stated.latestSafeStartMs;
  if (aloneMs === null) return null;
  const need = needOf(problem);
  const full = fullTimes(others, limitKw, peakKw(need.course, 0, need.targetMs));
  let startMs = aloneMs;
  for (let i = full.length - 1; i >= 0; i--) {
    const time = full[i];
    if (time !== undefined && time.endAtMs > startMs && time.startAtMs < startMs + need.targetMs) {
      startMs = time.startAtMs - need.targetMs;
    }
  }
  return startMs >= problem.nowMs ? startMs : Math.min(aloneMs, runs[0]?.startAtMs ?? problem.nowMs);
}

/** Whether and why a car gets less, or gets it at another time, than alone. */
function yieldOf(
  car: SiteCar,
  alone: Plan | undefined,
  stated: Plan,
  runs: readonly Interval[],
  order: readonly SiteCar[],
  loads: ReadonlyMap<string, Load>,
  limitKw: number,
): SiteYield | null {
  const { id, problem } = car;
  if (alone === undefined) return null;
  const aloneRuns = runsOf(alone.blocks);
  if (isSame(aloneRuns, runs)) return null;
  const course = needOf(problem).course;
  const wanted = loadOf(course, aloneRuns);
  if (!fitsLimit(wanted, limitKw)) return { id, to: [], reason: 'LIMIT' };
  const to = order.filter(
    (each) => each.id !== id && overlap(aloneRuns, loads.get(each.id) ?? NONE) && !isSame(aloneRuns, runs),
  );
  const isLate =
    (alone.feasible && !stated.feasible) ||
    (stated.reachedAtMs ?? Infinity) > Math.max(alone.reachedAtMs ?? Infinity, deadlineOf(car)) ||
    lengthOf(runs) < lengthOf(aloneRuns);
  const [first] = to;
  const hasSame = first !== undefined && deadlineOf(first) === deadlineOf(car);
  const reason = !isLate ? 'COST' : hasSame ? 'LEVEL' : 'DEADLINE';
  return { id, to: to.map((each) => each.id), reason };
}

function isSame(a: readonly Interval[], b: readonly Interval[]): boolean {
  return (
    a.length === b.length &&
    a.every((run, i) => run.startAtMs === b[i]?.startAtMs && run.endAtMs === b[i]?.endAtMs)
  );
}

function overlap(runs: readonly Interval[], load: Load): boolean {
  return load.atMs.some(
    (atMs, i) =>
      (load.powerKw[i] ?? 0) > 0 &&
      runs.some((run) => run.startAtMs < (load.atMs[i + 1] ?? atMs) && run.endAtMs > atMs),
  );
}
