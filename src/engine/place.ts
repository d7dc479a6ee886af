import { distanceMetres } from '../domain/distance.ts';
import type { Reading } from '../domain/reading.ts';
import { PLACE_HOLD_MS, PLACE_RADIUS_METRES } from '../domain/rules.ts';
import type { Lane, Place, Visit } from './lane.ts';

/** The place that a reading itself tells: its location or its coordinates; null where it tells none. */
export function placeTold(lane: Lane, reading: Reading): Exclude<Place, { kind: 'pending' }> | null {
  const { locationId, latitude, longitude } = reading;
  if (lane.locations.some((location) => location.id === locationId)) {
    return { kind: 'at', locationId: locationId as string, isTold: true };
  }
  if (typeof latitude !== 'number' || typeof longitude !== 'number') {
    return null;
  }
  const nearest = nearestLocation(lane, { latitude, longitude });
  return nearest === null
    ? { kind: 'away', isTold: true }
    : { kind: 'at', locationId: nearest, isTold: true };
}

/** The place at plug-in, from what the reading tells and what was known before (sessions.md §3, place). */
export function placeAtPlugIn(lane: Lane, reading: Reading, nowMs: number): Place {
  const told = placeTold(lane, reading);
  if (told !== null) {
    return told;
  }
  const onlyPolicy = lane.policies.length === 1 ? lane.policies[0] : undefined;
  if (!lane.observed.hasReportedPlace && onlyPolicy !== undefined) {
    return { kind: 'at', locationId: onlyPolicy.locationId, isTold: false };
  }
  return { kind: 'pending', untilMs: nowMs + PLACE_HOLD_MS };
}

/** The place once the wait for a report is over: where the last visit was, unless something says that the car moved. */
export function placeInferred(lane: Lane): Place {
  const last = lane.lastPlace;
  const { coordinates, odometerKm } = lane.observed;
  if (coordinates !== null && (last === null || coordinates.atMs > last.endedAtMs)) {
    const nearest = nearestLocation(lane, coordinates.value);
    return nearest === null
      ? { kind: 'away', isTold: false }
      : { kind: 'at', locationId: nearest, isTold: false };
  }
  const hasMoved =
    last !== null && last.odometerKm !== null && odometerKm !== null && odometerKm.value > last.odometerKm;
  return last === null || last.locationId === null || hasMoved
    ? { kind: 'away', isTold: false }
    : { kind: 'at', locationId: last.locationId, isTold: false };
}

/** Whether the reading shows the car somewhere else than the visit was told to be: a plug-out was never seen. */
export function isElsewhere(lane: Lane, visit: Visit, reading: Reading): boolean {
  const { odometerKm } = reading;
  const isOdometerKnown = typeof odometerKm === 'number' && visit.odometerKm !== null;
  if (isOdometerKnown) {
    return odometerKm > visit.odometerKm;
  }
  const told = placeTold(lane, reading);
  return (
    told !== null && visit.place.kind !== 'pending' && visit.place.isTold && !isSamePlace(told, visit.place)
  );
}

export function isSamePlace(one: Place, other: Place): boolean {
  if (one.kind === 'at' && other.kind === 'at') {
    return one.locationId === other.locationId;
  }
  return one.kind === other.kind;
}

function nearestLocation(lane: Lane, from: { latitude: number; longitude: number }): string | null {
  let nearest: string | null = null;
  let nearestMetres = PLACE_RADIUS_METRES;
  for (const location of lane.locations) {
    const metres = distanceMetres(from, location);
    if (metres <= nearestMetres) {
      nearest = location.id;
      nearestMetres = metres;
    }
  }
  return nearest;
}
