import { MINUTE_MS } from '../domain/units.ts';
import type { PlanBlock } from '../planner/problem.ts';

/** What is left to charge and what is left of a plan differ by the last Wh of a meter: less than this is on course. */
const ON_COURSE_MS = 2_000;

/** A run that goes on for less than this is not worth going on with, or starting, before a pause. */
export const BLIP_MS = 10_000;
/** Before the end of a plan every reading counts: more than the longest time between two of them. */
const LAST_STRETCH_MS = 20 * MINUTE_MS;

/**
 * Whether a charge runs just as its plan has it: a block of the plan is under way and goes on for more than a
 * blip, and what is left of the plan is what is left to charge. Then the rest of a plan that was the best is the
 * best plan of the rest (the principle of optimality, Bellman 1957), as long as prices, target, limits and power are
 * what they were. Planning again would move the end of the last block by no more than the tolerance; near that end it is
 * false, so that the end is where the last readings put it.
 * @param neededMs time of charging until the target, at the power that is planned with.
 */
export function isOnCourse(blocks: readonly PlanBlock[], neededMs: number, nowMs: number): boolean {
  const running = blocks.find(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
  if (running === undefined || running.type !== 'REGULAR') {
    return false;
  }
  if (running.endAtMs - nowMs <= (running === blocks.at(-1) ? LAST_STRETCH_MS : BLIP_MS)) {
    return false;
  }
  let leftMs = 0;
  for (const { startAtMs, endAtMs } of blocks) {
    leftMs += Math.max(0, endAtMs - Math.max(startAtMs, nowMs));
  }
  return Math.abs(leftMs - neededMs) <= ON_COURSE_MS;
}

/** Whether two plans charge at the same times, but for the tolerance. */
export function areSameCourse(blocks: readonly PlanBlock[], others: readonly PlanBlock[]): boolean {
  return (
    blocks.length === others.length &&
    blocks.every((block, index) => {
      const other = others[index];
      return (
        other !== undefined &&
        Math.abs(block.startAtMs - other.startAtMs) <= ON_COURSE_MS &&
        Math.abs(block.endAtMs - other.endAtMs) <= ON_COURSE_MS
      );
    })
  );
}
