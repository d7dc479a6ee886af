import type { Lattice } from './lattice.ts';
import { takeNumbers } from './numbers.ts';
import type { Relaxed, Sweep } from './relaxed.ts';
import { backwards } from './relaxed.ts';

/** A time, in ms from the lattice's first edge, as an edge of the relaxed task and the share of the cell after it. */
export interface Place {
  readonly atMs: number;
  readonly e: number;
  readonly share: number;
}

/** What schedules that charge the need cost at least, by edge: with a start there, and with a stop there. */
export interface CostsThrough {
  readonly starts: Float64Array;
  readonly stops: Float64Array;
}

export const START = 1;
export const STOP = 2;

/** By a sweep forwards; `need` is what all that schedules charge is worth. */
export function costsThrough(relaxed: Relaxed, before: Sweep, need: number): CostsThrough {
  const { count, costTo, startCost, minCells, unitMs } = relaxed;
  const { worth } = before;
  const after = backwards(relaxed, worth);
  const starts = takeNumbers(count + 1).fill(Number.POSITIVE_INFINITY);
  const stops = takeNumbers(count + 1);
  const begin = need + startCost - worth * unitMs * minCells;
  for (let e = 0; e <= count; e++) {
    const next = e + minCells;
    const hasNext = next <= count;
    // A last stop needs no room for a pause.
    stops[e] = need + (before.on[e] as number) + (hasNext ? Math.min(0, after.off[next] as number) : 0);
    if (!hasNext) continue;
    const run = begin + (costTo[next] as number) - (costTo[e] as number);
    starts[e] = (before.off[e] as number) + run + (after.on[next] as number);
  }
  return { starts, stops };
}

/**
 * A bound between two edges. As a turn moves through a cell, what hangs on it moves with it, through cells that all end
 * where this one does: each schedule's cost is linear there, and the least of them lies on or above the line between.
 */
export function leastAt(bounds: Float64Array, { e, share }: Place): number {
  const here = bounds[e] as number;
  if (share === 0) return here;
  const next = bounds[e + 1] as number;
  if (here === Number.POSITIVE_INFINITY || next === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return here + share * (next - here);
}

/** Whether there may be a turn within the limit in the cell after an edge. */
export function isOpen({ starts, stops }: CostsThrough, e: number, limit: number): boolean {
  if ((starts[e] as number) <= limit || (stops[e] as number) <= limit) return true;
  return (starts[e + 1] as number) <= limit || (stops[e + 1] as number) <= limit;
}

/** By edge, START and STOP where such turns are within the limit. */
export function openWithin({ starts, stops }: CostsThrough, limit: number): Uint8Array {
  const open = new Uint8Array(starts.length);
  for (let e = 0; e < open.length; e++) {
    open[e] = ((starts[e] as number) <= limit ? START : 0) | ((stops[e] as number) <= limit ? STOP : 0);
  }
  return open;
}

/** By edge, START and STOP where such a turn within the limit hangs on a price edge, itself or through tight runs and pauses. */
export function anchoredWithin(
  relaxed: Relaxed,
  lattice: Lattice,
  { starts, stops }: CostsThrough,
  limit: number,
): Uint8Array {
  const { count, minCells } = relaxed;
  const open = new Uint8Array(count + 1);
  const anchored = new Uint8Array(count + 1);
  for (let e = 0; e <= count; e++) {
    const kinds = ((starts[e] as number) <= limit ? START : 0) | ((stops[e] as number) <= limit ? STOP : 0);
    open[e] = kinds;
    if (kinds !== 0 && isStepEdge(relaxed, lattice, e)) anchored[e] = kinds;
  }
  if (minCells === 0) return anchored;
  const before = anchored.slice();
  for (let e = minCells; e <= count; e++) {
    anchored[e] = (anchored[e] as number) | ((open[e] as number) & swapped(anchored[e - minCells] as number));
  }
  for (let e = count - minCells; e >= 0; e--) {
    before[e] = (before[e] as number) | ((open[e] as number) & swapped(before[e + minCells] as number));
  }
  for (let e = 0; e <= count; e++) anchored[e] = (anchored[e] as number) | (before[e] as number);
  return anchored;
}

/** Whether the price changes at an edge, or the window begins or ends there. */
function isStepEdge({ count, offset, ratePerMs }: Relaxed, lattice: Lattice, e: number): boolean {
  if (e === 0) return lattice.headMs === 0;
  if (e === count) return lattice.tailMs === 0;
  const { isEarly } = lattice;
  return ratePerMs[e - 1] !== ratePerMs[e] || isEarly[e - offset] !== isEarly[e - offset + 1];
}

/** A tight run or pause has a start at one end and a stop at the other. */
function swapped(kinds: number): number {
  return ((kinds & START) << 1) | ((kinds & STOP) >> 1);
}
