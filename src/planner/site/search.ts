import type { CarTable } from './car-table.ts';
import { fillTable } from './car-table.ts';
import { cellCost, kAfter, stateAfterOn } from './cell-car.ts';
import type { Dual } from './duals.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { KeyIndex } from './key-index.ts';
import { leastAfter } from './least-after.ts';
import type { Ways } from './search-ways.ts';
import { CARS_MAX, setsOf, waysOf } from './search-ways.ts';

const ROUNDING_KW = 1e-6;

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
  const ways = waysOf(tables);
  if (ways === null) return { better: null, isWhole: false };
  for (const [i, table] of tables.entries()) {
    fillTable(table, dual.surcharges[i] ?? null, table.car.isConstant, roomKw);
  }
  const last = cars.reduce((end, car) => Math.max(end, car.end), 0);
  let layer = scratch[0];
  let next = scratch[1];
  makeRoom(layer, n, 1);
  for (const [i, car] of cars.entries()) {
    layer.at[i] = (ways.first[i] as number) + car.k * car.states + car.startState;
  }
  layer.cost[0] = 0;
  layer.size = 1;
  let isWhole = true;
  const steps: Steps[] = [];
  for (let t = 0; t < last; t++) {
    next.size = 0;
    index.clear();
    const refund = dual.refund[t + 1] ?? 0;
    const room = (roomKw[t] as number) + ROUNDING_KW;
    for (let s = 0; s < layer.size; s++) {
      makeRoom(next, n, next.size + (1 << n));
      const found = setsOf(ways, layer.at, s, t, layer.cost[s] as number, room, refund);
      for (let f = 0; f < found.size; f++) {
        const cost = found.cost[f] as number;
        const bound = cost + (found.rest[f] as number);
        if (bound >= below) continue;
        const set = found.set[f] as number;
        const at = index.place(found.key[f] as number, next.size);
        if (at === next.size) {
          next.size++;
          for (let i = 0; i < n; i++) {
            next.at[at * n + i] = ways.after[
              2 * (layer.at[s * n + i] as number) + ((set >> i) & 1)
            ] as number;
          }
        } else if (cost >= (next.cost[at] as number)) {
          continue;
        }
        next.cost[at] = cost;
        next.bound[at] = bound;
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
  return { better: readBack(task, ways, layer, steps), isWhole };
}

/** How the states at an edge came about: from which state at the edge before, and which cars charged. */
interface Steps {
  readonly parent: Int32Array;
  readonly set: Int32Array;
}

/** The joint states at a cell edge. */
interface Layer {
  size: number;
  /** The number of each car's cells left and state (`Ways`). */
  at: Int32Array;
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
  return { size: 0, at: none, cost: nought, bound: nought, parent: none, set: none };
}

function makeRoom(layer: Layer, n: number, length: number): void {
  if (layer.cost.length >= length && layer.at.length >= length * n) return;
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
  layer.at = ints(layer.at, n);
  layer.parent = ints(layer.parent, 1);
  layer.set = ints(layer.set, 1);
  layer.cost = floats(layer.cost);
  layer.bound = floats(layer.bound);
}

function keepBest(layer: Layer, n: number, widthMost: number): void {
  const most = leastAfter(layer.bound, layer.size, widthMost);
  let size = 0;
  for (let s = 0; s < layer.size && size < widthMost; s++) {
    if ((layer.bound[s] as number) > most) continue;
    layer.at.copyWithin(size * n, s * n, s * n + n);
    layer.cost[size] = layer.cost[s] as number;
    layer.bound[size] = layer.bound[s] as number;
    layer.parent[size] = layer.parent[s] as number;
    layer.set[size] = layer.set[s] as number;
    size++;
  }
  layer.size = size;
}

/** The cheapest last state with nothing left to charge: followed back to the start, then told forward. */
function readBack(
  { cars, cells }: JointTask,
  { first }: Ways,
  last: Layer,
  steps: readonly Steps[],
): JointPaths | null {
  const n = cars.length;
  let at = -1;
  for (let s = 0; s < last.size; s++) {
    const isDone = cars.every((car, i) => (last.at[s * n + i] as number) < (first[i] as number) + car.states);
    if (!isDone) continue;
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
