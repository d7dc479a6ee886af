import type { BeamLayer, BeamStep } from './beam-layer.ts';
import { keepBest, makeRoom, newLayer, stepOf } from './beam-layer.ts';
import { planOfSteps } from './beam-plan.ts';
import type { BeamWays } from './beam-ways.ts';
import { leftAfter, newWays, putWays, withoutLittleLeft } from './beam-ways.ts';
import { fillTable, valueAt } from './car-table.ts';
import type { HeldPlan, HeldTask, Member } from './held-joint.ts';
import { flatOf } from './held-joint.ts';
import { fillHeld, heldValue } from './held-table.ts';
import { KeyIndex } from './key-index.ts';

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING_KWH = 1e-7;
/** Keys are exact up to here. */
const KEYS_MAX = 2 ** 53;
/** States of which the energies left differ by less than so many units are taken for one. */
const KEY_UNITS = 2;

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
    const cell: Cell = { task, t, ways, radix, refund: refund[t + 1] ?? 0, layer, next };
    for (let s = 0; s < layer.size; s++) {
      for (const [i, member] of members.entries()) {
        putWays(
          ways,
          member,
          i,
          t,
          layer.left[s * n + i] as number,
          layer.state[s * n + i] as number,
          hours[t] ?? 0,
        );
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
  readonly radix: Float64Array;
  readonly refund: number;
  readonly layer: BeamLayer;
  readonly next: BeamLayer;
}

/** By car, what its part of a state's key is multiplied by; null where keys would not be exact. */
function radixOf(members: readonly Member[]): Float64Array | null {
  const radix = new Float64Array(members.length);
  let keys = 1;
  for (const [i, { kind, car }] of members.entries()) {
    radix[i] = keys;
    keys *= ((kind === 'held' ? Math.ceil(car.units / KEY_UNITS) + 1 : car.k) + 1) * car.states;
  }
  return keys > KEYS_MAX ? null : radix;
}

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
      if (!isOn && ways.restOff[i] === NEVER) spareKwh = -1;
      if (!isOn) continue;
      const leastKwh = ways.leastKwh[i] as number;
      spareKwh -= leastKwh;
      if ((ways.mostKwh[i] as number) > leastKwh + NOTHING_KWH) supple |= 1 << i;
    }
    if (spareKwh >= 0) share(cell, s, set, supple, spareKwh);
  }
}

/** Shares what the leasts of a set leave among its supple cars: some get all that they take, and one more the rest. */
function share(cell: Cell, s: number, set: number, supple: number, spareKwh: number): void {
  const { task, t, ways, layer } = cell;
  const n = task.members.length;
  // Every part of the supple cars, as a count that leaves the others' bits out.
  for (let full = supple; full >= 0; full = full === 0 ? -1 : (full - 1) & supple) {
    let restKwh = spareKwh;
    for (let i = 0; i < n; i++) {
      const leastKwh = ways.leastKwh[i] as number;
      const isFull = ((full >> i) & 1) === 1;
      given[i] = isFull ? (ways.mostKwh[i] as number) : leastKwh;
      if (isFull) restKwh -= (given[i] as number) - leastKwh;
    }
    if (restKwh < 0) continue;
    tell(cell, s, set);
    for (let i = 0; i < n && restKwh > NOTHING_KWH; i++) {
      const { kind, car } = task.members[i] as Member;
      const leastKwh = ways.leastKwh[i] as number;
      const isSupple = (((supple & ~full) >> i) & 1) === 1;
      if (kind !== 'held' || !isSupple || leastKwh + restKwh >= (ways.mostKwh[i] as number)) continue;
      given[i] = withoutLittleLeft(car, t, layer.left[s * n + i] as number, leastKwh + restKwh, leastKwh);
      tell(cell, s, set);
      given[i] = leastKwh;
    }
  }
}

/** Scratch, by car: what it is given in the cell; what it has left then, and its state. Sets have up to so many cars. */
const CARS_MAX = 31;
const given = new Float64Array(CARS_MAX);
const lefts = new Float64Array(CARS_MAX);
const states = new Int32Array(CARS_MAX);

/** One way on: the state that it leads to, unless that is worse than one like it. */
function tell({ task, t, ways, radix, refund, layer, next }: Cell, s: number, set: number): void {
  const { members } = task;
  const n = members.length;
  let cost = layer.cost[s] as number;
  let rest = -refund;
  let key = 0;
  for (let i = 0; i < n; i++) {
    const member = members[i] as Member;
    const { car } = member;
    const before = layer.left[s * n + i] as number;
    let left = before;
    let state = ways.stateOff[i] as number;
    if (((set >> i) & 1) === 0) {
      rest += ways.restOff[i] as number;
    } else {
      const kwh = given[i] as number;
      left = leftAfter(member, t, before, kwh);
      state = ways.stateOn[i] as number;
      cost +=
        (ways.costOn[i] as number) +
        (member.kind === 'held' ? (car.rate[t] as number) * (kwh - (ways.leastKwh[i] as number)) : 0);
      rest +=
        member.kind === 'held'
          ? heldValue(member.table, t + 1, left, state)
          : valueAt(member.table, t + 1, left, state);
    }
    if (rest === NEVER) return;
    if (left === 0) state = 0;
    lefts[i] = left;
    states[i] = state;
    const part = member.kind === 'held' ? Math.ceil(left / member.car.unitKwh / KEY_UNITS) : left;
    key += (radix[i] as number) * (part * car.states + state);
  }
  const bound = cost + rest;
  const at = index.place(key, next.size);
  if (at === next.size) makeRoom(next, n, ++next.size);
  else if (bound >= (next.bound[at] as number)) return;
  for (let i = 0; i < n; i++) {
    next.left[at * n + i] = lefts[i] as number;
    next.state[at * n + i] = states[i] as number;
    next.kwh[at * n + i] = (set >> i) & 1 ? (given[i] as number) : 0;
  }
  next.cost[at] = cost;
  next.bound[at] = bound;
  next.parent[at] = s;
  next.set[at] = set;
}
