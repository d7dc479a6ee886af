import type { SiteCar } from '../site.ts';

/**
 * The cars as the rule lets them go first: the earliest deadline, then the lowest level, then by id. A car that charges
 * keeps its turn until it is clearly ahead: two that are charged as fast as can be would else stop, or slow, each other in
 * turns.
 */
export function inOrder(cars: readonly SiteCar[]): readonly SiteCar[] {
  return [...cars].sort(
    (a, b) =>
      deadlineOf(a) - deadlineOf(b) ||
      turnPercent(a) - turnPercent(b) ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

/** So far ahead of the others a car keeps its turn [ours]. */
const TURN_KEPT_PERCENT = 10;
/** The same for one that charges with less than it takes, and for one with all beside it. */
const HELD_TURN_KEPT_PERCENT = 5;

function turnPercent({ problem, isHeldBack }: SiteCar): number {
  const keptPercent = isHeldBack === true ? HELD_TURN_KEPT_PERCENT : TURN_KEPT_PERCENT;
  return problem.levelPercent - (problem.isCharging ? keptPercent : 0);
}

export function deadlineOf({ problem }: SiteCar): number {
  // Not Infinity: two cars without a deadline are equal.
  return problem.readyByMs ?? Number.MAX_SAFE_INTEGER;
}
