import type { CarPath, CarTable } from './car-table.ts';
import { fillTable, readPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';

/** Cars to be placed on cells beside what is settled already. */
export interface JointTask {
  readonly cars: readonly CellCar[];
  readonly cells: number;
  /** What the limit leaves in each cell beside settled charging, kW. */
  readonly roomKw: Float64Array;
}

/** A path for every car of a task, within the limit. */
export interface JointPaths {
  readonly paths: readonly CarPath[];
  readonly cost: number;
}

const ROUNDS_MAX = 4;
const TIE = 1e-9;

/**
 * Each car in turn, in the order given, where the cars before it leave room; then each again beside all the others
 * while that is cheaper. Null where a car finds no room.
 */
export function inserted(
  { cars, cells, roomKw }: JointTask,
  tables: readonly CarTable[],
  order: readonly number[],
  surcharges: readonly Float64Array[] | null,
): JointPaths | null {
  const room = Float64Array.from(roomKw);
  const paths: (CarPath | undefined)[] = cars.map(() => undefined);
  for (const i of order) {
    const path = placed(cars[i], tables[i], surcharges?.[i] ?? null, room, cells);
    if (path === null) return null;
    take(cars[i], path, room, -1);
    paths[i] = path;
  }
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let isBetter = false;
    for (const i of order) {
      const before = paths[i];
      if (before === undefined) return null;
      take(cars[i], before, room, 1);
      const path = placed(cars[i], tables[i], null, room, cells) ?? before;
      if (path.cost < before.cost - TIE) isBetter = true;
      const chosen = path.cost < before.cost - TIE ? path : before;
      take(cars[i], chosen, room, -1);
      paths[i] = chosen;
    }
    if (!isBetter) break;
  }
  const found = paths.filter((path) => path !== undefined);
  return { paths: found, cost: found.reduce((sum, path) => sum + path.cost, 0) };
}

function placed(
  car: CellCar | undefined,
  table: CarTable | undefined,
  surcharge: Float64Array | null,
  room: Float64Array,
  cells: number,
): CarPath | null {
  if (car === undefined || table === undefined) return null;
  const least = fillTable(table, surcharge, car.isConstant, room);
  return least === Number.POSITIVE_INFINITY ? null : readPath(table, cells);
}

/** Takes a path's power off the room, or gives it back. */
export function take(car: CellCar | undefined, path: CarPath, room: Float64Array, sign: 1 | -1): void {
  if (car === undefined) return;
  for (let t = car.from; t < car.end; t++) {
    if (path.isOn[t] === 1) room[t] = (room[t] ?? 0) + sign * (car.powerKw[path.k[t] ?? 0] ?? 0);
  }
}
