import { MINUTE_MS } from '../domain/units.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import type { Database, Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** An event as a step writes it: it has no position before it is committed. */
export interface NewEvent {
  readonly clientId: string;
  readonly createdAtMs: number;
  readonly kind: string;
  readonly userId: string;
  readonly vehicleId: string | null;
  readonly sessionId: string | null;
  readonly policyId: string | null;
  readonly sequence: number | null;
  /** JSON text, never built again. */
  readonly body: string;
}

export interface StoredEvent extends Omit<NewEvent, 'clientId'> {
  readonly position: number;
}

/**
 * Between the bodies: JSON text has no control characters. The driver's arrays of texts cost more than all
 * the rest of writing an event.
 */
const UNIT_SEPARATOR = '\u001f';

/** Writes events, in their order, in the transaction of the change that they tell. */
export async function appendEvents(tx: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `with written as (
       insert into events (client_id, created_at, kind, user_id, vehicle_id, session_id, policy_id, sequence, body)
       select client_id, created_at, kind, user_id, vehicle_id, session_id, policy_id, sequence, body
       from rows from (
         unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int[]),
         string_to_table($9, chr(31))
       ) with ordinality
         as g(client_id, created_at, kind, user_id, vehicle_id, session_id, policy_id, sequence, body, n)
       order by n
       returning client_id, id, created_at, kind, octet_length(body)
     )
     insert into event_arrivals (client_id, event_id, created_at, kind, body_bytes) select * from written`,
    [
      events.map(({ clientId }) => clientId),
      events.map(({ createdAtMs }) => toTimestamp(createdAtMs)),
      events.map(({ kind }) => kind),
      events.map(({ userId }) => userId),
      events.map(({ vehicleId }) => vehicleId),
      events.map(({ sessionId }) => sessionId),
      events.map(({ policyId }) => policyId),
      events.map(({ sequence }) => sequence),
      events.map(({ body }) => body).join(UNIT_SEPARATOR),
    ],
    'append-events',
  );
}

/** Events given a position in one transaction. */
const PLACED_AT_ONCE = 5_000;

/**
 * Gives every event that is committed now its position, and says how many got one; events of transactions still open
 * wait for a later call. One caller at a time in all processes, in short transactions, so positions appear in order:
 * a reader that has seen position n will never find a new one at or below n.
 */
export async function assignPositions(database: Database): Promise<number> {
  let placed = 0;
  for (;;) {
    const [waiting] = await database.query('select 1 from event_arrivals limit 1', [], 'events-waiting');
    if (waiting === undefined) return placed;
    const count = await placeSome(database);
    placed += count;
    if (count < PLACED_AT_ONCE) return placed;
  }
}

/**
 * By event id: the events of one session are written one transaction after the other, under the lock of their lane,
 * so their ids go up with their `sequence`. What is seen is taken under the lock, in a statement of its own: its
 * snapshot then shows all that earlier callers did.
 */
async function placeSome(database: Database): Promise<number> {
  const [row] = await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.sequencer], 'lock-sequencer');
    return tx.query<{ count: number }>(
      `with taken as (
         delete from event_arrivals
         where ctid = any(array(select ctid from event_arrivals order by event_id limit ${PLACED_AT_ONCE}))
         returning *
       ), counted as (
         select client_id, count(*) as count from taken group by client_id
       ), moved as (
         insert into event_logs as l (client_id, last_position) select client_id, count from counted
         on conflict (client_id) do update set last_position = l.last_position + excluded.last_position
         returning client_id, last_position
       ), placed as (
         insert into event_positions (client_id, position, event_id, created_at, kind, body_bytes)
         select client_id, last_position - count + row_number() over (partition by client_id order by event_id),
           event_id, created_at, kind, body_bytes
         from taken join moved using (client_id) join counted using (client_id)
         returning 1
       )
       select count(*) from placed`,
      [],
      'place-events',
    );
  });
  return row?.count ?? 0;
}

export interface EventsAfter {
  readonly clientId: string;
  /** A cursor: 0 is the beginning. */
  readonly afterPosition: number;
  /** Null: all. */
  readonly kinds: readonly string[] | null;
}

export interface EventsWanted extends EventsAfter {
  readonly limitCount: number;
  /** Of the bodies. At least one event is given, though it be larger. */
  readonly limitBytes: number;
}

/**
 * The next events of a client's log, in the order of their positions. An empty answer means that there are none: where
 * `lastPosition` was read before, everything up to it was looked at.
 */
export async function readEvents(query: Query, wanted: EventsWanted): Promise<readonly StoredEvent[]> {
  let { afterPosition } = wanted;
  for (;;) {
    const rows = await readPage(query, { ...wanted, afterPosition });
    const events = rows.flatMap(({ body, ...row }) => (body === null ? [] : [{ ...row, body }]));
    const last = rows.at(-1);
    if (events.length > 0 || last === undefined) return events;
    // The events of an erased user are gone, a position that was just given then may remain: go on behind it.
    afterPosition = last.position;
  }
}

