import type { Interval } from '../domain/interval.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { cheapestFirst } from './cheapest.ts';
import type { Lattice } from './lattice.ts';
import { latticeOf } from './lattice.ts';
import type { Corridor } from './lattice-tables.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { singleRun } from './single-run.ts';

const COARSE_UNIT_MS = 15 * MINUTE_MS;
/** How far the fine schedule may be ahead of or behind the coarse one, in time charged. */
const CORRIDOR_MS = 15 * MINUTE_MS;

/** The schedule that costs least; null when the window is too short for the need. See lattice.ts for why it is exact. */
export function bestSchedule(task: ScheduleTask): Schedule | null {
  const lengthMs = task.window.endAtMs - task.window.startAtMs;
  if (task.needMs > lengthMs) return null;
  if (task.needMs <= 0) return { runs: [], counted: 0 };
  if (task.needMs < task.minRunMs) {
    // Too little left for a run of its own: the run under way takes it along.
    const { startAtMs } = task.window;
    return task.isOn ? { runs: [{ startAtMs, endAtMs: startAtMs + task.needMs }], counted: 0 } : null;
  }
  const isOneRun = task.needMs === lengthMs || task.needMs === task.minRunMs;
  if (isOneRun) return singleRun(task);
  if (task.constantKw !== null && task.startCost === 0 && task.minRunMs === 0 && task.minPauseMs === 0) {
    return cheapestFirst(task, task.constantKw);
  }
  if (task.constantKw !== null) return walk(fillTables(task, latticeOf(task)));
  return refined(task);
}

/** With taper: the best on a coarse grid, then the best on the fine one near it. */
function refined(task: ScheduleTask): Schedule | null {
  const coarse = walk(fillTables(task, latticeOf(task, COARSE_UNIT_MS)));
  const lattice = latticeOf(task);
  const corridor = coarse === null ? null : corridorAround(task, lattice, coarse.runs);
  const fine = walk(fillTables(task, lattice, corridor));
  if (fine === null) return walk(fillTables(task, lattice));
  return fine;
}

function corridorAround(task: ScheduleTask, lattice: Lattice, runs: readonly Interval[]): Corridor {
  const low = new Int32Array(lattice.last + 2);
  const high = new Int32Array(lattice.last + 2);
  const reach = Math.ceil(CORRIDOR_MS / lattice.unitMs);
  for (let j = -1; j <= lattice.last; j++) {
    const atMs = lattice.originMs + j * lattice.unitMs;
    let restMs = task.needMs;
    for (const run of runs) restMs -= Math.max(0, Math.min(atMs, run.endAtMs) - run.startAtMs);
    const k = Math.floor(restMs / lattice.unitMs);
    low[j + 1] = Math.max(0, k - reach - 1);
    high[j + 1] = k + reach;
  }
  return { low, high };
}
