import type { HeldCar } from './held-cells.ts';
import type { HeldOptions } from './held-options.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Scratch of one call: the window's indices and keys, the least keys forward and backward, and a row of results. */
let queue = new Int32Array(256);
let keys = new Float64Array(256);
let forward = new Float64Array(256);
let row = new Float64Array(256);

/** The most units in a car's n-th cell with so many left. */
export function fullAt(car: HeldCar, { least, most }: HeldOptions, n: number, left: number): number {
  return fullOf(car.fullUnits[left] as number, scaleAt(car, n), least[n] as number, most[n] as number);
}

function scaleAt(car: HeldCar, n: number): number {
  const hours = car.hours[car.from + n] as number;
  return hours / (car.hours[1] ?? hours);
}

/** The most of a cell, by what a whole one would take. */
function fullOf(full: number, scale: number, least: number, most: number): number {
  return Math.min(most, scale < 1 ? Math.max(least, Math.round(full * scale)) : full);
}

/**
 * For each number of units left, from `low` to `high`, the least cost of charging in a car's n-th cell and of what
 * follows, which begins at `at` in the values. It stands until the next call.
 */
export function windowed(
  car: HeldCar,
  options: HeldOptions,
  n: number,
  values: Float64Array,
  at: number,
  low: number,
  high: number,
): Float64Array {
  if (row.length <= high) {
    queue = new Int32Array(2 * high);
    keys = new Float64Array(2 * high);
    forward = new Float64Array(2 * high);
    row = new Float64Array(2 * high);
  }
  row.fill(NEVER, low, high + 1);
  const slide = car.isConstant ? slideEven : slideUneven;
  slide(car, options, n, values, at, low, high, false);
  if ((options.free[n] as number) < (options.most[n] as number)) {
    slide(car, options, n, values, at, low, high, true);
  }
  if (car.isLoose) {
    for (let e = low; e <= Math.min(options.least[n] as number, high); e++) {
      const cost = (options.perUnit[n] as number) * e + (values[at] as number);
      if (cost < (row[e] as number)) row[e] = cost;
    }
  }
  return row;
}

/** A window of one length: leasts from its cuts into stretches of that length on, forward and backward. */
function slideEven(
  car: HeldCar,
  options: HeldOptions,
  n: number,
  values: Float64Array,
  at: number,
  low: number,
  high: number,
  isBeyond: boolean,
): void {
  const least = options.least[n] as number;
  const free = options.free[n] as number;
  const perUnit = options.perUnit[n] as number;
  const beyondPerUnit = options.beyondPerUnit[n] as number;
  const full = fullAt(car, options, n, 1);
  if (!isBeyond && free < Math.min(least, full)) return;
  const cost = isBeyond ? beyondPerUnit : perUnit;
  const fixed = isBeyond ? (perUnit - beyondPerUnit) * free : 0;
  const fewest = Math.min(isBeyond ? Math.max(least, free) : least, full);
  const most = isBeyond ? full : Math.min(full, free);
  const length = most - fewest + 1;
  const start = Math.max(0, low - (options.most[n] as number));
  const last = high - fewest;
  if (length < 1 || last < start) return;
  const [back, forth, found] = [keys, forward, row];
  // From each stretch's first key on; then, from its last key back.
  for (let from = start; from <= last; from += length) {
    const end = Math.min(last, from + length - 1);
    let leastKey = NEVER;
    for (let p = from; p <= end; p++) {
      const key = (values[at + p] as number) - cost * p;
      back[p] = key;
      leastKey = Math.min(leastKey, key);
      forth[p] = leastKey;
    }
    leastKey = NEVER;
    for (let p = end; p >= from; p--) {
      leastKey = Math.min(leastKey, back[p] as number);
      back[p] = leastKey;
    }
  }
  for (let e = Math.max(low, start + fewest); e <= high; e++) {
    const first = e - most;
    const till = forth[e - fewest] as number;
    const key = first <= start ? till : Math.min(back[first] as number, till);
    const value = fixed + cost * e + key;
    if (value < (found[e] as number)) found[e] = value;
  }
}

/** A window of which the length changes with what is left: a queue of those that may still be the least. */
function slideUneven(
  car: HeldCar,
  options: HeldOptions,
  n: number,
  values: Float64Array,
  at: number,
  low: number,
  high: number,
  isBeyond: boolean,
): void {
  const least = options.least[n] as number;
  const free = options.free[n] as number;
  const perUnit = options.perUnit[n] as number;
  const beyondPerUnit = options.beyondPerUnit[n] as number;
  const cost = isBeyond ? beyondPerUnit : perUnit;
  const fixed = isBeyond ? (perUnit - beyondPerUnit) * free : 0;
  const lowest = isBeyond ? Math.max(least, free) : least;
  const freest = isBeyond ? NEVER : free;
  const { fullUnits } = car;
  const most = options.most[n] as number;
  const scale = scaleAt(car, n);
  const [window, keyOf, found] = [queue, keys, row];
  let head = 0;
  let tail = 0;
  let pushed = Math.max(0, low - most);
  for (let e = low; e <= high; e++) {
    const full = fullOf(fullUnits[e] as number, scale, least, most);
    const last = e - Math.min(lowest, full);
    for (; pushed <= last; pushed++) {
      const value = values[at + pushed] as number;
      if (value === NEVER) continue;
      const key = value - cost * pushed;
      while (tail > head && (keyOf[tail - 1] as number) >= key) tail--;
      window[tail] = pushed;
      keyOf[tail++] = key;
    }
    const first = e - Math.min(full, freest);
    while (head < tail && (window[head] as number) < first) head++;
    if (head === tail || first > last) continue;
    const value = fixed + cost * e + (keyOf[head] as number);
    if (value < (found[e] as number)) found[e] = value;
  }
}
