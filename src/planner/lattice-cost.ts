import type { Lattice } from './lattice.ts';
import type { Tables } from './lattice-tables.ts';
import type { ScheduleTask } from './schedule.ts';

/** What charging for `lengthMs` from an instant counts, with `restMs` left to charge at its start. */
export function chargeCost(
  task: ScheduleTask,
  lattice: Lattice,
  atMs: number,
  lengthMs: number,
  restMs: number,
): number {
  const endMs = atMs + lengthMs;
  let cost = 0;
  let at = atMs;
  let rest = restMs;
  while (at < endMs) {
    const cell = Math.floor((at - lattice.originMs) / lattice.unitMs);
    const until = Math.min(endMs, lattice.originMs + (cell + 1) * lattice.unitMs);
    const after = rest - (until - at);
    cost +=
      (lattice.price[cell + 1] ?? 0) * (task.restKwh(rest) - task.restKwh(after)) +
      (lattice.weight[cell + 1] ?? 0) * (until - at);
    rest = after;
    at = until;
  }
  return cost;
}

/** What charging in `count` whole cells from edge j counts, with k cells left at its start. */
export function runCost(t: Tables, rest: Float64Array, j: number, k: number, count: number): number {
  const { price, weight, unitMs } = t.lattice;
  let cost = 0;
  for (let i = 0; i < count; i++) {
    cost +=
      (price[j + 1 + i] as number) * ((rest[k - i] as number) - (rest[k - i - 1] as number)) +
      (weight[j + 1 + i] as number) * unitMs;
  }
  return cost;
}

/** Cost of a free start whose run ends with the window's end, or a tight chain of it, within the cell after the minimum. */
export function freeStartToEnd(t: Tables, j: number, a: number, pair: number, k: number): number {
  const { lattice, task } = t;
  const complementMs = lattice.unitMs - (t.gapMs[pair] ?? 0);
  const atMs = lattice.originMs + j * lattice.unitMs + complementMs;
  const lengthMs = lattice.minCells * lattice.unitMs + lattice.tailMs - complementMs;
  const restMs = k * lattice.unitMs + (t.earlyRestMs[a] ?? 0);
  return task.startCost + chargeCost(task, lattice, atMs, lengthMs, restMs);
}
