import type { Lane } from '../engine/lane.ts';
import type { Query } from './database.ts';
import type { LaneKey, LockedLane } from './lanes.ts';

/** A location whose limit all cars plugged in there share; with its lock goes the right to step any of their lanes. */
export interface SiteKey {
  readonly clientId: string;
  readonly locationId: string;
}

/** Lanes that are locked by the caller's transaction, and the sites whose lanes are all among them. */
export interface Claim {
  /** In the order of their ids. */
  readonly lanes: readonly LockedLane[];
  readonly sites: readonly SiteKey[];
}

/**
 * Locks lanes, and with each that stands at a limited location that location first and then every lane there. What
 * is locked is always locked in this order: locations by id, then lanes by id, so nobody waits in a circle.
 * `passing`, for workers: waits for nothing. A lane that somebody else holds is left out, and so is every lane of a
 * location that is not to be had as a whole. `waiting`, for a person: waits as long as the caller's lock_timeout says.
 * @param sites locked too, whether limited or not: a step has found that one of the lanes belongs there.
 */
export async function claimLanes(
  tx: Query,
  keys: readonly LaneKey[],
  sites: readonly SiteKey[],
  mode: 'passing' | 'waiting',
): Promise<Claim> {
  const wanted = distinct([...(await readLimitedSites(tx, keys)), ...sites]);
  if (wanted.length === 0) {
    return { lanes: await lockLanes(tx, keys, mode), sites: [] };
  }
  const locked = new Set((await lockSites(tx, wanted, mode)).map(siteName));
  const there = await readLanesAt(tx, wanted);
  const isFree = (lane: LaneAt | undefined): boolean => lane === undefined || locked.has(siteName(lane));
  const byLane = new Map(there.map((lane) => [laneName(lane), lane]));
  const free = keys.filter((key) => isFree(byLane.get(laneName(key))));
  const members = there.filter((lane) => locked.has(siteName(lane)));
  const lanes = await lockLanes(tx, distinctLanes([...free, ...members]), mode);
  const had = new Set(lanes.map(laneName));
  const broken = new Set(members.filter((lane) => !had.has(laneName(lane))).map(siteName));
  return {
    lanes: lanes.filter((lane) => !broken.has(siteName(byLane.get(laneName(lane)) ?? NOWHERE))),
    sites: wanted.filter((site) => locked.has(siteName(site)) && !broken.has(siteName(site))),
  };
}

export function siteName({ clientId, locationId }: SiteKey): string {
  return `${clientId}/${locationId}`;
}

interface LaneAt extends LaneKey, SiteKey {}

const NOWHERE: SiteKey = { clientId: '', locationId: '' };

/** The limited locations at which lanes stand. */
async function readLimitedSites(tx: Query, keys: readonly LaneKey[]): Promise<SiteKey[]> {
  const rows = await tx.query<{ client_id: string; location_id: string }>(
    `select distinct l.client_id, l.location_id
     from lanes l join unnest($1::uuid[], $2::uuid[]) k(client_id, vehicle_id) using (client_id, vehicle_id)
     join locations s on s.client_id = l.client_id and s.id = l.location_id and s.body->>'maxPowerKw' is not null`,
    [keys.map(({ clientId }) => clientId), keys.map(({ vehicleId }) => vehicleId)],
    'limited-sites',
  );
  return rows.map(toSite);
}

async function lockSites(
  tx: Query,
  sites: readonly SiteKey[],
  mode: 'passing' | 'waiting',
): Promise<SiteKey[]> {
  const rows = await tx.query<{ client_id: string; location_id: string }>(
    `select s.client_id, s.id as location_id
     from locations s join unnest($1::uuid[], $2::uuid[]) w(client_id, id) using (client_id, id)
     order by s.client_id, s.id
     for no key update of s ${mode === 'passing' ? 'skip locked' : ''}`,
    [sites.map(({ clientId }) => clientId), sites.map(({ locationId }) => locationId)],
    `lock-sites-${mode}`,
  );
  return rows.map(toSite);
}

/** Nobody comes to a location or leaves it while it is locked. */
async function readLanesAt(tx: Query, sites: readonly SiteKey[]): Promise<LaneAt[]> {
  const rows = await tx.query<{ client_id: string; vehicle_id: string; location_id: string }>(
    `select l.client_id, l.vehicle_id, l.location_id
     from lanes l join unnest($1::uuid[], $2::uuid[]) s(client_id, location_id) using (client_id, location_id)`,
    [sites.map(({ clientId }) => clientId), sites.map(({ locationId }) => locationId)],
    'lanes-at-sites',
  );
  return rows.map((row) => ({ ...toSite(row), vehicleId: row.vehicle_id }));
}

async function lockLanes(
  tx: Query,
  keys: readonly LaneKey[],
  mode: 'passing' | 'waiting',
): Promise<LockedLane[]> {
  const rows = await tx.query<LaneRow>(
    `select l.client_id, l.vehicle_id, l.step_number, l.state, l.timer_at, l.retry_at, l.location_id,
       l.site_id
     from lanes l join unnest($1::uuid[], $2::uuid[]) k(client_id, vehicle_id) using (client_id, vehicle_id)
     order by l.client_id, l.vehicle_id
     for update of l ${mode === 'passing' ? 'skip locked' : ''}`,
    [keys.map(({ clientId }) => clientId), keys.map(({ vehicleId }) => vehicleId)],
    `lock-lanes-${mode}`,
  );
  return rows.map((row) => ({
    clientId: row.client_id,
    vehicleId: row.vehicle_id,
    stepNumber: row.step_number,
    lane: row.state,
    timerAtMs: row.timer_at,
    retryAtMs: row.retry_at,
    locationId: row.location_id,
    siteId: row.site_id,
  }));
}

interface LaneRow {
  readonly client_id: string;
  readonly vehicle_id: string;
  readonly step_number: number;
  readonly state: Lane;
  readonly timer_at: number | null;
  readonly retry_at: number | null;
  readonly location_id: string | null;
  readonly site_id: string | null;
}

function toSite(row: { readonly client_id: string; readonly location_id: string }): SiteKey {
  return { clientId: row.client_id, locationId: row.location_id };
}

function laneName({ clientId, vehicleId }: LaneKey): string {
  return `${clientId}/${vehicleId}`;
}

function distinct(sites: readonly SiteKey[]): SiteKey[] {
  return [...new Map(sites.map((site) => [siteName(site), site])).values()];
}

function distinctLanes(keys: readonly LaneKey[]): LaneKey[] {
  return [...new Map(keys.map((key) => [laneName(key), key])).values()];
}
