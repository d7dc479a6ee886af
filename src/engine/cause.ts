import type { HistoryCause } from '../domain/history.ts';
import { planningCurve } from './car.ts';
import type { LaneInput } from './contract.ts';
import type { Lane } from './lane.ts';
import { activeSession } from './lifecycle.ts';

/** What set the step off: what a person did first, then what the car did, then prices, and else time. */
export function causeOf(before: Lane, after: Lane, inputs: readonly LaneInput[]): HistoryCause {
  const has = (wanted: LaneInput['kind']): boolean => inputs.some(({ kind }) => kind === wanted);
  for (const [kind, cause] of CAUSES_OF_INPUTS) {
    if (has(kind)) {
      return cause;
    }
  }
  return has('reading') ? causeOfReading(before, after) : has('prices-changed') ? 'PRICES' : 'CLOCK';
}

/** Whether an input only tells what the car or its connector did: without it the step could be taken all the same. */
export function isNewsOfCar({ kind }: LaneInput): boolean {
  return kind === 'reading' || kind === 'command-result';
}

const CAUSES_OF_INPUTS: readonly (readonly [LaneInput['kind'], HistoryCause])[] = [
  ['target-set', 'OVERRIDE'],
  ['target-cleared', 'OVERRIDE'],
  ['policy-set', 'POLICY'],
  ['policy-deleted', 'POLICY'],
  ['location-set', 'LOCATION'],
  ['vehicle-set', 'VEHICLE'],
  ['command-result', 'COMMAND'],
];

function causeOfReading(before: Lane, after: Lane): HistoryCause {
  const [was, is] = [before.observed, after.observed];
  if (after.visit !== null && before.visit?.id !== after.visit.id) {
    return 'PLUGGED_IN';
  }
  if ((before.visit?.unpluggedAtMs ?? null) !== (after.visit?.unpluggedAtMs ?? null)) {
    return after.visit === null || after.visit.unpluggedAtMs !== null ? 'UNPLUGGED' : 'PLUGGED_IN';
  }
  if (was.isReachable?.value !== is.isReachable?.value) {
    return 'REACHABILITY';
  }
  if (was.isCharging?.value !== is.isCharging?.value) {
    return 'CHARGING';
  }
  if (was.chargeLimitPercent?.value !== is.chargeLimitPercent?.value) {
    return 'CHARGE_LIMIT';
  }
  const isLevel = was.levelPercent?.value !== is.levelPercent?.value;
  return isLevel && (hasPassedLevel(before, after) || !hasOtherPower(before, after)) ? 'LEVEL' : 'POWER';
}

/** The target was met, or the reserve filled, or they are wanted again: that is the level's doing. */
function hasPassedLevel(before: Lane, after: Lane): boolean {
  const [was, is] = [activeSession(before), activeSession(after)];
  return was?.aim.isMet !== is?.aim.isMet || was?.isFillingReserve !== is?.isFillingReserve;
}

/** The car is planned with another power than before: that moves a plan, where a level that rises as planned does not. */
function hasOtherPower(before: Lane, after: Lane): boolean {
  const locationId = activeSession(after)?.locationId;
  if (locationId === undefined) {
    return false;
  }
  const [was, is] = [planningCurve(before, locationId), planningCurve(after, locationId)];
  return (
    was.length !== is.length ||
    was.some(({ levelPercent, powerKw }, index) => {
      const point = is[index];
      return point?.levelPercent !== levelPercent || point.powerKw !== powerKw;
    })
  );
}
