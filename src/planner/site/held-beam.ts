import type { BeamLayer, BeamStep } from './beam-layer.ts';
import { keepBest, makeRoom, newLayer, stepOf } from './beam-layer.ts';
import { planOfSteps } from './beam-plan.ts';
import type { BeamWays, Before } from './beam-ways.ts';
import { newWays, putEnergy, putWays, radixOf, WAY, withoutLittleLeft } from './beam-ways.ts';
import { fillTable } from './car-table.ts';
import type { HeldPlan, HeldTask, Member } from './held-joint.ts';
import { flatOf } from './held-joint.ts';
import { fillHeld } from './held-table.ts';
import { KeyIndex } from './key-index.ts';

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING_KWH = 1e-7;

export interface BeamRules {
  /** What a kWh of power is worth in each cell, for the bound of what follows. */
  readonly prices: Float64Array;
  /** So many states go on at each edge. */
  readonly width: number;
  /** So many plans are told at most. */
  readonly plansMost: number;
}

/**
 * Joint plans by a search over joint states, cell by cell, the cheapest first. At each edge only the most promising
 * states go on: those whose cost so far and bound of the rest, which prices of power give (duals.ts), are least. In a
 * cell any set of cars may be on. Of what their leasts leave some of the held ones get all that they take, and one more
 * what is left then: the corners of all ways to share it. Nothing is proven. None where there are too many states to
 * number, or none is found.
 */
export function beamedPlans(task: HeldTask, rules: BeamRules): readonly HeldPlan[] {
  const { members, cells, hours, roomKw } = task;
  const { prices, width, plansMost } = rules;
  const n = members.length;
  const radix = radixOf(members);
  if (radix === null) return [];
  const offer = { roomKw, surcharge: prices, beyond: null };
  for (const member of members) {
    if (member.kind === 'held') fillHeld(member.table, offer);
    else fillTable(member.table, flatOf(member.car, offer, hours), true, roomKw);
  }
  const refund = new Float64Array(cells + 1);
  for (let t = cells - 1; t >= 0; t--) {
    refund[t] = (refund[t + 1] ?? 0) + (prices[t] ?? 0) * Math.max(0, roomKw[t] ?? 0) * (hours[t] ?? 0);
  }
  let [layer, next] = scratch;
  makeRoom(layer, n, 1);
  for (const [i, { kind, car }] of members.entries()) {
    layer.left[i] = kind === 'held' ? car.needKwh : car.k;
    layer.state[i] = car.startState;
  }
  layer.cost[0] = 0;
  layer.size = 1;
  const last = members.reduce((end, { car }) => Math.max(end, car.end), 0);
  const ways = newWays(n);
  const steps: BeamStep[] = [];
  for (let t = 0; t < last; t++) {
    next.size = 0;
    index.clear();
    const cars = members.map((member, i): Before => {
      return { member, index: i, radix: radix[i] ?? 0, t, hours: hours[t] ?? 0 };
    });
    const cell: Cell = { task, t, ways, cars, refund: refund[t + 1] ?? 0, layer, next };
    for (let s = 0; s < layer.size; s++) {
      for (let i = 0; i < n; i++) {
        putWays(ways, cars[i] as Before, layer.left[s * n + i] as number, layer.state[s * n + i] as number);
      }
      goOn(cell, s);
    }
    keepBest(next, n, width);
    steps.push(stepOf(next, n));
    [layer, next] = [next, layer];
  }
  const ends = [...Array(layer.size).keys()].filter((s) =>
    layer.left.subarray(s * n, s * n + n).every((left) => left === 0),
  );
  ends.sort((a, b) => (layer.cost[a] as number) - (layer.cost[b] as number));
  return ends.slice(0, plansMost).flatMap((end) => planOfSteps(task, steps, end) ?? []);
}

/** Kept from call to call: a search is made in one go. */
const scratch: readonly [BeamLayer, BeamLayer] = [newLayer(), newLayer()];
const index = new KeyIndex();

/** A cell, with the states before it and those after it. */
interface Cell {
  readonly task: HeldTask;
  readonly t: number;
  readonly ways: BeamWays;
  readonly cars: readonly Before[];
  readonly refund: number;
  readonly layer: BeamLayer;
  readonly next: BeamLayer;
}

