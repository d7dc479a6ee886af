import type { CarTable } from './car-table.ts';
import { fillTable, valueAt } from './car-table.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';
import type { Dual } from './duals.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { KeyIndex } from './key-index.ts';

const ROUNDING_KW = 1e-6;
/** Keys are exact up to here. */
const KEYS_MAX = 2 ** 53;
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
 * rest stay below. Of more than `widthMost` states at an edge those with the least bound go on.
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
  const layers: Layer[] = [];
  let layer = newLayer(n, 1);
  for (const [i, car] of cars.entries()) {
    layer.k[i] = car.k;
    layer.state[i] = car.startState;
  }
  layer.size = 1;
  let isWhole = true;
  const index = new KeyIndex();
  const options = new Options(n);
  for (let t = 0; t < last; t++) {
    layers.push(layer);
    const next = newLayer(n, Math.min(layer.size << n, layer.size * 4 + 16));
    index.clear();
    const refund = dual.refund[t + 1] ?? 0;
    const room = (roomKw[t] as number) + ROUNDING_KW;
    for (let s = 0; s < layer.size; s++) {
      const spent = layer.cost[s] as number;
      for (let i = 0; i < n; i++) {
        const k = layer.k[s * n + i] as number;
        const state = layer.state[s * n + i] as number;
        options.put(tables[i], i, t, k, state, radix[i] ?? 0);
      }
      // Every set of cars that fits, as a count in which the i-th bit is the i-th car; a bit that is no option is left out.
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
        if (rest === NEVER) {
          // All sets with the same lower bits have this option too.
          set += (1 << i) - 1;
          continue;
        }
        if (power > room || cost + rest >= below) continue;
        const at = index.place(key, next.size);
        if (at === next.size) {
          if (at === next.cost.length) grow(next, n);
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
    if (next.size > widthMost) isWhole = false;
    layer = next.size > widthMost ? bestOf(next, n, widthMost) : next;
  }
  layers.push(layer);
  return { better: readBack(task, layers, last), isWhole };
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

interface Layer {
  size: number;
  k: Int32Array;
  state: Int32Array;
  cost: Float64Array;
  bound: Float64Array;
  parent: Int32Array;
  set: Int32Array;
}

function newLayer(n: number, length: number): Layer {
  return {
    size: 0,
    k: new Int32Array(length * n),
    state: new Int32Array(length * n),
    cost: new Float64Array(length),
    bound: new Float64Array(length),
    parent: new Int32Array(length),
    set: new Int32Array(length),
  };
}

function grow(layer: Layer, n: number): void {
  const wider = newLayer(n, 2 * layer.cost.length);
  wider.k.set(layer.k);
  wider.state.set(layer.state);
  wider.cost.set(layer.cost);
  wider.bound.set(layer.bound);
  wider.parent.set(layer.parent);
  wider.set.set(layer.set);
  Object.assign(layer, { ...wider, size: layer.size });
}

function bestOf(layer: Layer, n: number, widthMost: number): Layer {
  const bounds = layer.bound.slice(0, layer.size).sort();
  const most = bounds[widthMost] ?? NEVER;
  const kept = newLayer(n, widthMost);
  for (let s = 0; s < layer.size && kept.size < widthMost; s++) {
    if ((layer.bound[s] as number) > most) continue;
    const at = kept.size++;
    kept.k.set(layer.k.subarray(s * n, s * n + n), at * n);
    kept.state.set(layer.state.subarray(s * n, s * n + n), at * n);
    kept.cost[at] = layer.cost[s] as number;
    kept.bound[at] = layer.bound[s] as number;
    kept.parent[at] = layer.parent[s] as number;
    kept.set[at] = layer.set[s] as number;
  }
  return kept;
}

/** The cheapest last state with nothing left to charge, followed back to the start. */
function readBack({ cars, cells }: JointTask, layers: readonly Layer[], end: number): JointPaths | null {
  const n = cars.length;
  const last = layers[end];
  if (last === undefined) return null;
  let at = -1;
  for (let s = 0; s < last.size; s++) {
    if (last.k.subarray(s * n, s * n + n).some((k) => k > 0)) continue;
    if (at < 0 || (last.cost[s] ?? 0) < (last.cost[at] ?? 0)) at = s;
  }
  if (at < 0) return null;
  const cost = last.cost[at] ?? 0;
  const paths = cars.map(() => ({ isOn: new Uint8Array(cells), k: new Int32Array(cells), cost: 0 }));
  for (let t = end - 1; t >= 0; t--) {
    const set = layers[t + 1]?.set[at] ?? 0;
    at = layers[t + 1]?.parent[at] ?? 0;
    for (const [i, path] of paths.entries()) {
      const car = cars[i];
      const k = layers[t]?.k[at * n + i] ?? 0;
      path.k[t] = k;
      if (!((set >> i) & 1) || car === undefined) continue;
      path.isOn[t] = 1;
      const isStart = (layers[t]?.state[at * n + i] ?? 0) === 0;
      path.cost += cellCost(car, t, k) + (isStart ? car.startCost : 0);
    }
  }
  return { paths, cost };
}
