import type { Lattice } from './lattice.ts';
import { ratesPerMs } from './lattice-cost.ts';
import type { ScheduleTask } from './schedule.ts';

/**
 * The task without its total: each ms of charging is worth `worth` instead. Its best schedules hang on cell edges alone, so
 * a few numbers per edge say what they cost. The window is widened to whole cells; what is so allowed besides only lowers
 * these costs. Only for constant power and a minimum run.
 */
export interface Relaxed {
  /** Edges 0 to `count`; edge 0 is cell edge -`offset` of the lattice. */
  readonly count: number;
  readonly offset: number;
  /** Cost of charging through each cell. */
  readonly cellCost: Float64Array;
  /** Cost of a start and a minimum run from each edge. */
  readonly runCost: Float64Array;
  readonly minCells: number;
  readonly unitMs: number;
  readonly isOn: boolean;
}

/** Least cost, less what is charged times its worth, from one end of the window to each edge. */
export interface Sweep {
  /** Charging, for a minimum run or longer. */
  readonly on: Float64Array;
  /** Not charging, and free to start. */
  readonly off: Float64Array;
}

export function relaxedOf(task: ScheduleTask, lattice: Lattice): Relaxed {
  const { unitMs, headMs, tailMs, last, minCells } = lattice;
  const offset = headMs > 0 ? 1 : 0;
  const count = last + offset + (tailMs > 0 ? 1 : 0);
  const ratePerMs = ratesPerMs(task, lattice);
  const cellCost = new Float64Array(count);
  for (let e = 0; e < count; e++) cellCost[e] = (ratePerMs[e + 1 - offset] as number) * unitMs;
  const runCost = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  for (let e = 0; e + minCells <= count; e++) {
    let cost = task.startCost;
    for (let i = e; i < e + minCells; i++) cost += cellCost[i] as number;
    runCost[e] = cost;
  }
  return { count, offset, cellCost, runCost, minCells, unitMs, isOn: task.isOn };
}

/** From the window's start to each edge. */
export function forwards(relaxed: Relaxed, worth: number): Sweep {
  const { count, offset, cellCost, runCost, minCells, unitMs, isOn } = relaxed;
  const on = new Float64Array(count + 1);
  const off = new Float64Array(count + 1);
  on[0] = isOn ? 0 : Number.POSITIVE_INFINITY;
  off[0] = isOn ? Number.POSITIVE_INFINITY : 0;
  const each = worth * unitMs;
  for (let e = 1; e <= count; e++) {
    let more = (cellCost[e - 1] as number) - each;
    // A charge under way may take any part of the cell that the window begins in.
    if (e === 1 && offset === 1 && more > 0) more = 0;
    let charging = (on[e - 1] as number) + more;
    let waiting = off[e - 1] as number;
    if (e >= minCells) {
      const begun = e - minCells;
      const started = (off[begun] as number) + (runCost[begun] as number) - each * minCells;
      if (started < charging) charging = started;
      const stopped = on[begun] as number;
      if (stopped < waiting) waiting = stopped;
    }
    on[e] = charging;
    off[e] = waiting;
  }
  return { on, off };
}

/** From each edge to the window's end. */
export function backwards(relaxed: Relaxed, worth: number): Sweep {
  const { count, cellCost, runCost, minCells, unitMs } = relaxed;
  const on = new Float64Array(count + 1);
  const off = new Float64Array(count + 1);
  const each = worth * unitMs;
  for (let e = count - 1; e >= 0; e--) {
    // A last stop needs no room for a pause.
    let charging = Math.min(0, (on[e + 1] as number) + (cellCost[e] as number) - each);
    let waiting = off[e + 1] as number;
    if (e + minCells <= count) {
      const after = e + minCells;
      const started = (runCost[e] as number) - each * minCells + (on[after] as number);
      if (started < waiting) waiting = started;
      const stopped = off[after] as number;
      if (stopped < charging) charging = stopped;
    }
    on[e] = charging;
    off[e] = waiting;
  }
  return { on, off };
}

/** A schedule of the relaxed task: its turns as edges (start, stop, start, …), and what it costs without any worth. */
export interface Path {
  readonly turns: readonly number[];
  readonly chargedMs: number;
  readonly cost: number;
}

/** A best schedule for a worth, read from where the sweep back says that it costs least. */
export function pathOf(relaxed: Relaxed, back: Sweep, worth: number): Path {
  const { count, cellCost, runCost, minCells, unitMs } = relaxed;
  const each = worth * unitMs;
  const turns: number[] = relaxed.isOn ? [0] : [];
  let isOn = relaxed.isOn;
  let cells = 0;
  let cost = 0;
  let e = 0;
  while (e < count) {
    if (isOn) {
      const here = back.on[e] as number;
      if (here === (back.on[e + 1] as number) + (cellCost[e] as number) - each) {
        cost += cellCost[e] as number;
        cells++;
        e++;
        continue;
      }
      turns.push(e);
      isOn = false;
      if (here === 0 && (e + minCells > count || here !== back.off[e + minCells])) break;
      e += minCells;
    } else if (back.off[e] === back.off[e + 1]) {
      e++;
    } else {
      turns.push(e);
      isOn = true;
      cost += runCost[e] as number;
      cells += minCells;
      e += minCells;
    }
  }
  if (isOn) turns.push(count);
  return { turns, chargedMs: cells * unitMs, cost };
}
