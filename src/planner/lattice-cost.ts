import type { Lattice } from './lattice.ts';
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
