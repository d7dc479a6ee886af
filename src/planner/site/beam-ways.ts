import { valueAt } from './car-table.ts';
import { canCharge, cellCost, kAfter, stateAfterOn } from './cell-car.ts';
import type { HeldCar } from './held-cells.ts';
import type { Member } from './held-joint.ts';
import { heldMostKwh, heldValue, stateAfterHeld } from './held-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING_KWH = 1e-7;

/** What the cars of a joint state may do in a cell, by car: stay off, or be on with an energy between two. */
export interface BeamWays {
  /** The least cost of what follows a cell off; Infinity where it must not be off. */
  readonly restOff: Float64Array;
  readonly stateOff: Int32Array;
  readonly stateOn: Int32Array;
  /** Energy of a cell on, kWh; Infinity where it must not be on. */
  readonly leastKwh: Float64Array;
  readonly mostKwh: Float64Array;
  /** What a cell on costs at its least. */
  readonly costOn: Float64Array;
}

export function newWays(count: number): BeamWays {
  return {
    restOff: new Float64Array(count),
    stateOff: new Int32Array(count),
    stateOn: new Int32Array(count),
    leastKwh: new Float64Array(count),
    mostKwh: new Float64Array(count),
    costOn: new Float64Array(count),
  };
}

/** Sets what car `i` may do in cell `t`. `left` as in the layer; `hours` is the length of the cell. */
export function putWays(
  ways: BeamWays,
  { kind, car, table }: Member,
  i: number,
  t: number,
  left: number,
  state: number,
  hours: number,
): void {
  ways.leastKwh[i] = NEVER;
  ways.mostKwh[i] = 0;
  ways.restOff[i] = 0;
  ways.stateOff[i] = 0;
  if (left === 0) return;
  const isBefore = t < car.from;
  const off = isBefore ? state : (car.offTo[state] as number);
  const next = Math.max(t + 1, car.from);
  ways.stateOff[i] = off;
  if (off < 0) ways.restOff[i] = NEVER;
  else
    ways.restOff[i] = kind === 'held' ? heldValue(table, next, left, off) : valueAt(table, next, left, off);
  if (isBefore || t >= car.end) return;
  const start = state === 0 ? car.startCost : 0;
  if (kind === 'switched') {
    if (!canCharge(car, t, left, state)) return;
    ways.stateOn[i] = stateAfterOn(car, t, state);
    ways.leastKwh[i] = (car.powerKw[left] as number) * hours;
    ways.mostKwh[i] = ways.leastKwh[i] as number;
    ways.costOn[i] = cellCost(car, t, left) + start;
    return;
  }
  const on = stateAfterHeld(car, t, state);
  const leastKwh = car.isLoose ? Math.min(left, car.leastKw * hours) : car.leastKw * hours;
  if (on < 0 || leastKwh > left + NOTHING_KWH) return;
  ways.stateOn[i] = on;
  ways.leastKwh[i] = leastKwh;
  ways.mostKwh[i] = withoutLittleLeft(car, t, left, Math.min(left, heldMostKwh(car, t, left)), leastKwh);
  ways.costOn[i] = (car.weight[t] as number) + (car.rate[t] as number) * leastKwh + start;
}

/** So much energy in a cell that what is left then is none, or enough for another cell. */
export function withoutLittleLeft(
  car: HeldCar,
  t: number,
  left: number,
  kwh: number,
  leastKwh: number,
): number {
  const after = left - kwh;
  const needed = car.leastKw * (car.hours[t + 1] ?? car.hours[t] ?? 0);
  if (car.isLoose || after <= NOTHING_KWH || after >= needed) return kwh;
  return Math.max(leastKwh, left - needed);
}

/** What is left after a cell on with an energy. */
export function leftAfter({ kind, car }: Member, t: number, left: number, kwh: number): number {
  if (kind === 'switched') return kAfter(car, t, left);
  return left - kwh <= NOTHING_KWH ? 0 : left - kwh;
}
