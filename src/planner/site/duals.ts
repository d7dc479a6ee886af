import type { CarPath, CarTable } from './car-table.ts';
import { fillTable, readPath } from './car-table.ts';
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
  const free = new Float64Array(cells).fill(Number.POSITIVE_INFINITY);
  const alone = Float64Array.from(roomKw);
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
      const surcharge = surcharges[i] ?? free;
      value += fillTable(table, surcharge, table.car.isConstant, alone);
      const path = readPath(table, surcharge, table.car.isConstant, alone, cells);
      // A car that finds no way alone has none beside others.
      if (path === null)
        return { surcharges, refund: refundOf(cuts, mu), bound: Number.POSITIVE_INFINITY, best };
      paths.push(path);
    }
    for (let t = 0; t < cells; t++) value -= (mu[t] as number) * (cuts[t]?.most ?? 0);
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

function cutsOf({ cars, cells, roomKw }: JointTask): readonly Cut[] {
  const canTighten = cars.every((car) => car.isConstant);
  const known = new Map<string, Cut>();
  return Array.from({ length: cells }, (_, t) => {
    const powers = cars.map((car) => (t >= car.from && t < car.end ? (car.powerKw[1] ?? 0) : 0));
    const room = roomKw[t] ?? 0;
    if (!canTighten) return plainCut(powers, room);
    const key = `${powers.join()}|${room}`;
    const cut = known.get(key) ?? cutOf(powers, room);
    known.set(key, cut);
    return cut;
  });
}

function surchargesOf({ cars, cells }: JointTask, cuts: readonly Cut[], mu: Float64Array): Float64Array[] {
  return cars.map((car, i) => {
    const surcharge = new Float64Array(cells);
    for (let t = car.from; t < car.end; t++) {
      surcharge[t] = (mu[t] as number) * (car.isConstant ? (cuts[t]?.weights[i] ?? 0) : 1);
    }
    return surcharge;
  });
}

function refundOf(cuts: readonly Cut[], mu: Float64Array): Float64Array {
  const refund = new Float64Array(cuts.length + 1);
  for (let t = cuts.length - 1; t >= 0; t--) {
    refund[t] = (refund[t + 1] ?? 0) + (mu[t] ?? 0) * (cuts[t]?.most ?? 0);
  }
  return refund;
}

/** By how much more is wanted in each cell than there is; cells without a price in which less is wanted do not count. */
function excessOf(
  { cars, cells }: JointTask,
  cuts: readonly Cut[],
  paths: readonly CarPath[],
): { excess: Float64Array; square: number; isWithin: boolean } {
  const excess = new Float64Array(cells);
  let square = 0;
  let isWithin = true;
  for (let t = 0; t < cells; t++) {
    let wanted = 0;
    for (const [i, car] of cars.entries()) {
      if (paths[i]?.isOn[t] !== 1) continue;
      wanted += car.isConstant ? (cuts[t]?.weights[i] ?? 0) : (car.powerKw[paths[i]?.k[t] ?? 0] ?? 0);
    }
    const over = wanted - (cuts[t]?.most ?? 0);
    if (over > 1e-6) isWithin = false;
    excess[t] = over;
    square += over * over;
  }
  return { excess, square, isWithin };
}
