import type { Reading } from '../domain/reading.ts';
import { POWER_HOLD_MS } from '../domain/rules.ts';
import { LEVEL_STEPS_PERCENT } from './belief.ts';
import type { Observed, Seen } from './lane.ts';

/**
 * What is known after a reading: each value that it reports and that is not older than the one known.
 * @param atMs the reading's time, never after its arrival.
 */
export function observe(known: Observed, reading: Reading, atMs: number, receivedAtMs: number): Observed {
  const isPluggedIn = newer(known.isPluggedIn, pluggedInOf(reading), atMs);
  const isCharging = newer(known.isCharging, chargingOf(reading), atMs);
  const hasChanged = isCharging !== known.isCharging && isCharging?.value !== known.isCharging?.value;
  const { latitude, longitude } = reading;
  const coordinates = isGiven(latitude) && isGiven(longitude) ? { latitude, longitude } : null;
  return {
    lastReadingAtMs: Math.max(known.lastReadingAtMs ?? atMs, atMs),
    lastHeardAtMs: Math.max(known.lastHeardAtMs ?? receivedAtMs, receivedAtMs),
    lastToldAtMs: tellsOfCharge(reading)
      ? Math.max(known.lastToldAtMs ?? receivedAtMs, receivedAtMs)
      : known.lastToldAtMs,
    isPluggedIn,
    delivery: newer(known.delivery, reading.powerDeliveryState, atMs),
    isCharging,
    chargingSinceMs: hasChanged ? (known.isCharging === null ? null : atMs) : known.chargingSinceMs,
    levelPercent: newer(known.levelPercent, reading.levelPercent, atMs),
    levelStepPercent: finestStep(known.levelStepPercent, reading.levelPercent ?? null),
    powerKw: newer(known.powerKw, isCharging?.value === false ? 0 : reading.powerKw, atMs),
    chargeLimitPercent: newer(known.chargeLimitPercent, reading.chargeLimitPercent, atMs),
    capacityWh: newer(known.capacityWh, reading.capacityWh, atMs),
    meterWh: newer(known.meterWh, reading.meterWh, atMs),
    coordinates: newer(known.coordinates, coordinates, atMs),
    odometerKm: newer(known.odometerKm, reading.odometerKm, atMs),
    // Who reports is reachable, unless it says otherwise: a vendor's cloud speaks for a car that sleeps.
    isReachable: newer(known.isReachable, reading.isReachable ?? true, atMs),
    hasReportedPlace:
      known.hasReportedPlace ||
      coordinates !== null ||
      isGiven(reading.odometerKm) ||
      isGiven(reading.locationId),
  };
}

/** Whether the reading shows the car plugged in; null where it does not tell. */
export function pluggedInOf(reading: Reading): boolean | null {
  if (isGiven(reading.isPluggedIn)) {
    return reading.isPluggedIn;
  }
  if (!isGiven(reading.powerDeliveryState) || reading.powerDeliveryState === 'UNKNOWN') {
    return null;
  }
  return reading.powerDeliveryState !== 'UNPLUGGED';
}

/** Whether the reading shows the car charging; null where it does not tell. */
export function chargingOf(reading: Reading): boolean | null {
  if (pluggedInOf(reading) === false) {
    return false;
  }
  const state = reading.powerDeliveryState;
  if (isGiven(state) && state !== 'UNKNOWN' && state !== 'UNPLUGGED') {
    return state === 'PLUGGED_IN:CHARGING';
  }
  return isGiven(reading.powerKw) ? reading.powerKw > CHARGING_MIN_KW : null;
}

/** Whether the reading says anything of plug, charge or level: what a cloud says of a car that it does not hear is nothing. */
export function tellsOfCharge(reading: Reading): boolean {
  return (
    pluggedInOf(reading) !== null ||
    chargingOf(reading) !== null ||
    isGiven(reading.levelPercent) ||
    isGiven(reading.meterWh)
  );
}

/** Whether plug, charge or level were told within the time that a power is held for. */
export function isFresh(
  { isPluggedIn, isCharging, levelPercent, meterWh }: Observed,
  nowMs: number,
): boolean {
  const isRecent = (seen: Seen<unknown> | null): boolean =>
    seen !== null && nowMs - seen.atMs <= POWER_HOLD_MS;
  return isRecent(isPluggedIn) || isRecent(isCharging) || isRecent(levelPercent) || isRecent(meterWh);
}

/** Less than this is a battery management at work, not a charge. */
export const CHARGING_MIN_KW = 0.1;

/** The finest step that all levels fit, those of before and this one; 0 where it was told exactly. */
function finestStep(knownPercent: number, level: number | null): number {
  if (level === null || knownPercent === 0) {
    return knownPercent;
  }
  return LEVEL_STEPS_PERCENT.find((step) => isMultiple(knownPercent, step) && isMultiple(level, step)) ?? 0;
}

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-8;
}

function newer<Value>(
  known: Seen<Value> | null,
  value: Value | null | undefined,
  atMs: number,
): Seen<Value> | null {
  return !isGiven(value) || (known !== null && known.atMs > atMs) ? known : { value, atMs };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
