import type { Lattice } from './lattice.ts';
import type { Tables } from './lattice-tables.ts';

/**
 * What a minimum run gains by lying a minimum earlier or later. A run that a tight pause parts from the run before it could
 * as well go on from that one, and the pause come after: the same energy, a minimum earlier, and one start less. Only
 * where its prices are so much lower need tight pairs be looked at; likewise before the next run.
 */
export interface Shifts {
  /** From each cell (at its index + 1) on: by how much a minimum later is cheaper, cell by cell, summed; and dearer. */
  readonly falls: Float64Array;
  readonly rises: Float64Array;
  /** How much less a minimum later weighs, summed, per ms. */
  readonly lighter: Float64Array;
  /** A cost above what rounding may have added to these sums. */
  readonly slack: number;
}

export function shiftsOf({ price, weight, minCells, unitMs }: Lattice): Shifts {
  const count = price.length;
  const falls = new Float64Array(count);
  const rises = new Float64Array(count);
  const lighter = new Float64Array(count);
  let most = 0;
  let fall = 0;
  let rise = 0;
  let less = 0;
  for (let i = count - 1 - minCells; minCells > 0 && i >= 0; i--) {
    const change = (price[i + minCells] as number) - (price[i] as number);
    if (change < 0) fall -= change;
    else rise += change;
    less += (weight[i] as number) - (weight[i + minCells] as number);
    if (i + 2 * minCells < count) {
      const left = (price[i + 2 * minCells] as number) - (price[i + minCells] as number);
      if (left < 0) fall += left;
      else rise -= left;
      less -= (weight[i + minCells] as number) - (weight[i + 2 * minCells] as number);
    }
    falls[i] = fall;
    rises[i] = rise;
    lighter[i] = less;
    most = Math.max(most, Math.abs(weight[i] as number));
  }
  return { falls, rises, lighter, slack: 1e-9 * (1 + most * minCells * unitMs) };
}

/**
 * Whether a tight run may be cheaper a minimum later than earlier, or the other way about, by more than a start; for runs
 * that begin within cell j, with energies per ms in a range.
 */
export function mayGain(
  { shifts, lattice, task }: Pick<Tables, 'shifts' | 'lattice' | 'task'>,
  j: number,
  isLater: boolean,
  leastKwhPerMs: number,
  mostKwhPerMs: number,
): boolean {
  const { falls, rises, lighter, slack } = shifts;
  const gains = isLater ? falls : rises;
  const losses = isLater ? rises : falls;
  const sign = isLater ? 1 : -1;
  const needed = (task.startCost - slack) / lattice.unitMs;
  // What a run within the cell gains lies between what runs from its two edges gain.
  for (let i = j + 1; i <= j + 2; i++) {
    const energy = (gains[i] as number) * mostKwhPerMs - (losses[i] as number) * leastKwhPerMs;
    if (energy + sign * (lighter[i] as number) > needed) return true;
  }
  return false;
}
