import { advanceTogether } from './advance-together.ts';
import type { Advance, LaneContext, LaneInput } from './contract.ts';
import type { Lane } from './lane.ts';

/**
 * Moves one vehicle's lane on: takes the inputs in, lets time pass to now, plans, steers the car, and says what must be
 * stored, told and sent. Pure: the same arguments give the same result, to the byte. `advanceTogether` of one.
 * @param inputs in the order of their arrival; readings are taken in by their own times.
 * @param now the database's time; an instant before the lane's last step counts as that step's.
 */
export function advance(
  lane: Lane,
  inputs: readonly LaneInput[],
  context: LaneContext,
  now: number,
): Advance {
  const [result] = advanceTogether([{ lane, inputs, context }], [], now);
  if (result === undefined) {
    throw new Error('a step of one lane gave no result');
  }
  return result;
}
