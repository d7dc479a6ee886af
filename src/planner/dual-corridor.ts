import type { Path, Relaxed, Sweep } from './dual-paths.ts';
import { backwards, forwards, pathOf, relaxedOf } from './dual-paths.ts';
import { fittedRuns } from './fitted-runs.ts';
import type { Lattice } from './lattice.ts';
import type { Corridor } from './lattice-tables.ts';
import type { ScheduleTask } from './schedule.ts';

/** How far the worths that bounds are made of lie from the best one, as shares of the spread of prices. */
const SHARES = [0.005, 0.03, 0.2];
const SEARCH_ROUNDS_MAX = 40;

/**
 * At constant power: what may be left to charge at each edge of a schedule that is no dearer than one that is known. The
 * best schedules lie within, all that are equal too: a proof, not a guess.
 *
 * A schedule that has charged c at an edge costs at least F(w) + w c before it and B(w) + w (need - c) after it, for any
 * worth w of a ms (dual-paths.ts). Two worths that differ bound c. Null where no schedule is found to compare with.
 */
export function dualCorridor(task: ScheduleTask, lattice: Lattice): Corridor | null {
  const relaxed = relaxedOf(task, lattice);
  const { worth, less, more } = bestWorth(relaxed, task);
  const known = Math.min(countedBy(task, lattice, less), countedBy(task, lattice, more));
  if (known === Number.POSITIVE_INFINITY) return null;
  const limit = known + 1e-7 * (1 + Math.abs(known));
  const { low, high } = chargedWithin(relaxed, task, worth, spreadOf(task, lattice), limit);
  return corridorOf(relaxed, task, lattice, low, high);
}

/** The worth at which the least cost plus the worth of the need is highest, and the schedules on both sides of it. */
function bestWorth(relaxed: Relaxed, task: ScheduleTask): { worth: number; less: Path; more: Path } {
  const { count, cellCost, unitMs, isOn } = relaxed;
  let whole = isOn ? 0 : task.startCost;
  for (const cost of cellCost) whole += cost;
  let less: Path = { turns: [], chargedMs: 0, cost: 0 };
  let more: Path = { turns: [0, count], chargedMs: count * unitMs, cost: whole };
  let worth = 0;
  for (let round = 0; round < SEARCH_ROUNDS_MAX; round++) {
    worth = (more.cost - less.cost) / (more.chargedMs - less.chargedMs);
    const back = backwards(relaxed, worth);
    const path = pathOf(relaxed, back, worth);
    const line = less.cost - worth * less.chargedMs;
    const value = path.cost - worth * path.chargedMs;
    if (value >= line - 1e-9 * (1 + Math.abs(line))) break;
    if (path.chargedMs < task.needMs) less = path;
    else more = path;
  }
  return { worth, less, more };
}

function countedBy(task: ScheduleTask, lattice: Lattice, { turns }: Path): number {
  const offset = lattice.headMs > 0 ? 1 : 0;
  const runs = [];
  for (let i = 0; i + 1 < turns.length; i += 2) {
    const startAtMs = lattice.originMs + ((turns[i] as number) - offset) * lattice.unitMs;
    const endAtMs = lattice.originMs + ((turns[i + 1] as number) - offset) * lattice.unitMs;
    if (endAtMs > startAtMs) runs.push({ startAtMs, endAtMs });
  }
  return fittedRuns(task, lattice, runs)?.counted ?? Number.POSITIVE_INFINITY;
}

/** The spread of prices, per ms of charging. */
function spreadOf(task: ScheduleTask, { price, unitMs }: Lattice): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const each of price) {
    if (each < least) least = each;
    if (each > most) most = each;
  }
  return ((most - least) * task.restKwh(unitMs)) / unitMs;
}

interface Charged {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** By edge e: the least and most that is charged there while charging (2e), or where the next cell may have a start (2e + 1). */
function chargedWithin(
  relaxed: Relaxed,
  { needMs }: ScheduleTask,
  worth: number,
  spread: number,
  limit: number,
): Charged {
  const { count } = relaxed;
  const worths = [worth, ...SHARES.flatMap((share) => [worth - share * spread, worth + share * spread])];
  const before = worths.map((each) => forwards(relaxed, each));
  const after = worths.map((each) => backwards(relaxed, each));
  const low = new Float64Array(2 * count + 2).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(2 * count + 2).fill(Number.NEGATIVE_INFINITY);
  // The pairs of worths that bound from above: the first is the higher one. From below it is the other way about.
  const pairs: [number, number][] = [];
  for (let i = 0; i <= SHARES.length; i++) {
    for (const n of [i - 1, i, i + 1]) {
      if (n < 0 || n > SHARES.length || i + n === 0) continue;
      pairs.push([i === 0 ? 0 : 2 * i, n === 0 ? 0 : 2 * n - 1]);
    }
  }
  const [midBefore, midAfter] = [before[0] as Sweep, after[0] as Sweep];
  for (let at = 0; at < 2 * count + 2; at++) {
    const e = at >> 1;
    const isOn = at % 2 === 0;
    const next = Math.min(e + 1, count);
    const least = isOn
      ? (midBefore.on[e] as number) + (midAfter.on[e] as number)
      : (midBefore.off[next] as number) + (midAfter.off[e] as number);
    if (least + worth * needMs > limit) continue;
    let most = needMs;
    let fewest = 0;
    for (const [up, down] of pairs) {
      const apart = (worths[up] as number) - (worths[down] as number);
      const above =
        limit -
        (worths[down] as number) * needMs -
        costAt(before[up] as Sweep, after[down] as Sweep, e, next, isOn);
      most = Math.min(most, above / apart);
      const below =
        limit -
        (worths[up] as number) * needMs -
        costAt(before[down] as Sweep, after[up] as Sweep, e, next, isOn);
      fewest = Math.max(fewest, -below / apart);
    }
    low[at] = fewest;
    high[at] = most;
  }
  return { low, high };
}

function costAt(before: Sweep, after: Sweep, e: number, next: number, isOn: boolean): number {
  return isOn
    ? (before.on[e] as number) + (after.on[e] as number)
    : (before.off[next] as number) + (after.off[e] as number);
}

/** The k of each edge that hold what may be charged there, a free edge in the cells beside it and one in a pause after it. */
function corridorOf(
  { count, offset, minCells, unitMs }: Relaxed,
  { needMs }: ScheduleTask,
  { last }: Lattice,
  low: Float64Array,
  high: Float64Array,
): Corridor {
  const kLow = new Int32Array(last + 2);
  const kHigh = new Int32Array(last + 2).fill(-1);
  for (let j = -1; j <= last; j++) {
    const e = j + offset;
    let fewest = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const at of [2 * e, 2 * e + 1, 2 * e - 1, 2 * (e + minCells) + 1]) {
      if (at < 0 || at >= low.length) continue;
      fewest = Math.min(fewest, low[at] as number);
      most = Math.max(most, high[at] as number);
    }
    // A last stop needs no pause after it.
    if (e + minCells >= count) most = needMs;
    if (most < fewest - 1) {
      kLow[j + 1] = 1;
      kHigh[j + 1] = 0;
      continue;
    }
    kLow[j + 1] = Math.max(0, Math.floor((needMs - most) / unitMs) - 1);
    kHigh[j + 1] = Math.floor((needMs - Math.min(fewest, most)) / unitMs + 1e-6);
  }
  return { low: kLow, high: kHigh };
}
