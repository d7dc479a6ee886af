import type { HeldCar } from './held-cells.ts';
import { SPARE_UNITS } from './held-cells.ts';
import type { HeldOptions, Offer } from './held-options.ts';
import { newOptions, putOptions } from './held-options.ts';
import { fullAt, windowed } from './held-window.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TIE = 1e-9;

/** Least cost of one held car from each state at each cell edge to its end. */
export interface HeldTable {
  readonly car: HeldCar;
  readonly values: Float64Array;
  /** By cell and state: whether the car may come into it. */
  readonly isReached: Uint8Array;
  /** By cell: the fewest units that can be left, apart from none; below them there are no values. */
  readonly leasts: Int32Array;
  /** What it was last filled by: only what changed since is filled anew. */
  readonly options: HeldOptions;
  /** By cell: the fewest units that it was filled from; more than `line` before the first time. */
  readonly filledFrom: Int32Array;
}

/** Cells in which a car is on, and units of energy in each. */
export interface HeldPattern {
  readonly isOn: Uint8Array;
  readonly units: Int32Array;
}

export function newHeldTable(car: HeldCar): HeldTable {
  const cells = Math.max(0, car.end - car.from);
  return {
    car,
    values: new Float64Array((cells + 1) * car.states * lineOf(car)),
    isReached: reachedIn(car, cells),
    leasts: new Int32Array(cells + 1).fill(1),
    options: newOptions(cells),
    filledFrom: new Int32Array(cells).fill(lineOf(car)),
  };
}

/** States that a car may be in at each cell edge: few where least runs are short. */
function reachedIn(car: HeldCar, cells: number): Uint8Array {
  const { from, states } = car;
  const isReached = new Uint8Array((cells + 1) * states);
  isReached[car.startState] = 1;
  for (let n = 0; n < cells; n++) {
    for (let a = 0; a < states; a++) {
      if (isReached[n * states + a] !== 1) continue;
      for (const to of [stateAfterHeld(car, from + n, a), car.offTo[a] as number]) {
        if (to >= 0) isReached[(n + 1) * states + to] = 1;
      }
    }
  }
  return isReached;
}

/** The state after a cell on; -1 where that may not be. */
export function stateAfterHeld(car: HeldCar, t: number, state: number): number {
  return state === 0 && t === 0 ? car.headTo : (car.onTo[state] as number);
}

/**
 * Fills a table backward, from the last cell on in which something changed. On for a cell with n units costs a line in n,
 * so that the best n of each state is the least of a sliding window over the states after it.
 */
export function fillHeld(table: HeldTable, offer: Offer): void {
  const { car, values, isReached, leasts, options, filledFrom } = table;
  const isStrict = !car.isLoose;
  const { from, end, states, onState, offTo, startCost, weight } = car;
  const line = lineOf(car);
  const most = line - 1;
  const last = Math.max(0, end - from) * states * line;
  values.fill(NEVER, last, last + states * line);
  for (let a = 0; a < states; a++) if (!isStrict || a <= onState) values[last + a * line] = 0;
  let changed = putOptions(options, car, offer);
  // Fewer units than all that could have been charged by then cannot be left, nor more than can be charged from then on.
  let ahead = 0;
  for (let n = 0; n < end - from; n++) {
    const low = Math.max(1, car.units - ahead);
    leasts[n] = low;
    if (low < (filledFrom[n] as number)) changed = Math.max(changed, n);
    ahead += options.most[n] as number;
  }
  let behind = 0;
  for (let n = end - from - 1; n > changed; n--) behind += options.most[n] as number;
  for (let n = changed; n >= 0; n--) {
    const t = from + n;
    const base = n * states * line;
    const next = base + states * line;
    const isOpen = (options.least[n] as number) > 0;
    behind += options.most[n] as number;
    const low = leasts[n] as number;
    const high = Math.min(most, behind);
    filledFrom[n] = low;
    let filledTo = -1;
    let row: Float64Array | null = null;
    // From the last state on, as states that follow each other lead to the same one: they share its window.
    for (let a = states - 1; a >= 0; a--) {
      if (isReached[n * states + a] !== 1) continue;
      const at = base + a * line;
      const off = offTo[a] as number;
      const offAt = off < 0 ? -1 : next + off * line;
      const to = isOpen ? stateAfterHeld(car, t, a) : -1;
      values[at] = !isStrict || a <= onState ? 0 : NEVER;
      if (high < most) values.fill(NEVER, at + high + 1, at + line);
      if (to < 0) {
        if (offAt < 0) values.fill(NEVER, at + low, at + high + 1);
        else for (let e = low; e <= high; e++) values[at + e] = values[offAt + e] as number;
        continue;
      }
      if (to !== filledTo || row === null)
        row = windowed(car, options, n, values, next + to * line, low, high);
      filledTo = to;
      const fee = (weight[t] as number) + (a === 0 ? startCost : 0);
      if (offAt < 0) {
        for (let e = low; e <= high; e++) values[at + e] = fee + (row[e] as number);
        continue;
      }
      for (let e = low; e <= high; e++) {
        values[at + e] = Math.min(fee + (row[e] as number), values[offAt + e] as number);
      }
    }
  }
}