/** The events at these positions that are still there, in their order. */
export async function readEventsAt(
  query: Query,
  clientId: string,
  positions: readonly number[],
): Promise<readonly StoredEvent[]> {
  return query.query<StoredEvent>(
    `select p.position, p.kind, e.user_id as "userId", e.vehicle_id as "vehicleId", e.session_id as "sessionId",
       e.policy_id as "policyId", e.sequence, p.created_at as "createdAtMs", e.body
     from event_positions p join lateral (
       select * from events where client_id = $1 and id = p.event_id and created_at = p.created_at limit 1
     ) e on true
     where p.client_id = $1 and p.position = any($2) order by p.position`,
    [clientId, positions],
    'read-events-at',
  );
}

type PageRow = Omit<StoredEvent, 'body'> & { readonly body: string | null };

/** The limit stands in the text and the join is lateral: each body is one look-up, whatever the planner believes. */
function readPage(query: Query, wanted: EventsWanted): Promise<PageRow[]> {
  const limitCount = Math.max(1, Math.floor(wanted.limitCount));
  return query.query<PageRow>(
    `with page as materialized (
       select * from (
         select *, sum(body_bytes) over (order by position) - body_bytes as bytes_before
         from (
           select position, event_id, created_at, kind, body_bytes from event_positions
           where client_id = $1 and position > $2 and ($3::text[] is null or kind = any($3))
           order by position limit ${limitCount}
         ) next
       ) summed
       where bytes_before = 0 or bytes_before + body_bytes <= $4
     )
     select page.position, page.kind, e.user_id as "userId", e.vehicle_id as "vehicleId",
       e.session_id as "sessionId", e.policy_id as "policyId", e.sequence, page.created_at as "createdAtMs", e.body
     from page left join lateral (
       select * from events
       where client_id = $1 and id = page.event_id and created_at = page.created_at limit 1
     ) e on true
     order by page.position`,
    [wanted.clientId, wanted.afterPosition, wanted.kinds, wanted.limitBytes],
    `read-events-${limitCount}`,
  );
}

/** The last position given to an event of a client, though it be no longer kept; 0 before the first. */
export async function lastPosition(query: Query, clientId: string): Promise<number> {
  return (await lastPositions(query, [clientId])).get(clientId) ?? 0;
}

/** The same of many clients, in one statement; those without an event are not in it. */
export async function lastPositions(
  query: Query,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await query.query<{ client_id: string; last_position: number }>(
    'select client_id, last_position from event_logs where client_id = any($1)',
    [clientIds],
    'last-positions',
  );
  return new Map(rows.map((row) => [row.client_id, row.last_position]));
}

/**
 * The first position that retention has not dropped, though its user may have been erased. A cursor one below it has
 * missed nothing.
 */
export async function earliestPosition(query: Query, clientId: string): Promise<number> {
  const [row] = await query.query<{ dropped: number }>(
    'select dropped_position as dropped from event_logs where client_id = $1',
    [clientId],
    'dropped-position',
  );
  return (row?.dropped ?? 0) + 1;
}

/** When the oldest event kept was created; null where none is kept. */
export async function earliestTimeMs(query: Query, clientId: string): Promise<number | null> {
  const [first] = await query.query<{ atMs: number }>(
    `select created_at as "atMs" from event_positions where client_id = $1 order by position limit 1`,
    [clientId],
    'earliest-event',
  );
  return first?.atMs ?? null;
}

/** Longer than any transaction of ours lives: an event is placed at most so long after it was created. */
const PLACED_WITHIN_MS = 10 * MINUTE_MS;

/**
 * The cursor after which every event comes that was created at an instant or later; the last position where none was.
 * A few earlier ones may come too: positions go by commit, and the first of them may have been committed late.
 */
export async function positionBefore(query: Query, clientId: string, atMs: number): Promise<number> {
  const [row] = await query.query<{ first: number | null }>(
    `select min(position) as first from event_positions
     where client_id = $1 and created_at >= $2 and created_at <= $3::interval + (
       select min(created_at) from event_positions where client_id = $1 and created_at >= $2)`,
    [clientId, toTimestamp(atMs), `${PLACED_WITHIN_MS} milliseconds`],
  );
  const first = row?.first ?? null;
  return first === null ? lastPosition(query, clientId) : first - 1;
}

/** So many positions are looked at when events are counted. */
const COUNT_REACH = 100_000;

/** How many events come after a cursor, counted among the next 100,000 of the log. */
export async function countEvents(
  query: Query,
  { clientId, afterPosition, kinds }: EventsAfter,
): Promise<number> {
  const [row] = await query.query<{ count: number }>(
    `select count(*) from (
       select kind from event_positions where client_id = $1 and position > $2 order by position limit ${COUNT_REACH}
     ) next where $3::text[] is null or kind = any($3)`,
    [clientId, afterPosition, kinds],
    'count-events',
  );
  return row?.count ?? 0;
}
