import type { Tables } from './lattice-tables.ts';
import { endIndex, fillAround, fillRuns, lower } from './row-parts.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Rows of edge j after the free edges. */
export function lateRows(t: Tables, j: number, b: number): void {
  const { cells, rowOf, lattice, task, runs } = t;
  const { last, minCells, unitMs, tailMs } = lattice;
  const kLow = t.low[j + 1] as number;
  const kHigh = t.high[j + 1] as number;
  const row = rowOf[j + 1] as number;
  const on = (t.onLate[b] as number) + row;
  const off = (t.offLate[b] as number) + row;
  const begin = (t.beginLate[b] as number) + row;
  const hasNext = j < last;
  const hasRun = minCells > 1 && j + minCells <= last;
  const nextRow = hasNext ? (rowOf[j + 2] as number) : 0;
  const nextOn = (t.onLate[b] as number) + nextRow - 1;
  const nextOff = (t.offLate[b] as number) + nextRow;
  const runRow = hasRun ? (rowOf[j + minCells + 1] as number) : 0;
  const runLow = hasRun ? (t.low[j + minCells + 1] as number) : 0;
  const runHigh = hasRun ? (t.high[j + minCells + 1] as number) : -1;
  const runFrom = runLow + minCells;
  const runUntil = runHigh + minCells;
  const runOn = (t.onLate[b] as number) + runRow - minCells;
  const runOff = (t.offLate[b] as number) + runRow;
  const rest = t.restLate[b] as Float64Array;
  const step = t.stepLate[b] as Float64Array;
  const price = lattice.price[j + 1] as number;
  const weight = (lattice.weight[j + 1] as number) * unitMs;
  const startCost = task.startCost;
  if (hasRun) fillRuns(t, rest, j, kLow, kHigh);
  for (let k = kLow; k <= kHigh; k++) {
    let goOn = NEVER;
    let best = NEVER;
    if (hasNext) {
      if (k > 0) goOn = price * (step[k] as number) + weight + (cells[nextOn + k] as number);
      best = cells[nextOff + k] as number;
    }
    if (minCells === 0) {
      if (startCost + goOn < best) best = startCost + goOn;
      cells[off + k] = best;
      cells[on + k] = Math.min(goOn, best);
    } else if (minCells === 1) {
      // A run of one cell is a step of going on; a pause of one is a step of waiting.
      const from = startCost + goOn;
      cells[begin + k] = from;
      cells[off + k] = Math.min(from, best);
      cells[on + k] = Math.min(goOn, best);
    } else if (hasRun) {
      const from = k >= runFrom && k <= runUntil ? (runs[k] as number) + (cells[runOn + k] as number) : NEVER;
      cells[begin + k] = from;
      cells[off + k] = Math.min(from, best);
      const stop = k >= runLow && k <= runHigh ? (cells[runOff + k] as number) : NEVER;
      cells[on + k] = Math.min(goOn, stop);
    } else {
      cells[begin + k] = NEVER;
      cells[off + k] = best;
      cells[on + k] = goOn;
    }
  }
  fillAround(t, j, on);
  fillAround(t, j, off);
  fillAround(t, j, begin);
  if (b === 0) {
    if (kLow === 0 && kHigh >= 0) {
      cells[on] = 0;
      cells[off] = 0;
    }
    const i = endIndex(last - j, minCells, 1);
    if (i >= 0 && i < t.endStart.length) lower(t, j, off, (i + 1) * minCells, t.endStart[i] as number);
  } else {
    const i = minCells === 0 ? (j === last ? 0 : -1) : endIndex(last - j, minCells, 0);
    if (i >= 0 && i < t.endStop.length) {
      const k = i * minCells;
      const tail =
        price * ((rest[k] as number) - task.restKwh(k * unitMs)) + (lattice.weight[j + 1] as number) * tailMs;
      const stopAtEnd = tail + (t.endStop[i] as number);
      lower(t, j, on, k, stopAtEnd);
      if (minCells === 0) lower(t, j, off, k, startCost + stopAtEnd);
    }
  }
}
