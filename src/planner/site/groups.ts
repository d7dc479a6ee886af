import type { CarPath, CarTable } from './car-table.ts';
import { priced } from './duals.ts';
import type { JointPaths, JointTask } from './insert.ts';
import { take } from './insert.ts';
import { searched } from './search.ts';

const PASSES_MAX = 3;
const PRICE_ROUNDS = 8;

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
  const groups = groupsOf(cars.length, size);
  let stale = 0;
  for (let n = 0; n < PASSES_MAX * groups.length && stale < groups.length; n++) {
    const group = groups[n % groups.length] ?? [];
    const room = Float64Array.from(roomKw);
    for (const [i, path] of paths.entries()) if (!group.includes(i)) take(cars[i], path, room, -1);
    const own: JointTask = { cars: group.flatMap((i) => cars[i] ?? []), cells, roomKw: room };
    const ownTables = group.flatMap((i) => tables[i] ?? []);
    const ownPaths = group.flatMap((i) => paths[i] ?? []);
    const seed = { paths: ownPaths, cost: ownPaths.reduce((sum, path) => sum + path.cost, 0) };
    const dual = priced(own, ownTables, seed, { tolerance: gainLeast, roundsMost: PRICE_ROUNDS });
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
