import type { Lattice } from './lattice.ts';
import { takeNumbers } from './numbers.ts';
import type { ScheduleTask } from './schedule.ts';

/**
 * The task without its total: each ms of charging is worth `worth` instead. Its best schedules hang on cell edges alone, so
 * two numbers per edge say what they cost. The window is widened to whole cells; what is so allowed besides only lowers
 * these costs. Only for constant power.
 */
export interface Relaxed {
  /** Edges 0 to `count`; edge 0 is cell edge -`offset` of the lattice. */
  readonly count: number;
  readonly offset: number;
  /** What a ms of charging counts in each cell, and charging through all cells before each edge. */
  readonly ratePerMs: Float64Array;
  readonly costTo: Float64Array;
  readonly startCost: number;
  readonly minCells: number;
  readonly unitMs: number;
  readonly isOn: boolean;
  /** The window, in ms from the lattice's first edge. */
  readonly beginMs: number;
  readonly endMs: number;
}

/** Least cost, less what is charged times its worth, between one end of the window and each edge. */
export interface Sweep {
  readonly worth: number;
  /** Charging, for a minimum run or longer. */
  readonly on: Float64Array;
  /** Not charging, and free to start. */
  readonly off: Float64Array;
}

export function relaxedOf(task: ScheduleTask, lattice: Lattice, kwhPerMs: number): Relaxed {
  const { unitMs, headMs, tailMs, last, minCells } = lattice;
  const offset = headMs > 0 ? 1 : 0;
  const count = last + offset + (tailMs > 0 ? 1 : 0);
  const ratePerMs = takeNumbers(last + 1 + offset);
  for (let e = 0; e < ratePerMs.length; e++) {
    const cell = e - offset + 1;
    ratePerMs[e] = (lattice.price[cell] as number) * kwhPerMs + (lattice.weight[cell] as number);
  }
  const costTo = takeNumbers(count + 1);
  costTo[0] = 0;
  for (let e = 0; e < count; e++) {
    costTo[e + 1] = (costTo[e] as number) + (ratePerMs[e] as number) * unitMs;
  }
  const { startCost, isOn } = task;
  const endMs = last * unitMs + tailMs;
  return { count, offset, ratePerMs, costTo, startCost, minCells, unitMs, isOn, beginMs: -headMs, endMs };
}

/** What charging all the time counts up to an instant, in ms from the lattice's first edge. */
export function costBefore({ costTo, ratePerMs, offset, unitMs }: Relaxed, atMs: number): number {
  const cell = Math.floor(atMs / unitMs);
  const inCellMs = atMs - cell * unitMs;
  const before = costTo[cell + offset] as number;
  return inCellMs === 0 ? before : before + inCellMs * (ratePerMs[cell + offset] as number);
}

/** From the window's start to each edge. */
export function forwards(relaxed: Relaxed, worth: number): Sweep {
  const { count, costTo, startCost, minCells, unitMs, isOn } = relaxed;
  const on = takeNumbers(count + 1).fill(NEVER, 0, minCells + 1);
  const off = takeNumbers(count + 1).fill(NEVER, 0, minCells + 1);
  const begin = startCost - worth * unitMs * minCells;
  on[0] = isOn ? 0 : NEVER;
  off[0] = isOn ? NEVER : 0;
  for (let e = minCells === 0 ? 0 : 1; e <= count; e++) {
    if (e > 0) {
      on[e] = (on[e - 1] as number) + cellCost(relaxed, e - 1, worth);
      off[e] = off[e - 1] as number;
    }
    const before = e - minCells;
    if (before < 0) continue;
    if ((on[before] as number) < (off[e] as number)) off[e] = on[before] as number;
    const started = (off[before] as number) + begin + (costTo[e] as number) - (costTo[before] as number);
    if (started < (on[e] as number)) on[e] = started;
  }
  return { worth, on, off };
}

/** From each edge to the window's end. */
export function backwards(relaxed: Relaxed, worth: number): Sweep {
  const { count, ratePerMs, costTo, startCost, minCells, unitMs } = relaxed;
  // Charging may end anywhere, and a last stop needs no room for a pause.
  const on = takeNumbers(count + 1);
  const off = takeNumbers(count + 1);
  on[count] = 0;
  off[count] = 0;
  const begin = startCost - worth * unitMs * minCells;
  for (let e = count - 1; e >= 0; e--) {
    on[e] = Math.min(0, (on[e + 1] as number) + ((ratePerMs[e] as number) - worth) * unitMs);
    off[e] = off[e + 1] as number;
    const after = e + minCells;
    if (after > count) continue;
    const started = (on[after] as number) + begin + (costTo[after] as number) - (costTo[e] as number);
    if (started < (off[e] as number)) off[e] = started;
    if ((off[after] as number) < (on[e] as number)) on[e] = off[after] as number;
  }
  return { worth, on, off };
}

/** A schedule of the relaxed task: its turns as edges (start, stop, start, …), and what it costs without any worth. */
export interface Path {
  readonly turns: readonly number[];
  readonly chargedMs: number;
  readonly cost: number;
}

/** A best schedule for the worth of a sweep forwards, read back from where it stops last. */
export function pathOf(relaxed: Relaxed, { worth, on, off }: Sweep): Path {
  const { count, costTo, startCost, minCells, unitMs } = relaxed;
  let e = 0;
  for (let i = 1; i <= count; i++) if ((on[i] as number) < (on[e] as number)) e = i;
  if ((on[e] as number) >= 0) return { turns: [], chargedMs: 0, cost: 0 };
  const turns = [e];
  let cells = 0;
  let cost = 0;
  let isOn = true;
  while (e > 0 || isOn !== relaxed.isOn) {
    const before = e - minCells;
    if (!isOn) {
      if (e > 0 && off[e] === off[e - 1]) {
        e--;
      } else {
        isOn = true;
        e = before;
        turns.push(e);
      }
    } else if (e > 0 && on[e] === (on[e - 1] as number) + cellCost(relaxed, e - 1, worth)) {
      e--;
      if (e > 0 || !isCut(relaxed, 0, worth)) {
        cells++;
        cost += (costTo[e + 1] as number) - (costTo[e] as number);
      }
    } else {
      isOn = false;
      cells += minCells;
      cost += startCost + (costTo[e] as number) - (costTo[before] as number);
      e = before;
      turns.push(e);
    }
  }
  if (isOn) turns.push(0);
  return { turns: turns.reverse(), chargedMs: cells * unitMs, cost };
}

const NEVER = Number.POSITIVE_INFINITY;

/** What charging through a cell counts, less its worth; a charge under way may leave out the cell that the window begins in. */
function cellCost(relaxed: Relaxed, cell: number, worth: number): number {
  if (cell === 0 && isCut(relaxed, cell, worth)) return 0;
  return ((relaxed.ratePerMs[cell] as number) - worth) * relaxed.unitMs;
}

function isCut({ isOn, offset, ratePerMs }: Relaxed, cell: number, worth: number): boolean {
  return isOn && offset === 1 && (ratePerMs[cell] as number) > worth;
}
