import type { Tables } from './lattice-tables.ts';

// What the three recurrences (late-rows.ts, free-rows.ts, early-rows.ts) share.
// A row holds the k that are computed, and Infinity around them as far as other rows may read. Nothing is allocated
// here. An index into a table is within it by construction of the loops, so reads say `as number` instead of asking
// again.

const NEVER = Number.POSITIVE_INFINITY;

/** Infinity on both sides of what was computed, as far as other rows may read. */
export function fillAround(t: Tables, j: number, row: number): void {
  const { cells } = t;
  const until = t.readHigh[j + 1] as number;
  const kLow = t.low[j + 1] as number;
  for (let k = Math.max(kLow, (t.high[j + 1] as number) + 1); k <= until; k++) cells[row + k] = NEVER;
  for (let k = t.readLow[j + 1] as number; k < kLow; k++) cells[row + k] = NEVER;
}

/** i where distance is (2i + odd) minimum runs, else -1. */
export function endIndex(distance: number, minCells: number, odd: number): number {
  if (minCells === 0 || distance < odd * minCells || distance % minCells !== 0) return -1;
  const runs = distance / minCells - odd;
  return runs % 2 === 0 ? runs / 2 : -1;
}

export function lower(t: Tables, j: number, row: number, k: number, value: number): void {
  if (k < (t.low[j + 1] as number) || k > (t.high[j + 1] as number)) return;
  if (value < (t.cells[row + k] as number)) t.cells[row + k] = value;
}

/** A start and a minimum run from edge j, for every k that is left at its start. */
export function fillRuns(t: Tables, rest: Float64Array, j: number, kLow: number, kHigh: number): void {
  const { runs, task, lattice } = t;
  const { minCells, price, weight, unitMs } = lattice;
  const from = Math.max(kLow, minCells);
  let weights = 0;
  for (let i = j + 1; i <= j + minCells; i++) weights += weight[i] as number;
  const fixed = task.startCost + weights * unitMs;
  // Cells of one price are one term.
  let done = 0;
  while (done < minCells) {
    const first = done;
    const each = price[j + 1 + first] as number;
    do done++;
    while (done < minCells && price[j + 1 + done] === each);
    if (first === 0) {
      for (let k = from; k <= kHigh; k++)
        runs[k] = fixed + each * ((rest[k] as number) - (rest[k - done] as number));
    } else {
      for (let k = from; k <= kHigh; k++)
        runs[k] = (runs[k] as number) + each * ((rest[k - first] as number) - (rest[k - done] as number));
    }
  }
}
