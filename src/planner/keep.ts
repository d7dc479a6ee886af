import type { Interval } from '../domain/interval.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { countedCost } from './counted-cost.ts';
import { departureChargedMs, fittedToDeparture } from './departure.ts';
import type { Need } from './need.ts';
import { needOf } from './need.ts';
import { deadlineMs } from './plan.ts';
import type { Plan, PlanProblem } from './problem.ts';
import { lengthOf, runsOf } from './runs.ts';
import { TIE } from './schedule.ts';
import { statePlan } from './state-plan.ts';
import { timelineOf } from './timeline.ts';
import { ROUNDED_MS } from './whole-ms.ts';

/** Why the old plan stays or goes. */
export type KeepReason =
  | 'KEPT'
  | 'NOTHING_TO_KEEP'
  | 'RESERVE_FIRST'
  | 'RUN_TOO_SHORT'
  | 'TARGET_MISSED'
  | 'MARGIN_USED'
  | 'DEPARTURE_MISSED'
  | 'RESTRICTED'
  | 'CHEAPER';

export interface KeepDecision {
  readonly plan: Plan;
  readonly kept: boolean;
  readonly reason: KeepReason;
}

/** Noise in the need may push the end of a kept plan this far into a restriction before it is planned anew [ours]. */
const RESTRICTION_SLACK_MS = 5 * MINUTE_MS;
/** Noise in the need may end a run under way so long before the departure that it is to last until [ours]. */
const DEPARTURE_SLACK_MS = 5 * MINUTE_MS;
/** Noise may shorten the last run of a kept plan to this share of the minimum run [ours]. */
const SHORT_RUN_RATIO = 2 / 3;

/**
 * The old plan with only the end of its last block moved to the present need (where the charge must end at readyBy: see
 * fittedToDeparture), stated anew, or the fresh one: where the old one would miss the target, use the margin that the
 * fresh one leaves, not charge in the minutes before departure, fail the reserve, or where the fresh one saves more than
 * `replanGain` of the remaining cost (0: anything). `fresh` is `plan(problem)`.
 */
export function keepOrReplace(
  old: readonly Interval[],
  problem: PlanProblem,
  fresh: Plan,
  replanGain: number,
): KeepDecision {
  const need = needOf(problem);
  const runs = keptRuns(old, problem, need);
  if (runs === null) return { plan: fresh, kept: false, reason: 'NOTHING_TO_KEEP' };
  const kept = statePlan(problem, need, runs);
  const reason = whyReplace(problem, need, kept, fresh, { replanGain, noiseMs: 0 });
  return reason === null ? { plan: kept, kept: true, reason: 'KEPT' } : { plan: fresh, kept: false, reason };
}

/** What is left of the old runs, fitted to the present need; null when nothing of them can be. */
export function keptRuns(old: readonly Interval[], problem: PlanProblem, need: Need): Interval[] | null {
  const { nowMs } = problem;
  if (!Number.isFinite(need.wholeMs)) return null;
  const runs = runsOf(old)
    .filter((run) => run.endAtMs > nowMs)
    .map((run) => ({ startAtMs: Math.max(run.startAtMs, nowMs), endAtMs: run.endAtMs }));
  const oldMs = lengthOf(runs);
  const totalMs = Math.min(Math.max(oldMs, need.wholeMs), need.mostMs);
  if (totalMs === 0) return [];
  const last = runs.at(-1);
  const isUnderWay = problem.isCharging && last?.startAtMs === nowMs;
  return problem.preconditionMs > 0 && !isUnderWay
    ? fittedToDeparture(problem, need, runs, totalMs)
    : fitted(runs, totalMs - oldMs);
}

/** Runs with the end of the last one moved so that they are longer by a time, or shorter. */
function fitted(runs: readonly Interval[], longerMs: number): Interval[] | null {
  const kept = [...runs];
  for (let leftMs = longerMs; ; ) {
    const last = kept.pop();
    if (last === undefined) return null;
    const lengthMs = last.endAtMs - last.startAtMs + leftMs;
    if (lengthMs > 0) return [...kept, { startAtMs: last.startAtMs, endAtMs: last.startAtMs + lengthMs }];
    leftMs = lengthMs;
  }
}

/**
 * Why a kept plan goes; null where it stays.
 * @param noiseMs more than 0 where what finds `fresh` is not exact: then a kept plan may use half of the margin, and a
 * fresh one that is not the only one in time is sooner only by more than this.
 */
