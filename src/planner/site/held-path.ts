import { chargedKwh } from '../need.ts';
import type { HeldCar } from './held-cells.ts';
import { SPARE_UNITS } from './held-cells.ts';
import type { Offer } from './held-options.ts';
import { courseAfterMs } from './held-run.ts';
import type { HeldPattern, HeldTable } from './held-table.ts';
import { fillHeld, readHeld } from './held-table.ts';
import { powerAfterKw } from './load.ts';

/** When a held car is on, and with what power. */
export interface HeldPath {
  readonly isOn: Uint8Array;
  /** What it draws in each cell, the highest; 0 where it is off. */
  readonly kw: Float64Array;
  /** What it is held to; Infinity where it may take all. */
  readonly heldKw: Float64Array;
  /** Without what an offer puts on it. */
  readonly cost: number;
}

const TIE_KWH = 1e-7;

/** The best path of a held car by what it is offered, with exact powers; null where it cannot charge what it needs. */
export function placedHeld(table: HeldTable, offer: Offer, cells: number): HeldPath | null {
  return placedBy(table, offer, cells) ?? placedBy(table, { ...offer, isCareful: true }, cells);
}

function placedBy(table: HeldTable, offer: Offer, cells: number): HeldPath | null {
  const { car } = table;
  fillHeld(table, offer);
  for (let extra = 0; extra <= SPARE_UNITS; extra++) {
    const pattern = readHeld(table, extra, cells);
    if (pattern === null) break;
    const path = pathOfPattern(car, pattern, offer);
    if (path !== null) return path;
  }
  return null;
}

/** A pattern with exact powers; null where they do not charge what is needed. */
export function pathOfPattern(car: HeldCar, pattern: HeldPattern, offer: Offer): HeldPath | null {
  return car.isConstant ? filled(car, pattern, offer) : followed(car, pattern, offer);
}

/** What powers of a car of constant power cost. */
export function pathOf(car: HeldCar, isOn: Uint8Array, kw: Float64Array): HeldPath {
  let cost = 0;
  const heldKw = new Float64Array(kw.length).fill(Number.POSITIVE_INFINITY);
  for (let t = car.from; t < car.end; t++) {
    if (isOn[t] !== 1) continue;
    cost += onCost(car, isOn, t) + (car.rate[t] ?? 0) * (kw[t] ?? 0) * (car.hours[t] ?? 0);
    if ((kw[t] ?? 0) < car.mostKw - 1e-9) heldKw[t] = kw[t] ?? 0;
  }
  return { isOn, kw, heldKw, cost };
}

/** What being on in a cell counts apart from energy. */
function onCost(car: HeldCar, isOn: Uint8Array, t: number): number {
  const goesOn = t === car.from ? car.startState >= car.onState : isOn[t - 1] === 1;
  return (car.weight[t] ?? 0) + (goesOn ? 0 : car.startCost);
}

/** Exact powers in the cells of a pattern: the least in each, then up to what there is in the cheapest. */
function filled(car: HeldCar, { isOn, units }: HeldPattern, { roomKw, surcharge }: Offer): HeldPath | null {
  const kw = new Float64Array(isOn.length);
  const order: number[] = [];
  let left = car.needKwh;
  let lastOn = -1;
  for (let t = car.from; t < car.end; t++) {
    if (isOn[t] !== 1) continue;
    order.push(t);
    lastOn = t;
    kw[t] = car.leastKw;
    left -= car.leastKw * (car.hours[t] ?? 0);
  }
  if (left < 0) {
    // Only a part of the last cell is needed: the pattern that asks for it was allowed to.
    const kwh = car.leastKw * (car.hours[lastOn] ?? 0) + left;
    if (!car.isLoose || kwh <= 0) return null;
    const path = pathOf(car, isOn, kw);
    return { ...path, cost: path.cost + (car.rate[lastOn] ?? 0) * left };
  }
  const priceAt = (t: number) => (car.rate[t] ?? 0) + (surcharge?.[t] ?? 0);
  order.sort((a, b) => priceAt(a) - priceAt(b) || (units[b] ?? 0) - (units[a] ?? 0) || a - b);
  for (const t of order) {
    const hours = car.hours[t] ?? 0;
    const more = Math.min(left, (Math.min(car.mostKw, roomKw[t] ?? 0) - car.leastKw) * hours);
    if (more <= 0) continue;
    kw[t] = car.leastKw + more / hours;
    left -= more;
  }
  return left > TIE_KWH ? null : pathOf(car, isOn, kw);
}

/** A car whose power changes with its level, followed through the cells of a pattern. */
function followed(car: HeldCar, { isOn, units }: HeldPattern, { roomKw }: Offer): HeldPath | null {
  const { need, totalMs, reservedMs } = car.given;
  const { course } = need;
  const kw = new Float64Array(isOn.length);
  const heldKw = new Float64Array(isOn.length).fill(Number.POSITIVE_INFINITY);
  const on = new Uint8Array(isOn.length);
  let chargedMs = reservedMs;
  let cost = 0;
  for (let t = car.from; t < car.end && chargedMs < totalMs; t++) {
    if (isOn[t] !== 1) continue;
    on[t] = 1;
    const hours = car.hours[t] ?? 0;
    const takesKw = powerAfterKw(course, chargedMs);
    const isWhole = (units[t] ?? 0) >= (car.fullUnits[Math.min(car.fullUnits.length - 1, car.units)] ?? 0);
    const wantedKw = isWhole ? Number.POSITIVE_INFINITY : ((units[t] ?? 0) * car.unitKwh) / hours;
    const room = roomKw[t] ?? 0;
    // By more than half a unit less than it takes is meant; less is rounding.
    const isMeant = wantedKw < takesKw - car.unitKwh / hours;
    const held = Math.min(isMeant ? Math.max(car.leastKw, wantedKw) : Number.POSITIVE_INFINITY, room);
    if (held < takesKw - 1e-9) heldKw[t] = held;
    kw[t] = Math.min(held, takesKw);
    const before = chargedKwh(need, chargedMs, totalMs);
    chargedMs = courseAfterMs(
      course,
      chargedMs,
      hours * 3_600_000,
      Number.isFinite(heldKw[t] ?? 0) ? held : undefined,
    );
    cost += onCost(car, on, t) + (car.rate[t] ?? 0) * (chargedKwh(need, chargedMs, totalMs) - before);
  }
  return chargedMs < totalMs - 1 ? null : { isOn: on, kw, heldKw, cost };
}
