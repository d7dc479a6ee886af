import type { Interval } from '../domain/interval.ts';
import { keepsMinimums } from './keeps-minimums.ts';
import type { Lattice } from './lattice.ts';
import { chargeCost, ratesPerMs } from './lattice-cost.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';

/** More moves than this are not worth it: a schedule so far off is no good bound. */
const MOVES_MAX = 2000;

/**
 * Runs made longer or shorter at their ends, where that is cheapest, until they charge the need: a schedule that may not be
 * the best. Null where that does not come out.
 */
export function fittedRuns(
  task: ScheduleTask,
  lattice: Lattice,
  given: readonly Interval[],
): Schedule | null {
  const { window, needMs, minRunMs, minPauseMs } = task;
  const { originMs, unitMs } = lattice;
  const ratePerMs = ratesPerMs(task, lattice);
  const starts: number[] = [];
  const ends: number[] = [];
  let lackMs = needMs;
  for (const run of given) {
    const startAtMs = Math.max(run.startAtMs, window.startAtMs);
    const endAtMs = Math.min(run.endAtMs, window.endAtMs);
    starts.push(startAtMs);
    ends.push(endAtMs);
    lackMs -= endAtMs - startAtMs;
  }
  const isUnderWay = (i: number) => task.isOn && starts[i] === window.startAtMs;
  for (let moves = 0; lackMs !== 0; moves++) {
    if (moves === MOVES_MAX) return null;
    const isLonger = lackMs > 0;
    let best = Number.POSITIVE_INFINITY;
    let bestRun = -1;
    let bestMs = 0;
    let isStart = false;
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] as number;
      const end = ends[i] as number;
      const spareMs = isUnderWay(i) ? end - start : end - start - minRunMs;
      for (const atStart of [true, false]) {
        if (atStart && isUnderWay(i)) continue;
        const at = atStart ? start : end;
        // The side of the edge that is won or lost.
        const isBefore = atStart === isLonger;
        const cell = isBefore
          ? Math.ceil((at - originMs) / unitMs) - 1
          : Math.floor((at - originMs) / unitMs);
        const edge = originMs + (isBefore ? cell : cell + 1) * unitMs;
        const freeMs = atStart
          ? start - (i === 0 ? window.startAtMs : (ends[i - 1] as number) + minPauseMs)
          : (i + 1 < starts.length ? (starts[i + 1] as number) - minPauseMs : window.endAtMs) - end;
        const ms = Math.min(Math.abs(at - edge), Math.abs(lackMs), isLonger ? freeMs : spareMs);
        const rate = (isLonger ? 1 : -1) * (ratePerMs[cell + 1] ?? Number.POSITIVE_INFINITY);
        if (ms > 0 && rate < best) {
          best = rate;
          bestRun = i;
          bestMs = ms;
          isStart = atStart;
        }
      }
    }
    if (bestRun < 0) return null;
    const signedMs = isLonger ? bestMs : -bestMs;
    if (isStart) starts[bestRun] = (starts[bestRun] as number) - signedMs;
    else ends[bestRun] = (ends[bestRun] as number) + signedMs;
    lackMs -= signedMs;
  }
  const runs = starts.map((startAtMs, i) => ({ startAtMs, endAtMs: ends[i] as number }));
  if (!keepsMinimums(task, runs)) return null;
  let counted = task.startCost * (runs.length > 0 && isUnderWay(0) ? runs.length - 1 : runs.length);
  for (const { startAtMs, endAtMs } of runs) {
    counted += chargeCost(task, lattice, startAtMs, endAtMs - startAtMs, endAtMs - startAtMs);
  }
  return { runs, counted };
}
