import type { Advance, LaneContext, LaneInput } from './contract.ts';
import { controlLane } from './control-lane.ts';
import type { Lane } from './lane.ts';
import { beginStep, endStep } from './lane-step.ts';

/**
 * Moves one vehicle's lane on: takes the inputs in, lets time pass to now, plans, steers the car, and says what must be
 * stored, told and sent. Pure: the same arguments give the same result, to the byte.
 * @param inputs in the order of their arrival; readings are taken in by their own times.
 * @param now the database's time; an instant before the lane's last step counts as that step's.
 */
export function advance(
  lane: Lane,
  inputs: readonly LaneInput[],
  context: LaneContext,
  now: number,
): Advance {
  const step = beginStep(lane, inputs, context, Math.max(now, lane.steppedAtMs));
  return endStep(step, controlLane(step.lane, step.isHeardAgain, step.effects));
}
