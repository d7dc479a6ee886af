import type { Interval } from '../../domain/interval.ts';
import { deadlineMs } from '../plan.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import { polished } from './beside.ts';
import type { PricedCar } from './bound.ts';
import { priceBound } from './bound.ts';
import type { PlacedCar } from './car-cells.ts';
import { carOnCells } from './car-cells.ts';
import type { CarPath } from './car-table.ts';
import { fillTable, newTable } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import type { Cells } from './cells.ts';
import { cellsOf, cellsUntil, unitFor } from './cells.ts';
import { onTimeTogether, recounted } from './deadlines.ts';
import type { Dual } from './duals.ts';
import { FEW } from './groups.ts';
import type { HeldRun } from './held-run.ts';
import { hurried } from './hurried.ts';
import type { JointTask } from './insert.ts';
import { joint } from './joint.ts';
import { fitsLimit, loadOf, sumOf } from './load.ts';
import { runsOfPath } from './path-runs.ts';
import { roomUnder } from './room.ts';
import type { SettledCar } from './settle.ts';
import { settledCars } from './settle.ts';

/** Runs of charging for each car, together within the limit. */
export interface Solved {
  readonly runs: ReadonlyMap<string, readonly HeldRun[]>;
  /** No joint plan can cost less; null where not every deadline is kept, so that needs are not met. */
  readonly lowerBound: number | null;
  /** Every number lies on the cells, or they are the finest that there are. */
  readonly isExact: boolean;
}

export interface SolveRules {
  /** On cells of five minutes where quarter hours do not hold every number. */
  readonly isFine: boolean;
  /** Cars that charge all they need as soon as there is power: each price of waiting is paid for by their deadlines. */
  readonly atOnce: ReadonlySet<string>;
}

/** How near to the best joint plan is near enough: a share of what the energy costs, well within one per cent [ours]. */
const TOLERANCE_RATIO = 0.002;
/** Of more cars than this groups of three are a small part: all are searched at once too. */
const MANY = 4;
const MANY_WIDTH = 400;

/**
 * The joint plan: what is settled first; then which deadlines can be kept together, as the rule orders them; cars whose
 * deadline cannot be kept as soon as these leave power; and the cheapest way to do so.
 */
export function solveSite(
  problem: SiteProblem,
  order: readonly SiteCar[],
  { isFine, atOnce }: SolveRules,
): Solved {
  const { limitKw } = problem;
  const settled = settledCars(problem, order, atOnce);
  const cells = cellsFor(problem, settled, isFine);
  const placed = placedCars(settled, cells, limitKw);
  const room = roomUnder(
    placed.flatMap(({ given, settled: run }) => (run === null ? [] : [loadOf(given.need.course, [run])])),
    cells,
    limitKw,
  );
  const open = placed.flatMap(({ cellCar }) => (cellCar === null ? [] : [cellCar]));
  const timely = open.filter((car) => {
    const table = newTable(car);
    return fillTable(table, null, true, room) < Number.POSITIVE_INFINITY;
  });
  // Each car more doubles the ways on from a state, and every choice of cars is another search.
  const isQuick = open.length > FEW;
  const marginEndOf = (id: string) => {
    const car = order.find((each) => each.id === id);
    return car === undefined ? cells.count : cellsUntil(cells, deadlineMs(car.problem));
  };
  const kept = onTimeTogether({ open, timely, marginEndOf, cells: cells.count, roomKw: room, isQuick });
  const { cars: chosen } = kept;
  const paths = new Map<string, CarPath>(kept.late);
  const task: JointTask = { cars: chosen, cells: cells.count, roomKw: kept.roomKw };
  const seed = recounted(chosen, kept.witness);
  const rules = {
    tolerance: TOLERANCE_RATIO * scaleOf(chosen),
    wanted: null,
    widthMost: chosen.length > MANY && !isQuick ? MANY_WIDTH : 0,
    isQuick,
  };
  const solved = joint(task, rules, seed);
  for (const [i, car] of chosen.entries()) {
    const path = solved.found?.paths[i];
    if (path !== undefined) paths.set(car.id, path);
  }
  const runs = new Map<string, readonly Interval[]>();
  for (const each of placed) runs.set(each.id, runsOfPath(each, paths.get(each.id) ?? null, cells));
  const onTime = new Set([...chosen.map((car) => car.id), ...placed.flatMap((each) => isDone(each))]);
  return {
    runs: hurried(problem, order, onTime, polished(order, onTime, runs, limitKw)),
    lowerBound: atOnce.size > 0 ? null : boundOf(placed, chosen, solved.dual, cells),
    isExact: cells.isExact,
  };
}

