import type { CellCar } from './cell-car.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ROUNDING_KW = 1e-6;
const TIE = 1e-9;

/** Least cost of one car from each state at each cell edge to its end, under surcharges and beside others. */
export interface CarTable {
  readonly car: CellCar;
  readonly values: Float64Array;
  /** By cell edge and state: whether the car may come into it; the others have no values. */
  readonly isReached: Uint8Array;
  readonly filled: Filled;
}

/** What a table was last filled by: only what changed since is filled anew. */
interface Filled {
  readonly leastKw: number;
  readonly mostKw: number;
  /** By cell: Infinity where there is room for every power of the car, -Infinity for none. */
  readonly roomKw: Float64Array;
  readonly extra: Float64Array;
  /** Null before the first time. */
  isFlat: boolean | null;
  /** The path that was read from it; undefined for none yet. */
  path: CarPath | null | undefined;
}

/** Cells in which a car charges, and what that counts without surcharges. */
export interface CarPath {
  readonly isOn: Uint8Array;
  /** Cells left at the start of each cell. */
  readonly k: Int32Array;
  readonly cost: number;
}

export function newTable(car: CellCar): CarTable {
  const cells = Math.max(0, car.end - car.from);
  const powers = car.powerKw.subarray(1, car.k + 1);
  const filled = {
    leastKw: powers.reduce((a, b) => Math.min(a, b), NEVER),
    mostKw: powers.reduce((a, b) => Math.max(a, b), 0),
    roomKw: new Float64Array(cells),
    extra: new Float64Array(cells),
    isFlat: null,
    path: undefined,
  };
  const values = new Float64Array((cells + 1) * (car.k + 2) * car.states);
  return { car, values, isReached: reachedIn(car, cells), filled };
}

function reachedIn(car: CellCar, cells: number): Uint8Array {
  const { from, states, offTo } = car;
  const isReached = new Uint8Array((cells + 1) * states);
  isReached[car.startState] = 1;
  for (let n = 0; n < cells; n++) {
    for (let a = 0; a < states; a++) {
      if (isReached[n * states + a] !== 1) continue;
      const on = stateAfterOn(car, from + n, a);
      const off = offTo[a] as number;
      if (on >= 0) isReached[(n + 1) * states + on] = 1;
      if (off >= 0) isReached[(n + 1) * states + off] = 1;
    }
  }
  return isReached;
}

/** Room for one row of costs; grows as it is needed, and nothing of it outlives a call. */
let scratch = new Float64Array(256);

/**
 * Fills a table backward, from the last cell on in which something changed. `surcharge` is per cell and per kW of the
 * car's power, or per cell where `isFlat`; charging needs the car's power within `roomKw`. Returns the least cost from
 * the start; Infinity where nothing fits.
 */
export function fillTable(
  table: CarTable,
  surcharge: Float64Array | null,
  isFlat: boolean,
  roomKw: Float64Array,
): number {
  const { car, values, isReached, filled } = table;
  const { from, end, k: kMost, states, onState, onTo, offTo, startCost, powerKw, kwh, rate, weight } = car;
  if (kMost === 0) {
    values.fill(0);
    return 0;
  }
  if (end <= from) return NEVER;
  if (scratch.length < kMost + 1) scratch = new Float64Array(2 * kMost);
  const charge = scratch;
  const line = kMost + 2;
  const row = line * states;
  if (filled.isFlat === null) {
    const last = (end - from) * row;
    values.fill(NEVER, last, last + row);
    for (let a = 0; a < states; a++) values[last + a * line] = 0;
  }
  const changed = lastChanged(table, surcharge, isFlat, roomKw);
  for (let t = changed; t >= from; t--) {
    const base = (t - from) * row;
    const next = base + row;
    const kHigh = Math.min(kMost, end - t);
    // Fewer cells cannot be left here. One more than that is filled in for the row before, which may ask for it.
    const kLow = Math.max(1, kMost - (t - from) - 1);
    const extra = filled.extra[t - from] as number;
    const room = filled.roomKw[t - from] as number;
    const hasRoom = room > -NEVER;
    const price = rate[t] as number;
    const fixed = weight[t] as number;
    if (hasRoom) {
      for (let k = kLow; k <= kHigh; k++) {
        const power = powerKw[k] as number;
        const energy = t === 0 ? car.headKwh : (kwh[k] as number);
        charge[k] = power > room ? NEVER : price * energy + fixed + (isFlat ? extra : extra * power);
      }
    }
    for (let a = 0; a < states; a++) {
      if (isReached[(t - from) * states + a] !== 1) continue;
      const at = base + a * line;
      const off = offTo[a] as number;
      const on = a === 0 && t === 0 ? car.headTo : (onTo[a] as number);
      const offAt = next + off * line;
      const fee = a === 0 ? startCost : 0;
      // A start needs as many cells as the least run has; the first cell may count as none.
      const ahead = t === 0 ? kMost - car.kAfterHead : 1;
      const onAt = next + on * line - ahead;
      const first = Math.max(kLow, t === 0 ? kMost : 0, a === 0 ? on - onState + ahead : ahead);
      const firstOn = on >= 0 && hasRoom ? Math.min(first, kHigh + 1) : kHigh + 1;
      values[at] = 0;
      if (off < 0) values.fill(NEVER, at + kLow, at + kHigh + 1);
      else for (let k = kLow; k < firstOn; k++) values[at + k] = values[offAt + k] as number;
      for (let k = firstOn; k <= kHigh; k++) {
        const value = (charge[k] as number) + fee + (values[onAt + k] as number);
        const other = off < 0 ? NEVER : (values[offAt + k] as number);
        values[at + k] = Math.min(value, other);
      }
      values[at + kHigh + 1] = NEVER;
    }
  }
  return values[car.startState * line + kMost] as number;
}

