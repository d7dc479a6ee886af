import {
  DEFAULT_CAPACITY_WH,
  DEFAULT_EFFICIENCY,
  DEFAULT_POWER_KW,
  MARGIN_TRUSTED_AFTER_MS,
} from '../domain/rules.ts';
import type { Lane } from './lane.ts';

/** Usable capacity: reported, stated, learned from level steps, or the default. */
export function capacityOf(lane: Lane): number {
  return (
    lane.observed.capacityWh?.value ??
    lane.vehicle.capacityWh ??
    lane.learnedCapacityWh ??
    DEFAULT_CAPACITY_WH
  );
}

export function efficiencyOf(lane: Lane): number {
  return lane.vehicle.efficiency ?? DEFAULT_EFFICIENCY;
}

/** Whether nobody told the power and none was measured at this place. */
export function isPowerUnknown(lane: Lane, locationId: string): boolean {
  return lane.learned[locationId] === undefined && lane.vehicle.powerKw === null;
}

/** Power to plan with at a location, kW at the plug; cautious while what was measured is not yet trusted. */
export function planningPower(lane: Lane, locationId: string): number {
  const charger = lane.locations.find((location) => location.id === locationId)?.chargerPowerKw ?? null;
  const learned = lane.learned[locationId];
  const stated = lane.vehicle.powerKw;
  if (
    stated !== null &&
    learned !== undefined &&
    Math.abs(learned.powerKw - stated) < AGREEING_RATIO * stated
  ) {
    return stated;
  }
  if (learned !== undefined && learned.measuredMs >= MEASURED_MIN_MS) {
    return isTrusted(lane, locationId) ? learned.powerKw : learned.powerKw * CAUTION_RATIO;
  }
  if (stated !== null) {
    return charger === null ? stated : Math.min(stated, charger);
  }
  return charger === null ? DEFAULT_POWER_KW : Math.min(DEFAULT_POWER_KW, charger);
}

/** Whether enough charging was measured at the location for its power to be trusted. */
export function isTrusted(lane: Lane, locationId: string): boolean {
  return (lane.learned[locationId]?.measuredMs ?? 0) >= MARGIN_TRUSTED_AFTER_MS;
}

/** A first minute of charging ramps up and tells little. */
const MEASURED_MIN_MS = 60_000;
/** Planned with this share of a power that was measured for less than the trusted time. */
const CAUTION_RATIO = 0.95;
/** What was measured and what was stated are the same power when they differ by less than this. */
const AGREEING_RATIO = 0.02;
