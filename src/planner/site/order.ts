import type { SiteCar } from '../site.ts';

/** The cars as the rule lets them go first: the earliest deadline, then the lowest level, then by id. */
export function inOrder(cars: readonly SiteCar[]): readonly SiteCar[] {
  return [...cars].sort(
    (a, b) =>
      deadlineOf(a) - deadlineOf(b) ||
      a.problem.levelPercent - b.problem.levelPercent ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

export function deadlineOf({ problem }: SiteCar): number {
  // Not Infinity: two cars without a deadline are equal.
  return problem.readyByMs ?? Number.MAX_SAFE_INTEGER;
}