/** Takes in what a table is to be filled by, and gives the last cell in which that is new; -1 for none. */
function lastChanged(
  { car, filled }: CarTable,
  surcharge: Float64Array | null,
  isFlat: boolean,
  roomKw: Float64Array,
): number {
  const { from, end } = car;
  const { leastKw, mostKw, roomKw: roomBefore, extra: extraBefore } = filled;
  let changed = filled.isFlat === isFlat ? -1 : end - 1;
  for (let t = from; t < end; t++) {
    const room = (roomKw[t] as number) + ROUNDING_KW;
    const own = room >= mostKw ? NEVER : room < leastKw ? -NEVER : room;
    const extra = surcharge === null ? 0 : (surcharge[t] as number);
    const n = t - from;
    if (own === roomBefore[n] && extra === extraBefore[n]) continue;
    roomBefore[n] = own;
    extraBefore[n] = extra;
    if (t > changed) changed = t;
  }
  filled.isFlat = isFlat;
  if (changed >= 0) filled.path = undefined;
  return changed;
}

/** The value of a state; 0 when nothing is left, Infinity past the end. */
export function valueAt({ car, values }: CarTable, cell: number, k: number, state: number): number {
  if (k <= 0) return 0;
  if (cell >= car.end || k > car.end - cell) return NEVER;
  return values[((cell - car.from) * car.states + state) * (car.k + 2) + k] as number;
}

/** The best path of a filled table: later on equal cost, or earlier where that is better. Null where nothing fits. */
export function readPath(table: CarTable, cells: number): CarPath | null {
  if (table.filled.path === undefined) table.filled.path = followed(table, cells);
  return table.filled.path;
}

function followed(table: CarTable, cells: number): CarPath | null {
  const { car, filled } = table;
  const isOn = new Uint8Array(cells);
  const ks = new Int32Array(cells);
  let k = car.k;
  let state = car.startState;
  let cost = 0;
  for (let t = car.from; t < car.end && k > 0; t++) {
    ks[t] = k;
    const power = car.powerKw[k] ?? 0;
    const off = car.offTo[state] ?? -1;
    const offValue = off < 0 ? NEVER : valueAt(table, t + 1, k, off);
    let onValue = NEVER;
    const isOpen = power <= (filled.roomKw[t - car.from] as number) && canCharge(car, t, k, state);
    const left = kAfter(car, t, k);
    const on = stateAfterOn(car, t, state);
    if (isOpen) {
      const extra = (filled.extra[t - car.from] as number) * (filled.isFlat ? 1 : power);
      const start = state === 0 ? car.startCost : 0;
      onValue = cellCost(car, t, k) + start + extra + valueAt(table, t + 1, left, on);
    }
    if (onValue === NEVER && offValue === NEVER) return null;
    const prefersOn = state >= car.onState || car.isEarly[t] === 1;
    if (prefersOn ? onValue <= offValue + TIE : onValue < offValue - TIE) {
      isOn[t] = 1;
      cost += cellCost(car, t, k) + (state === 0 ? car.startCost : 0);
      k = left;
      state = on;
    } else {
      state = off;
    }
  }
  return k > 0 ? null : { isOn, k: ks, cost };
}

/** A path with what it counts for this car. */
export function recountedPath(car: CellCar, path: CarPath): CarPath {
  let cost = 0;
  for (let t = car.from; t < path.isOn.length; t++) {
    if (path.isOn[t] !== 1) continue;
    const goesOn = t === car.from ? car.startState >= car.onState : path.isOn[t - 1] === 1;
    cost += cellCost(car, t, path.k[t] ?? 0) + (goesOn ? 0 : car.startCost);
  }
  return { ...path, cost };
}
