import type { Interval } from '../domain/interval.ts';
import type { Need } from './need.ts';
import type { PlanProblem } from './problem.ts';

/** How long some runs charge in the last minutes before readyBy that are to be charged in, ms. */
export function departureChargedMs(problem: PlanProblem, need: Need, runs: readonly Interval[]): number {
  const readyByMs = problem.readyByMs ?? problem.nowMs;
  const fromMs = readyByMs - departureMs(problem, need);
  return runs.reduce(
    (sum, { startAtMs, endAtMs }) =>
      sum + Math.max(0, Math.min(endAtMs, readyByMs) - Math.max(startAtMs, fromMs)),
    0,
  );
}

/**
 * Runs from now on whose last one is still to come, fitted to a total time so that the last minutes before departure
 * stay: the start of the last run moves while it is longer than they are, else the end of the run before it. Null where
 * that leaves no room.
 */
export function fittedToDeparture(
  problem: PlanProblem,
  need: Need,
  runs: readonly Interval[],
  totalMs: number,
): Interval[] | null {
  const earlier = runs.slice(0, -1);
  const last = runs.at(-1);
  if (last === undefined) return null;
  const { endAtMs } = last;
  const mustFromMs = endAtMs - departureMs(problem, need);
  const leastMs = Math.max(departureMs(problem, need), Math.min(problem.minRunMs, need.wholeMs));
  let startAtMs = Math.min(last.startAtMs, mustFromMs);
  let excessMs =
    earlier.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, endAtMs - startAtMs) - totalMs;
  const before = earlier.at(-1);
  if (excessMs < 0 && before !== undefined && startAtMs === mustFromMs) {
    earlier.splice(-1, 1, { startAtMs: before.startAtMs, endAtMs: before.endAtMs - excessMs });
    excessMs = 0;
  }
  const byMs = Math.min(excessMs, Math.max(0, endAtMs - leastMs - startAtMs));
  startAtMs += byMs;
  excessMs -= byMs;
  while (excessMs > 0) {
    const run = earlier.pop();
    if (run === undefined) {
      startAtMs += excessMs;
      break;
    }
    const keepsMs = run.endAtMs - run.startAtMs - excessMs;
    if (keepsMs > 0) earlier.push({ startAtMs: run.startAtMs, endAtMs: run.startAtMs + keepsMs });
    excessMs = Math.max(0, -keepsMs);
  }
  const hasRoom = startAtMs >= Math.max(problem.nowMs, earlier.at(-1)?.endAtMs ?? problem.nowMs);
  return hasRoom ? [...earlier, { startAtMs, endAtMs }] : null;
}

/**
 * The one run that charges all of the last minutes before readyBy in, where these are all that is needed: then there is
 * nothing to choose, for a minute of them outweighs everything else. Null where more is needed, something is settled or a
 * pause that is too short would come before it.
 */
export function departureRun(problem: PlanProblem, need: Need, settledMs: number): Interval | null {
  const { nowMs, readyByMs, preconditionMs, isCharging, minRunMs } = problem;
  if (readyByMs === null || need.wholeMs > preconditionMs || settledMs > 0) return null;
  const run = { startAtMs: readyByMs - need.wholeMs, endAtMs: readyByMs };
  return isCharging && run.startAtMs > nowMs && run.startAtMs < nowMs + minRunMs ? null : run;
}

/** How much of the charge is to be the last thing before readyBy, ms: no more than is needed at all. */
function departureMs(problem: PlanProblem, need: Need): number {
  return Math.min(problem.preconditionMs, need.wholeMs);
}
