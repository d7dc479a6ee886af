import type { Interval } from '../../domain/interval.ts';
import { needOf } from '../need.ts';
import type { Plan, PlanProblem } from '../problem.ts';
import { lengthOf } from '../runs.ts';
import type { SiteCar, SitePlan, SiteProblem, SiteYield, YieldReason } from '../site.ts';
import { heldLoad } from './held-load.ts';
import type { HeldRun } from './held-run.ts';
import { runsIn } from './held-runs.ts';
import { leastOf } from './held-settle.ts';
import { stateHeld } from './held-state.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, peakKw, sumOf } from './load.ts';
import { deadlineOf } from './order.ts';

/** A joint plan as runs. */
export interface Joined {
  readonly runs: ReadonlyMap<string, readonly HeldRun[]>;
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
    order.map(({ id, problem }) => [id, heldLoad(needOf(problem).course, runs.get(id) ?? [])]),
  );
  const plans = new Map<string, Plan>();
  const yields: SiteYield[] = [];
  for (const car of order) {
    const { id, problem } = car;
    const others = sumOf(order.filter((each) => each.id !== id).map((each) => loads.get(each.id) ?? NONE));
    const own = runs.get(id) ?? [];
    const stated = stateHeld(problem, needOf(problem), own);
    plans.set(id, { ...stated, latestSafeStartMs: latestStart(car, stated, own, others, limitKw) });
    const yielded = yieldOf(car, alone.get(id), stated, { order, runs, loads, limitKw });
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
  car: SiteCar,
  stated: Plan,
  runs: readonly HeldRun[],
  others: Load,
  limitKw: number,
): number | null {
  const aloneMs = stated.latestSafeStartMs;
  if (aloneMs === null) return null;
  const { problem } = car;
  const need = needOf(problem);
  const leastKw = leastOf(car);
  if (leastKw !== null) return latestHeldStart(problem, stated, leastKw, others, limitKw);
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

/**
 * The same for a car that can be held to a power: as much time before its deadline as it needs at what power is left,
 * where a minute at half its power is worth half a minute.
 */
function latestHeldStart(
  problem: PlanProblem,
  { blocks, latestSafeStartMs }: Plan,
  leastKw: number,
  others: Load,
  limitKw: number,
): number {
  const { nowMs } = problem;
  const need = needOf(problem);
  const mostKw = peakKw(need.course, 0, need.targetMs);
  let untilMs = (latestSafeStartMs ?? nowMs) + need.targetMs;
  let leftMs = need.targetMs;
  for (let i = others.atMs.length - 1; i >= -1 && untilMs > nowMs; i--) {
    const fromMs = Math.min(untilMs, Math.max(nowMs, others.atMs[i] ?? nowMs));
    const roomKw = Math.min(mostKw, limitKw - (others.powerKw[i] ?? 0));
    const share = roomKw >= leastKw ? roomKw / mostKw : 0;
    if (share * (untilMs - fromMs) >= leftMs) return Math.floor(untilMs - leftMs / share);
    leftMs -= share * (untilMs - fromMs);
    untilMs = fromMs;
  }
  return Math.min(latestSafeStartMs ?? nowMs, blocks[0]?.startAtMs ?? nowMs);
}

interface JointRuns {
  readonly order: readonly SiteCar[];
  readonly runs: ReadonlyMap<string, readonly HeldRun[]>;
  readonly loads: ReadonlyMap<string, Load>;
  readonly limitKw: number;
}

/** Whether and why a car gets less, or gets it at another time, than alone. */
function yieldOf(
  car: SiteCar,
  alone: Plan | undefined,
  stated: Plan,
  { order, runs: allRuns, loads, limitKw }: JointRuns,
): SiteYield | null {
  const { id, problem } = car;
  const runs = allRuns.get(id) ?? [];
  if (alone === undefined) return null;
  const aloneRuns = runsIn(alone.blocks);
  if (isSame(aloneRuns, runs)) return null;
  const course = needOf(problem).course;
  const wanted = heldLoad(course, aloneRuns);
  if (!fitsLimit(wanted, limitKw)) return { id, to: [], reason: 'LIMIT' };
  const to = order.filter(
    (each) => each.id !== id && overlap(aloneRuns, loads.get(each.id) ?? NONE) && !isSame(aloneRuns, runs),
  );
  const isLate =
    (alone.feasible && !stated.feasible) ||
    (stated.reachedAtMs ?? Infinity) > Math.max(alone.reachedAtMs ?? Infinity, deadlineOf(car)) ||
    (leastOf(car) === null && lengthOf(runs) < lengthOf(aloneRuns));
  // A held car's charge may be of another form than alone though it has what it wants.
  if (leastOf(car) !== null && to.length === 0) return null;
  const reason = isLate ? whyLate(car, stated, to, order, allRuns) : 'COST';
  return { id, to: to.map((each) => each.id), reason };
}

/** By what a car that is late yields to others, which stand in the order of the rule. */
function whyLate(
  car: SiteCar,
  { feasible }: Plan,
  to: readonly SiteCar[],
  order: readonly SiteCar[],
  runs: ReadonlyMap<string, readonly HeldRun[]>,
): YieldReason {
  const [first] = to;
  if (first === undefined || order.indexOf(first) < order.indexOf(car)) {
    return first !== undefined && deadlineOf(first) === deadlineOf(car) ? 'LEVEL' : 'DEADLINE';
  }
  const isKept = to.some(
    (each) => stateHeld(each.problem, needOf(each.problem), runs.get(each.id) ?? []).feasible,
  );
  return isKept && !feasible ? 'IN_TIME' : 'COST';
}

function isSame(a: readonly HeldRun[], b: readonly HeldRun[]): boolean {
  return (
    a.length === b.length &&
    a.every((run, i) => {
      const other = b[i];
      return (
        run.startAtMs === other?.startAtMs && run.endAtMs === other.endAtMs && run.powerKw === other.powerKw
      );
    })
  );
}

function overlap(runs: readonly Interval[], load: Load): boolean {
  return load.atMs.some(
    (atMs, i) =>
      (load.powerKw[i] ?? 0) > 0 &&
      runs.some((run) => run.startAtMs < (load.atMs[i + 1] ?? atMs) && run.endAtMs > atMs),
  );
}