/** A car of which nothing is left to decide once what is settled is charged, and which is ready in time by that. */
function isDone({ id, settled, cellCar, given }: PlacedCar): readonly string[] {
  const readyByMs = given.car.problem.readyByMs ?? Number.POSITIVE_INFINITY;
  const isReady = given.totalMs === 0 || (settled !== null && settled.endAtMs <= readyByMs);
  return cellCar === null && isReady && given.need.wholeMs === given.totalMs ? [id] : [];
}

/** The bound that prices of power prove; null where a car is late, or has to wait even for its reserve. */
function boundOf(
  placed: readonly PlacedCar[],
  chosen: readonly CellCar[],
  dual: Dual | null,
  cells: Cells,
): number | null {
  if (dual === null) return null;
  const cars: PricedCar[] = [];
  for (const { given, cellCar } of placed) {
    const index = cellCar === null ? -1 : chosen.indexOf(cellCar);
    const isAtOnce = given.settled === null || given.settled.startAtMs === given.car.problem.nowMs;
    if ((cellCar !== null && index < 0) || !isAtOnce) return null;
    cars.push({ given, surcharge: dual.surcharges[index] ?? new Float64Array(cells.count) });
  }
  return priceBound(cars, dual, cells);
}

/** What cells must hold of a car. */
interface Spanning extends Pick<SettledCar, 'car' | 'totalMs' | 'settled' | 'openAtMs'> {
  /** The longest that a car takes that can be held to a power; absent where it charges for `totalMs` and no other time. */
  readonly heldMs?: number;
}

/** Cells from now on, long enough for all that the cars need one after the other. */
export function cellsFor({ nowMs }: SiteProblem, settled: readonly Spanning[], isFine: boolean): Cells {
  const instants: number[] = [];
  const lengths: number[] = [];
  let readyMs = nowMs;
  let allMs = 0;
  let anchorMs: number | null = null;
  for (const { car, totalMs, settled: run, openAtMs, heldMs } of settled) {
    const { problem } = car;
    if (totalMs === 0) continue;
    const endAtMs = problem.readyByMs ?? nowMs;
    readyMs = Math.max(readyMs, endAtMs);
    allMs += (heldMs ?? totalMs) + 2 * problem.minRunMs;
    instants.push(endAtMs, deadlineMs(problem), openAtMs, ...(run === null ? [] : [run.startAtMs]));
    lengths.push(...(heldMs === undefined ? [totalMs] : []), problem.minRunMs);
    for (const slot of [...problem.slots, ...problem.restrictions]) {
      for (const atMs of [slot.startAtMs, slot.endAtMs]) {
        if (atMs <= nowMs || atMs >= endAtMs) continue;
        instants.push(atMs);
        anchorMs ??= atMs;
      }
    }
  }
  const untilMs = Math.max(readyMs, nowMs) + allMs;
  const unit = unitFor(nowMs, readyMs, instants, lengths, isFine);
  return cellsOf(nowMs, untilMs, anchorMs ?? nowMs, unit);
}

function placedCars(settled: readonly SettledCar[], cells: Cells, limitKw: number): PlacedCar[] {
  const runs = new Map(settled.map((each) => [each.car.id, each.settled]));
  const mayGrow = (given: SettledCar, untilMs: number) => {
    const loads = settled.map((each) => {
      const run = runs.get(each.car.id) ?? null;
      if (run === null) return loadOf(each.need.course, []);
      return loadOf(each.need.course, [each === given ? { ...run, endAtMs: untilMs } : run]);
    });
    return fitsLimit(sumOf(loads), limitKw);
  };
  return settled.map((each) => {
    const placed = carOnCells(each, cells, mayGrow);
    runs.set(placed.id, placed.settled);
    return placed;
  });
}

/** What the energy of the cars would cost at the mean size of their prices. */
function scaleOf(cars: readonly CellCar[]): number {
  let scale = 0;
  for (const { rate, kwh, from, end, k } of cars) {
    let sum = 0;
    for (let t = from; t < end; t++) sum += Math.abs(rate[t] ?? 0);
    let energy = 0;
    for (let left = 1; left <= k; left++) energy += kwh[left] ?? 0;
    scale += (sum / Math.max(1, end - from)) * energy;
  }
  return Math.max(scale, 1e-6);
}
