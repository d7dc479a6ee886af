import {
  DEFAULT_CAPACITY_WH,
  DEFAULT_EFFICIENCY,
  DEFAULT_POWER_KW,
  MARGIN_TRUSTED_AFTER_MS,
  TAPER_FROM_PERCENT,
  UNMEASURED_POWER_RATIO,
  UNTRUSTED_POWER_RATIO,
} from '../domain/rules.ts';
import { courseFrom, timeToLevelMs } from '../planner/charge-curve.ts';
import type { CurvePoint } from '../planner/problem.ts';
import type { Lane } from './lane.ts';
import type { Learned } from './learned.ts';
import { learnedCurve } from './learned-curve.ts';

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
  return (lane.learned[locationId]?.measuredMs ?? 0) === 0 && lane.vehicle.powerKw === null;
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
    return isPowerTrusted(lane, locationId) ? learned.plannedKw : learned.powerKw * UNTRUSTED_POWER_RATIO;
  }
  return stated === null && charger !== null
    ? Math.min(DEFAULT_POWER_KW, charger * UNMEASURED_POWER_RATIO)
    : toldPower(lane, locationId);
}

/** Power at a location as it was told, by car or charger, else the default: what a car of which none was measured may draw. */
export function toldPower(lane: Lane, locationId: string): number {
  const charger = lane.locations.find((location) => location.id === locationId)?.chargerPowerKw ?? null;
  return Math.min(lane.vehicle.powerKw ?? DEFAULT_POWER_KW, charger ?? Number.POSITIVE_INFINITY);
}

/** The most that the car is known to draw at a location by what was measured over a time, else told, kW. */
export function knownPower(lane: Lane, locationId: string): number {
  const learned = lane.learned[locationId];
  const isMeasured = learned !== undefined && learned.measuredMs > 0;
  return Math.max(
    planningPower(lane, locationId),
    isMeasured ? learned.powerKw : toldPower(lane, locationId),
  );
}

/** Power at the plug over the level to plan with at a location. */
export function planningCurve(lane: Lane, locationId: string): readonly CurvePoint[] {
  const powerKw = planningPower(lane, locationId);
  const isStated = lane.vehicle.powerKw !== null;
  const learned = lane.learned[locationId];
  const made = learned === undefined ? undefined : CURVES.get(learned);
  if (made !== undefined && made.powerKw === powerKw && made.isStated === isStated) {
    return made.curve;
  }
  const curve = learnedCurve(learned, powerKw, isStated);
  if (learned !== undefined) {
    CURVES.set(learned, { powerKw, isStated, curve });
  }
  return curve;
}

/** A step asks for the same curve many times; it follows from its key and what is compared, and lives as long. */
const CURVES = new WeakMap<
  Learned,
  { readonly powerKw: number; readonly isStated: boolean; readonly curve: readonly CurvePoint[] }
>();

/** Time of charging at a location from one level to another, ms; Infinity where the curve ends before. */
export function chargingTimeMs(
  lane: Lane,
  locationId: string,
  fromPercent: number,
  toPercent: number,
): number {
  const curve = planningCurve(lane, locationId);
  const battery = { capacityWh: capacityOf(lane), efficiency: efficiencyOf(lane), curve };
  return timeToLevelMs(courseFrom(fromPercent, battery), toPercent);
}

/** More than this is no power of this car at this place: whoever reports it is wrong. */
export function plausiblePowerKw(lane: Lane, locationId: string): number {
  const charger = lane.locations.find((location) => location.id === locationId)?.chargerPowerKw ?? null;
  return charger === null ? Number.POSITIVE_INFINITY : charger * PLAUSIBLE_RATIO;
}

/** The most that the car can draw at a location by what was told or measured of it; null where nothing was told. */
export function mostPowerKw(lane: Lane, locationId: string): number | null {
  const charger = lane.locations.find((location) => location.id === locationId)?.chargerPowerKw ?? null;
  const isTold = lane.vehicle.powerKw !== null || charger !== null;
  const measuredKw = lane.learned[locationId]?.powerKw ?? 0;
  return isTold ? Math.max(measuredKw, toldPower(lane, locationId)) * PLAUSIBLE_RATIO : null;
}

/** Whether enough charging was measured at the location for its power to be trusted. */
function isPowerTrusted(lane: Lane, locationId: string): boolean {
  return (lane.learned[locationId]?.measuredMs ?? 0) >= MARGIN_TRUSTED_AFTER_MS;
}

/** The same for a charge that begins at a level: within the taper what was measured there is what counts. */
export function isTrustedFrom(lane: Lane, locationId: string, levelPercent: number): boolean {
  const learned = lane.learned[locationId];
  if (learned === undefined || isPowerTrusted(lane, locationId)) return learned !== undefined;
  if (levelPercent < TAPER_FROM_PERCENT) return false;
  let measuredMs = 0;
  for (const cell of learned.cells) {
    if (cell.fromPercent >= TAPER_FROM_PERCENT) measuredMs += cell.measuredMs;
  }
  return measuredMs >= MARGIN_TRUSTED_AFTER_MS;
}

/** A charger's stated power is a round number. */
const PLAUSIBLE_RATIO = 1.25;
/** A first minute of charging ramps up and tells little. */
const MEASURED_MIN_MS = 60_000;
/** What was measured and what was stated are the same power when they differ by less than this. */
const AGREEING_RATIO = 0.02;
