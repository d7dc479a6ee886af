import { leastAfter } from './least-after.ts';

/** The joint states of some cars at a cell edge, and how each came about. */
export interface BeamLayer {
  size: number;
  /** Of each car: energy left, kWh; cells left of one that is on or off. */
  left: Float64Array;
  /** Of each car: its state of on and off (cell-car.ts). */
  state: Int32Array;
  /** Of each car: energy in the cell before the edge, kWh. */
  kwh: Float64Array;
  cost: Float64Array;
  /** Cost and a bound of what follows. */
  bound: Float64Array;
  /** The state at the edge before. */
  parent: Int32Array;
  /** The cars on in the cell before the edge: the i-th bit is the i-th car. */
  set: Int32Array;
}

/** What of a layer a plan is read back from. */
export type BeamStep = Pick<BeamLayer, 'kwh' | 'parent' | 'set'>;

export function newLayer(): BeamLayer {
  const nothing = new Float64Array(0);
  const none = new Int32Array(0);
  return {
    size: 0,
    left: nothing,
    state: none,
    kwh: nothing,
    cost: nothing,
    bound: nothing,
    parent: none,
    set: none,
  };
}

/** Room for so many states of `count` cars; what is there stays. */
export function makeRoom(layer: BeamLayer, count: number, states: number): void {
  if (layer.cost.length >= states && layer.left.length >= states * count) return;
  const most = 2 * states + 64;
  layer.left = widened(layer.left, new Float64Array(most * count));
  layer.state = widened(layer.state, new Int32Array(most * count));
  layer.kwh = widened(layer.kwh, new Float64Array(most * count));
  layer.cost = widened(layer.cost, new Float64Array(most));
  layer.bound = widened(layer.bound, new Float64Array(most));
  layer.parent = widened(layer.parent, new Int32Array(most));
  layer.set = widened(layer.set, new Int32Array(most));
}

function widened<T extends Float64Array | Int32Array>(before: T, wider: T): T {
  wider.set(before.subarray(0, Math.min(before.length, wider.length)));
  return wider;
}

/** Leaves so many states of `count` cars in a layer, those of the least bounds. */
export function keepBest(layer: BeamLayer, count: number, width: number): void {
  if (layer.size <= width) return;
  const most = leastAfter(layer.bound, layer.size, width);
  let size = 0;
  for (let s = 0; s < layer.size && size < width; s++) {
    if ((layer.bound[s] as number) > most) continue;
    for (const each of [layer.left, layer.state, layer.kwh])
      each.copyWithin(size * count, s * count, s * count + count);
    for (const each of [layer.cost, layer.bound, layer.parent, layer.set]) each[size] = each[s] as number;
    size++;
  }
  layer.size = size;
}

export function stepOf(layer: BeamLayer, count: number): BeamStep {
  const { kwh, parent, set, size } = layer;
  return { kwh: kwh.slice(0, size * count), parent: parent.slice(0, size), set: set.slice(0, size) };
}
