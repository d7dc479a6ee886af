import type { PlanProblem } from '../planner/problem.ts';
import { chargingTimeMs, isTrustedFrom } from './car.ts';
import type { EngineSettings } from './contract.ts';
import type { CurrentSession, Lane, PlannedCar } from './lane.ts';
import { unmeasuredFromPercent } from './learned-curve.ts';
import { type Margin, marginFor } from './margin.ts';

/** The time to leave before readyBy for a charge from the level to the target, and why so long. */
export function marginOf(
  lane: Lane,
  session: CurrentSession,
  settings: EngineSettings,
  { levelPercent, targetPercent }: Pick<PlanProblem, 'levelPercent' | 'targetPercent'>,
): Margin {
  const { locationId, aim } = session;
  if (aim.target?.kind === 'IMMEDIATE_START' || aim.isLate) {
    return { marginMs: 0, reason: 'AT_ONCE' };
  }
  if (settings.marginMs !== undefined) {
    return { marginMs: settings.marginMs, reason: 'FIXED' };
  }
  const unmeasuredFrom = Math.max(levelPercent, unmeasuredFromPercent(lane.learned[locationId]));
  return marginFor(
    isTrustedFrom(lane, locationId, levelPercent),
    chargingTimeMs(lane, locationId, levelPercent, targetPercent),
    chargingTimeMs(lane, locationId, Math.min(unmeasuredFrom, targetPercent), targetPercent),
  );
}

/** What a plan takes the car for. */
export function plannedCar(
  lane: Lane,
  { locationId }: CurrentSession,
  { curve, levelPercent, targetPercent }: Pick<PlanProblem, 'curve' | 'levelPercent' | 'targetPercent'>,
): PlannedCar {
  const learned = lane.learned[locationId];
  return {
    curve,
    measuredMs: learned?.measuredMs ?? 0,
    isTrusted: isTrustedFrom(lane, locationId, levelPercent),
    isTaperMeasured: unmeasuredFromPercent(learned) >= targetPercent,
  };
}
