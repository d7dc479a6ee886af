import { freeStartToEnd } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';
import { endIndex, fillAround, flatCost, lower } from './row-parts.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Rows of the free stop at edge j + gap and the free start at edge j + 1 - gap. */
export function freeRows(t: Tables, j: number, a: number, b: number): void {
  const { cells, rowOf, lattice, task } = t;
  const { last, minCells, unitMs, tailMs, price, weight } = lattice;
  const kLow = t.low[j + 1] as number;
  const kHigh = t.high[j + 1] as number;
  const pair = a * 2 + b;
  const gapMs = t.gapMs[pair] as number;
  const shift = t.shift[pair] as number;
  const complementMs = unitMs - gapMs;
  const row = rowOf[j + 1] as number;
  const stop = (t.freeStop[pair] as number) + row;
  const start = (t.freeStart[pair] as number) + row;
  // With taper these chains are left out: they gain less than the grid loses.
  const hasTwo = task.constantKw !== null && minCells > 0 && j + 2 * minCells <= last;
  const twoRow = hasTwo ? (rowOf[j + 2 * minCells + 1] as number) - minCells : 0;
  let tightStop = NEVER;
  let tightStart = NEVER;
  if (hasTwo) {
    const rate = t.ratePerMs;
    const rate0 = rate[j + 1] as number;
    const rate1 = rate[j + minCells + 1] as number;
    const rate2 = rate[j + 2 * minCells + 1] as number;
    tightStop =
      task.startCost + rate1 * complementMs + flatCost(t, j + minCells + 1, minCells - 1) + rate2 * gapMs;
    tightStart = task.startCost + rate0 * gapMs + flatCost(t, j + 1, minCells - 1) + rate1 * complementMs;
  }

  // The stop: the pause lasts until the edge after minCells, or exactly the minimum before a run of exactly the minimum.
  const canLeave = j + minCells + 1 <= last;
  const leave = canLeave ? (t.offLate[b] as number) + (rowOf[j + minCells + 2] as number) : 0;
  const twoStop = (t.freeStop[pair] as number) + twoRow;
  for (let k = kLow; k <= kHigh; k++) {
    let best = canLeave ? (cells[leave + k] as number) : NEVER;
    if (hasTwo && k >= minCells) {
      const tight = tightStop + (cells[twoStop + k] as number);
      if (tight < best) best = tight;
    }
    cells[stop + k] = best;
  }
  fillAround(t, j, stop);
  if (b === 0 && (j < last || gapMs <= tailMs)) {
    lower(t, j, stop, 0, 0);
    const i = endIndex(last - j - minCells, minCells, 1);
    if (i >= 0 && i < t.endStart.length && tailMs >= gapMs) {
      lower(t, j, stop, (i + 1) * minCells, t.endStart[i] as number);
    }
  }

  // The start: the run lasts until the edge after minCells or later, or exactly the minimum before a pause of exactly that.
  const hasMain = j + 1 + minCells <= last;
  const mainSet = (minCells === 0 ? t.onLate[b] : t.beginLate[b]) as number;
  const main = hasMain ? mainSet + (rowOf[j + 2] as number) - shift : 0;
  const first = (weight[j + 1] as number) * gapMs + (minCells === 0 ? task.startCost : 0);
  const price0 = price[j + 1] as number;
  const gapKwh = t.gapKwh[pair] as Float64Array;
  const twoStart = (t.freeStart[pair] as number) + twoRow;
  const kMain = shift + minCells;
  const kTwo = Math.max(minCells, shift);
  for (let k = kLow; k <= kHigh; k++) {
    let best = NEVER;
    if (hasMain && k >= kMain) best = price0 * (gapKwh[k] as number) + first + (cells[main + k] as number);
    if (hasTwo && k >= kTwo) {
      const tight = tightStart + (cells[twoStart + k] as number);
      if (tight < best) best = tight;
    }
    cells[start + k] = best;
  }
  fillAround(t, j, start);
  if (b === 1 && tailMs >= complementMs) {
    const i = minCells === 0 ? (j === last ? 0 : -1) : endIndex(last - j - minCells, minCells, 0);
    const k = (i + 1) * minCells - 1 + shift;
    if (i >= 0 && i < t.endStop.length && k >= 0 && k <= t.kMax) {
      lower(t, j, start, k, freeStartToEnd(t, j, a, pair, k) + (t.endStop[i] as number));
    }
  }
}
