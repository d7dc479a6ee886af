import { POWER_HOLD_MS } from '../domain/rules.ts';
import { energyWh } from '../domain/units.ts';
import { capacityOf, efficiencyOf, planningPower } from './car.ts';
import { holdingBack } from './held-power.ts';
import type { Lane, Visit } from './lane.ts';

/** Whether the car charges, as far as is known: by its last word of it, unless a stop was confirmed since. */
export function isBelievedCharging(lane: Lane): boolean {
  return lane.observed.isCharging?.value === true && !isStopBelieved(lane);
}

/** Whether a stop was confirmed by the connector and no reading has shown since what the car does. */
export function isStopBelieved({ observed: { isCharging }, control: { stoppedAtMs } }: Lane): boolean {
  return stoppedAtMs !== undefined && stoppedAtMs >= (isCharging?.atMs ?? Number.NEGATIVE_INFINITY);
}

/** Points that energy adds to the level since the last reading: its power, held for as long as it may be. */
export function heldPercent(
  lane: Lane,
  visit: Visit,
  locationId: string,
  nowMs: number,
  heldMaxMs: number = POWER_HOLD_MS,
): number {
  const { observed } = lane;
  const { untilMs, stoppedAtMs } = visit.counter;
  const heldKw = holdingBack(lane.control)?.toKw ?? Number.POSITIVE_INFINITY;
  const powerKw = observed.powerKw?.value ?? Math.min(planningPower(lane, locationId), heldKw);
  const sinceMs = observed.isCharging?.value === true ? Math.min(nowMs, stoppedAtMs ?? nowMs) - untilMs : 0;
  const heldWh = energyWh(powerKw, Math.min(Math.max(0, sinceMs), heldMaxMs));
  return (heldWh * efficiencyOf(lane) * 100) / capacityOf(lane);
}

/**
 * The level at an instant after the last reading, percent: as that told it, or higher by the whole points that energy
 * tells since. Null where no level is known.
 */
export function levelByEnergy(lane: Lane, locationId: string, atMs: number): number | null {
  const { visit, observed } = lane;
  const told = observed.levelPercent;
  if (told === null || visit === null) {
    return told?.value ?? null;
  }
  const held = heldPercent(lane, visit, locationId, atMs);
  if (held === 0 && told.atMs >= visit.counter.untilMs) {
    return told.value;
  }
  const believed = Math.min(100, (visit.beliefPercent ?? told.value) + held);
  return Math.max(told.value, Math.floor(believed + TOLERANCE_PERCENT));
}

/** A charge that was planned up to a level ends a hair below it. */
const TOLERANCE_PERCENT = 0.01;
