import type { HistoryEntry } from '../domain/history.ts';
import type { Session } from '../domain/session.ts';
import type { LaneInput } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import type { Query } from './database.ts';
import type { PriceSource } from './price-sources.ts';
import type { StoredSiteLog } from './site-log.ts';
import { toTimestamp } from './values.ts';

/** A session as it is stored, and between which steps of its lane it was made. */
export interface StoredSession {
  readonly clientId: string;
  readonly vehicleId: string;
  readonly visitId: string | null;
  readonly sequence: number;
  readonly body: Session;
  /** Null where it was written once, when it was settled, and for a session without a span. */
  readonly beforeStep: number | null;
  readonly lastStep: number | null;
  /** Its steps and inputs are needed from here on; null where nothing was noted of them. */
  readonly neededFromMs: number | null;
}

/** A session by its id alone, whosever it is: one look into the index of each client. */
export async function findStoredSession(query: Query, sessionId: string): Promise<StoredSession | null> {
  const [row] = await query.query<StoredSession>(
    `select s.client_id as "clientId", s.vehicle_id as "vehicleId", s.visit_id as "visitId", s.sequence, s.body,
            n.before_step as "beforeStep", n.last_step as "lastStep", n.needed_from as "neededFromMs"
     from clients c
     cross join lateral (select * from sessions where client_id = c.id and id = $1 offset 0) s
     left join session_spans n on n.client_id = s.client_id and n.session_id = s.id`,
    [sessionId],
  );
  return row ?? null;
}

/** A lane as it is now. */
export interface StoredLane {
  readonly stepNumber: number;
  readonly timerAtMs: number | null;
  readonly state: Lane;
}

/** Null where the vehicle was deleted. */
export async function readStoredLane(
  query: Query,
  clientId: string,
  vehicleId: string,
): Promise<StoredLane | null> {
  const [row] = await query.query<StoredLane>(
    `select step_number as "stepNumber", timer_at as "timerAtMs", state from lanes
     where client_id = $1 and vehicle_id = $2`,
    [clientId, vehicleId],
  );
  return row ?? null;
}

/** After which steps a lane is kept as it was, ascending; with the visit that it was in. */
export async function listLaneStates(
  query: Query,
  clientId: string,
  vehicleId: string,
): Promise<{ readonly stepNumber: number; readonly visitId: string | null }[]> {
  return query.query(
    `select step_number as "stepNumber", state #>> '{visit,id}' as "visitId" from lane_states
     where client_id = $1 and vehicle_id = $2 order by step_number`,
    [clientId, vehicleId],
  );
}

export async function readLaneState(
  query: Query,
  clientId: string,
  vehicleId: string,
  stepNumber: number,
): Promise<Lane | null> {
  const [row] = await query.query<{ state: Lane }>(
    'select state from lane_states where client_id = $1 and vehicle_id = $2 and step_number = $3',
    [clientId, vehicleId, stepNumber],
  );
  return row?.state ?? null;
}

/** A step as it was logged. */
export interface StoredStep {
  readonly vehicleId: string;
  readonly stepNumber: number;
  readonly atMs: number;
  readonly inputIds: readonly number[];
  readonly priceVersions: Readonly<Record<string, string>>;
  readonly givenIds: readonly string[];
  readonly site: StoredSiteLog | null;
  /** Null for a step of a version before replays. */
  readonly laneHash: Buffer | null;
}

const STEP = `vehicle_id as "vehicleId", step_number as "stepNumber", at as "atMs", input_ids as "inputIds",
  price_versions as "priceVersions", given_ids as "givenIds", site, lane_hash as "laneHash"`;

/** The steps of a lane after one and up to another, in their order. */
export async function listSteps(
  query: Query,
  clientId: string,
  vehicleId: string,
  afterStep: number,
  lastStep: number,
): Promise<StoredStep[]> {
  return query.query<StoredStep>(
    `select ${STEP} from steps
     where client_id = $1 and vehicle_id = $2 and step_number > $3 and step_number <= $4 order by step_number`,
    [clientId, vehicleId, afterStep, lastStep],
  );
}

/** The steps of a lane between two instants, both included, in their order. */
export async function listStepsBetween(
  query: Query,
  clientId: string,
  vehicleId: string,
  fromMs: number,
  toMs: number,
): Promise<StoredStep[]> {
  return query.query<StoredStep>(
    `select ${STEP} from steps
     where client_id = $1 and vehicle_id = $2 and at >= $3 and at <= $4 order by step_number`,
    [clientId, vehicleId, toTimestamp(fromMs), toTimestamp(toMs)],
  );
}

/** When the first step that is kept of a lane was taken; null where none is. */
export async function readOldestStepAtMs(
  query: Query,
  clientId: string,
  vehicleId: string,
): Promise<number | null> {
  const [row] = await query.query<{ atMs: number | null }>(
    'select min(at) as "atMs" from steps where client_id = $1 and vehicle_id = $2',
    [clientId, vehicleId],
  );
  return row?.atMs ?? null;
}

export interface LoggedInput {
  readonly id: number;
  readonly contentHash: Buffer;
  readonly body: LaneInput;
}

/** Inputs of a lane by their ids, in no order; those that are gone are left out. */
export async function readInputs(
  query: Query,
  clientId: string,
  vehicleId: string,
  ids: readonly number[],
): Promise<LoggedInput[]> {
  return query.query<LoggedInput>(
    `select id, content_hash as "contentHash", body from inputs
     where client_id = $1 and vehicle_id = $2 and id = any($3::bigint[])`,
    [clientId, vehicleId, ids],
  );
}

export async function readPriceSources(
  query: Query,
  clientId: string,
  versions: readonly string[],
): Promise<Map<string, PriceSource>> {
  const rows = await query.query<{ version: string; source: PriceSource }>(
    'select version, source from price_states where client_id = $1 and version = any($2::text[])',
    [clientId, versions],
  );
  return new Map(rows.map(({ version, source }) => [version, source]));
}

/** What was told and explained of a session, as far as it is kept. */
export interface StoredTellings {
  /** In the order in which they happened. */
  readonly events: readonly {
    readonly kind: string;
    readonly sequence: number | null;
    readonly createdAtMs: number;
    readonly body: string;
  }[];
  /** Retention has dropped events of this client. */
  readonly areEventsDropped: boolean;
  /** In the order of their numbers. */
  readonly history: readonly HistoryEntry[];
}

/** What was told of a session between two instants, both included. */
export async function readTellings(
  query: Query,
  clientId: string,
  sessionId: string,
  fromMs: number,
  toMs: number,
): Promise<StoredTellings> {
  const events = await query.query<StoredTellings['events'][number]>(
    `select kind, sequence, created_at as "createdAtMs", body from events
     where client_id = $1 and session_id = $2 and created_at >= $3 and created_at <= $4 order by id`,
    [clientId, sessionId, toTimestamp(fromMs), toTimestamp(toMs)],
  );
  const [log] = await query.query<{ dropped: number }>(
    'select dropped_position as dropped from event_logs where client_id = $1',
    [clientId],
  );
  const history = await query.query<{ body: HistoryEntry }>(
    'select body from session_history where client_id = $1 and session_id = $2 order by number',
    [clientId, sessionId],
  );
  return { events, areEventsDropped: (log?.dropped ?? 0) > 0, history: history.map(({ body }) => body) };
}
