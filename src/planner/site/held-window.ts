import type { HeldCar } from './held-cells.ts';
import type { HeldOptions } from './held-options.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Scratch of one call: the least keys of a window, forward and backward, and a row of results. */
let forward = new Float64Array(256);
let backward = new Float64Array(256);
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
    forward = new Float64Array(2 * high);
    backward = new Float64Array(2 * high);
    row = new Float64Array(2 * high);
  }
  row.fill(NEVER, low, high + 1);
  const least = options.least[n] as number;
  const most = options.most[n] as number;
  const free = options.free[n] as number;
  const perUnit = options.perUnit[n] as number;
  const beyondPerUnit = options.beyondPerUnit[n] as number;
  const fixed = (perUnit - beyondPerUnit) * free;
  const scale = scaleAt(car, n);
  const { fullUnits, isConstant } = car;
  const start = Math.max(0, low - most);
  // The most that it takes changes seldom with what is left: a window of one length for each stretch.
  for (let from = low; from <= high; ) {
    const full = fullOf(fullUnits[from] as number, scale, least, most);
    let to = isConstant ? high : from;
    while (to < high && fullOf(fullUnits[to + 1] as number, scale, least, most) === full) to++;
    const span = { from, to, start };
    slide(values, at, span, Math.min(least, full), Math.min(full, free), perUnit, 0);
    if (free < full)
      slide(values, at, span, Math.min(Math.max(least, free), full), full, beyondPerUnit, fixed);
    from = to + 1;
  }
  if (car.isLoose) {
    for (let e = low; e <= Math.min(least, high); e++) {
      const cost = perUnit * e + (values[at] as number);
      if (cost < (row[e] as number)) row[e] = cost;
    }
  }
  return row;
}

/** Numbers of units left before the cell, both included; and the first that there are values of after it. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly start: number;
}

/**
 * A window of one length, as from `fewest` to `most` units are charged in the cell. The values are cut into pieces of that
 * length: the least of a window is that of the end of one piece and of the beginning of the next, which one way back and
 * one forth through each piece tell.
 */
function slide(
  values: Float64Array,
  at: number,
  { from, to, start }: Span,
  fewest: number,
  most: number,
  cost: number,
  fixed: number,
): void {
  const length = most - fewest + 1;
  const begin = Math.max(start, from - most);
  const last = to - fewest;
  if (length < 1 || last < begin) return;
  const [back, forth, found] = [backward, forward, row];
  for (let piece = begin; piece <= last; piece += length) {
    const end = Math.min(last, piece + length - 1);
    let leastKey = NEVER;
    for (let p = piece; p <= end; p++) {
      const key = (values[at + p] as number) - cost * p;
      back[p] = key;
      leastKey = Math.min(leastKey, key);
      forth[p] = leastKey;
    }
    leastKey = NEVER;
    for (let p = end; p >= piece; p--) {
      leastKey = Math.min(leastKey, back[p] as number);
      back[p] = leastKey;
    }
  }
  for (let e = Math.max(from, begin + fewest); e <= to; e++) {
    const first = e - most;
    const till = forth[e - fewest] as number;
    const key = first <= begin ? till : Math.min(back[first] as number, till);
    const value = fixed + cost * e + key;
    if (value < (found[e] as number)) found[e] = value;
  }
}
