import type { PlanBlock } from '../problem.ts';
import type { Cells } from './cells.ts';
import type { CutPath } from './held-round.ts';
import type { HeldRun } from './held-run.ts';
import { courseAfterMs, takesMs } from './held-run.ts';
import type { SettledHeld } from './held-settle.ts';

/** A charge ends within so much of what it needs; ends of several runs in whole ms add up to as much. */
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
  return fitted(given, joinedRuns(runs));
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
    const isRounding = Math.abs(toEndMs - lengthMs) <= ROUNDING_MOST_MS;
    const chargesMs = isRounding ? lengthMs : isLast ? toEndMs : Math.min(lengthMs, toEndMs);
    // What is missing by less than rounding, or is no need that can be met, leaves the run as it is.
    const endAtMs = Number.isFinite(chargesMs) && chargesMs > 0 ? run.startAtMs + chargesMs : run.endAtMs;
    kept.push({ ...run, endAtMs });
    chargedMs = courseAfterMs(course, chargedMs, endAtMs - run.startAtMs, run.powerKw);
  }
  return kept;
}
