import type { Interval } from '../domain/interval.ts';

/** Touching and overlapping intervals as one; the input ascends by start. */
export function runsOf(intervals: readonly Interval[]): Interval[] {
  const runs: Interval[] = [];
  for (const { startAtMs, endAtMs } of intervals) {
    const last = runs.at(-1);
    if (last !== undefined && startAtMs <= last.endAtMs) {
      runs[runs.length - 1] = { startAtMs: last.startAtMs, endAtMs: Math.max(last.endAtMs, endAtMs) };
    } else {
      runs.push({ startAtMs, endAtMs });
    }
  }
  return runs;
}

export function lengthOf(runs: readonly Interval[]): number {
  return runs.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, 0);
}
