import type { Lattice } from './lattice.ts';
import { chargeCost } from './lattice-cost.ts';
import { earlyRows, freeRows, lateRows } from './lattice-rows.ts';
import type { ScheduleTask } from './schedule.ts';

/**
 * Least cost from every state to the end of the window. A state is a cell edge j, on or off, and what is left to
 * charge: k cells plus a remainder. The remainder tells which half of the schedule we are in:
 * - before the free edges ("early" rows, one set per head use a): the need less the head when it was charged in;
 * - after them ("late" rows, one set per tail use b): the tail when it will be charged in.
 * Between the two stand the free edges, a remainder `gapMs[a, b]` after (stops) or before (starts) a cell edge.
 */
export interface Tables {
  readonly lattice: Lattice;
  readonly task: ScheduleTask;
  /**
   * The k worth computing, per edge j at index j + 1: from what is left when everything so far was charged, with room
   * for remainders, to what the time left can hold; and within the corridor, if one is given.
   */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly hasCorridor: boolean;
  /** Row j of a set begins at its base + (j + 1) * stride. */
  readonly cells: Float64Array;
  readonly stride: number;
  /** How far beyond its computed part a row may be read. */
  readonly reach: number;
  readonly heads: number;
  readonly tails: number;
  readonly onEarly: readonly number[];
  readonly offEarly: readonly number[];
  readonly onLate: readonly number[];
  readonly offLate: readonly number[];
  /** Indexed a * 2 + b: the charge stops at edge j + gap; it starts at edge j + 1 - gap. Starts include their cost. */
  readonly freeStop: readonly number[];
  readonly freeStart: readonly number[];
  readonly gapMs: readonly number[];
  /** k of the late row for k of the early row minus this, once the gap is charged. */
  readonly shift: readonly number[];
  /** Cells left at the first edge, by head use (-1 when the need is less than the head), and the most overall. */
  readonly kMaxEarly: readonly number[];
  readonly kMax: number;
  /** Remainders of the early sets. */
  readonly earlyRestMs: readonly number[];
  /** restKwh at k cells plus the remainder, per set. */
  readonly restEarly: readonly Float64Array[];
  readonly restLate: readonly Float64Array[];
  /** The schedules' ends: a stop at the window's end less 2i minimum runs, then i tight runs; and a start before that. */
  readonly endStop: readonly number[];
  readonly endStart: readonly number[];
}

let scratch = new Float64Array(1 << 16);

/** The k that are looked at, per edge j at index j + 1. */
export interface Corridor {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

export function fillTables(task: ScheduleTask, lattice: Lattice, corridor: Corridor | null = null): Tables {
  const tables = layOut(task, lattice, corridor);
  const { last } = lattice;
  for (let j = last; j >= -1; j--) {
    const kLow = tables.low[j + 1] ?? 0;
    const kHigh = tables.high[j + 1] ?? 0;
    if (j >= 0) for (let b = 0; b < tables.tails; b++) lateRows(tables, j, b, kLow, kHigh);
    for (let a = 0; a < tables.heads; a++) {
      for (let b = 0; b < tables.tails; b++) {
        if ((tables.gapMs[a * 2 + b] ?? 0) > 0) freeRows(tables, j, a, b, kLow, kHigh);
      }
    }
    if (j >= 0) for (let a = 0; a < tables.heads; a++) earlyRows(tables, j, a, kLow, kHigh);
  }
  return tables;
}

function layOut(task: ScheduleTask, lattice: Lattice, corridor: Corridor | null): Tables {
  const { unitMs, headMs, tailMs, last, minCells } = lattice;
  const heads = headMs > 0 ? 2 : 1;
  const tails = tailMs > 0 ? 2 : 1;
  const kMax = Math.floor(task.needMs / unitMs);
  const stride = kMax + 2;
  const size = stride * (last + 2);
  const withGap = heads * tails;
  const total = size * (2 * heads + 2 * tails + 2 * withGap);
  if (scratch.length < total) scratch = new Float64Array(Math.ceil(total * 1.5));
  let next = 0;
  const take = () => {
    const base = next;
    next += size;
    return base;
  };
  const earlyRestMs: number[] = [];
  const kMaxEarly: number[] = [];
  const restEarly: Float64Array[] = [];
  const restLate: Float64Array[] = [];
  const gapMs = [0, 0, 0, 0];
  const shift = [0, 0, 0, 0];
  const freeStop = [0, 0, 0, 0];
  const freeStart = [0, 0, 0, 0];
  const onEarly: number[] = [];
  const offEarly: number[] = [];
  const onLate: number[] = [];
  const offLate: number[] = [];
  for (let b = 0; b < tails; b++) {
    onLate.push(take());
    offLate.push(take());
    restLate.push(restTable(task, unitMs, b * tailMs, kMax + 1));
  }
  for (let a = 0; a < heads; a++) {
    const left = task.needMs - a * headMs;
    const rest = ((left % unitMs) + unitMs) % unitMs;
    earlyRestMs.push(rest);
    kMaxEarly.push((left - rest) / unitMs);
    onEarly.push(take());
    offEarly.push(take());
    restEarly.push(restTable(task, unitMs, rest, kMax + 1));
    for (let b = 0; b < tails; b++) {
      const pair = a * 2 + b;
      const gap = rest - b * tailMs;
      gapMs[pair] = gap >= 0 ? gap : gap + unitMs;
      shift[pair] = gap >= 0 ? 0 : 1;
      freeStop[pair] = take();
      freeStart[pair] = take();
    }
  }
  const endStop = [0];
  const endStart: number[] = [];
  const tables: Tables = {
    lattice,
    task,
    ...bandOf(task, lattice, kMax, corridor),
    hasCorridor: corridor !== null,
    cells: scratch,
    stride,
    reach: task.constantKw === null ? minCells + 3 : 2 * minCells + 3,
    heads,
    tails,
    onEarly,
    offEarly,
    onLate,
    offLate,
    freeStop,
    freeStart,
    gapMs,
    shift,
    kMaxEarly,
    kMax,
    earlyRestMs,
    restEarly,
    restLate,
    endStop,
    endStart,
  };
  const runMs = minCells * unitMs;
  for (let i = 0; minCells > 0 && (2 * i + 1) * minCells <= last && (i + 1) * minCells <= kMax; i++) {
    const startAtMs = task.window.endAtMs - (2 * i + 1) * runMs;
    const cost =
      task.startCost + chargeCost(task, lattice, startAtMs, runMs, (i + 1) * runMs) + (endStop[i] ?? 0);
    endStart.push(cost);
    endStop.push(cost);
  }
  return tables;
}

function bandOf(
  task: ScheduleTask,
  { headMs, unitMs, last }: Lattice,
  kMax: number,
  corridor: Corridor | null,
): Corridor {
  const low = new Int32Array(last + 2);
  const high = new Int32Array(last + 2);
  const first = Math.ceil((task.needMs - headMs) / unitMs) - 2;
  for (let j = -1; j <= last; j++) {
    const least = Math.max(0, first - j);
    const most = Math.min(kMax, last - j + 1);
    low[j + 1] = corridor === null ? least : Math.max(least, Math.min(kMax, corridor.low[j + 1] ?? 0));
    high[j + 1] = corridor === null ? most : Math.min(most, corridor.high[j + 1] ?? 0);
  }
  return { low, high };
}

function restTable(task: ScheduleTask, unitMs: number, remainderMs: number, length: number): Float64Array {
  const table = new Float64Array(length);
  for (let k = 0; k < length; k++) table[k] = task.restKwh(k * unitMs + remainderMs);
  return table;
}
