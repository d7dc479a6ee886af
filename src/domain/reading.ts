/** What a car says of its plug and charge; the values are those of the public vehicle API. */
export const POWER_DELIVERY_STATES = [
  'UNKNOWN',
  'UNPLUGGED',
  'PLUGGED_IN:INITIALIZING',
  'PLUGGED_IN:CHARGING',
  'PLUGGED_IN:DISCHARGING',
  'PLUGGED_IN:STOPPED',
  'PLUGGED_IN:COMPLETE',
  'PLUGGED_IN:NO_POWER',
  'PLUGGED_IN:FAULT',
] as const;
export type PowerDeliveryState = (typeof POWER_DELIVERY_STATES)[number];

/** One timestamped report of a vehicle; a field that is absent or null was not reported. */
export interface Reading {
  readonly observedAtMs: number;
  readonly isPluggedIn?: boolean | null;
  readonly powerDeliveryState?: PowerDeliveryState | null;
  /** Level of the battery, percent 0..100. */
  readonly levelPercent?: number | null;
  /** Charging power at the plug, kW, ≥ 0. */
  readonly powerKw?: number | null;
  /** The car's own limit of charging, percent. */
  readonly chargeLimitPercent?: number | null;
  readonly capacityWh?: number | null;
  /** Cumulative energy into the car at the plug, Wh. */
  readonly meterWh?: number | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  readonly locationId?: string | null;
  readonly odometerKm?: number | null;
  readonly isReachable?: boolean | null;
}