/** The least cost from a cell's start with so much energy left, kWh, of a filled table; Infinity where nothing fits. */
export function heldValue(
  { car, values, leasts }: HeldTable,
  cell: number,
  leftKwh: number,
  state: number,
): number {
  if (leftKwh > 0 && cell >= car.end) return NEVER;
  const n = cell - car.from;
  const whole = Math.min(car.units, Math.max(1, Math.round(leftKwh / car.unitKwh)));
  const left = leftKwh <= 0 ? 0 : Math.max(leasts[n] as number, whole);
  return values[(n * car.states + state) * lineOf(car) + left] as number;
}

/** The most that a car takes in a cell with so much left, kWh. */
export function heldMostKwh(car: HeldCar, cell: number, leftKwh: number): number {
  const hours = car.hours[cell] as number;
  if (car.isConstant) return car.mostKw * hours;
  const left = Math.min(car.units, Math.max(1, Math.round(leftKwh / car.unitKwh)));
  const share = hours / (car.hours[1] ?? hours);
  return Math.min(car.mostKw * hours, (car.fullUnits[left] as number) * car.unitKwh * share);
}

/** The least cost from the start, `extra` units more than needed. */
function heldCost({ car, values }: HeldTable, extra: number): number {
  return values[car.startState * lineOf(car) + car.units + extra] as number;
}

/** The best pattern of a filled table: later on equal cost, or earlier where that is better. Null where nothing fits. */
export function readHeld(table: HeldTable, extra: number, cells: number): HeldPattern | null {
  const { car, values, options } = table;
  const line = lineOf(car);
  if (heldCost(table, extra) === NEVER) return null;
  const isOn = new Uint8Array(cells);
  const units = new Int32Array(cells);
  let left = car.units + extra;
  let state = car.startState;
  for (let t = car.from; t < car.end && left > 0; t++) {
    const n = t - car.from;
    const next = (n + 1) * car.states * line;
    const off = car.offTo[state] ?? -1;
    const offValue = off < 0 ? NEVER : (values[next + off * line + left] ?? NEVER);
    const on = stateAfterHeld(car, t, state);
    const fee = (car.weight[t] ?? 0) + (state === 0 ? car.startCost : 0);
    let onValue = NEVER;
    let chosen = 0;
    if (on >= 0 && (options.least[n] as number) > 0) {
      const free = options.free[n] as number;
      const full = fullAt(car, options, n, left);
      const least = Math.min(options.least[n] as number, full);
      for (let own = Math.min(full, left); own >= (car.isLoose ? Math.min(least, left) : least); own--) {
        const beyond = Math.max(0, own - free);
        const cost =
          fee +
          (options.perUnit[n] as number) * (own - beyond) +
          (beyond > 0 ? (options.beyondPerUnit[n] as number) * beyond : 0) +
          (values[next + on * line + left - own] ?? NEVER);
        if (cost < onValue - TIE || onValue === NEVER) {
          onValue = cost;
          chosen = own;
        }
      }
    }
    const prefersOn = state >= car.onState || car.isEarly[t] === 1;
    if (onValue < NEVER && (prefersOn ? onValue <= offValue + TIE : onValue < offValue - TIE)) {
      isOn[t] = 1;
      units[t] = chosen;
      left -= chosen;
      state = on;
    } else if (offValue < NEVER) {
      state = off;
    } else {
      return null;
    }
  }
  return left > 0 ? null : { isOn, units };
}

function lineOf(car: HeldCar): number {
  return car.units + SPARE_UNITS + 1;
}
