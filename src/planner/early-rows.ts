import type { Tables } from './lattice-tables.ts';
import { fillAround, fillRuns } from './row-parts.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Rows of edge j before the free edges. */
export function earlyRows(t: Tables, j: number, a: number): void {
  const { cells, rowOf, lattice, task, runs } = t;
  const { last, minCells, unitMs } = lattice;
  const kLow = t.low[j + 1] as number;
  const kHigh = t.high[j + 1] as number;
  const row = rowOf[j + 1] as number;
  const on = (t.onEarly[a] as number) + row;
  const off = (t.offEarly[a] as number) + row;
  const hasNext = j < last;
  const hasRun = minCells > 1 && j + minCells <= last;
  const nextRow = hasNext ? (rowOf[j + 2] as number) : 0;
  const nextOn = (t.onEarly[a] as number) + nextRow - 1;
  const nextOff = (t.offEarly[a] as number) + nextRow;
  const runRow = hasRun ? (rowOf[j + minCells + 1] as number) : 0;
  const runLow = hasRun ? (t.low[j + minCells + 1] as number) : 0;
  const runHigh = hasRun ? (t.high[j + minCells + 1] as number) : -1;
  const runFrom = runLow + minCells;
  const runUntil = runHigh + minCells;
  const runOn = (t.onEarly[a] as number) + runRow - minCells;
  const runOff = (t.offEarly[a] as number) + runRow;
  const step = t.stepEarly[a] as Float64Array;
  const price = lattice.price[j + 1] as number;
  const weightPerMs = lattice.weight[j + 1] as number;
  const weight = weightPerMs * unitMs;
  const startCost = task.startCost;
  // Per tail use: the rows that a free edge leads to, or the late rows themselves where no free edge is needed.
  const gap0 = t.gapMs[a * 2] as number;
  const stop0 = ((gap0 > 0 ? t.freeStop[a * 2] : t.onLate[0]) as number) + row - (t.shift[a * 2] as number);
  const start0 = ((gap0 > 0 ? t.freeStart[a * 2] : t.offLate[0]) as number) + row;
  const shift0 = t.shift[a * 2] as number;
  const weight0 = weightPerMs * gap0;
  const kwh0 = gap0 > 0 ? (t.gapKwh[a * 2] as Float64Array) : step;
  const price0 = gap0 > 0 ? price : 0;
  const hasTail = t.tails > 1;
  const gap1 = t.gapMs[a * 2 + 1] as number;
  const shift1 = t.shift[a * 2 + 1] as number;
  const stop1 = hasTail ? ((gap1 > 0 ? t.freeStop[a * 2 + 1] : t.onLate[1]) as number) + row - shift1 : 0;
  const start1 = hasTail ? ((gap1 > 0 ? t.freeStart[a * 2 + 1] : t.offLate[1]) as number) + row : 0;
  const weight1 = weightPerMs * gap1;
  const kwh1 = gap1 > 0 ? (t.gapKwh[a * 2 + 1] as Float64Array) : step;
  const price1 = gap1 > 0 ? price : 0;
  if (hasRun) fillRuns(t, t.restEarly[a] as Float64Array, j, kLow, kHigh);
  for (let k = kLow; k <= kHigh; k++) {
    let goOn = NEVER;
    let best = NEVER;
    if (hasNext) {
      if (k > 0) goOn = price * (step[k] as number) + weight + (cells[nextOn + k] as number);
      best = cells[nextOff + k] as number;
    }
    const wait = best;
    const run = goOn;
    const from0 = cells[start0 + k] as number;
    if (from0 < best) best = from0;
    if (k >= shift0) {
      const stop = price0 * (kwh0[k] as number) + weight0 + (cells[stop0 + k] as number);
      if (stop < goOn) goOn = stop;
    }
    if (hasTail) {
      const from1 = cells[start1 + k] as number;
      if (from1 < best) best = from1;
      if (k >= shift1) {
        const stop = price1 * (kwh1[k] as number) + weight1 + (cells[stop1 + k] as number);
        if (stop < goOn) goOn = stop;
      }
    }
    if (minCells === 0) {
      if (startCost + goOn < best) best = startCost + goOn;
      cells[off + k] = best;
      cells[on + k] = Math.min(goOn, best);
    } else if (minCells === 1) {
      cells[off + k] = Math.min(startCost + run, best);
      cells[on + k] = Math.min(goOn, wait);
    } else if (hasRun) {
      if (k >= runFrom && k <= runUntil) {
        const from = (runs[k] as number) + (cells[runOn + k] as number);
        if (from < best) best = from;
      }
      cells[off + k] = best;
      const stop = k >= runLow && k <= runHigh ? (cells[runOff + k] as number) : NEVER;
      cells[on + k] = Math.min(goOn, stop);
    } else {
      cells[off + k] = best;
      cells[on + k] = goOn;
    }
  }
  fillAround(t, j, on);
  fillAround(t, j, off);
}
