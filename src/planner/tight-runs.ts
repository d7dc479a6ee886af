import type { Tables } from './lattice-tables.ts';

/** A minimum run that begins within cell j: how much of that cell it takes, and of the one that it ends in. */
export interface TightRun {
  readonly j: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** k is less by this at the first edge that it passes. */
  readonly passed: number;
}

/**
 * A start and a minimum run from within a cell, for every k that is left at its start. What is left at its two ends is
 * in one table of energies, what is left at the cell edges that it passes in the other.
 */
export function fillTightRuns(
  t: Tables,
  atEnds: Float64Array,
  atEdges: Float64Array,
  { j, firstMs, lastMs, passed }: TightRun,
  kLow: number,
  kHigh: number,
): void {
  const { runs, task, lattice } = t;
  const { minCells, price, weight, unitMs } = lattice;
  const from = Math.max(kLow, minCells);
  let weights = (weight[j + 1] as number) * firstMs + (weight[j + minCells + 1] as number) * lastMs;
  for (let i = j + 2; i <= j + minCells; i++) weights += (weight[i] as number) * unitMs;
  const fixed = task.startCost + weights;
  let done = 0;
  while (done <= minCells) {
    const begun = done;
    const each = price[j + 1 + begun] as number;
    do done++;
    while (done <= minCells && price[j + 1 + done] === each);
    const isFinal = done > minCells;
    const after = isFinal ? atEnds : atEdges;
    const lessAfter = isFinal ? minCells : passed + done - 1;
    if (begun === 0) {
      for (let k = from; k <= kHigh; k++)
        runs[k] = fixed + each * ((atEnds[k] as number) - (after[k - lessAfter] as number));
    } else {
      const less = passed + begun - 1;
      for (let k = from; k <= kHigh; k++)
        runs[k] =
          (runs[k] as number) + each * ((atEdges[k - less] as number) - (after[k - lessAfter] as number));
    }
  }
}
