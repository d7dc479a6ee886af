import type { Location } from '../domain/location.ts';
import { LANE_FAULT_RETRY_DELAYS_MS } from '../domain/rules.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import type { LaneInput } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import { newLane } from '../engine/new-lane.ts';
import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

export interface LaneKey {
  readonly clientId: string;
  readonly vehicleId: string;
}

/** A lane that is locked by the caller's transaction. */
export interface LockedLane extends LaneKey {
  readonly stepNumber: number;
  readonly lane: Lane;
  readonly timerAtMs: number | null;
  /** After a fault: it is not stepped before this. */
  readonly retryAtMs: number | null;
  /** Where the last step left its car plugged in. */
  readonly locationId: string | null;
  /** The limited location with whose lanes its last step was taken; null where that was taken alone. */
  readonly siteId: string | null;
}

export interface WaitingInput {
  readonly id: number;
  readonly input: LaneInput;
}

/** The lane of a new vehicle. */
export async function insertLane(
  tx: Query,
  given: {
    readonly clientId: string;
    readonly userId: string;
    readonly vehicle: Vehicle;
    readonly locations: readonly Location[];
    readonly nowMs: number;
  },
): Promise<void> {
  const lane = newLane(given.vehicle, given.locations, given.nowMs);
  await tx.query(
    `insert into lanes (client_id, vehicle_id, client_group, user_id, stepped_at, state)
     select $1, $2, c.client_group, $3, $4, $5 from clients c where c.id = $1`,
    [given.clientId, given.vehicle.id, given.userId, toTimestamp(given.nowMs), JSON.stringify(lane)],
  );
}

/**
 * The lanes that are due and that nobody else works on: a person's inputs and plug changes first, then telemetry, then
 * timers, and of each kind the clients in turn. Nothing is locked yet.
 */
export async function findDueLanes(query: Query, nowMs: number, limit: number): Promise<LaneKey[]> {
  const rows = await query.query<{ client_id: string; vehicle_id: string }>(
    FIND_DUE,
    [toTimestamp(nowMs), limit, limit * LOOK_AHEAD_RATIO],
    'find-due-lanes',
  );
  return rows.map(({ client_id, vehicle_id }) => ({ clientId: client_id, vehicleId: vehicle_id }));
}

/** So many inbox rows are looked at for each lane that is wanted: several may be one lane's. */
const LOOK_AHEAD_RATIO = 8;

const FIND_DUE = `
  with waiting as (
    select i.client_id, i.vehicle_id, i.priority, i.received_at as since
    from inbox i join lanes l using (client_id, vehicle_id)
    where l.retry_at is null or l.retry_at <= $1
    order by i.priority, i.received_at limit $3
  ), timed as (
    select client_id, vehicle_id, 3::smallint as priority, timer_at as since from lanes
    where timer_at <= $1 and (retry_at is null or retry_at <= $1)
    order by timer_at limit $2
  ), due as (
    select client_id, vehicle_id, min(priority) as priority, min(since) as since
    from (select * from waiting union all select * from timed) every
    group by client_id, vehicle_id
  )
  select client_id, vehicle_id from (
    select *, row_number() over (partition by client_id, priority order by since) as turn from due
  ) fair
  order by priority, turn, since limit $2`;

/** What waits for the lanes, by vehicle id, in the order of arrival. */
export async function readInbox(tx: Query, lanes: readonly LaneKey[]): Promise<Map<string, WaitingInput[]>> {
  const rows = await tx.query<{ vehicle_id: string; input_id: number; body: LaneInput }>(
    `select i.vehicle_id, i.input_id, i.body
     from inbox i join unnest($1::uuid[], $2::uuid[]) k(client_id, vehicle_id) using (client_id, vehicle_id)
     order by i.input_id limit $3`,
    [lanes.map(({ clientId }) => clientId), lanes.map(({ vehicleId }) => vehicleId), INPUTS_MAX_COUNT],
    'read-inbox',
  );
  const waiting = new Map<string, WaitingInput[]>();
  for (const { vehicle_id, input_id, body } of rows) {
    const inputs = waiting.get(vehicle_id) ?? [];
    inputs.push({ id: input_id, input: body });
    waiting.set(vehicle_id, inputs);
  }
  return waiting;
}

/** More than this stay in the inbox, and make their lanes due again. */
const INPUTS_MAX_COUNT = 20_000;

/** Leaves a lane whose step failed alone for a while, and says why. */
export async function markLaneFault(
  query: Query,
  key: LaneKey,
  fault: string,
  nowMs: number,
): Promise<number> {
  const last = LANE_FAULT_RETRY_DELAYS_MS.length;
  const [row] = await query.query<{ fault_count: number }>(
    `update lanes set fault_count = fault_count + 1, fault = $3,
       retry_at = $4::timestamptz + make_interval(secs => ($5::float8[])[least(fault_count + 1, $6)] / 1000)
     where client_id = $1 and vehicle_id = $2 returning fault_count`,
    [key.clientId, key.vehicleId, fault.slice(0, 2000), toTimestamp(nowMs), LANE_FAULT_RETRY_DELAYS_MS, last],
  );
  return row?.fault_count ?? 0;
}

/** When the next lane is due: now where an inbox row waits; null where nothing does. */
export async function readNextDueAtMs(query: Query, nowMs: number): Promise<number | null> {
  const [row] = await query.query<{ at: number | null }>(
    `select least(
       (select min(timer_at) from lanes where timer_at is not null and retry_at is null),
       (select min(retry_at) from lanes where retry_at is not null),
       (select $1::timestamptz from inbox i join lanes l using (client_id, vehicle_id)
        where l.retry_at is null limit 1)) as at`,
    [toTimestamp(nowMs)],
    'next-due',
  );
  return row?.at ?? null;
}
