import type { Lane } from './lane.ts';

/** A location whose `maxPower` holds for all cars plugged in there together. */
export interface Site {
  readonly locationId: string;
  readonly limitKw: number;
  /** Of the location; the newest of several copies counts. */
  readonly version: number;
}

/** The site that the lane's car is plugged in at; null where it is away, unplugged for good, or nothing is limited. */
export function siteOf(lane: Lane): Site | null {
  const place = lane.visit?.place;
  if (place?.kind !== 'at') {
    return null;
  }
  const location = lane.locations.find(({ id }) => id === place.locationId);
  const limitKw = location?.maxPowerKw ?? null;
  return location === undefined || limitKw === null
    ? null
    : { locationId: location.id, limitKw, version: location.version };
}
