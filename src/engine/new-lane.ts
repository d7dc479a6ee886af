import type { Location } from '../domain/location.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import { LEVEL_STEPS_PERCENT } from './belief.ts';
import type { Control, Lane } from './lane.ts';

/** The lane of a vehicle that has reported nothing yet. `locations` are all of its user's. */
export function newLane(vehicle: Vehicle, locations: readonly Location[], nowMs: number): Lane {
  return {
    vehicle,
    locations,
    policies: [],
    steppedAtMs: nowMs,
    observed: {
      lastReadingAtMs: null,
      lastHeardAtMs: null,
      lastToldAtMs: null,
      isPluggedIn: null,
      delivery: null,
      isCharging: null,
      chargingSinceMs: null,
      levelPercent: null,
      levelStepPercent: LEVEL_STEPS_PERCENT[0] ?? 1,
      powerKw: null,
      chargeLimitPercent: null,
      capacityWh: null,
      meterWh: null,
      coordinates: null,
      odometerKm: null,
      isReachable: null,
      hasReportedPlace: false,
    },
    visit: null,
    lastPlace: null,
    current: {},
    control: IDLE_CONTROL,
    learned: {},
    learnedCapacityWh: null,
    chargeLimits: {},
  };
}

/** Control of a car that nothing is wanted of. */
export const IDLE_CONTROL: Control = {
  command: null,
  nextAttemptAtMs: null,
  sentAtMs: [],
  failureCount: 0,
  wanted: 'free',
  isFollowed: false,
  deviatedAtMs: [],
  leftAloneUntilMs: null,
  letRunUntilMs: null,
  isOwnRun: false,
  hasStoppedIt: false,
  releaseUntilMs: null,
};
