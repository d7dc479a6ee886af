/** What a reading tells, by the names of the wire; what it does not tell is null. */
export interface Told {
  readonly isPluggedIn?: boolean | null;
  readonly powerDeliveryState?: string | null;
  readonly batteryLevel?: number | null;
  readonly chargeRate?: number | null;
  readonly chargeLimit?: number | null;
  /** kWh. */
  readonly energyMeter?: number | null;
  readonly locationId?: string | null;
  readonly isReachable?: boolean | null;
}

/** A reading's content in one line: equal lines are the same reading, where car and instant are the same too. */
export function contentOf(told: Told): string {
  return [
    told.isPluggedIn,
    told.powerDeliveryState,
    told.batteryLevel,
    told.chargeRate,
    told.chargeLimit,
    told.energyMeter,
    told.locationId,
    told.isReachable,
  ]
    .map((value) => value ?? '')
    .join('|');
}

/** It says something of plug, power or level, and not only whether the car can be reached. */
export function isTelling(told: Told): boolean {
  return told.isPluggedIn != null || told.batteryLevel != null || told.chargeRate != null;
}
