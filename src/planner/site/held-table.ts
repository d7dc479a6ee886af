import type { HeldCar } from './held-cells.ts';
import { SPARE_UNITS } from './held-cells.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ROUNDING_KW = 1e-6;
const TIE = 1e-9;

/** Least cost of one held car from each state at each cell edge to its end. */
export interface HeldTable {
  readonly car: HeldCar;
  readonly values: Float64Array;
  /** By cell and state: whether the car may come into it. */
  readonly isReached: Uint8Array;
  /** By cell: the fewest units that can be left, apart from none; below them there are no values. */
  readonly leasts: Int32Array;
}

/** What power a held car finds in each cell, and what that costs besides the price of its energy. */
export interface Offer {
  /** What it may take at most, kW. */
  readonly roomKw: Float64Array;
  /** Per kWh of all that it takes; null for nothing. */
  readonly surcharge: Float64Array | null;
  /** What others leave as they are, kW, and what a kWh above that costs them; null where they give up nothing. */
  readonly beyond: { readonly freeKw: Float64Array; readonly perKwh: Float64Array } | null;
  /** Room is counted in whole units less than there is, and the least in more; else as near as can be in the long run. */
  readonly isCareful?: boolean;
}

/** Cells in which a car is on, and units of energy in each. */
export interface HeldPattern {
  readonly isOn: Uint8Array;
  readonly units: Int32Array;
}

