import { keepsMinimums } from './keeps-minimums.ts';
import type { Path, Relaxed } from './relaxed.ts';
import { costBefore } from './relaxed.ts';
import type { ScheduleTask } from './schedule.ts';

/** More moves than this are not worth it: a schedule so far off is no good bound. */
const MOVES_MAX = 500;

/** A run in ms from the lattice's first edge. */
export interface Run {
  startMs: number;
  endMs: number;
}

/** The longest move of one end of a run within one price. */
interface Move {
  readonly run: Run;
  readonly isAtStart: boolean;
  readonly ms: number;
  readonly costPerMs: number;
}

/** What the runs of a relaxed schedule count at constant power once they charge the need; Infinity where that does not come out. */
export function fittedCost(task: ScheduleTask, relaxed: Relaxed, path: Path): number {
  const runs = fittedRuns(task, relaxed, path);
  if (runs === null) return Number.POSITIVE_INFINITY;
  let counted = 0;
  for (const run of runs) {
    if (!isUnderWay(relaxed, run)) counted += task.startCost;
    counted += costBefore(relaxed, run.endMs) - costBefore(relaxed, run.startMs);
  }
  return counted;
}

/**
 * The runs of a relaxed schedule made longer or shorter at their ends, where that is cheapest, until they charge the need:
 * a schedule that may not be the best. Null where that does not come out.
 */
export function fittedRuns(task: ScheduleTask, relaxed: Relaxed, path: Path): readonly Run[] | null {
  const { beginMs, endMs } = relaxed;
  const runs = withinWindow(task, relaxed, path);
  let lackMs = task.needMs;
  for (const run of runs) lackMs -= run.endMs - run.startMs;
  for (let moves = 0; lackMs !== 0; moves++) {
    if (moves === MOVES_MAX) return null;
    const move = cheapestMove(task, relaxed, runs, lackMs);
    if (move !== null) {
      const { run, isAtStart, ms } = move;
      const longerMs = lackMs > 0 ? ms : -ms;
      if (isAtStart) run.startMs -= longerMs;
      else run.endMs += longerMs;
      lackMs -= longerMs;
      continue;
    }
    // Runs that are all as short as they may be: one of them is too many.
    const dropped = lackMs < 0 ? dearestRun(relaxed, runs) : null;
    if (dropped === null) return null;
    runs.splice(runs.indexOf(dropped), 1);
    lackMs += dropped.endMs - dropped.startMs;
  }
  if (runs.length > 0 && (runs[0] as Run).startMs < beginMs) return null;
  const kept = runs.map((run) => ({ startAtMs: run.startMs - beginMs, endAtMs: run.endMs - beginMs }));
  const window = { startAtMs: 0, endAtMs: endMs - beginMs };
  if (!keepsMinimums({ ...task, window }, kept)) return null;
  return runs;
}

/** The runs moved into the window from where it was widened, and apart where that brings them too near to each other. */
function withinWindow(
  { minRunMs, minPauseMs, isOn }: ScheduleTask,
  relaxed: Relaxed,
  { turns }: Path,
): Run[] {
  const { offset, unitMs, beginMs, endMs } = relaxed;
  const runs: Run[] = [];
  let fromMs = beginMs;
  for (let i = 0; i + 1 < turns.length; i += 2) {
    const leastMs = isOn && turns[i] === 0 ? 0 : minRunMs;
    const startMs = Math.max(fromMs, ((turns[i] as number) - offset) * unitMs);
    const run = { startMs, endMs: Math.max(startMs + leastMs, ((turns[i + 1] as number) - offset) * unitMs) };
    fromMs = run.endMs + minPauseMs;
    runs.push(run);
  }
  let untilMs = endMs;
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i] as Run;
    if (run.endMs <= untilMs) break;
    run.endMs = untilMs;
    if (!isUnderWay(relaxed, run)) run.startMs = Math.min(run.startMs, untilMs - minRunMs);
    untilMs = run.startMs - minPauseMs;
  }
  return runs;
}

function isUnderWay({ isOn, beginMs }: Relaxed, run: Run): boolean {
  return isOn && run.startMs === beginMs;
}

function cheapestMove(
  task: ScheduleTask,
  relaxed: Relaxed,
  runs: readonly Run[],
  lackMs: number,
): Move | null {
  const isLonger = lackMs > 0;
  let best: Move | null = null;
  for (const [i, run] of runs.entries()) {
    const isFirst = isUnderWay(relaxed, run);
    const spareMs = run.endMs - run.startMs - (isFirst ? 0 : task.minRunMs);
    for (const isAtStart of isFirst ? [false] : [true, false]) {
      const freeMs = isAtStart
        ? run.startMs - (i === 0 ? relaxed.beginMs : (runs[i - 1] as Run).endMs + task.minPauseMs)
        : (i + 1 < runs.length ? (runs[i + 1] as Run).startMs - task.minPauseMs : relaxed.endMs) - run.endMs;
      const mostMs = Math.min(Math.abs(lackMs), isLonger ? freeMs : spareMs);
      if (mostMs <= 0) continue;
      const atMs = isAtStart ? run.startMs : run.endMs;
      const { ms, ratePerMs } = alike(relaxed, atMs, isAtStart === isLonger, mostMs);
      const costPerMs = isLonger ? ratePerMs : -ratePerMs;
      if (best === null || costPerMs < best.costPerMs) best = { run, isAtStart, ms, costPerMs };
    }
  }
  return best;
}

/** The rate just before or after an instant, and how far it stays the same. */
function alike(
  { ratePerMs, offset, unitMs }: Relaxed,
  atMs: number,
  isBefore: boolean,
  mostMs: number,
): { readonly ms: number; readonly ratePerMs: number } {
  const step = isBefore ? -1 : 1;
  let e = (isBefore ? Math.ceil(atMs / unitMs) - 1 : Math.floor(atMs / unitMs)) + offset;
  const rate = ratePerMs[e] as number;
  let edgeMs = (e - offset + (isBefore ? 0 : 1)) * unitMs;
  while (Math.abs(edgeMs - atMs) < mostMs && ratePerMs[e + step] === rate) {
    e += step;
    edgeMs += step * unitMs;
  }
  return { ms: Math.min(mostMs, Math.abs(edgeMs - atMs)), ratePerMs: rate };
}

function dearestRun(relaxed: Relaxed, runs: readonly Run[]): Run | null {
  let dearest: Run | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    const cost = relaxed.startCost + costBefore(relaxed, run.endMs) - costBefore(relaxed, run.startMs);
    if (cost / (run.endMs - run.startMs) <= most) continue;
    most = cost / (run.endMs - run.startMs);
    dearest = run;
  }
  return dearest;
}
