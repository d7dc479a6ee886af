import { earlyRows } from './early-rows.ts';
import { freeRows } from './free-rows.ts';
import { lateRows } from './late-rows.ts';
import type { Lattice } from './lattice.ts';
import { bandOf } from './lattice-band.ts';
import { chargeCost } from './lattice-cost.ts';
import type { ScheduleTask } from './schedule.ts';
import type { Shifts } from './shifted-runs.ts';
import { shiftsOf } from './shifted-runs.ts';

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
  /** The k that are computed, per edge j at index j + 1. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The k that other rows may read; Infinity where they are not computed. */
  readonly readLow: Int32Array;
  readonly readHigh: Int32Array;
  /** The value of (j, k) in a set is at the set's base + rowOf[j + 1] + k. */
  readonly cells: Float64Array;
  readonly rowOf: Int32Array;
  readonly heads: number;
  readonly tails: number;
  readonly onEarly: readonly number[];
  readonly offEarly: readonly number[];
  readonly onLate: readonly number[];
  readonly offLate: readonly number[];
  /** Off, and starting at this very edge; start cost and minimum run included. */
  readonly beginLate: readonly number[];
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
  /** Energy left at k cells plus the remainder, per set, and in the first of these cells; in the gap, per pair. */
  readonly restEarly: readonly Float64Array[];
  readonly restLate: readonly Float64Array[];
  readonly stepEarly: readonly Float64Array[];
  readonly stepLate: readonly Float64Array[];
  readonly gapKwh: readonly Float64Array[];
  /** Power falls or stays all along, but for rounding. */
  readonly isFalling: boolean;
  /** Bounds of the energy in a ms. */
  readonly leastKwhPerMs: number;
  readonly mostKwhPerMs: number;
  readonly shifts: Shifts;
  /** Room for one row of costs of a minimum run. */
  readonly runs: Float64Array;
  /** The schedules' ends: a stop at the window's end less 2i minimum runs, then i tight runs; and a start before that. */
  readonly endStop: readonly number[];
  readonly endStart: readonly number[];
  /** Least cost from the chain of tight edges at the window's start, filled as it is asked for: i-th stop at 2i, start at 2i + 1. */
  readonly chainCosts: (number | undefined)[];
}

/** Kept from call to call: a plan is made in one go, and nothing of its tables outlives it. */
let scratch = new Float64Array(1 << 16);

