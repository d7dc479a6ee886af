import { needOf } from '../need.ts';
import type { SiteCar } from '../site.ts';
import { bestBeside, countsAs } from './beside.ts';
import { heldLoad } from './held-load.ts';
import type { HeldRun } from './held-run.ts';
import { leastOf } from './held-settle.ts';
import { stateHeld } from './held-state.ts';
import { heldWorth } from './held-worth.ts';
import { sumOf } from './load.ts';

const TIE = 1e-9;

/**
 * Runs made better by the planner of one car (beside.ts), each beside the others as they are: cars that are on or off,
 * and charging above the target, which a held car does with all its power or not at all.
 */
export function polishedHeld(
  order: readonly SiteCar[],
  kept: ReadonlySet<string>,
  found: ReadonlyMap<string, readonly HeldRun[]>,
  limitKw: number,
): ReadonlyMap<string, readonly HeldRun[]> {
  const runs = new Map(found);
  for (const car of order) {
    const before = runs.get(car.id) ?? [];
    if (!kept.has(car.id) || (leastOf(car) !== null && car.problem.opportunisticPrice === null)) continue;
    const others = sumOf(
      order.flatMap(({ id, problem }) =>
        id === car.id ? [] : [heldLoad(needOf(problem).course, runs.get(id) ?? [])],
      ),
    );
    const after = bestBeside(car, others, limitKw, before.at(-1)?.endAtMs ?? null);
    if (after !== null && isBetter(car, after, before)) runs.set(car.id, after);
  }
  return runs;
}

function isBetter(car: SiteCar, after: readonly HeldRun[], before: readonly HeldRun[]): boolean {
  const { problem } = car;
  if (leastOf(car) === null) return countsAs(problem, after) < countsAs(problem, before) - TIE;
  // What restrictions and last minutes count is not told by what a plan is worth.
  if (problem.restrictions.length > 0 || problem.preconditionMs > 0) return false;
  const need = needOf(problem);
  const worthOf = (runs: readonly HeldRun[]) => heldWorth(problem, stateHeld(problem, need, runs));
  return worthOf(after) < worthOf(before) - TIE;
}
