import { chargeCost } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';

// The recurrences, a row at a time. Each row computes the k that the start can reach and that the time left can hold,
// and writes Infinity above as far as other rows may read. Nothing is allocated here.
// An index into a table is within it by construction of the loops, so reads say `as number` instead of asking again.

const NEVER = Number.POSITIVE_INFINITY;

/** Rows of edge j after the free edges. */
export function lateRows(t: Tables, j: number, b: number, kLow: number, kHigh: number): void {
  const { cells, stride, lattice, task } = t;
  const { last, minCells, unitMs, tailMs } = lattice;
  const on = (t.onLate[b] ?? 0) + (j + 1) * stride;
  const off = (t.offLate[b] ?? 0) + (j + 1) * stride;
  const rest = t.restLate[b] ?? EMPTY;
  const hasNext = j < last;
  const hasRun = j + minCells <= last;
  const price = lattice.price[j + 1] ?? 0;
  const weight = (lattice.weight[j + 1] ?? 0) * unitMs;
  const flatRun = flatRunCost(t, j, minCells);
  const startCost = task.startCost;
  for (let k = kLow; k <= kHigh; k++) {
    const goOn =
      hasNext && k > 0
        ? price * ((rest[k] as number) - (rest[k - 1] as number)) +
          weight +
          (cells[on + stride + k - 1] as number)
        : NEVER;
    let best = hasNext ? (cells[off + stride + k] as number) : NEVER;
    if (minCells === 0) {
      if (startCost + goOn < best) best = startCost + goOn;
      cells[off + k] = best;
      cells[on + k] = Math.min(goOn, best);
    } else {
      if (hasRun && k >= minCells) {
        const run = flatRun ?? runCost(t, rest, j, k, minCells);
        const begin = startCost + run + (cells[on + minCells * stride + k - minCells] as number);
        if (begin < best) best = begin;
      }
      cells[off + k] = best;
      const stop = hasRun ? (cells[off + minCells * stride + k] as number) : NEVER;
      cells[on + k] = Math.min(goOn, stop);
    }
  }
  fillAround(t, on, kLow, kHigh);
  fillAround(t, off, kLow, kHigh);
  if (b === 0) {
    cells[on] = 0;
    cells[off] = 0;
    const i = endIndex(last - j, minCells, 1);
    if (i >= 0 && i < t.endStart.length) lower(cells, off + (i + 1) * minCells, t.endStart[i] ?? NEVER);
  } else {
    const i = minCells === 0 ? (j === last ? 0 : -1) : endIndex(last - j, minCells, 0);
    if (i >= 0 && i < t.endStop.length) {
      const k = i * minCells;
      const tail =
        price * ((rest[k] as number) - task.restKwh(k * unitMs)) + (lattice.weight[j + 1] ?? 0) * tailMs;
      const stopAtEnd = tail + (t.endStop[i] ?? NEVER);
      lower(cells, on + k, stopAtEnd);
      if (minCells === 0) lower(cells, off + k, startCost + stopAtEnd);
    }
  }
}

