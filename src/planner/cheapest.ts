import type { Interval } from '../domain/interval.ts';
import { HOUR_MS } from '../domain/units.ts';
import { runsOf } from './runs.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { TIE } from './schedule.ts';

/**
 * The cheapest steps first: exact at constant power when starts cost nothing and runs have no least length.
 * The steps of the dearest price that is needed are used only in part: a run that reaches one goes on into it; else the
 * charge waits as long as the steps to come suffice, or begins at once where early is better.
 */
export function cheapestFirst(task: ScheduleTask, powerKw: number): Schedule {
  const { edgesMs, price, weightPerMs, isEarly } = task.timeline;
  const perMs = powerKw / HOUR_MS;
  const rate = price.map((each, i) => each * perMs + (weightPerMs[i] ?? 0));
  const order = rate.map((_, i) => i).sort((x, y) => (rate[x] ?? 0) - (rate[y] ?? 0));
  const length = (i: number) => (edgesMs[i + 1] ?? 0) - (edgesMs[i] ?? 0);
  let left = task.needMs;
  let marginal = Number.POSITIVE_INFINITY;
  for (const i of order) {
    marginal = rate[i] ?? 0;
    left -= length(i);
    if (left <= 0) break;
  }
  // Steps within a tie of the marginal one over the whole need count as equal to it.
  const slack = TIE / Math.max(task.needMs, 1);
  let need = task.needMs;
  let ahead = 0;
  for (let i = 0; i < rate.length; i++) {
    const each = rate[i] ?? 0;
    if (each < marginal - slack) need -= length(i);
    else if (each <= marginal + slack) ahead += length(i);
  }

  const charged: Interval[] = [];
  let isOn = task.isOn;
  let counted = 0;
  const charge = (startAtMs: number, endAtMs: number, i: number) => {
    if (endAtMs <= startAtMs) return;
    charged.push({ startAtMs, endAtMs });
    counted += (rate[i] ?? 0) * (endAtMs - startAtMs);
  };
  for (let i = 0; i < rate.length; i++) {
    const each = rate[i] ?? 0;
    const start = edgesMs[i] ?? 0;
    const end = edgesMs[i + 1] ?? 0;
    if (each < marginal - slack) {
      charge(start, end, i);
      isOn = true;
    } else if (each > marginal + slack) {
      isOn = false;
    } else {
      ahead -= end - start;
      const fromStart = isOn || isEarly[i] === true;
      const takenMs = Math.min(need, end - start, fromStart ? need : Math.max(0, need - ahead));
      if (fromStart) charge(start, start + takenMs, i);
      else charge(end - takenMs, end, i);
      need -= takenMs;
      isOn = takenMs > 0 && (!fromStart || takenMs === end - start);
    }
  }
  return { runs: runsOf(charged), counted };
}
