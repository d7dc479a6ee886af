import type { CellCar } from './cell-car.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ROUNDING_KW = 1e-6;
const TIE = 1e-9;

/** Least cost of one car from each state at each cell edge to its end, under surcharges and beside others. */
export interface CarTable {
  readonly car: CellCar;
  readonly values: Float64Array;
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
  return { car, values: new Float64Array((cells + 1) * (car.k + 2) * car.states) };
}

/** Room for one row of costs; grows as it is needed, and nothing of it outlives a call. */
let scratch = new Float64Array(256);

/**
 * Fills a table backward. `surcharge` is per cell and per kW of the car's power, or per cell where `isFlat`; charging
 * needs the car's power within `roomKw`. Returns the least cost from the start; Infinity where nothing fits.
 */
export function fillTable(
  table: CarTable,
  surcharge: Float64Array | null,
  isFlat: boolean,
  roomKw: Float64Array,
): number {
  const { car, values } = table;
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
  let base = (end - from) * row;
  values.fill(NEVER, base, base + row);
  for (let a = 0; a < states; a++) values[base + a * line] = 0;
  for (let t = end - 1; t >= from; t--) {
    const next = base;
    base -= row;
    const kHigh = Math.min(kMost, end - t);
    // Fewer cells cannot be left here. One more than that is filled in for the row before, which may ask for it.
    const kLow = Math.max(1, kMost - (t - from) - 1);
    const extra = surcharge === null ? 0 : (surcharge[t] as number);
    const room = (roomKw[t] as number) + ROUNDING_KW;
    const price = rate[t] as number;
    const fixed = weight[t] as number;
    for (let k = kLow; k <= kHigh; k++) {
      const power = powerKw[k] as number;
      const energy = t === 0 ? car.headKwh : (kwh[k] as number);
      charge[k] = power > room ? NEVER : price * energy + fixed + (isFlat ? extra : extra * power);
    }
    for (let a = 0; a < states; a++) {
      const at = base + a * line;
      const off = offTo[a] as number;
      const on = a === 0 && t === 0 ? car.headTo : (onTo[a] as number);
      const offAt = next + off * line;
      const fee = a === 0 ? startCost : 0;
      values[at] = 0;
      if (off < 0) values.fill(NEVER, at + kLow, at + kHigh + 1);
      else for (let k = kLow; k <= kHigh; k++) values[at + k] = values[offAt + k] as number;
      if (on >= 0) {
        // A start needs as many cells as the least run has; the first cell may count as none.
        const ahead = t === 0 ? kMost - car.kAfterHead : 1;
        const onAt = next + on * line - ahead;
        const first = Math.max(kLow, a === 0 ? on - onState + ahead : ahead);
        for (let k = t === 0 ? Math.max(first, kMost) : first; k <= kHigh; k++) {
          const value = (charge[k] as number) + fee + (values[onAt + k] as number);
          if (value < (values[at + k] as number)) values[at + k] = value;
        }
      }
      values[at + kHigh + 1] = NEVER;
    }
  }
  return values[car.startState * line + kMost] as number;
}

/** The value of a state; 0 when nothing is left, Infinity past the end. */
export function valueAt({ car, values }: CarTable, cell: number, k: number, state: number): number {
  if (k <= 0) return 0;
  if (cell >= car.end || k > car.end - cell) return NEVER;
  return values[((cell - car.from) * car.states + state) * (car.k + 2) + k] as number;
}

/** The best path of a filled table: later on equal cost, or earlier where that is better. Null where nothing fits. */
export function readPath(
  table: CarTable,
  surcharge: Float64Array | null,
  isFlat: boolean,
  roomKw: Float64Array,
  cells: number,
): CarPath | null {
  const { car } = table;
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
    const isOpen = power <= (roomKw[t] ?? 0) + ROUNDING_KW && canCharge(car, t, k, state);
    const left = kAfter(car, t, k);
    const on = stateAfterOn(car, t, state);
    if (isOpen) {
      const extra = surcharge === null ? 0 : (surcharge[t] ?? 0) * (isFlat ? 1 : power);
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
