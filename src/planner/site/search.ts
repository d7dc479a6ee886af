import type { CarTable } from './car-table.ts';
import { fillTable, valueAt } from './car-table.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';
import type { Dual } from './duals.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { KeyIndex } from './key-index.ts';

const ROUNDING_KW = 1e-6;
/** Keys are exact up to here. */
const KEYS_MAX = 2 ** 53;
/** Each state has a way on for every set of cars: of more cars these are too many for any number of states. */
const CARS_MAX = 8;
const NEVER = Number.POSITIVE_INFINITY;

export interface Found {
  /** Better than what was to be beaten; null for none. */
  readonly better: JointPaths | null;
  /** Nothing was left out: no joint path that costs less than what was to be beaten is cheaper than `better`. */
  readonly isWhole: boolean;
}

/**
 * The cheapest joint path that costs less than `below`: a dynamic programme over (cell edge, what every car has left,
 * its state of on and off), forward, in which a state goes on only while its cost so far and the duals' bound of the
 * rest stay below. Of more than `widthMost` states at an edge those with the least bound go on. Of more than eight cars
 * nothing is found, and nothing proven.
 */
export function searched(
  task: JointTask,
  tables: readonly CarTable[],
  dual: Dual,
  below: number,
  widthMost: number,
): Found {
  const { cars, roomKw } = task;
  const n = cars.length;
  if (n > CARS_MAX) return { better: null, isWhole: false };
  const radix: number[] = [];
  let keys = 1;
  for (const car of cars) {
    radix.push(keys);
    keys *= (car.k + 1) * car.states;
  }
  if (keys > KEYS_MAX) return { better: null, isWhole: false };
  for (const [i, table] of tables.entries()) {
    fillTable(table, dual.surcharges[i] ?? null, table.car.isConstant, roomKw);
  }
  const last = cars.reduce((end, car) => Math.max(end, car.end), 0);
  let layer = scratch[0];
  let next = scratch[1];
  makeRoom(layer, n, 1);
  for (const [i, car] of cars.entries()) {
    layer.k[i] = car.k;
    layer.state[i] = car.startState;
  }
  layer.cost[0] = 0;
  layer.size = 1;
  let isWhole = true;
  const steps: Steps[] = [];
  const options = new Options(n);
  for (let t = 0; t < last; t++) {
    next.size = 0;
    index.clear();
    const refund = dual.refund[t + 1] ?? 0;
    const room = (roomKw[t] as number) + ROUNDING_KW;
    for (let s = 0; s < layer.size; s++) {
      const spent = layer.cost[s] as number;
      makeRoom(next, n, next.size + (1 << n));
      for (let i = 0; i < n; i++) {
        const k = layer.k[s * n + i] as number;
        const state = layer.state[s * n + i] as number;
        options.put(tables[i], i, t, k, state, radix[i] ?? 0);
      }
      // Every set of cars, as a count in which the i-th bit is the i-th car.
      for (let set = 0; set < 1 << n; set++) {
        let power = 0;
        let cost = spent;
        let rest = -refund;
        let key = 0;
        let i = 0;
        for (; i < n; i++) {
          const o = 2 * i + ((set >> i) & 1);
          rest += options.rest[o] as number;
          if (rest === NEVER) break;
          power += options.power[o] as number;
          cost += options.cost[o] as number;
          key += options.key[o] as number;
        }
        if (rest === NEVER || power > room || cost + rest >= below) continue;
        const at = index.place(key, next.size);
        if (at === next.size) {
          next.size++;
          for (let c = 0; c < n; c++) {
            const o = 2 * c + ((set >> c) & 1);
            next.k[at * n + c] = options.left[o] as number;
            next.state[at * n + c] = options.after[o] as number;
          }
        } else if (cost >= (next.cost[at] as number)) {
          continue;
        }
        next.cost[at] = cost;
        next.bound[at] = cost + rest;
        next.parent[at] = s;
        next.set[at] = set;
      }
    }
    if (next.size === 0) return { better: null, isWhole };
    if (next.size > widthMost) {
      isWhole = false;
      keepBest(next, n, widthMost);
    }
    steps.push({ parent: next.parent.slice(0, next.size), set: next.set.slice(0, next.size) });
    [layer, next] = [next, layer];
  }
  return { better: readBack(task, layer, steps), isWhole };
}

/** What each car may do in a cell: at 2i stay off, at 2i + 1 charge. */
class Options {
  readonly rest: Float64Array;
  readonly power: Float64Array;
  readonly cost: Float64Array;
  readonly key: Float64Array;
  readonly left: Int32Array;
  readonly after: Int32Array;

  constructor(count: number) {
    this.rest = new Float64Array(2 * count);
    this.power = new Float64Array(2 * count);
    this.cost = new Float64Array(2 * count);
    this.key = new Float64Array(2 * count);
    this.left = new Int32Array(2 * count);
    this.after = new Int32Array(2 * count);
  }

