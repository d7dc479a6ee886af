import { newTable } from './car-table.ts';
import type { Dual } from './duals.ts';
import { priced } from './duals.ts';
import { improved } from './groups.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { inserted } from './insert.ts';
import { searched } from './search.ts';

export interface JointRules {
  /** So near to the best is near enough. */
  readonly tolerance: number;
  /** A cost to look for, where it is not the least that counts: nothing better is sought, and nothing dearer wanted. */
  readonly wanted: number | null;
  /** How many joint states the whole search may hold at an edge; 0 for no such search. */
  readonly widthMost: number;
  /** Groups of two, and none larger: of many cars these are too many. */
  readonly isQuick: boolean;
}

/** The best joint paths that were found, and the prices of power that led there. */
export interface Joint {
  readonly found: JointPaths | null;
  /** Null where they were not needed. */
  readonly dual: Dual | null;
}

const PRICE_ROUNDS = 25;
/** Groups of three are tried only while the gap is above so many tolerances. */
const FAR = 2;
const GROUP_WIDTHS = { 2: 400, 3: 60 };

/**
 * The cheapest paths of cars under a limit, to within a tolerance: tries in turn, then prices of power; where these
 * leave a gap, two and three cars at a time; and where that is asked for, all of them at once.
 */
export function joint(task: JointTask, rules: JointRules, seed: JointPaths | null = null): Joint {
  const { tolerance, wanted, widthMost, isQuick } = rules;
  const tables = task.cars.map(newTable);
  const count = task.cars.length;
  let best = seed;
  const isEnough = () => best !== null && wanted !== null && best.cost <= wanted;
  for (const order of ordersOf(count, ALL_ORDERS_MOST)) {
    const found = inserted(task, tables, order, null);
    if (found !== null && (best === null || found.cost < best.cost)) best = found;
    if (isEnough()) return { found: best, dual: null };
  }
  const dual = priced(task, tables, best, { tolerance, roundsMost: PRICE_ROUNDS });
  const { bound } = dual;
  best = dual.best;
  const isOver = () =>
    isEnough() || bound > (wanted ?? Number.MAX_VALUE) || (best !== null && best.cost - bound <= tolerance);
  const gap = () => (best === null ? Number.POSITIVE_INFINITY : best.cost - bound);
  for (const size of [2, 3] as const) {
    if (isQuick && size > 2) continue;
    if (best === null || isOver() || size > count || (size > 2 && gap() <= FAR * tolerance)) continue;
    best = improved(task, tables, best, { size, gainLeast: tolerance / 4, widthMost: GROUP_WIDTHS[size] });
  }
  if (widthMost > 0 && !isOver()) {
    const below = wanted ?? (best === null ? Number.POSITIVE_INFINITY : best.cost - tolerance);
    best = searched(task, tables, dual, below + 1e-9, widthMost).better ?? best;
  }
  return { found: best, dual };
}

/** Every order is tried of so many cars at most: of more, other steps find what more orders would. */
const ALL_ORDERS_MOST = 3;

/** So many cars at most are first in an order, evenly from all of them. */
const FIRST_MOST = 6;

/** Orders of cars: all of them up to so many cars, else each car first, with the others forward and backward. */
export function ordersOf(count: number, allMost: number): readonly (readonly number[])[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count > allMost) {
    const stride = Math.ceil(count / FIRST_MOST);
    return all.flatMap((i) => {
      if (i % stride !== 0) return [];
      const turned = [...all.slice(i), ...all.slice(0, i)];
      return [turned, [...turned].reverse()];
    });
  }
  const orders: number[][] = [];
  const extend = (order: number[]) => {
    if (order.length === count) orders.push(order);
    else for (const i of all) if (!order.includes(i)) extend([...order, i]);
  };
  extend([]);
  return orders;
}
