import type { TaperedSweep } from './end-worth.ts';
import type { Run } from './fitted-cost.ts';
import { takeNumbers } from './numbers.ts';
import { leastAt } from './open-edges.ts';
import type { TaperedTask } from './tapered-task.ts';
import type { TurnCosts } from './turn-costs.ts';

/** What charging counts where power is not the same all along; the best of the sweeps rules out most. */
export function taperCosts(tapered: TaperedTask, swept: readonly TaperedSweep[]): TurnCosts {
  const { energyLeft, totalKwh, task } = tapered;
  const bounds = [...swept].sort((a, b) => a.bound - b.bound).map(boundOf);
  const best = bounds[bounds.length - 1] as Bound;
  let room = 0;
  let worth = 0;
  return {
    before: chargeBefore(tapered),
    aim: (place, isStop, limit) => {
      worth = leastAt(best.worth, place);
      room = limit - leastAt(isStop ? best.on : best.off, place);
    },
    may: (restMs, cost) =>
      restMs <= task.needMs &&
      cost < Number.POSITIVE_INFINITY &&
      cost + worth * (totalKwh - energyLeft(restMs)) <= room,
    isWithin: (place, isStop, restMs, cost, limit) => {
      if (cost === Number.POSITIVE_INFINITY || restMs > task.needMs) return false;
      const chargedKwh = totalKwh - energyLeft(restMs);
      for (let i = bounds.length - 1; i >= 0; i--) {
        const bound = bounds[i] as Bound;
        const before = leastAt(isStop ? bound.on : bound.off, place);
        if (before + leastAt(bound.worth, place) * chargedKwh + cost > limit) return false;
      }
      return true;
    },
  };
}

/** By edge: what is counted before it at least, but for what is charged, times its worth there. */
interface Bound {
  readonly on: Float64Array;
  readonly off: Float64Array;
  readonly worth: Float64Array;
}

function boundOf({ tapered, sweep }: TaperedSweep): Bound {
  const { idleTo, worth } = tapered;
  const on = takeNumbers(idleTo.length);
  const off = takeNumbers(idleTo.length);
  for (let e = 0; e < idleTo.length; e++) {
    on[e] = (sweep.on[e] as number) + (idleTo[e] as number);
    off[e] = (sweep.off[e] as number) + (idleTo[e] as number);
  }
  return { on, off, worth };
}

/** By index of a key: from where the charge of that key was counted, how far back, and what it counts there. */
const endMs: number[] = [];
const countedFromMs: number[] = [];
const countedCost: number[] = [];

function chargeBefore({ lattice, task, energyLeft }: TaperedTask): TurnCosts['before'] {
  const { price, weight, unitMs, last } = lattice;
  // The first of the cells up to each that are alike.
  const firstOf = takeNumbers(last + 2);
  firstOf[0] = 0;
  for (let i = 1; i <= last + 1; i++) {
    const isAlike = price[i] === price[i - 1] && weight[i] === weight[i - 1];
    firstOf[i] = isAlike ? (firstOf[i - 1] as number) : i;
  }
  const costOf = (key: number, fromMs: number, toMs: number): number => {
    let cost = 0;
    let untilMs = toMs;
    let untilKwh = energyLeft(key - toMs);
    while (untilMs > fromMs) {
      const i = Math.ceil(untilMs / unitMs);
      const atMs = Math.max(fromMs, ((firstOf[i] as number) - 1) * unitMs);
      const atKwh = energyLeft(key - atMs);
      cost += (price[i] as number) * (atKwh - untilKwh) + (weight[i] as number) * (untilMs - atMs);
      untilMs = atMs;
      untilKwh = atKwh;
    }
    return cost;
  };
  let known = 0;
  return (index, key, atMs) => {
    if (index >= known) {
      for (; known <= index; known++) endMs[known] = Number.NaN;
    }
    const end = endMs[index] as number;
    if (Number.isNaN(end)) {
      endMs[index] = atMs;
      countedFromMs[index] = atMs;
      countedCost[index] = 0;
      return 0;
    }
    const fromMs = countedFromMs[index] as number;
    if (atMs > fromMs) return atMs < end ? -costOf(key, atMs, end) : costOf(key, end, atMs);
    if (atMs < fromMs) {
      if (key - atMs > task.needMs) return Number.NaN;
      countedCost[index] = (countedCost[index] as number) - costOf(key, atMs, fromMs);
      countedFromMs[index] = atMs;
    }
    return countedCost[index] as number;
  };
}

/** What runs count that charge the need; times from the lattice's first edge. */
export function runsCost({ task, lattice, energyLeft }: TaperedTask, runs: readonly Run[]): number {
  const { price, weight, unitMs, headMs } = lattice;
  let left = task.needMs;
  let leftKwh = energyLeft(left);
  let cost = 0;
  for (const { startMs, endMs } of runs) {
    if (!task.isOn || startMs !== -headMs) cost += task.startCost;
    for (let atMs = startMs; atMs < endMs; ) {
      let cell = Math.floor(atMs / unitMs);
      const i = cell + 1;
      do cell++;
      while (price[cell + 1] === price[i] && weight[cell + 1] === weight[i] && cell * unitMs < endMs);
      const untilMs = Math.min(endMs, cell * unitMs);
      left -= untilMs - atMs;
      const afterKwh = energyLeft(left);
      cost += (price[i] as number) * (leftKwh - afterKwh) + (weight[i] as number) * (untilMs - atMs);
      leftKwh = afterKwh;
      atMs = untilMs;
    }
  }
  return cost;
}
