import type { Cells } from './cells.ts';
import type { HeldCar } from './held-cells.ts';
import type { HeldPath } from './held-path.ts';
import { pathOf } from './held-path.ts';

/** Chargers are told a power to a tenth of a kW. */
const PER_KW = 10;
/** Below what a millisecond charges: ends are whole ms. */
const NOTHING_KWH = 5e-7;

/** A power to a tenth of a kW, down; the least where that would be below it. */
export function roundedDownKw(kw: number, leastKw: number): number {
  return Math.max(leastKw, Math.floor(kw * PER_KW + 1e-6) / PER_KW);
}

/** A path, and what is not charged at the end of each of its cells, ms. */
export interface CutPath {
  readonly path: HeldPath;
  readonly cutMs: Float64Array;
}

/**
 * The path of a car of constant power with powers to a tenth of a kW: down, with what that loses put into its cheapest
 * cells that have room, or a few minutes more at the end of a run; and with all its power for a part of the cell where
 * less power for the whole of it ends a run. As it is where that cannot be: no deadline is lost for round numbers.
 */
export function roundedPath(car: HeldCar, path: HeldPath, roomKw: Float64Array, cells: Cells): CutPath {
  const exact = { path, cutMs: new Float64Array(path.isOn.length) };
  if (!car.isConstant) return exact;
  const isOn = Uint8Array.from(path.isOn);
  const kw = Float64Array.from(path.kw);
  const cutMs = new Float64Array(isOn.length);
  const on: number[] = [];
  let missingKwh = 0;
  for (let t = car.from; t < car.end; t++) {
    if (isOn[t] !== 1) continue;
    on.push(t);
    const before = kw[t] ?? 0;
    if (before >= car.mostKw - 1e-9) continue;
    kw[t] = roundedDownKw(before, Math.min(before, car.leastKw));
    missingKwh += (before - (kw[t] ?? 0)) * (car.hours[t] ?? 0);
  }
  const capKw = (t: number) => {
    const room = roomKw[t] ?? 0;
    return room >= car.mostKw - 1e-9 ? car.mostKw : roundedDownKw(room, 0);
  };
  on.sort((a, b) => (car.rate[a] ?? 0) - (car.rate[b] ?? 0) || a - b);
  for (const t of on) {
    if (missingKwh <= NOTHING_KWH) break;
    const hours = car.hours[t] ?? 0;
    const wanted = Math.ceil((missingKwh / hours) * PER_KW - 1e-6) / PER_KW;
    const more = Math.min(wanted, capKw(t) - (kw[t] ?? 0));
    if (more <= 0) continue;
    kw[t] = (kw[t] ?? 0) + more;
    missingKwh -= more * hours;
  }
  if (missingKwh > NOTHING_KWH) {
    const t = cellBehind(car, isOn, capKw, missingKwh);
    if (t === null) return exact;
    isOn[t] = 1;
    kw[t] = Math.min(kw[t - 1] ?? 0, capKw(t));
    missingKwh -= (kw[t] ?? 0) * (car.hours[t] ?? 0);
  }
  for (const t of runEnds(car, isOn, 1)) {
    // The same energy with all its power, and sooner done.
    const isFew = (kw[t] ?? 0) >= car.mostKw - 1e-9 || capKw(t) < car.mostKw;
    if (isFew || !canCut(car, isOn, t)) continue;
    missingKwh -= (car.mostKw - (kw[t] ?? 0)) * (car.hours[t] ?? 0);
    kw[t] = car.mostKw;
    if (cut(car, isOn, kw, cutMs, t, -missingKwh, cells)) missingKwh = 0;
  }
  if (missingKwh < -NOTHING_KWH) {
    const ends = runEnds(car, isOn, -1).filter((t) => canCut(car, isOn, t));
    if (!ends.some((t) => cut(car, isOn, kw, cutMs, t, -missingKwh, cells))) return exact;
  }
  return { path: pathOf(car, isOn, kw), cutMs };
}

/** Cuts an energy off the end of a cell; whether that leaves some of it. */
function cut(
  car: HeldCar,
  isOn: Uint8Array,
  kw: Float64Array,
  cutMs: Float64Array,
  t: number,
  kwh: number,
  { edgesMs }: Cells,
): boolean {
  const ms = (cutMs[t] ?? 0) + (kwh / (kw[t] ?? 1)) * 3_600_000;
  if (ms >= (edgesMs[t + 1] ?? 0) - (edgesMs[t] ?? 0) || isOn[t] !== 1 || car.end <= t) return false;
  cutMs[t] = Math.floor(ms);
  return true;
}

/** The last cells of runs, the dearest first for -1, in their order for 1. */
function runEnds(car: HeldCar, isOn: Uint8Array, direction: 1 | -1): number[] {
  const ends: number[] = [];
  for (let t = car.from; t < car.end; t++) if (isOn[t] === 1 && isOn[t + 1] !== 1) ends.push(t);
  return direction === 1 ? ends : ends.sort((a, b) => (car.rate[b] ?? 0) - (car.rate[a] ?? 0));
}

/** Whether the run that ends with a cell is long enough without it. */
function canCut(car: HeldCar, isOn: Uint8Array, last: number): boolean {
  let first = last;
  while (first > car.from && isOn[first - 1] === 1) first--;
  const isBegun = first === car.from && car.startState >= car.onState;
  return last - first >= (isBegun ? car.owedCells : car.runCells);
}

/** The cheapest cell behind a run in which so much can be charged besides, with a pause after it that is long enough. */
function cellBehind(
  car: HeldCar,
  isOn: Uint8Array,
  capKw: (t: number) => number,
  kwh: number,
): number | null {
  let best: number | null = null;
  for (const last of runEnds(car, isOn, 1)) {
    const t = last + 1;
    const canHold = t < car.end && capKw(t) >= car.leastKw && capKw(t) * (car.hours[t] ?? 0) > kwh;
    if (!canHold || (car.weight[t] ?? 0) > (car.weight[last] ?? 0)) continue;
    const next = isOn.indexOf(1, t);
    // A cell between two runs would join them, and could not be cut.
    if (next >= 0 && next - t <= Math.max(1, car.pauseCells)) continue;
    if (best === null || (car.rate[t] ?? 0) < (car.rate[best] ?? 0)) best = t;
  }
  return best;
}
