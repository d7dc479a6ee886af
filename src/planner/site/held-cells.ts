import { powerRangeKw } from '../charge-curve.ts';
import { chargedKwh, endPercent } from '../need.ts';
import { countsOf } from './car-cells.ts';
import type { CellCar } from './cell-car.ts';
import { statesOf } from './cell-car.ts';
import type { Cells } from './cells.ts';
import { cellFrom, cellsUntil } from './cells.ts';
import { courseAfterMs } from './held-run.ts';
import type { SettledHeld } from './held-settle.ts';
import { powerAfterKw } from './load.ts';

/**
 * A car that can be held to a power, on cells. Its state at a cell edge is what energy it has left, in units of its own,
 * and whether it is on or off as a car that is switched (cell-car.ts).
 */
export interface HeldCar
  extends Pick<
    CellCar,
    | 'id'
    | 'from'
    | 'end'
    | 'startState'
    | 'runCells'
    | 'pauseCells'
    | 'onState'
    | 'states'
    | 'onTo'
    | 'offTo'
    | 'headTo'
    | 'rate'
    | 'weight'
    | 'isEarly'
    | 'startCost'
    | 'isConstant'
  > {
  readonly given: SettledHeld;
  /** Length of each cell, hours. */
  readonly hours: Float64Array;
  /** Energy to charge from `from` on. */
  readonly needKwh: number;
  readonly units: number;
  readonly unitKwh: number;
  readonly leastKw: number;
  /** The most that it takes. */
  readonly mostKw: number;
  /** Energy of a whole cell at all that it takes, in units, by units left at its start. */
  readonly fullUnits: Int32Array;
  /** Cells from `from` on in which it must charge. */
  readonly owedCells: number;
  /** A run may be shorter than the least, and a part of a cell charged in: else it could not charge what it needs. */
  readonly isLoose: boolean;
}

/** Units of all the energy, and of a cell at full power: few are fast, and exact powers are found apart from them. */
const UNITS_AIM = 80;
const CELL_UNITS = { least: 3, most: 12 };
/** The least power is hardly less than a unit. */
const LEAST_UNITS = 1.2;
/** Where rounding to units leaves too little for all the energy, so many units more are asked for. */
export const SPARE_UNITS = 3;

/**
 * A held car on cells from its open instant on; null where nothing is left to decide.
 * @param fineness so many times more units than are mostly needed.
 */
export function heldOnCells(given: SettledHeld, cells: Cells, fineness = 1): HeldCar | null {
  const { car, need, totalMs, openAtMs, isOn, reservedMs, owedMs, leastKw } = given;
  const { problem, id } = car;
  const { unitMs, edgesMs, count } = cells;
  const needKwh = chargedKwh(need, totalMs, totalMs) - chargedKwh(need, reservedMs, totalMs);
  if (totalMs <= reservedMs || needKwh <= 1e-6) return null;
  const nowMs = edgesMs[0] ?? 0;
  const endAtMs = problem.readyByMs ?? nowMs;
  const from = cellFrom(cells, openAtMs);
  const isBetween = (edgesMs[from] ?? 0) > openAtMs;
  const end = cellsUntil(cells, endAtMs);
  const minRunMs = Math.min(problem.minRunMs, totalMs, Math.max(0, endAtMs - nowMs));
  const runCells = Math.ceil(minRunMs / unitMs);
  const pauseCells = Math.ceil(problem.minRunMs / unitMs);
  const isShort = (edgesMs[1] ?? nowMs) - nowMs < unitMs;
  const states = statesOf(runCells, pauseCells, isShort);
  const range = powerRangeKw(need.course, endPercent(need, totalMs));
  const isConstant = range.maxKw === range.minKw;
  const hours = new Float64Array(count);
  for (let t = 0; t < count; t++) hours[t] = ((edgesMs[t + 1] ?? 0) - (edgesMs[t] ?? 0)) / 3_600_000;
  const cellKwh = (range.maxKw * unitMs) / 3_600_000;
  const slowest = Math.ceil((2 * range.maxKw) / Math.max(range.minKw, 0.05 * range.maxKw));
  const wished = Math.round((UNITS_AIM * cellKwh) / needKwh);
  const perCell = Math.max(
    isConstant ? 0 : slowest,
    CELL_UNITS.least,
    Math.min(CELL_UNITS.most, Math.max(wished, Math.ceil((LEAST_UNITS * range.maxKw) / leastKw))),
  );
  const unitKwh = cellKwh / (perCell * fineness);
  const units = Math.max(1, Math.ceil(needKwh / unitKwh - 1e-6));
  const fullUnits = new Int32Array(units + SPARE_UNITS + 1).fill(perCell * fineness);
  if (!isConstant) {
    let atMs = reservedMs;
    for (let left = units; left >= 0; left--) {
      atMs = Math.max(atMs, courseAt(given, chargedKwh(need, totalMs, totalMs) - left * unitKwh, reservedMs));
      const startKw = powerAfterKw(need.course, atMs);
      const kwh = chargedKwh(need, courseAfterMs(need.course, atMs, unitMs), totalMs);
      const before = chargedKwh(need, atMs, totalMs);
      const more = Math.max(kwh - before, (startKw * unitMs) / 3_600_000 / 2);
      fullUnits[left] = Math.max(1, Math.floor(more / unitKwh + 1e-6));
    }
  }
  const owedCells = isOn && !isBetween ? Math.min(runCells, Math.ceil(owedMs / unitMs)) : 0;
  const startState = isOn && !isBetween ? states.onState + owedCells : isOn ? Math.max(0, pauseCells - 1) : 0;
  return {
    id,
    given,
    from,
    end,
    ...states,
    startState,
    ...countsOf(given, cells, end),
    startCost: problem.startCost,
    isConstant,
    hours,
    needKwh,
    units,
    unitKwh,
    leastKw,
    mostKw: range.maxKw,
    fullUnits,
    owedCells,
    isLoose: false,
  };
}

/** The time of the course at which so much energy is charged, from a time on. */
function courseAt({ need, totalMs }: SettledHeld, kwh: number, fromMs: number): number {
  let low = fromMs;
  let high = totalMs;
  for (let i = 0; i < 40 && high - low > 1; i++) {
    const middle = (low + high) / 2;
    if (chargedKwh(need, middle, totalMs) < kwh) low = middle;
    else high = middle;
  }
  return high;
}
