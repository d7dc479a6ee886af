import type { PlanBlock } from '../problem.ts';
import type { Cells } from './cells.ts';
import type { CutPath } from './held-round.ts';
import type { HeldRun } from './held-run.ts';
import { courseAfterMs, takesMs } from './held-run.ts';
import type { SettledHeld } from './held-settle.ts';

/** A charge ends within so much of what it needs, in time at full power; ends of several runs add up to as much. */
const ROUNDING_MS = 0.5;
const ROUNDING_MOST_MS = 2;
/** What is below this of a power is rounding of the arithmetic. */
const PER_KW = 1e9;

/** A held car's reserve and path as runs, each as long as its power stays, and all of just the energy that it needs. */
export function heldRunsOf(given: SettledHeld, found: CutPath | null, { edgesMs, count }: Cells): HeldRun[] {
  const runs: HeldRun[] = [...given.reserve];
  for (let t = 0; found !== null && t < count; t++) {
    const { path, cutMs } = found;
    if (path.isOn[t] !== 1) continue;
    const held = path.heldKw[t] ?? Number.POSITIVE_INFINITY;
    const span = { startAtMs: edgesMs[t] ?? 0, endAtMs: (edgesMs[t + 1] ?? 0) - (cutMs[t] ?? 0) };
    runs.push(
      held === Number.POSITIVE_INFINITY ? span : { ...span, powerKw: Math.round(held * PER_KW) / PER_KW },
    );
  }
  const whole = joinedRuns(runs);
  return withLongLastRun(given, fitted(given, whole), whole);
}

/**
 * Runs of which the last, cut to the need, is not shorter than a run may be: what it lacks is left to it by the end of an
 * earlier one that is long enough, at the same power. As they are where there is none, or power changes with the level.
 * @param whole the runs before they were cut.
 */
function withLongLastRun(
  { car, need, openAtMs }: SettledHeld,
  runs: readonly HeldRun[],
  whole: readonly HeldRun[],
): HeldRun[] {
  const least = car.problem.minRunMs;
  const last = runs.at(-1);
  const same = whole.find(({ startAtMs }) => startAtMs === last?.startAtMs);
  if (
    last === undefined ||
    same === undefined ||
    need.course.stretches.some((part) => part.kwPerPercent !== 0)
  ) {
    return [...runs];
  }
  const startAtMs = startOf(runs, runs.length - 1);
  const lackMs = Math.min(least - (last.endAtMs - startAtMs), same.endAtMs - last.endAtMs);
  const giver = runs.findLastIndex(
    (run, i) =>
      run.endAtMs < startAtMs &&
      run.endAtMs !== runs[i + 1]?.startAtMs &&
      run.powerKw === last.powerKw &&
      run.endAtMs - lackMs > Math.max(run.startAtMs, openAtMs) &&
      run.endAtMs - lackMs - startOf(runs, i) >= least,
  );
  if (lackMs <= 0 || giver < 0) return [...runs];
  return runs.map((run, i) => {
    const byMs = i === giver ? -lackMs : i === runs.length - 1 ? lackMs : 0;
    return byMs === 0 ? run : { ...run, endAtMs: run.endAtMs + byMs };
  });
}

/** When the run began of which this is a part: parts that touch are one run. */
function startOf(runs: readonly HeldRun[], index: number): number {
  let first = index;
  while (first > 0 && runs[first - 1]?.endAtMs === runs[first]?.startAtMs) first--;
  return runs[first]?.startAtMs ?? 0;
}

/** The runs of blocks, each as long as its power stays. */
export function runsIn(blocks: readonly PlanBlock[]): readonly HeldRun[] {
  return joinedRuns(
    blocks.map(({ startAtMs, endAtMs, powerKw }) =>
      powerKw === undefined ? { startAtMs, endAtMs } : { startAtMs, endAtMs, powerKw },
    ),
  );
}

/** Neighbours that touch and have the same power as one. */
export function joinedRuns(runs: readonly HeldRun[]): HeldRun[] {
  const joined: HeldRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    const isSame =
      last !== undefined &&
      last.endAtMs === run.startAtMs &&
      Math.abs((last.powerKw ?? -1) - (run.powerKw ?? -1)) < 1e-9;
    if (isSame) joined[joined.length - 1] = { ...last, endAtMs: run.endAtMs };
    else joined.push(run);
  }
  return joined;
}

/** Runs with what is charged too much cut off at the end, or what is too little put there. */
export function fitted(
  { need, totalMs }: Pick<SettledHeld, 'need' | 'totalMs'>,
  runs: readonly HeldRun[],
): HeldRun[] {
  const { course } = need;
  const kept: HeldRun[] = [];
  let chargedMs = 0;
  for (const [i, run] of runs.entries()) {
    if (chargedMs >= totalMs - ROUNDING_MS) break;
    const lengthMs = run.endAtMs - run.startAtMs;
    const isLast = i === runs.length - 1;
    const toEndMs = Math.ceil(takesMs(course, chargedMs, totalMs, run.powerKw) - ROUNDING_MS);
    const wholeMs = courseAfterMs(course, chargedMs, lengthMs, run.powerKw);
    const isRounding = Math.abs(wholeMs - totalMs) <= ROUNDING_MOST_MS;
    const chargesMs = isRounding ? lengthMs : isLast ? toEndMs : Math.min(lengthMs, toEndMs);
    // What is missing by less than rounding, or is no need that can be met, leaves the run as it is.
    const endAtMs = Number.isFinite(chargesMs) && chargesMs > 0 ? run.startAtMs + chargesMs : run.endAtMs;
    kept.push({ ...run, endAtMs });
    chargedMs = courseAfterMs(course, chargedMs, endAtMs - run.startAtMs, run.powerKw);
  }
  return kept;
}