  put(table: CarTable | undefined, i: number, t: number, k: number, state: number, radix: number): void {
    if (table === undefined) return;
    const { car } = table;
    const off = 2 * i;
    const on = off + 1;
    const isBefore = t < car.from;
    const after = k === 0 ? 0 : isBefore ? state : (car.offTo[state] as number);
    this.left[off] = k;
    this.after[off] = after;
    this.cost[off] = 0;
    this.power[off] = 0;
    this.key[off] = (k * car.states + after) * radix;
    // What is still to come of a car that is not open yet is what it is at its first cell.
    this.rest[off] = after < 0 ? NEVER : valueAt(table, Math.max(t + 1, car.from), k, after);
    if (isBefore || t >= car.end || !canCharge(car, t, k, state)) {
      this.rest[on] = NEVER;
      return;
    }
    const left = kAfter(car, t, k);
    const then = left === 0 ? 0 : stateAfterOn(car, t, state);
    this.left[on] = left;
    this.after[on] = then;
    this.cost[on] = cellCost(car, t, k) + (state === 0 ? car.startCost : 0);
    this.power[on] = car.powerKw[k] as number;
    this.key[on] = (left * car.states + then) * radix;
    this.rest[on] = valueAt(table, t + 1, left, then);
  }
}

/** How the states at an edge came about: from which state at the edge before, and which cars charged. */
interface Steps {
  readonly parent: Int32Array;
  readonly set: Int32Array;
}

/** The joint states at a cell edge. */
interface Layer {
  size: number;
  k: Int32Array;
  state: Int32Array;
  cost: Float64Array;
  bound: Float64Array;
  parent: Int32Array;
  set: Int32Array;
}

/** Kept from call to call: a search is made in one go. */
const scratch = [newLayer(), newLayer()] as const;
const index = new KeyIndex();

function newLayer(): Layer {
  const none = new Int32Array(0);
  const nought = new Float64Array(0);
  return { size: 0, k: none, state: none, cost: nought, bound: nought, parent: none, set: none };
}

function makeRoom(layer: Layer, n: number, length: number): void {
  if (layer.cost.length >= length && layer.k.length >= length * n) return;
  const most = 2 * length + 64;
  const ints = (before: Int32Array, each: number) => {
    const wider = new Int32Array(most * each);
    wider.set(before.subarray(0, Math.min(before.length, wider.length)));
    return wider;
  };
  const floats = (before: Float64Array) => {
    const wider = new Float64Array(most);
    wider.set(before.subarray(0, Math.min(before.length, most)));
    return wider;
  };
  layer.k = ints(layer.k, n);
  layer.state = ints(layer.state, n);
  layer.parent = ints(layer.parent, 1);
  layer.set = ints(layer.set, 1);
  layer.cost = floats(layer.cost);
  layer.bound = floats(layer.bound);
}

function keepBest(layer: Layer, n: number, widthMost: number): void {
  const most = layer.bound.slice(0, layer.size).sort()[widthMost] ?? NEVER;
  let size = 0;
  for (let s = 0; s < layer.size && size < widthMost; s++) {
    if ((layer.bound[s] as number) > most) continue;
    layer.k.copyWithin(size * n, s * n, s * n + n);
    layer.state.copyWithin(size * n, s * n, s * n + n);
    layer.cost[size] = layer.cost[s] as number;
    layer.bound[size] = layer.bound[s] as number;
    layer.parent[size] = layer.parent[s] as number;
    layer.set[size] = layer.set[s] as number;
    size++;
  }
  layer.size = size;
}

/** The cheapest last state with nothing left to charge: followed back to the start, then told forward. */
function readBack({ cars, cells }: JointTask, last: Layer, steps: readonly Steps[]): JointPaths | null {
  const n = cars.length;
  let at = -1;
  for (let s = 0; s < last.size; s++) {
    if (last.k.subarray(s * n, s * n + n).some((k) => k > 0)) continue;
    if (at < 0 || (last.cost[s] as number) < (last.cost[at] as number)) at = s;
  }
  if (at < 0) return null;
  const cost = last.cost[at] as number;
  const sets = new Int32Array(steps.length);
  for (let t = steps.length - 1; t >= 0; t--) {
    sets[t] = steps[t]?.set[at] ?? 0;
    at = steps[t]?.parent[at] ?? 0;
  }
  const paths = cars.map((car, i) => {
    const isOn = new Uint8Array(cells);
    const ks = new Int32Array(cells);
    let k = car.k;
    let state = car.startState;
    let own = 0;
    for (let t = car.from; t < car.end && k > 0; t++) {
      ks[t] = k;
      if (((sets[t] ?? 0) >> i) & 1) {
        isOn[t] = 1;
        own += cellCost(car, t, k) + (state === 0 ? car.startCost : 0);
        state = stateAfterOn(car, t, state);
        k = kAfter(car, t, k);
      } else {
        state = car.offTo[state] ?? 0;
      }
    }
    return { isOn, k: ks, cost: own };
  });
  return { paths, cost };
}
