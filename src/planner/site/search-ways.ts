import type { CarTable } from './car-table.ts';
import { valueAt } from './car-table.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';

/** Keys are exact up to here. */
const KEYS_MAX = 2 ** 53;
/** Each state has a way on for every set of cars: of more cars these are too many for any number of states. */
export const CARS_MAX = 8;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * What cars may do in a cell, by car, cells left and state, which are numbered together: at twice that number what a
 * cell off leads to, and after it a cell on. Many joint states have the same car in the same state, so each is worked
 * out once a cell, where it is first asked for.
 */
export interface Ways {
  readonly tables: readonly CarTable[];
  /** Where a car's numbers begin: at `first` + k × states + state. */
  readonly first: Int32Array;
  /** By car, what its part of a state's key is multiplied by. */
  readonly radix: Float64Array;
  /** The cell that the ways are worked out for. */
  readonly knownAt: Int32Array;
  /** The least cost of what follows; Infinity where it may not be so. */
  readonly rest: Float64Array;
  readonly power: Float64Array;
  readonly cost: Float64Array;
  readonly key: Float64Array;
  /** The number of what the car is then. */
  readonly after: Int32Array;
}

/** Ways of cars, none of them worked out yet; null where keys would not be exact. */
export function waysOf(tables: readonly CarTable[]): Ways | null {
  const first = new Int32Array(tables.length);
  const radix = new Float64Array(tables.length);
  let count = 0;
  let keys = 1;
  for (const [i, { car }] of tables.entries()) {
    first[i] = count;
    radix[i] = keys;
    count += (car.k + 1) * car.states;
    keys *= (car.k + 1) * car.states;
  }
  if (keys > KEYS_MAX) return null;
  return {
    tables,
    first,
    radix,
    knownAt: new Int32Array(count).fill(-1),
    rest: new Float64Array(2 * count),
    power: new Float64Array(2 * count),
    cost: new Float64Array(2 * count),
    key: new Float64Array(2 * count),
    after: new Int32Array(2 * count),
  };
}

/** Sets of cars that may charge together from a state on: the i-th bit is the i-th car. */
interface Sets {
  size: number;
  readonly set: Int32Array;
  readonly power: Float64Array;
  readonly cost: Float64Array;
  readonly rest: Float64Array;
  readonly key: Float64Array;
}

/**
 * The sets of cars that may charge in cell `t` from joint state `s` on, which cost `spent` to come to, in the order of a
 * count: of the sets of the cars before, each without and with the next.
 */
export function setsOf(
  ways: Ways,
  states: Int32Array,
  s: number,
  t: number,
  spent: number,
  roomKw: number,
  refund: number,
): Sets {
  const n = ways.tables.length;
  let [found, more] = scratchSets;
  found.size = 1;
  found.set[0] = 0;
  found.power[0] = 0;
  found.cost[0] = spent;
  found.rest[0] = -refund;
  found.key[0] = 0;
  for (let i = 0; i < n; i++) {
    const at = states[s * n + i] as number;
    if (ways.knownAt[at] !== t) putWays(ways, i, t, at);
    more.size = 0;
    for (let isOn = 0; isOn <= 1; isOn++) {
      const way = 2 * at + isOn;
      const rest = ways.rest[way] as number;
      if (rest === NEVER) continue;
      const power = ways.power[way] as number;
      const cost = ways.cost[way] as number;
      const key = ways.key[way] as number;
      const bit = isOn << i;
      let size = more.size;
      for (let f = 0; f < found.size; f++) {
        const drawn = (found.power[f] as number) + power;
        if (drawn > roomKw) continue;
        more.set[size] = (found.set[f] as number) | bit;
        more.power[size] = drawn;
        more.cost[size] = (found.cost[f] as number) + cost;
        more.rest[size] = (found.rest[f] as number) + rest;
        more.key[size++] = (found.key[f] as number) + key;
      }
      more.size = size;
    }
    [found, more] = [more, found];
  }
  return found;
}

function putWays(ways: Ways, i: number, t: number, at: number): void {
  const table = ways.tables[i] as CarTable;
  const first = ways.first[i] as number;
  const radix = ways.radix[i] as number;
  const { car } = table;
  const { states } = car;
  const state = (at - first) % states;
  const k = (at - first - state) / states;
  const off = 2 * at;
  const on = off + 1;
  const isBefore = t < car.from;
  ways.knownAt[at] = t;
  const then = k === 0 ? 0 : isBefore ? state : (car.offTo[state] as number);
  // What is still to come of a car that is not open yet is what it is at its first cell.
  ways.rest[off] = then < 0 ? NEVER : valueAt(table, Math.max(t + 1, car.from), k, then);
  ways.key[off] = (k * states + then) * radix;
  ways.after[off] = first + k * states + then;
  if (isBefore || t >= car.end || !canCharge(car, t, k, state)) {
    ways.rest[on] = NEVER;
    return;
  }
  const left = kAfter(car, t, k);
  const thenOn = left === 0 ? 0 : stateAfterOn(car, t, state);
  ways.cost[on] = cellCost(car, t, k) + (state === 0 ? car.startCost : 0);
  ways.power[on] = car.powerKw[k] as number;
  ways.rest[on] = valueAt(table, t + 1, left, thenOn);
  ways.key[on] = (left * states + thenOn) * radix;
  ways.after[on] = first + left * states + thenOn;
}

/** Kept from call to call: nothing of them outlives the next. */
const scratchSets = [newSets(), newSets()] as const;

function newSets(): Sets {
  const most = 1 << CARS_MAX;
  return {
    size: 0,
    set: new Int32Array(most),
    power: new Float64Array(most),
    cost: new Float64Array(most),
    rest: new Float64Array(most),
    key: new Float64Array(most),
  };
}