/** The k that are looked at, per edge j at index j + 1. */
export interface Corridor {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

export function fillTables(task: ScheduleTask, lattice: Lattice, corridor: Corridor | null = null): Tables {
  const tables = layOut(task, lattice, corridor);
  const { heads, tails, gapMs } = tables;
  for (let j = lattice.last; j >= -1; j--) {
    if (j >= 0) for (let b = 0; b < tails; b++) lateRows(tables, j, b);
    for (let a = 0; a < heads; a++) {
      for (let b = 0; b < tails; b++) {
        if ((gapMs[a * 2 + b] ?? 0) > 0) freeRows(tables, j, a, b);
      }
    }
    if (j >= 0) for (let a = 0; a < heads; a++) earlyRows(tables, j, a);
  }
  return tables;
}

function layOut(task: ScheduleTask, lattice: Lattice, corridor: Corridor | null): Tables {
  const { unitMs, headMs, tailMs } = lattice;
  const heads = headMs > 0 ? 2 : 1;
  const tails = tailMs > 0 ? 2 : 1;
  const kMax = Math.floor(task.needMs / unitMs);
  const band = bandOf(task, lattice, corridor);
  const size = band.size;
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
  const gapKwh: Float64Array[] = [EMPTY, EMPTY, EMPTY, EMPTY];
  const freeStop = [0, 0, 0, 0];
  const freeStart = [0, 0, 0, 0];
  const onEarly: number[] = [];
  const offEarly: number[] = [];
  const onLate: number[] = [];
  const offLate: number[] = [];
  const beginLate: number[] = [];
  for (let b = 0; b < tails; b++) {
    onLate.push(take());
    offLate.push(take());
    beginLate.push(take());
    restLate.push(restTable(task, unitMs, b * tailMs, kMax + 1));
  }
  for (let a = 0; a < heads; a++) {
    const left = task.needMs - a * headMs;
    const restMs = ((left % unitMs) + unitMs) % unitMs;
    const rest = restTable(task, unitMs, restMs, kMax + 1);
    earlyRestMs.push(restMs);
    kMaxEarly.push((left - restMs) / unitMs);
    onEarly.push(take());
    offEarly.push(take());
    restEarly.push(rest);
    for (let b = 0; b < tails; b++) {
      const pair = a * 2 + b;
      const gap = restMs - b * tailMs;
      gapMs[pair] = gap >= 0 ? gap : gap + unitMs;
      shift[pair] = gap >= 0 ? 0 : 1;
      if (gap === 0) continue;
      gapKwh[pair] = gapTable(rest, restLate[b] ?? EMPTY, gap >= 0 ? 0 : 1);
      freeStop[pair] = take();
      freeStart[pair] = take();
    }
  }
  if (scratch.length < next) scratch = new Float64Array(Math.ceil(next * 1.5));
  return {
    lattice,
    task,
    ...band,
    cells: scratch,
    heads,
    tails,
    onEarly,
    offEarly,
    onLate,
    offLate,
    beginLate,
    freeStop,
    freeStart,
    gapMs,
    shift,
    kMaxEarly,
    kMax,
    earlyRestMs,
    restEarly,
    restLate,
    stepEarly: restEarly.map(stepTable),
    stepLate: restLate.map(stepTable),
    gapKwh,
    chainCosts: [],
    runs: new Float64Array(kMax + 1),
    shifts: shiftsOf(lattice),
    ...powersOf(restEarly[0] ?? EMPTY, unitMs),
    ...endsOf(task, lattice, kMax),
  };
}

function powersOf(
  rest: Float64Array,
  unitMs: number,
): Pick<Tables, 'isFalling' | 'leastKwhPerMs' | 'mostKwhPerMs'> {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  let isFalling = true;
  let before = 0;
  for (let k = 1; k < rest.length; k++) {
    const kwh = (rest[k] as number) - (rest[k - 1] as number);
    if (kwh < before * (1 - 1e-9)) isFalling = false;
    if (kwh < least) least = kwh;
    if (kwh > most) most = kwh;
    before = kwh;
  }
  return { isFalling, leastKwhPerMs: least / unitMs, mostKwhPerMs: most / unitMs };
}

const EMPTY = new Float64Array(0);

/** What schedules count that end with tight runs and pauses at the window's end. */
function endsOf(task: ScheduleTask, lattice: Lattice, kMax: number): Pick<Tables, 'endStop' | 'endStart'> {
  const { minCells, unitMs, last } = lattice;
  const endStop = [0];
  const endStart: number[] = [];
  const runMs = minCells * unitMs;
  for (let i = 0; minCells > 0 && (2 * i + 1) * minCells <= last && (i + 1) * minCells <= kMax; i++) {
    const startAtMs = task.window.endAtMs - (2 * i + 1) * runMs;
    const cost =
      task.startCost + chargeCost(task, lattice, startAtMs, runMs, (i + 1) * runMs) + (endStop[i] ?? 0);
    endStart.push(cost);
    endStop.push(cost);
  }
  return { endStop, endStart };
}

function restTable(task: ScheduleTask, unitMs: number, remainderMs: number, length: number): Float64Array {
  const table = new Float64Array(length);
  for (let k = 0; k < length; k++) table[k] = task.restKwh(k * unitMs + remainderMs);
  return table;
}

function stepTable(rest: Float64Array): Float64Array {
  const table = new Float64Array(rest.length);
  for (let k = 1; k < rest.length; k++) table[k] = (rest[k] as number) - (rest[k - 1] as number);
  return table;
}

function gapTable(early: Float64Array, late: Float64Array, shift: number): Float64Array {
  const table = new Float64Array(early.length);
  for (let k = shift; k < table.length; k++) table[k] = (early[k] as number) - (late[k - shift] as number);
  return table;
}