/** Scratch, by car: the way that it goes through the cell. Sets have up to so many cars. */
const CARS_MAX = 31;
const chosen = new Int32Array(CARS_MAX);

/** All ways on from a state through a cell: any set of cars that may be on together, in every corner of what they may get. */
function goOn(cell: Cell, s: number): void {
  const { task, t, ways } = cell;
  const n = task.members.length;
  const roomKwh = (task.roomKw[t] as number) * (task.hours[t] as number) + NOTHING_KWH;
  for (let set = 0; set < 1 << n; set++) {
    let spareKwh = roomKwh;
    let supple = 0;
    for (let i = 0; i < n; i++) {
      const isOn = ((set >> i) & 1) === 1;
      const at = i * WAY.count;
      chosen[i] = isOn ? WAY.least : WAY.off;
      if (!isOn && ways.rest[at] === NEVER) spareKwh = -1;
      if (!isOn) continue;
      const leastKwh = ways.kwh[at + WAY.least] as number;
      spareKwh -= leastKwh;
      if ((ways.kwh[at + WAY.most] as number) > leastKwh + NOTHING_KWH) supple |= 1 << i;
    }
    if (spareKwh >= 0) share(cell, s, set, supple, spareKwh);
  }
}

/** Shares what the leasts of a set leave among its supple cars: some get all that they take, and one more the rest. */
function share(cell: Cell, s: number, set: number, supple: number, spareKwh: number): void {
  const { task, t, ways, cars, layer } = cell;
  const n = task.members.length;
  // Every part of the supple cars, as a count that leaves the others' bits out.
  for (let full = supple; full >= 0; full = full === 0 ? -1 : (full - 1) & supple) {
    let restKwh = spareKwh;
    for (let i = 0; i < n; i++) {
      if (((set >> i) & 1) === 0) continue;
      const isFull = ((full >> i) & 1) === 1;
      const at = i * WAY.count;
      chosen[i] = isFull ? WAY.most : WAY.least;
      if (isFull) restKwh -= (ways.kwh[at + WAY.most] as number) - (ways.kwh[at + WAY.least] as number);
    }
    if (restKwh < 0) continue;
    tell(cell, s, set);
    for (let i = 0; i < n && restKwh > NOTHING_KWH; i++) {
      if ((((supple & ~full) >> i) & 1) === 0) continue;
      const { kind, car } = task.members[i] as Member;
      const leastKwh = ways.kwh[i * WAY.count + WAY.least] as number;
      if (kind !== 'held' || leastKwh + restKwh >= (ways.kwh[i * WAY.count + WAY.most] as number)) continue;
      const left = layer.left[s * n + i] as number;
      const kwh = withoutLittleLeft(car, t, left, leastKwh + restKwh, leastKwh);
      putEnergy(ways, cars[i] as Before, left, layer.state[s * n + i] as number, WAY.between, kwh);
      chosen[i] = WAY.between;
      tell(cell, s, set);
      chosen[i] = WAY.least;
    }
  }
}

/** One way on: the state that it leads to, unless that is worse than one like it. */
function tell({ task, ways, refund, layer, next }: Cell, s: number, set: number): void {
  const n = task.members.length;
  let cost = layer.cost[s] as number;
  let rest = -refund;
  let key = 0;
  for (let i = 0; i < n; i++) {
    const at = i * WAY.count + (chosen[i] as number);
    rest += ways.rest[at] as number;
    if (rest === NEVER) return;
    cost += ways.cost[at] as number;
    key += ways.key[at] as number;
  }
  const bound = cost + rest;
  const place = index.place(key, next.size);
  if (place === next.size) makeRoom(next, n, ++next.size);
  else if (bound >= (next.bound[place] as number)) return;
  for (let i = 0; i < n; i++) {
    const at = i * WAY.count + (chosen[i] as number);
    next.left[place * n + i] = ways.left[at] as number;
    next.state[place * n + i] = ways.state[at] as number;
    next.kwh[place * n + i] = ways.kwh[at] as number;
  }
  next.cost[place] = cost;
  next.bound[place] = bound;
  next.parent[place] = s;
  next.set[place] = set;
}
