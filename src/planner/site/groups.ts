import type { CarPath, CarTable } from './car-table.ts';
import { priced } from './duals.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { take } from './insert.ts';
import { searched } from './search.ts';

/** Groups grow with a power of the cars: of more cars than these, fewer are tried, and each less hard [ours]. */
export const FEW = 6;
const BUDGET = { few: { passes: 3, priceRounds: 8 }, many: { passes: 1, priceRounds: 4 } };
const GROUPS_MAX = 60;

export interface GroupRules {
  /** Cars that are placed anew together, beside the others. */
  readonly size: number;
  /** A gain below this is not looked for. */
  readonly gainLeast: number;
  readonly widthMost: number;
}

/** Joint paths made cheaper by a few cars at a time, the best of them beside the others, until no group gains. */
export function improved(
  task: JointTask,
  tables: readonly CarTable[],
  start: JointPaths,
  { size, gainLeast, widthMost }: GroupRules,
): JointPaths {
  const { cars, cells, roomKw } = task;
  const paths: CarPath[] = [...start.paths];
  const groups = spread(groupsOf(cars.length, size), GROUPS_MAX);
  const { passes, priceRounds } = cars.length > FEW ? BUDGET.many : BUDGET.few;
  let stale = 0;
  for (let n = 0; n < passes * groups.length && stale < groups.length; n++) {
    const group = groups[n % groups.length] ?? [];
    const room = Float64Array.from(roomKw);
    for (const [i, path] of paths.entries()) if (!group.includes(i)) take(cars[i], path, room, -1);
    const own: JointTask = { cars: group.flatMap((i) => cars[i] ?? []), cells, roomKw: room };
    const ownTables = group.flatMap((i) => tables[i] ?? []);
    const ownPaths = group.flatMap((i) => paths[i] ?? []);
    const seed = { paths: ownPaths, cost: ownPaths.reduce((sum, path) => sum + path.cost, 0) };
    const dual = priced(own, ownTables, seed, { tolerance: gainLeast, roundsMost: priceRounds });
    let best = dual.best ?? seed;
    if (best.cost - dual.bound > gainLeast) {
      best = searched(own, ownTables, dual, best.cost - gainLeast, widthMost).better ?? best;
    }
    stale++;
    if (best.cost >= seed.cost - 1e-9) continue;
    stale = 1;
    for (const [at, i] of group.entries()) paths[i] = best.paths[at] ?? (paths[i] as CarPath);
  }
  return { paths, cost: paths.reduce((sum, path) => sum + path.cost, 0) };
}

/** At most so many of a list, evenly from all of it. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return all.filter(
    (_, i) => Math.floor((i * most) / all.length) !== Math.floor(((i - 1) * most) / all.length),
  );
}

/** All groups of a size. */
function groupsOf(count: number, size: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  const extend = (group: number[], from: number) => {
    if (group.length === size) groups.push(group);
    else for (let i = from; i < count; i++) extend([...group, i], i + 1);
  };
  extend([], 0);
  return groups;
}
