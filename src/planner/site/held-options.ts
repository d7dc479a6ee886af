import type { HeldCar } from './held-cells.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ROUNDING_KW = 1e-6;

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

/** What a car can do in each of its cells, counted from its first: energy in units, and what a unit costs. */
export interface HeldOptions {
  /** The fewest units; 0 where it must be off. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** Units that nobody gives up; Infinity where others give up nothing. */
  readonly free: Float64Array;
  readonly perUnit: Float64Array;
  /** What a unit more than is free costs. */
  readonly beyondPerUnit: Float64Array;
}

export function newOptions(cells: number): HeldOptions {
  return {
    least: new Int32Array(cells),
    most: new Int32Array(cells),
    free: new Float64Array(cells),
    perUnit: new Float64Array(cells),
    beyondPerUnit: new Float64Array(cells),
  };
}

/** Sets what a car can do by an offer, and gives the last cell in which that is new, counted from its first; -1 for none. */
export function putOptions(options: HeldOptions, car: HeldCar, offer: Offer): number {
  const { roomKw, surcharge, beyond, isCareful } = offer;
  const { least, most, free, perUnit, beyondPerUnit } = options;
  const { from, end, leastKw, unitKwh } = car;
  let changed = -1;
  for (let t = from; t < end; t++) {
    const n = t - from;
    const room = roomKw[t] as number;
    const hours = car.hours[t] as number;
    const units = unitsOf(car, hours, room);
    const whole = Math.floor(units + 1e-6);
    const leastUnits = unitsOf(car, hours, leastKw);
    // Where there is room for hardly more than the least, that counts as the whole units in it.
    const fewest = isCareful
      ? Math.min(whole, Math.ceil(leastUnits - 1e-6))
      : Math.max(1, Math.round(leastUnits));
    const isOpen = room + ROUNDING_KW >= leastKw && fewest >= 1;
    const inLongRun = Math.floor((t + 1) * units + 1e-6) - Math.floor(t * units + 1e-6);
    const ownLeast = isOpen ? fewest : 0;
    const ownMost = isOpen ? Math.max(fewest, isCareful ? whole : inLongRun) : 0;
    const ownFree =
      beyond === null ? NEVER : Math.round(unitsOf(car, hours, Math.max(0, beyond.freeKw[t] as number)));
    const own = ((car.rate[t] as number) + (surcharge === null ? 0 : (surcharge[t] as number))) * unitKwh;
    const ownBeyond = own + (beyond === null ? 0 : (beyond.perKwh[t] as number) * unitKwh);
    if (ownLeast === least[n] && ownMost === most[n]) {
      // What is beyond the most is not asked for.
      const isSameFree = ownFree === free[n] && ownBeyond === beyondPerUnit[n];
      const isBelow = ownFree >= ownMost && (free[n] as number) >= ownMost;
      if (!isOpen || (own === perUnit[n] && (isSameFree || isBelow))) {
        continue;
      }
    }
    least[n] = ownLeast;
    most[n] = ownMost;
    free[n] = ownFree;
    perUnit[n] = own;
    beyondPerUnit[n] = ownBeyond;
    changed = n;
  }
  return changed;
}

function unitsOf(car: HeldCar, hours: number, kw: number): number {
  return (Math.min(kw, car.mostKw) * hours) / car.unitKwh;
}