export function newHeldTable(car: HeldCar): HeldTable {
  const cells = Math.max(0, car.end - car.from);
  const values = new Float64Array((cells + 1) * car.states * lineOf(car));
  return { car, values, isReached: reachedIn(car, cells), leasts: new Int32Array(cells + 1).fill(1) };
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

/** Scratch of one call: the window's indices and keys, and a row of results. */
let queue = new Int32Array(256);
let keys = new Float64Array(256);
let row = new Float64Array(256);

/**
 * Fills a table backward. On for a cell with n units costs a line in n, so that the best n of each state is the least of
 * a sliding window over the states after it.
 */
export function fillHeld({ car, values, isReached, leasts }: HeldTable, offer: Offer): void {
  const isStrict = !car.isLoose;
  const { from, end, states, onState, offTo, startCost, weight } = car;
  const line = lineOf(car);
  const most = line - 1;
  if (queue.length <= line) {
    queue = new Int32Array(2 * line);
    keys = new Float64Array(2 * line);
    row = new Float64Array(2 * line);
  }
  let next = Math.max(0, end - from) * states * line;
  values.fill(NEVER, next, next + states * line);
  for (let a = 0; a < states; a++) if (!isStrict || a <= onState) values[next + a * line] = 0;
  // Fewer units than all that could have been charged by then cannot be left, nor more than can be charged from then on.
  const all: (Options | null)[] = [];
  let ahead = 0;
  for (let t = from; t < end; t++) {
    const options = optionsOf(car, offer, t);
    all.push(options);
    ahead += options === null ? 0 : options.most;
  }
  let behind = 0;
  for (let t = end - 1; t >= from; t--) {
    const base = next - states * line;
    const options = all[t - from] ?? null;
    ahead -= options?.most ?? 0;
    behind += options?.most ?? 0;
    const low = Math.max(1, car.units - ahead);
    const high = Math.min(most, behind);
    leasts[t - from] = low;
    const reachedAt = (t - from) * states;
    let filledTo = -1;
    // From the last state on, as states that follow each other lead to the same one: they share its window.
    for (let a = states - 1; a >= 0; a--) {
      if (isReached[reachedAt + a] !== 1) continue;
      const at = base + a * line;
      const off = offTo[a] as number;
      const offAt = off < 0 ? -1 : next + off * line;
      const to = options === null ? -1 : stateAfterHeld(car, t, a);
      values[at] = !isStrict || a <= onState ? 0 : NEVER;
      if (high < most) values.fill(NEVER, at + high + 1, at + line);
      if (to < 0 || options === null) {
        if (offAt < 0) values.fill(NEVER, at + low, at + high + 1);
        else for (let e = low; e <= high; e++) values[at + e] = values[offAt + e] as number;
        continue;
      }
      if (to !== filledTo) windowed(car, options, values, next + to * line, low, high);
      filledTo = to;
      const fee = (weight[t] as number) + (a === 0 ? startCost : 0);
      for (let e = low; e <= high; e++) {
        const on = fee + (row[e] as number);
        const other = offAt < 0 ? NEVER : (values[offAt + e] as number);
        values[at + e] = Math.min(on, other);
      }
    }
    next = base;
  }
}

/** What a car can do in a cell: units at least and most, and the costs of a unit below and above what is free. */
interface Options {
  readonly least: number;
  readonly most: number;
  readonly scale: number;
  readonly free: number;
  readonly perUnit: number;
  readonly beyondPerUnit: number;
}

function optionsOf(car: HeldCar, { roomKw, surcharge, beyond, isCareful }: Offer, t: number): Options | null {
  const room = roomKw[t] as number;
  if (room + ROUNDING_KW < car.leastKw) return null;
  const hours = car.hours[t] as number;
  const leastUnits = unitsOf(car, hours, car.leastKw);
  const units = unitsOf(car, hours, room);
  const whole = Math.floor(units + 1e-6);
  // Where there is room for hardly more than the least, that counts as the whole units in it.
  const least = isCareful
    ? Math.min(whole, Math.ceil(leastUnits - 1e-6))
    : Math.max(1, Math.round(leastUnits));
  if (least < 1) return null;
  const perUnit =
    ((car.rate[t] as number) + (surcharge === null ? 0 : (surcharge[t] as number))) * car.unitKwh;
  const free =
    beyond === null ? NEVER : Math.round(unitsOf(car, hours, Math.max(0, beyond.freeKw[t] as number)));
  return {
    least,
    most: Math.max(
      least,
      isCareful ? whole : Math.floor((t + 1) * units + 1e-6) - Math.floor(t * units + 1e-6),
    ),
    scale: hours / (car.hours[1] ?? hours),
    free,
    perUnit,
    beyondPerUnit: perUnit + (beyond === null ? 0 : (beyond.perKwh[t] as number) * car.unitKwh),
  };
}

function unitsOf(car: HeldCar, hours: number, kw: number): number {
  return (Math.min(kw, car.mostKw) * hours) / car.unitKwh;
}

/** The most units in a cell with so many left. */
function fullAt(car: HeldCar, { most, scale, least }: Options, left: number): number {
  const full = car.fullUnits[left] as number;
  return Math.min(most, scale < 1 ? Math.max(least, Math.round(full * scale)) : full);
}

/** Fills the scratch row: for each number of units left the least cost of charging in the cell and of what follows. */
function windowed(
  car: HeldCar,
  options: Options,
  values: Float64Array,
  at: number,
  low: number,
  high: number,
): void {
  row.fill(NEVER, low, high + 1);
  slide(car, options, values, at, low, high, false);
  if (options.free < options.most) slide(car, options, values, at, low, high, true);
  if (!car.isLoose) return;
  for (let e = low; e <= Math.min(options.least, high); e++) {
    const cost = options.perUnit * e + (values[at] as number);
    if (cost < (row[e] as number)) row[e] = cost;
  }
}

function slide(
  car: HeldCar,
  options: Options,
  values: Float64Array,
  at: number,
  low: number,
  high: number,
  isBeyond: boolean,
): void {
  const { free, perUnit, beyondPerUnit, least } = options;
  const cost = isBeyond ? beyondPerUnit : perUnit;
  const fixed = isBeyond ? (perUnit - beyondPerUnit) * free : 0;
  const lowest = isBeyond ? Math.max(least, free) : least;
  const same = car.isConstant ? fullAt(car, options, 1) : -1;
  if (same >= 0 && free < Math.min(least, same) && !isBeyond) return;
  const [window, keyOf, found] = [queue, keys, row];
  let head = 0;
  let tail = 0;
  let pushed = Math.max(0, low - options.most);
  for (let e = low; e <= high; e++) {
    const full = same >= 0 ? same : fullAt(car, options, e);
    const last = e - Math.min(lowest, full);
    for (; pushed <= last; pushed++) {
      const value = values[at + pushed] as number;
      if (value === NEVER) continue;
      const key = value - cost * pushed;
      while (tail > head && (keyOf[tail - 1] as number) >= key) tail--;
      window[tail] = pushed;
      keyOf[tail++] = key;
    }
    const first = e - (isBeyond || full < free ? full : free);
    while (head < tail && (window[head] as number) < first) head++;
    if (head === tail || first > last) continue;
    const value = fixed + cost * e + (keyOf[head] as number);
    if (value < (found[e] as number)) found[e] = value;
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
export function readHeld(table: HeldTable, offer: Offer, extra: number, cells: number): HeldPattern | null {
  const { car, values } = table;
  const line = lineOf(car);
  if (heldCost(table, extra) === NEVER) return null;
  const isOn = new Uint8Array(cells);
  const units = new Int32Array(cells);
  let left = car.units + extra;
  let state = car.startState;
  for (let t = car.from; t < car.end && left > 0; t++) {
    const next = (t + 1 - car.from) * car.states * line;
    const off = car.offTo[state] ?? -1;
    const offValue = off < 0 ? NEVER : (values[next + off * line + left] ?? NEVER);
    const on = stateAfterHeld(car, t, state);
    const options = on < 0 ? null : optionsOf(car, offer, t);
    const fee = (car.weight[t] ?? 0) + (state === 0 ? car.startCost : 0);
    let onValue = NEVER;
    let chosen = 0;
    if (options !== null) {
      const full = fullAt(car, options, left);
      const least = Math.min(options.least, full);
      for (let n = Math.min(full, left); n >= (car.isLoose ? Math.min(least, left) : least); n--) {
        const beyond = Math.max(0, n - options.free);
        const cost =
          fee +
          options.perUnit * (n - beyond) +
          (beyond > 0 ? options.beyondPerUnit * beyond : 0) +
          (values[next + on * line + left - n] ?? NEVER);
        if (cost < onValue - TIE || onValue === NEVER) {
          onValue = cost;
          chosen = n;
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