export function whyReplace(
  problem: PlanProblem,
  need: Need,
  kept: Plan,
  fresh: Plan,
  { replanGain, noiseMs }: { readonly replanGain: number; readonly noiseMs: number },
): Exclude<KeepReason, 'KEPT'> | null {
  const { nowMs, readyByMs } = problem;
  const runs = runsOf(kept.blocks);
  const freshRuns = runsOf(fresh.blocks);
  const first = runs[0];
  if (
    need.reserveMs > 0 &&
    (first === undefined || first.startAtMs > nowMs || first.endAtMs < nowMs + need.reserveMs)
  ) {
    return 'RESERVE_FIRST';
  }
  if (isTooShort(problem, need, runs)) return 'RUN_TOO_SHORT';
  if (!kept.feasible && isSooner(fresh, kept, fresh.feasible ? 0 : noiseMs)) return 'TARGET_MISSED';
  const endAtMs = deadlineMs(problem) + (noiseMs > 0 ? problem.marginMs / 2 : 0);
  const isLate = readyByMs !== null && (kept.reachedAtMs ?? 0) > endAtMs + ROUNDED_MS;
  if (isLate && isSooner(fresh, kept, noiseMs)) return 'MARGIN_USED';
  const departureMs = departureChargedMs(problem, need, runs);
  if (departureChargedMs(problem, need, freshRuns) > departureMs + DEPARTURE_SLACK_MS) {
    return 'DEPARTURE_MISSED';
  }
  const restrictedMs = restricted(problem, need, runs);
  if (restrictedMs > restricted(problem, need, freshRuns) + RESTRICTION_SLACK_MS) return 'RESTRICTED';
  const { keptCost, freshCost } = worthsOf(problem, kept, fresh);
  return keptCost - freshCost > Math.max(TIE, replanGain * Math.abs(keptCost)) ? 'CHEAPER' : null;
}

/** A run under way that would be stopped, or a last run that has become, shorter than a run may be. */
function isTooShort(problem: PlanProblem, need: Need, runs: readonly Interval[]): boolean {
  const { nowMs, isCharging, startedByItself, stateSinceMs, minRunMs } = problem;
  const leastMs = Math.min(minRunMs, need.wholeMs);
  const ageMs = stateSinceMs === null ? Number.POSITIVE_INFINITY : nowMs - stateSinceMs;
  const firstMs = runs[0]?.startAtMs === nowMs ? runs[0].endAtMs - nowMs : 0;
  if (isCharging && !startedByItself && ageMs + firstMs < leastMs * SHORT_RUN_RATIO) return true;
  return runs.some(
    (run) =>
      run.endAtMs - run.startAtMs < leastMs * SHORT_RUN_RATIO && !(isCharging && run.startAtMs === nowMs),
  );
}

function isSooner(fresh: Plan, kept: Plan, byMs: number): boolean {
  const keptAtMs = kept.reachedAtMs ?? Number.POSITIVE_INFINITY;
  return (fresh.reachedAtMs ?? Number.POSITIVE_INFINITY) < keptAtMs - byMs;
}

/** Time of charging in restrictions, but for the reserve. */
function restricted(problem: PlanProblem, need: Need, runs: readonly Interval[]): number {
  const freeUntilMs = problem.nowMs + need.reserveMs;
  const windows = runsOf([...problem.restrictions].sort((a, b) => a.startAtMs - b.startAtMs));
  let sum = 0;
  for (const run of runs) {
    for (const window of windows) {
      const from = Math.max(run.startAtMs, window.startAtMs, freeUntilMs);
      sum += Math.max(0, Math.min(run.endAtMs, window.endAtMs) - from);
    }
  }
  return sum;
}

/** Remaining costs as plans are compared: missing prices counted, and what charging above the target is worth. */
export function worthsOf(
  problem: PlanProblem,
  kept: Plan,
  fresh: Plan,
): { readonly keptCost: number; readonly freshCost: number } {
  const need = needOf(problem);
  const endAtMs = Math.max(
    problem.readyByMs ?? problem.nowMs,
    kept.blocks.at(-1)?.endAtMs ?? 0,
    fresh.blocks.at(-1)?.endAtMs ?? 0,
    problem.nowMs + 1,
  );
  const timeline = timelineOf(
    { startAtMs: problem.nowMs, endAtMs },
    {
      slots: problem.slots,
      restrictions: [],
      mustFromMs: endAtMs,
      minRunMs: 0,
      prefer: problem.prefer,
      startCost: 0,
      energyMaxKwh: 0,
    },
  );
  return {
    keptCost: countedCost(problem, need, timeline, runsOf(kept.blocks)),
    freshCost: countedCost(problem, need, timeline, runsOf(fresh.blocks)),
  };
}
