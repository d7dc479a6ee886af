import type { Interval } from '../domain/interval.ts';
import type { ScheduleTask } from './schedule.ts';

/** Whether runs and pauses are long enough; a run under way may stop at any time, and the pause after it counts. */
export function keepsMinimums(task: ScheduleTask, runs: readonly Interval[]): boolean {
  let pausedFromMs = task.isOn ? task.window.startAtMs : Number.NEGATIVE_INFINITY;
  for (const { startAtMs, endAtMs } of runs) {
    const isUnderWay = task.isOn && startAtMs === task.window.startAtMs;
    if (!isUnderWay && (endAtMs - startAtMs < task.minRunMs || startAtMs - pausedFromMs < task.minPauseMs)) {
      return false;
    }
    pausedFromMs = endAtMs;
  }
  return true;
}
