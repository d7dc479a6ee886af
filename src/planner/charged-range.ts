import type { TaperedSweep } from './end-worth.ts';
import type { Corridor } from './lattice-tables.ts';
import { takeNumbers } from './numbers.ts';
import { backwards } from './relaxed.ts';
import type { ChargedRange, TaperedTask } from './tapered-task.ts';
import { rangeOf } from './tapered-task.ts';

/** By edge, the least and most that schedules within a limit have charged where they may turn; least above most for never. */
export interface TurnRange {
  readonly leastKwh: Float64Array;
  readonly mostKwh: Float64Array;
}

/** So many sweeps are enough, the best ones. */
const SWEEPS_MAX = 4;

/**
 * What comes before an edge costs at least what one worth says, what comes after it at least what another one does: for
 * each two worths that is a line over what was charged, which the limit cuts.
 */
export function turnRange(tapered: TaperedTask, swept: readonly TaperedSweep[], limit: number): TurnRange {
  const { count, range } = tapered;
  const few = [...swept].sort((a, b) => b.bound - a.bound).slice(0, SWEEPS_MAX);
  const back = few.map(({ tapered: { relaxed } }) => backwards(relaxed, 0));
  const leastKwh = takeNumbers(count + 1).fill(Number.POSITIVE_INFINITY);
  const mostKwh = takeNumbers(count + 1).fill(Number.NEGATIVE_INFINITY);
  const from = takeNumbers(count + 1);
  const to = takeNumbers(count + 1);
  for (const kind of ['on', 'off'] as const) {
    from.set(range.leastKwh);
    to.set(range.mostKwh);
    for (const x of few) {
      const before = x.sweep[kind];
      const { worth, idleTo } = x.tapered;
      few.forEach((y, i) => {
        const after = (back[i] as (typeof back)[number])[kind];
        const { worth: worthAfter, idleTo: idleAfter, whole } = y.tapered;
        const room = limit - whole;
        for (let e = 0; e <= count; e++) {
          const left =
            room -
            (before[e] as number) -
            (idleTo[e] as number) -
            (after[e] as number) +
            (idleAfter[e] as number);
          const perKwh = (worth[e] as number) - (worthAfter[e] as number);
          if (perKwh > LEVEL) {
            if (left < perKwh * (to[e] as number)) to[e] = left / perKwh;
          } else if (perKwh < -LEVEL) {
            if (left < perKwh * (from[e] as number)) from[e] = left / perKwh;
          } else if (left < 0) {
            to[e] = Number.NEGATIVE_INFINITY;
          }
        }
      });
    }
    for (let e = 0; e <= count; e++) {
      if (!((from[e] as number) <= (to[e] as number))) continue;
      if ((from[e] as number) < (leastKwh[e] as number)) leastKwh[e] = from[e] as number;
      if ((to[e] as number) > (mostKwh[e] as number)) mostKwh[e] = to[e] as number;
    }
  }
  return { leastKwh, mostKwh };
}

/** Worths that differ by less are the same. */
const LEVEL = 1e-9;

/** The range of what can be charged before each edge, cut to that of turns: between two turns it lies between theirs. */
export function narrowed({ lattice, range, count, power }: TaperedTask, turns: TurnRange): ChargedRange {
  const leastKwh = takeNumbers(count + 1);
  const mostKwh = takeNumbers(count + 1);
  // A turn within a cell lies between what turns at its edges may have charged.
  const reach = lattice.minCells + 1;
  for (let e = 0; e <= count; e++) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = Math.max(0, e - reach); i <= e; i++) least = Math.min(least, turns.leastKwh[i] as number);
    for (let i = Math.min(count, e + reach); i >= e; i--) most = Math.max(most, turns.mostKwh[i] as number);
    leastKwh[e] = Number.isFinite(least)
      ? Math.max(range.leastKwh[e] as number, least)
      : (range.leastKwh[e] as number);
    mostKwh[e] = Number.isFinite(most)
      ? Math.min(range.mostKwh[e] as number, most)
      : (range.mostKwh[e] as number);
  }
  return rangeOf(power, leastKwh, mostKwh);
}

/** The corridor of tables that holds all that turns within a range; states of a row belong to turns up to a cell away. */
export function corridorOf(
  { lattice, task, totalKwh, energyLeft, offset, count }: TaperedTask,
  turns: TurnRange,
): Corridor {
  const { last, unitMs } = lattice;
  const kMax = Math.floor(task.needMs / unitMs);
  const low = new Int32Array(last + 2);
  const high = new Int32Array(last + 2);
  let kLow = kMax;
  let kHigh = kMax;
  for (let j = -1; j <= last; j++) {
    const e = j + offset;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = Math.max(0, e - 1); i <= Math.min(count, e + 1); i++) {
      least = Math.min(least, turns.leastKwh[i] as number);
      most = Math.max(most, turns.mostKwh[i] as number);
    }
    if (least > most) {
      low[j + 1] = kHigh;
      high[j + 1] = kHigh - 1;
      continue;
    }
    while (kLow > 0 && totalKwh - energyLeft(kLow * unitMs) < most) kLow--;
    while (kLow < kMax && totalKwh - energyLeft((kLow + 1) * unitMs) >= most) kLow++;
    while (kHigh > 0 && totalKwh - energyLeft((kHigh - 1) * unitMs) <= least) kHigh--;
    while (kHigh < kMax && totalKwh - energyLeft(kHigh * unitMs) > least) kHigh++;
    low[j + 1] = Math.max(0, kLow - 2);
    high[j + 1] = kHigh + 2;
  }
  return { low, high };
}