/** Rows of the free stop at edge j + gap and the free start at edge j + 1 - gap. */
export function freeRows(t: Tables, j: number, a: number, b: number, kLow: number, kHigh: number): void {
  const { cells, stride, lattice, task } = t;
  const { last, minCells, unitMs, tailMs } = lattice;
  const pair = a * 2 + b;
  const gapMs = t.gapMs[pair] ?? 0;
  const shift = t.shift[pair] ?? 0;
  const complementMs = unitMs - gapMs;
  const early = t.restEarly[a] ?? EMPTY;
  const late = t.restLate[b] ?? EMPTY;
  const stop = (t.freeStop[pair] ?? 0) + (j + 1) * stride;
  const start = (t.freeStart[pair] ?? 0) + (j + 1) * stride;
  const offLate = (t.offLate[b] ?? 0) + (j + 1) * stride;
  const onLate = (t.onLate[b] ?? 0) + (j + 1) * stride;
  const price0 = lattice.price[j + 1] ?? 0;
  const price1 = lattice.price[j + minCells + 1] ?? 0;
  const price2 = lattice.price[j + 2 * minCells + 1] ?? 0;
  const weight0 = lattice.weight[j + 1] ?? 0;
  const weight1 = lattice.weight[j + minCells + 1] ?? 0;
  const weight2 = lattice.weight[j + 2 * minCells + 1] ?? 0;
  // With taper these chains are left out: they gain less than the grid loses.
  const hasTwo = task.constantKw !== null && minCells > 0 && j + 2 * minCells <= last;
  const two = 2 * minCells * stride;

  // The stop: the pause lasts until the edge after minCells, or exactly the minimum before a run of exactly the minimum.
  const canStop = j < last || gapMs <= tailMs;
  const canLeave = canStop && j + minCells + 1 <= last;
  const leave = offLate + (minCells + 1) * stride;
  const flatBetween = flatRunCost(t, j + minCells + 1, minCells - 1);
  const runWeight = weight1 * complementMs + weight2 * gapMs;
  for (let k = kLow; k <= kHigh; k++) {
    let best = canLeave ? (cells[leave + k] as number) : NEVER;
    if (canStop && hasTwo && k >= minCells) {
      const middle = k + shift - 1;
      const tight =
        task.startCost +
        price1 * ((late[k] as number) - (early[middle] as number)) +
        (flatBetween ?? runCost(t, early, j + minCells + 1, middle, minCells - 1)) +
        price2 * ((early[middle - minCells + 1] as number) - (late[k - minCells] as number)) +
        runWeight +
        (cells[stop + two + k - minCells] as number);
      if (tight < best) best = tight;
    }
    cells[stop + k] = best;
  }
  fillAround(t, stop, kLow, kHigh);
  if (canStop && b === 0) {
    cells[stop] = 0;
    const i = endIndex(last - j - minCells, minCells, 1);
    if (i >= 0 && i < t.endStart.length && tailMs >= gapMs) {
      lower(cells, stop + (i + 1) * minCells, t.endStart[i] ?? NEVER);
    }
  }

  // The start: the run lasts until the edge after minCells or later, or exactly the minimum before a pause of exactly that.
  const canStart = j + minCells < last || (j + minCells === last && complementMs <= tailMs);
  const hasMain = j + 1 + minCells <= last;
  const main = onLate + (1 + minCells) * stride;
  const flatMain = flatRunCost(t, j + 1, minCells);
  const flatTight = flatRunCost(t, j + 1, minCells - 1);
  const firstWeight = weight0 * gapMs;
  const tightWeight = weight1 * complementMs;
  for (let k = kLow; k <= kHigh; k++) {
    let best = NEVER;
    const inner = k - shift;
    if (canStart && inner >= 0) {
      const first = task.startCost + price0 * ((early[k] as number) - (late[inner] as number)) + firstWeight;
      if (hasMain && inner >= minCells) {
        best =
          first +
          (flatMain ?? runCost(t, late, j + 1, inner, minCells)) +
          (cells[main + inner - minCells] as number);
      }
      if (hasTwo && k >= minCells) {
        const tight =
          first +
          (flatTight ?? runCost(t, late, j + 1, inner, minCells - 1)) +
          price1 * ((late[inner - minCells + 1] as number) - (early[k - minCells] as number)) +
          tightWeight +
          (cells[start + two + k - minCells] as number);
        if (tight < best) best = tight;
      }
    }
    cells[start + k] = best;
  }
  fillAround(t, start, kLow, kHigh);
  if (b === 1 && tailMs >= complementMs) {
    const i = minCells === 0 ? (j === last ? 0 : -1) : endIndex(last - j - minCells, minCells, 0);
    const k = (i + 1) * minCells - 1 + shift;
    if (i >= 0 && i < t.endStop.length && k >= 0 && k <= t.kMax) {
      lower(cells, start + k, freeStartToEnd(t, j, a, pair, k) + (t.endStop[i] ?? NEVER));
    }
  }
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

/** Rows of edge j before the free edges. */
export function earlyRows(t: Tables, j: number, a: number, kLow: number, kHigh: number): void {
  const { cells, stride, lattice, task } = t;
  const { last, minCells, unitMs } = lattice;
  const on = (t.onEarly[a] ?? 0) + (j + 1) * stride;
  const off = (t.offEarly[a] ?? 0) + (j + 1) * stride;
  const rest = t.restEarly[a] ?? EMPTY;
  const hasNext = j < last;
  const hasRun = j + minCells <= last;
  const price = lattice.price[j + 1] ?? 0;
  const weightPerMs = lattice.weight[j + 1] ?? 0;
  const weight = weightPerMs * unitMs;
  const flatRun = flatRunCost(t, j, minCells);
  const startCost = task.startCost;
  // Per tail use: the rows that a free edge leads to, or the late rows themselves where no free edge is needed.
  const row = (j + 1) * stride;
  const free0 = (t.gapMs[a * 2] ?? 0) > 0;
  const stop0 = ((free0 ? t.freeStop[a * 2] : t.onLate[0]) ?? 0) + row;
  const start0 = ((free0 ? t.freeStart[a * 2] : t.offLate[0]) ?? 0) + row;
  const shift0 = t.shift[a * 2] ?? 0;
  const late0 = t.restLate[0] ?? EMPTY;
  const weight0 = weightPerMs * (t.gapMs[a * 2] ?? 0);
  const hasTail = t.tails > 1;
  const free1 = (t.gapMs[a * 2 + 1] ?? 0) > 0;
  const stop1 = ((free1 ? t.freeStop[a * 2 + 1] : t.onLate[1]) ?? 0) + row;
  const start1 = ((free1 ? t.freeStart[a * 2 + 1] : t.offLate[1]) ?? 0) + row;
  const shift1 = t.shift[a * 2 + 1] ?? 0;
  const late1 = t.restLate[1] ?? EMPTY;
  const weight1 = weightPerMs * (t.gapMs[a * 2 + 1] ?? 0);
  for (let k = kLow; k <= kHigh; k++) {
    const restHere = rest[k] ?? 0;
    let goOn =
      hasNext && k > 0
        ? price * (restHere - (rest[k - 1] as number)) + weight + (cells[on + stride + k - 1] as number)
        : NEVER;
    let best = hasNext ? (cells[off + stride + k] as number) : NEVER;
    const from0 = cells[start0 + k] ?? 0;
    if (from0 < best) best = from0;
    if (k >= shift0) {
      const stop =
        price * (free0 ? restHere - (late0[k - shift0] as number) : 0) +
        weight0 +
        (cells[stop0 + k - shift0] as number);
      if (stop < goOn) goOn = stop;
    }
    if (hasTail) {
      const from1 = cells[start1 + k] ?? 0;
      if (from1 < best) best = from1;
      if (k >= shift1) {
        const stop =
          price * (free1 ? restHere - (late1[k - shift1] as number) : 0) +
          weight1 +
          (cells[stop1 + k - shift1] as number);
        if (stop < goOn) goOn = stop;
      }
    }
    if (minCells === 0) {
      if (startCost + goOn < best) best = startCost + goOn;
      cells[off + k] = best;
      cells[on + k] = Math.min(goOn, best);
    } else {
      if (hasRun && k >= minCells) {
        const run = flatRun ?? runCost(t, rest, j, k, minCells);
        const begin = startCost + run + (cells[on + minCells * stride + k - minCells] as number);
        if (begin < best) best = begin;
      }
      cells[off + k] = best;
      const stop = hasRun ? (cells[off + minCells * stride + k] as number) : NEVER;
      cells[on + k] = Math.min(goOn, stop);
    }
  }
  fillAround(t, on, kLow, kHigh);
  fillAround(t, off, kLow, kHigh);
}

const EMPTY = new Float64Array(0);

/** Infinity on both sides of what was computed, as far as other rows may read. */
function fillAround(t: Tables, row: number, kLow: number, kHigh: number): void {
  const reach = t.reach;
  const until = Math.min(t.stride - 1, kHigh + reach);
  for (let k = kHigh + 1; k <= until; k++) t.cells[row + k] = NEVER;
  if (!t.hasCorridor) return;
  for (let k = Math.max(0, kLow - reach); k < kLow; k++) t.cells[row + k] = NEVER;
}

/** i where distance is (2i + odd) minimum runs, else -1. */
function endIndex(distance: number, minCells: number, odd: number): number {
  if (minCells === 0 || distance < odd * minCells || distance % minCells !== 0) return -1;
  const runs = distance / minCells - odd;
  return runs % 2 === 0 ? runs / 2 : -1;
}

function lower(cells: Float64Array, index: number, value: number): void {
  if (value < (cells[index] as number)) cells[index] = value;
}

/** Cost of n whole cells from edge j at constant power; null where it depends on what is charged already. */
function flatRunCost(t: Tables, j: number, count: number): number | null {
  const { task, lattice } = t;
  if (task.constantKw === null) return null;
  const unitKwh = task.restKwh(lattice.unitMs);
  let cost = 0;
  for (let i = 0; i < count; i++) {
    cost += (lattice.price[j + 1 + i] ?? 0) * unitKwh + (lattice.weight[j + 1 + i] ?? 0) * lattice.unitMs;
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
