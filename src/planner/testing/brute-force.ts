import type { GridCase } from './cases.ts';
import { type Counted, countsAs, type Runs } from './counts-as.ts';

/** More steps than this are too many schedules to try. */
export const BRUTE_FORCE_STEPS_MAX = 14;

/** The best of all on/off schedules of the case's steps, each of them tried; null when none keeps the rules. */
export function bruteForce(given: GridCase, prices: readonly number[]): Counted | null {
  let best: Counted | null = null;
  for (const runs of schedulesOf(given, prices.length)) {
    const counted = countsAs(given, prices, runs);
    if (best === null || isBetter(counted, best)) best = counted;
  }
  return best;
}

/** Every on/off schedule of so many steps that keeps the rules. */
export function* schedulesOf(given: GridCase, steps: number): Iterable<Runs> {
  for (let mask = 0; mask < 2 ** steps; mask++) {
    const runs = runsOf(given, mask, steps);
    if (whyIllegal(given, runs) === null) yield runs;
  }
}

export function isBetter(counted: Counted, than: Counted): boolean {
  if (counted.missedMs !== than.missedMs) return counted.missedMs < than.missedMs;
  if (counted.restrictedMs !== than.restrictedMs) return counted.restrictedMs < than.restrictedMs;
  return counted.cost < than.cost;
}

/** The rule that runs break, in words; null when they keep all: what a schedule has to be, written from the problem. */
export function whyIllegal(given: GridCase, runs: Runs, toleranceMs = 0): string | null {
  const { problem, needMs, mostMs, reserveMs, endAtMs } = given;
  const { nowMs, isCharging, startedByItself, stateSinceMs } = problem;
  const totalMs = runs.reduce((sum, [startMs, endMs]) => sum + endMs - startMs, 0);
  if (totalMs < needMs - toleranceMs) return 'it charges less than the need';
  if (totalMs > mostMs + toleranceMs) return 'it charges more than it may';
  const first = runs[0];
  const last = runs.at(-1);
  if (first !== undefined && first[0] < nowMs) return 'it begins in the past';
  if (last !== undefined && last[1] > endAtMs) return 'it ends too late';
  const isFirstAtNow = first !== undefined && first[0] === nowMs;
  if (reserveMs > 0 && !(isFirstAtNow && first[1] - first[0] >= reserveMs - toleranceMs)) {
    return 'the reserve is not filled at once';
  }
  const ageMs = stateSinceMs === null ? Number.POSITIVE_INFINITY : nowMs - stateSinceMs;
  const leastRunMs = Math.min(problem.minRunMs, totalMs, endAtMs - nowMs) - toleranceMs;
  const isRunOwed = isCharging && !startedByItself && ageMs < leastRunMs;
  if (isRunOwed && !isFirstAtNow) return 'the run under way is stopped too soon';
  for (const [i, [startMs, endMs]] of runs.entries()) {
    const goesOn = isCharging && startMs === nowMs;
    const lengthMs = endMs - startMs;
    if (goesOn && isRunOwed && ageMs + lengthMs < leastRunMs) return 'the run under way is too short';
    if (!goesOn && lengthMs < leastRunMs) return 'a run is too short';
    const stoppedAtMs = runs[i - 1]?.[1] ?? (isCharging ? nowMs : null);
    if (goesOn || stoppedAtMs === null) continue;
    if (startMs - stoppedAtMs < problem.minRunMs) return 'a pause is too short';
  }
  const isPaused = !isCharging && stateSinceMs !== null && reserveMs === 0;
  if (isPaused && first !== undefined && first[0] - nowMs + ageMs < problem.minRunMs) {
    return 'the pause under way is too short';
  }
  return null;
}

function runsOf({ problem: { nowMs }, stepMs }: GridCase, mask: number, steps: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let t = 0; t < steps; t++) {
    if ((mask & (1 << t)) === 0) continue;
    const startMs = nowMs + t * stepMs;
    const before = runs.at(-1);
    if (before !== undefined && before[1] === startMs) before[1] = startMs + stepMs;
    else runs.push([startMs, startMs + stepMs]);
  }
  return runs;
}
