import type { Interval } from '../domain/interval.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { cheapestFirst } from './cheapest.ts';
import { keepsMinimums } from './keeps-minimums.ts';
import type { Lattice } from './lattice.ts';
import { latticeOf } from './lattice.ts';
import type { Corridor } from './lattice-tables.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { singleRun } from './single-run.ts';
import { taperSchedule } from './taper-schedule.ts';
import { turnSchedule } from './turn-schedule.ts';

const COARSE_UNIT_MS = 15 * MINUTE_MS;
/** How far the fine schedule may be ahead of or behind the coarse one, in time charged. */
const CORRIDOR_MS = 10 * MINUTE_MS;
const ROUNDS_MAX = 4;
/** States of a one-minute grid. A short charge is cut that fine: where it begins within five minutes is much of its cost. */
const SHORT_STATES_MAX = 6000;

/** Where there is a coarse grid, the search over turns is the quicker one up to so many cells. */
const QUICK_CELLS_MAX = 450;

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
  const isOnePrice = task.timeline.price.length === 1;
  const isOneRun = task.needMs === lengthMs || task.needMs === task.minRunMs;
  if (isOnePrice || isOneRun) return singleRun(task);
  if (task.constantKw !== null && task.startCost === 0) {
    // Nothing is cheaper without minimum runs and pauses either, so where they hold by themselves it is the best.
    const cheapest = cheapestFirst(task, task.constantKw);
    if (keepsMinimums(task, cheapest.runs)) return cheapest;
  }
  if (task.constantKw !== null) {
    return turnSchedule(task) ?? walk(fillTables(task, latticeOf(task)));
  }
  return refined(task);
}

/**
 * With taper: the best on the fine grid, by the search over turns. Where that leaves many, and there is a coarse grid, the
 * best on that, then the best on the fine grid within a corridor around that schedule. While the best one touches the
 * corridor's wall the corridor is laid around it anew, so that what comes out is the best of all that is near it.
 */
function refined(task: ScheduleTask): Schedule | null {
  const lengthMs = task.window.endAtMs - task.window.startAtMs;
  const minutes = (lengthMs / MINUTE_MS) * (task.needMs / MINUTE_MS);
  const isShort = minutes <= SHORT_STATES_MAX;
  const lattice = isShort ? latticeOf(task, MINUTE_MS) : latticeOf(task);
  const coarseLattice = isShort ? lattice : latticeOf(task, COARSE_UNIT_MS);
  const isCoarser = coarseLattice.unitMs !== lattice.unitMs;
  if (!isShort && lattice.minCells > 0 && (!isCoarser || lattice.last <= QUICK_CELLS_MAX)) {
    const found = taperSchedule(task, lattice, !isCoarser);
    if (found !== null) return found;
  }
  const coarse = walk(fillTables(task, coarseLattice));
  if (!isCoarser) return coarse;
  let corridor = coarse === null ? null : corridorAround(task, lattice, coarse.runs, null);
  let best: Schedule | null = null;
  for (let round = 0; corridor !== null && round < ROUNDS_MAX; round++) {
    const found = walk(fillTables(task, lattice, corridor));
    if (found === null) break;
    best = found;
    corridor = corridorAround(task, lattice, found.runs, corridor);
  }
  return best ?? walk(fillTables(task, lattice));
}

/** A corridor around runs; null where they keep off the walls of the one they were found in. */
function corridorAround(
  task: ScheduleTask,
  lattice: Lattice,
  runs: readonly Interval[],
  found: Corridor | null,
): Corridor | null {
  const low = new Int32Array(lattice.last + 2);
  const high = new Int32Array(lattice.last + 2);
  const reach = Math.ceil(CORRIDOR_MS / lattice.unitMs);
  let isAtWall = found === null;
  let next = 0;
  let restMs = task.needMs;
  let run = runs[0];
  for (let j = -1; j <= lattice.last; j++) {
    const atMs = lattice.originMs + j * lattice.unitMs;
    while (run !== undefined && run.endAtMs <= atMs) {
      restMs -= run.endAtMs - run.startAtMs;
      run = runs[++next];
    }
    const chargedMs = run === undefined ? 0 : Math.max(0, atMs - run.startAtMs);
    const k = Math.floor((restMs - chargedMs) / lattice.unitMs);
    low[j + 1] = Math.max(0, k - reach - 1);
    high[j + 1] = k + reach;
    if (j < 0 || found === null) continue;
    if (k >= (found.high[j + 1] ?? 0) || (k > 0 && k <= (found.low[j + 1] ?? 0))) isAtWall = true;
  }
  return isAtWall ? { low, high } : null;
}
