import type { Cells } from './cells.ts';
import type { Load } from './load.ts';

/** What the limit leaves in each cell beside loads, each at its highest within the cell. */
export function roomUnder(loads: readonly Load[], cells: Cells, limitKw: number): Float64Array {
  const room = new Float64Array(cells.count).fill(limitKw);
  for (const load of loads) {
    for (let t = 0; t < cells.count; t++) {
      const startMs = cells.edgesMs[t] ?? 0;
      const endMs = cells.edgesMs[t + 1] ?? startMs;
      let most = 0;
      for (let i = 0; i + 1 < load.atMs.length; i++) {
        if ((load.atMs[i] ?? 0) < endMs && (load.atMs[i + 1] ?? 0) > startMs)
          most = Math.max(most, load.powerKw[i] ?? 0);
      }
      room[t] = (room[t] ?? 0) - most;
    }
  }
  return room;
}
