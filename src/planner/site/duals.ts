import type { CarPath, CarTable } from './car-table.ts';
import { fillTable, readPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import type { Cut } from './cuts.ts';
import { cutOf, plainCut } from './cuts.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { inserted } from './insert.ts';

/** Prices of power in each cell, the bound that they prove, and the best joint paths met on the way. */
export interface Dual {
  /** What each car pays in each cell: per cell for cars of constant power, else per kW. */
  readonly surcharges: readonly Float64Array[];
  /** What the prices of power are worth from each cell to the end: not to be paid by anybody, so taken off. */
  readonly refund: Float64Array;
  readonly bound: number;
  readonly best: JointPaths | null;
}

/** Every so many rounds the cars are placed in turn under the prices of the round. */
const TRY_EVERY = 3;
/** So many rounds without a better bound halve the steps. */
const PATIENCE = 5;
const STEP_LEAST = 0.02;

/**
 * The limit priced: power in a cell costs what makes the cars, each planned exactly and alone under these prices, want
 * no more of it than there is. Whatever the prices, the cars' costs under them less what all the power would be worth
 * is a bound that no joint plan is below; a subgradient with Polyak's steps raises it. Each round's prices also guide
 * one try to place the cars in turn.
 */
export function priced(
  task: JointTask,
  tables: readonly CarTable[],
  seed: JointPaths | null,
  { tolerance, roundsMost }: { readonly tolerance: number; readonly roundsMost: number },
): Dual {
  const { cars, cells, roomKw } = task;
  const cuts = cutsOf(task);
  let mu = new Float64Array(cells);
  let bestMu = mu;
  let bound = Number.NEGATIVE_INFINITY;
  let best = seed;
  let step = 1;
  let stale = 0;
  const rule = cars.map((_, i) => i);
  for (let round = 0; round < roundsMost && step >= STEP_LEAST; round++) {
    const surcharges = surchargesOf(task, cuts, mu);
    let value = 0;
    const paths: CarPath[] = [];
    for (const [i, table] of tables.entries()) {
      const surcharge = surcharges[i] ?? null;
      value += fillTable(table, surcharge, table.car.isConstant, roomKw);
      const path = readPath(table, cells);
      // A car that finds no way alone has none beside others.
      if (path === null)
        return { surcharges, refund: refundOf(cuts, mu), bound: Number.POSITIVE_INFINITY, best };
      paths.push(path);
    }
    for (let t = 0; t < cells; t++) value -= (mu[t] as number) * (cuts.most[t] as number);
    if (value > bound + 1e-9) {
      if (value > bound + 1e-4 * Math.abs(value)) stale = 0;
      bound = value;
      bestMu = mu;
    }
    if (++stale > PATIENCE) {
      step /= 2;
      stale = 0;
    }
    const over = excessOf(task, cuts, paths);
    if (over.isWithin) {
      const cost = paths.reduce((sum, path) => sum + path.cost, 0);
      if (best === null || cost < best.cost) best = { paths, cost };
    } else if (round % TRY_EVERY === 0) {
      const turn = round / TRY_EVERY;
      const order = [...rule.slice(turn % rule.length), ...rule.slice(0, turn % rule.length)];
      const found = inserted(task, tables, turn % 2 === 0 ? order : order.reverse(), surcharges);
      if (found !== null && (best === null || found.cost < best.cost - 1e-12)) best = found;
    }
    if (best !== null && best.cost - bound <= tolerance) break;
    if (over.square === 0) break;
    const aim = best === null ? bound + Math.max(1, 0.1 * Math.abs(bound)) : best.cost;
    const length = (step * Math.max(aim - value, tolerance / 2)) / over.square;
    const next = new Float64Array(cells);
    for (let t = 0; t < cells; t++)
      next[t] = Math.max(0, (mu[t] as number) + length * (over.excess[t] as number));
    mu = next;
  }
  return { surcharges: surchargesOf(task, cuts, bestMu), refund: refundOf(cuts, bestMu), bound, best };
}

/** The cuts of all cells (`cuts.ts`). */
interface Cuts {
  /** Of each car in each cell. */
  readonly weights: readonly Float64Array[];
  readonly most: Float64Array;
}

function cutsOf({ cars, cells, roomKw }: JointTask): Cuts {
  const canTighten = cars.every((car) => car.isConstant);
  const weights = cars.map(() => new Float64Array(cells));
  const most = new Float64Array(cells);
  // Cells in which the same cars may charge and as much room is left are many.
  const known = new Map<number, Map<number, Cut>>();
  for (let t = 0; t < cells; t++) {
    const room = roomKw[t] as number;
    let open = 0;
    for (const [i, car] of cars.entries()) if (t >= car.from && t < car.end) open += 2 ** i;
    const cuts: Map<number, Cut> = known.get(open) ?? new Map();
    known.set(open, cuts);
    const cut = cuts.get(room) ?? cutAt(cars, t, room, canTighten);
    cuts.set(room, cut);
    most[t] = cut.most;
    for (const [i, weight] of cut.weights.entries()) (weights[i] as Float64Array)[t] = weight;
  }
  return { weights, most };
}

function cutAt(cars: readonly CellCar[], t: number, room: number, canTighten: boolean): Cut {
  const powers = cars.map((car) => (t >= car.from && t < car.end ? (car.powerKw[1] ?? 0) : 0));
  return canTighten ? cutOf(powers, room) : plainCut(powers, room);
}

function surchargesOf({ cars, cells }: JointTask, { weights }: Cuts, mu: Float64Array): Float64Array[] {
  return cars.map(({ from, end, isConstant }, i) => {
    const surcharge = new Float64Array(cells);
    const own = weights[i] as Float64Array;
    for (let t = from; t < end; t++) surcharge[t] = (mu[t] as number) * (isConstant ? (own[t] as number) : 1);
    return surcharge;
  });
}

function refundOf({ most }: Cuts, mu: Float64Array): Float64Array {
  const refund = new Float64Array(most.length + 1);
  for (let t = most.length - 1; t >= 0; t--) {
    refund[t] = (refund[t + 1] as number) + (mu[t] as number) * (most[t] as number);
  }
  return refund;
}

/** By how much more is wanted in each cell than there is; cells without a price in which less is wanted do not count. */
function excessOf(
  { cars, cells }: JointTask,
  { weights, most }: Cuts,
  paths: readonly CarPath[],
): { excess: Float64Array; square: number; isWithin: boolean } {
  const excess = new Float64Array(cells);
  for (const [i, { isConstant, powerKw }] of cars.entries()) {
    const { isOn, k } = paths[i] as CarPath;
    const own = weights[i] as Float64Array;
    for (let t = 0; t < cells; t++) {
      if (isOn[t] !== 1) continue;
      excess[t] = (excess[t] as number) + ((isConstant ? own[t] : powerKw[k[t] as number]) as number);
    }
  }
  let square = 0;
  let isWithin = true;
  for (let t = 0; t < cells; t++) {
    const over = (excess[t] as number) - (most[t] as number);
    if (over > 1e-6) isWithin = false;
    excess[t] = over;
    square += over * over;
  }
  return { excess, square, isWithin };
}
