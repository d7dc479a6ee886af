import { valueAt } from './car-table.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';
import type { HeldCar } from './held-cells.ts';
import type { Member } from './held-joint.ts';
import { heldMostKwh, heldValue, stateAfterHeld } from './held-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING_KWH = 1e-7;
/** States of which the energies left differ by less than so many units are taken for one. */
const KEY_UNITS = 2;
/** Keys are exact up to here. */
const KEYS_MAX = 2 ** 53;

/** What a car may do in a cell: stay off, be on at its least or at its most, or with an energy between, which is put last. */
export const WAY = { off: 0, least: 1, most: 2, between: 3, count: 4 } as const;

/** What the cars of a joint state may do in a cell, and what that leads to: by car, at car × `WAY.count` + way. */
export interface BeamWays {
  readonly kwh: Float64Array;
  /** What the cell costs, apart from the price of power. */
  readonly cost: Float64Array;
  /** The least cost of what follows; Infinity where it must not be so. */
  readonly rest: Float64Array;
  /** Energy left then, kWh; cells left of a car that is on or off. */
  readonly left: Float64Array;
  readonly state: Int32Array;
  /** The car's part of the key of the joint state. */
  readonly key: Float64Array;
}

export function newWays(count: number): BeamWays {
  const floats = () => new Float64Array(count * WAY.count);
  return {
    kwh: floats(),
    cost: floats(),
    rest: floats(),
    left: floats(),
    state: new Int32Array(count * WAY.count),
    key: floats(),
  };
}

/** By car, what its part of a state's key is multiplied by; null where keys would not be exact. */
export function radixOf(members: readonly Member[]): Float64Array | null {
  const radix = new Float64Array(members.length);
  let keys = 1;
  for (const [i, { kind, car }] of members.entries()) {
    radix[i] = keys;
    keys *= ((kind === 'held' ? Math.ceil(car.units / KEY_UNITS) + 1 : car.k) + 1) * car.states;
  }
  return keys > KEYS_MAX ? null : radix;
}

/** A car of a joint state before a cell. */
export interface Before {
  readonly member: Member;
  readonly index: number;
  readonly radix: number;
  readonly t: number;
  /** Length of the cell. */
  readonly hours: number;
}

/** Sets what a car may do in a cell but for energies between. `left` as in the layer. */
export function putWays(ways: BeamWays, before: Before, left: number, state: number): void {
  const { member, index, radix, t, hours } = before;
  const { kind, car, table } = member;
  const at = index * WAY.count;
  const [off, least, most] = [at + WAY.off, at + WAY.least, at + WAY.most];
  ways.kwh[off] = 0;
  ways.cost[off] = 0;
  ways.rest[off] = 0;
  ways.left[off] = left;
  ways.state[off] = 0;
  ways.key[off] = 0;
  ways.rest[least] = NEVER;
  ways.rest[most] = NEVER;
  ways.kwh[least] = NEVER;
  ways.kwh[most] = 0;
  if (left === 0) return;
  const isBefore = t < car.from;
  const stateOff = isBefore ? state : (car.offTo[state] as number);
  const next = Math.max(t + 1, car.from);
  ways.state[off] = stateOff;
  if (stateOff < 0) ways.rest[off] = NEVER;
  else {
    ways.rest[off] =
      kind === 'held' ? heldValue(table, next, left, stateOff) : valueAt(table, next, left, stateOff);
    ways.key[off] = keyOf(member, radix, left, stateOff);
  }
  if (isBefore || t >= car.end) return;
  if (kind === 'switched') {
    if (!canCharge(car, t, left, state)) return;
    const after = kAfter(car, t, left);
    const stateOn = stateAfterOn(car, t, state);
    ways.kwh[least] = (car.powerKw[left] as number) * hours;
    ways.kwh[most] = ways.kwh[least] as number;
    ways.cost[least] = cellCost(car, t, left) + (state === 0 ? car.startCost : 0);
    ways.rest[least] = valueAt(table, t + 1, after, stateOn);
    ways.left[least] = after;
    ways.state[least] = after === 0 ? 0 : stateOn;
    ways.key[least] = keyOf(member, radix, after, ways.state[least] as number);
    return;
  }
  const leastKwh = car.isLoose ? Math.min(left, car.leastKw * hours) : car.leastKw * hours;
  if (stateAfterHeld(car, t, state) < 0 || leastKwh > left + NOTHING_KWH) return;
  const mostKwh = withoutLittleLeft(car, t, left, Math.min(left, heldMostKwh(car, t, left)), leastKwh);
  ways.kwh[least] = leastKwh;
  putEnergy(ways, before, left, state, WAY.least, leastKwh);
  putEnergy(ways, before, left, state, WAY.most, mostKwh);
}

/** Sets a way of a held car that is on in the cell, with an energy from its least on. */
export function putEnergy(
  ways: BeamWays,
  { member, index, radix, t }: Before,
  left: number,
  state: number,
  way: number,
  kwh: number,
): void {
  if (member.kind !== 'held') return;
  const { car, table } = member;
  const at = index * WAY.count + way;
  const leastKwh = ways.kwh[index * WAY.count + WAY.least] as number;
  const stateOn = stateAfterHeld(car, t, state);
  const after = left - kwh <= NOTHING_KWH ? 0 : left - kwh;
  const start = state === 0 ? car.startCost : 0;
  ways.kwh[at] = kwh;
  ways.cost[at] =
    (car.weight[t] as number) +
    (car.rate[t] as number) * leastKwh +
    start +
    (car.rate[t] as number) * (kwh - leastKwh);
  ways.rest[at] = heldValue(table, t + 1, after, stateOn);
  ways.left[at] = after;
  ways.state[at] = after === 0 ? 0 : stateOn;
  ways.key[at] = keyOf(member, radix, after, ways.state[at] as number);
}

function keyOf({ kind, car }: Member, radix: number, left: number, state: number): number {
  const part = kind === 'held' ? Math.ceil(left / car.unitKwh / KEY_UNITS) : left;
  return radix * (part * car.states + state);
}

/** So much energy in a cell that what is left then is none, or enough for another cell. */
export function withoutLittleLeft(
  car: HeldCar,
  t: number,
  left: number,
  kwh: number,
  leastKwh: number,
): number {
  const after = left - kwh;
  const needed = car.leastKw * (car.hours[t + 1] ?? car.hours[t] ?? 0);
  if (car.isLoose || after <= NOTHING_KWH || after >= needed) return kwh;
  return Math.max(leastKwh, left - needed);
}
