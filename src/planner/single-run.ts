import { MINUTE_MS } from '../domain/units.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { TIE } from './schedule.ts';

/** With taper the best start may lie inside a step. */
const TAPER_GRID_MS = 5 * MINUTE_MS;

/** The best schedule of one unbroken run: for a need that is no longer than the minimum run. */
export function singleRun(task: ScheduleTask): Schedule | null {
  const { window, needMs, timeline } = task;
  const firstMs = task.isOn ? window.startAtMs + task.minPauseMs : window.startAtMs;
  const lastMs = window.endAtMs - needMs;
  if (window.startAtMs > lastMs) return null;
  const startsMs = new Set<number>([firstMs, lastMs]);
  for (const edgeMs of timeline.edgesMs) startsMs.add(edgeMs).add(edgeMs - needMs);
  if (task.constantKw === null) {
    for (let at = Math.ceil(firstMs / TAPER_GRID_MS) * TAPER_GRID_MS; at <= lastMs; at += TAPER_GRID_MS)
      startsMs.add(at);
  }
  let bestMs: number | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  if (task.isOn) {
    bestMs = window.startAtMs;
    bestCost = costFrom(task, bestMs);
  }
  // A later start takes the place of an equal one unless early is better where it would begin.
  for (const atMs of [...startsMs].sort((a, b) => a - b)) {
    if (atMs < firstMs || atMs > lastMs) continue;
    const cost = task.startCost + costFrom(task, atMs);
    const isTie = Math.abs(cost - bestCost) <= TIE;
    const keepsTie =
      bestMs !== null && ((task.isOn && bestMs === window.startAtMs) || isEarlyStep(task, bestMs));
    if (isTie ? !keepsTie : cost < bestCost) {
      bestCost = cost;
      bestMs = atMs;
    }
  }
  if (bestMs === null) return null;
  return { runs: [{ startAtMs: bestMs, endAtMs: bestMs + needMs }], counted: bestCost };
}

function costFrom(task: ScheduleTask, atMs: number): number {
  const { edgesMs, price, weightPerMs } = task.timeline;
  let cost = 0;
  let rest = task.needMs;
  const endMs = atMs + task.needMs;
  for (let i = 0; i < price.length; i++) {
    const from = Math.max(atMs, edgesMs[i] ?? 0);
    const until = Math.min(endMs, edgesMs[i + 1] ?? 0);
    if (until <= from) continue;
    const after = rest - (until - from);
    cost +=
      (price[i] ?? 0) * (task.restKwh(rest) - task.restKwh(after)) + (weightPerMs[i] ?? 0) * (until - from);
    rest = after;
  }
  return cost;
}

function isEarlyStep(task: ScheduleTask, atMs: number): boolean {
  const { edgesMs, isEarly } = task.timeline;
  let step = 0;
  while (step < isEarly.length - 1 && (edgesMs[step + 1] ?? 0) <= atMs) step++;
  return isEarly[step] === true;
}
