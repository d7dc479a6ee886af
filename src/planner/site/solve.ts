import type { Interval } from '../../domain/interval.ts';
import { deadlineMs } from '../plan.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import { polished } from './beside.ts';
import type { PricedCar } from './bound.ts';
import { priceBound } from './bound.ts';
import type { PlacedCar } from './car-cells.ts';
import { carOnCells } from './car-cells.ts';
import type { CarPath } from './car-table.ts';
import { fillTable, newTable, recountedPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import { asCounted } from './cell-car.ts';
import type { Cells } from './cells.ts';
import { cellsOf, cellsUntil, unitFor } from './cells.ts';
import type { Dual } from './duals.ts';
import { FEW } from './groups.ts';
import type { HeldRun } from './held-run.ts';
import { hurried } from './hurried.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { inserted, take } from './insert.ts';
import { joint, ordersOf } from './joint.ts';
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
/** Joint states that the search for a plan that keeps all deadlines may hold at an edge. */
const DEADLINE_WIDTH = 3000;
/** For deadlines every order of so many cars is tried. */
const ALL_ORDERS_MOST = 4;
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
  const paths = new Map<string, CarPath>();
  // Each car more doubles the ways on from a state, and every choice of cars is another search.
  const isQuick = open.length > FEW;
  const { cars: chosen, witness: first } = together(timely, cells.count, room, isQuick);
  const isAll = chosen.length === open.length;
  let { cars: early, witness } = isAll
    ? { cars: chosen, witness: first }
    : inMargins(chosen, first, placed, cells, room, isQuick);
  for (const car of open) {
    if (chosen.includes(car)) continue;
    const found = soonest(car, early, witness, cells.count, room, isQuick);
    if (found === null) continue;
    const [path, ...others] = found;
    if (path === undefined) continue;
    witness = others;
    take({ ...car, end: cells.count }, path, room, -1);
    paths.set(car.id, path);
  }
  const task: JointTask = { cars: chosen, cells: cells.count, roomKw: room };
  const seed = recounted(chosen, witness);
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
  const kept = new Set([...chosen.map((car) => car.id), ...placed.flatMap((each) => isDone(each))]);
  return {
    runs: hurried(problem, order, kept, polished(order, kept, runs, limitKw)),
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

interface Together {
  readonly cars: readonly CellCar[];
  /** Paths that keep all their deadlines. */
  readonly witness: readonly CarPath[];
}

/** The cars whose deadlines can be kept together: all if any joint plan keeps them all, else one by one by the rule. */
function together(
  timely: readonly CellCar[],
  cells: number,
  roomKw: Float64Array,
  isQuick: boolean,
): Together {
  const all = allOnTime(timely, cells, roomKw, isQuick);
  if (all !== null) return { cars: timely, witness: all };
  let chosen: Together = { cars: [], witness: [] };
  for (const car of timely) {
    const cars = [...chosen.cars, car];
    const beside = isQuick ? besideWitness(car, chosen, cells, roomKw) : null;
    const witness = beside ?? allOnTime(cars, cells, roomKw, isQuick);
    if (witness !== null) chosen = { cars, witness };
  }
  return chosen;
}

/**
 * Cars on time with their margins too, one by one as far as these can be kept: who is late takes no car's margin. The
 * others as they are.
 */
function inMargins(
  cars: readonly CellCar[],
  witness: readonly CarPath[],
  placed: readonly PlacedCar[],
  cells: Cells,
  roomKw: Float64Array,
  isQuick: boolean,
): Together {
  let kept: Together = { cars, witness };
  for (const [i, car] of cars.entries()) {
    const problem = placed.find(({ id }) => id === car.id)?.given.car.problem;
    const end = problem === undefined ? car.end : Math.min(car.end, cellsUntil(cells, deadlineMs(problem)));
    if (end === car.end) continue;
    const tried = kept.cars.with(i, { ...car, end });
    const found = allOnTime(tried, cells.count, roomKw, isQuick);
    if (found !== null) kept = { cars: tried, witness: found };
  }
  return kept;
}

/** One car more beside those that are on time as they are, which of many cars spares all of them being placed anew. */
function besideWitness(
  car: CellCar,
  { cars, witness }: Together,
  cells: number,
  roomKw: Float64Array,
): readonly CarPath[] | null {
  const own = alone(
    asCounted(car, car.end, () => 0),
    cells,
    roomBeside(cars, witness, roomKw),
  );
  return own === null ? null : [...witness, own];
}

function alone(car: CellCar, cells: number, roomKw: Float64Array): CarPath | null {
  return inserted({ cars: [car], cells, roomKw }, [newTable(car)], [0], null)?.paths[0] ?? null;
}

function roomBeside(cars: readonly CellCar[], paths: readonly CarPath[], roomKw: Float64Array): Float64Array {
  const room = Float64Array.from(roomKw);
  for (const [i, path] of paths.entries()) take(cars[i], path, room, -1);
  return room;
}

/** A joint plan in which every car is done by its end; null where there is none, or of many cars none is found. */
function allOnTime(
  cars: readonly CellCar[],
  cells: number,
  roomKw: Float64Array,
  isQuick: boolean,
): readonly CarPath[] | null {
  if (cars.length === 0) return [];
  const strict = { cars: cars.map((car) => asCounted(car, car.end, () => 0)), cells, roomKw };
  const tables = strict.cars.map(newTable);
  for (const order of ordersOf(cars.length, ALL_ORDERS_MOST)) {
    const found = inserted(strict, tables, order, null);
    if (found !== null) return found.paths;
  }
  // Of many cars this is asked once for each, and proofs are the dear part.
  if (isQuick) return null;
  // Cells charged in after the end: none is what is asked for, and a bound above none is a proof that it cannot be.
  const late = cars.map((car) => asCounted(car, cells, (t) => (t >= car.end ? 1 : 0)));
  const rules = { tolerance: 1e-6, wanted: 1e-6, widthMost: DEADLINE_WIDTH, isQuick: false };
  const { found } = joint({ cars: late, cells, roomKw }, rules);
  return found !== null && found.cost < 0.5 ? found.paths : null;
}

/**
 * The path of a car that is late, and of those that are not, beside which it is placed: as little as can be after its
 * end, then as soon as can be.
 */
function soonest(
  car: CellCar,
  chosen: readonly CellCar[],
  witness: readonly CarPath[],
  cells: number,
  roomKw: Float64Array,
  isQuick: boolean,
): readonly CarPath[] | null {
  const late = asCounted(car, cells, (t) => t + 1 + (t >= car.end ? cells : 0));
  const others = chosen.map((each) => asCounted(each, each.end, () => 0));
  const beside = alone(late, cells, roomBeside(chosen, witness, roomKw));
  if (beside === null) return null;
  // Of many cars those on time are not planned anew around each that is late.
  if (isQuick) return [beside, ...witness];
  const seed = recounted([late, ...others], [beside, ...witness]);
  const rules = { tolerance: 0.5, wanted: null, widthMost: 0, isQuick: false };
  return joint({ cars: [late, ...others], cells, roomKw }, rules, seed).found?.paths ?? null;
}

/** Paths with what they count for these cars. */
function recounted(cars: readonly CellCar[], paths: readonly CarPath[]): JointPaths {
  const counted = paths.map((path, i) => (cars[i] === undefined ? path : recountedPath(cars[i], path)));
  return { paths: counted, cost: counted.reduce((sum, path) => sum + path.cost, 0) };
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
