import type { CarPath } from './car-table.ts';
import { newTable, recountedPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import { asCounted } from './cell-car.ts';
import type { JointPaths } from './insert.ts';
import { inserted, take } from './insert.ts';
import { joint, ordersOf } from './joint.ts';

export interface DeadlineTask {
  /** All cars that are still to be placed, in the order of the rule; and those of them that alone would be in time. */
  readonly open: readonly CellCar[];
  readonly timely: readonly CellCar[];
  /** The cell before which a car is done with its margin. */
  readonly marginEndOf: (id: string) => number;
  readonly cells: number;
  readonly roomKw: Float64Array;
  readonly isQuick: boolean;
}

/** Cars whose deadlines are kept together, paths that do so, and the paths of those that are late. */
export interface OnTimeTogether extends Together {
  readonly late: ReadonlyMap<string, CarPath>;
  /** What the late leave. */
  readonly roomKw: Float64Array;
}

interface Together {
  readonly cars: readonly CellCar[];
  /** Paths that keep all their deadlines. */
  readonly witness: readonly CarPath[];
}

/** Joint states that the search for a plan that keeps all deadlines may hold at an edge. */
const DEADLINE_WIDTH = 3000;
/** For deadlines every order of so many cars is tried. */
const ALL_ORDERS_MOST = 4;

/**
 * Which deadlines are kept, as the rule orders them; then the late, one by one, as little after their end as can be and
 * as soon as can be, but not in the margins of the others, as far as these can be kept (held-deadlines.ts does the same
 * where power may be anything).
 */
export function onTimeTogether(task: DeadlineTask): OnTimeTogether {
  const { open, timely, cells, isQuick } = task;
  const kept = together(timely, cells, task.roomKw, isQuick);
  const late = new Map<string, CarPath>();
  const roomKw = Float64Array.from(task.roomKw);
  const early = kept.cars.length < open.length ? inMargins(kept, task) : kept;
  let { witness } = early;
  for (const car of open) {
    if (kept.cars.includes(car)) continue;
    const found = soonest(car, early.cars, witness, cells, roomKw, isQuick);
    if (found === null) continue;
    const [path, ...others] = found;
    if (path === undefined) continue;
    witness = others;
    take({ ...car, end: cells }, path, roomKw, -1);
    late.set(car.id, path);
  }
  return { cars: kept.cars, witness, late, roomKw };
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

/** Cars on time with their margins too, one by one as far as these can be kept; the others as they are. */
function inMargins(kept: Together, { marginEndOf, cells, roomKw, isQuick }: DeadlineTask): Together {
  let found = kept;
  for (const [i, car] of kept.cars.entries()) {
    const end = Math.min(car.end, marginEndOf(car.id));
    if (end === car.end) continue;
    const cars = found.cars.with(i, { ...car, end });
    const witness = allOnTime(cars, cells, roomKw, isQuick);
    if (witness !== null) found = { cars, witness };
  }
  return found;
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
export function recounted(cars: readonly CellCar[], paths: readonly CarPath[]): JointPaths {
  const counted = paths.map((path, i) => (cars[i] === undefined ? path : recountedPath(cars[i], path)));
  return { paths: counted, cost: counted.reduce((sum, path) => sum + path.cost, 0) };
}
