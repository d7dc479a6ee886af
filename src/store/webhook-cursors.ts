import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';
import { type DeliveryRow, deliveriesLogged, deliveryValues } from './webhook-deliveries.ts';
import { toWebhook, WEBHOOK_COLUMNS, type Webhook, type WebhookRow } from './webhooks.ts';

/** How far one delivery of the log to a subscription has come, and how it fares. */
export interface CursorState {
  readonly position: number;
  /** Positions fixed before their first POST and not delivered yet, rising. */
  readonly batch: readonly number[] | null;
  readonly batchMax: number;
  /** Tries that failed without a success in between. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  readonly retryAtMs: number | null;
  /** Null on a replay, which has none. */
  readonly heartbeatAtMs: number | null;
}

/** A cursor that this process alone works on until its lease ends. */
export interface ClaimedCursor {
  readonly webhook: Webhook;
  /** 0 is the live one. */
  readonly replayNumber: number;
  /** The last position of a replay; null of the live one. */
  readonly endPosition: number | null;
  readonly leaseId: string;
  /** Of the subscription, when it was claimed. */
  readonly changeCount: number;
  readonly state: CursorState;
}

/** A lease outlives every POST in it by far; after a kill it keeps others away no longer than this. */
const LEASE = "interval '30 seconds'";

/** Claims cursors that have something to deliver at an instant and that nobody works on: who waits longest for a turn first. */
export async function claimCursors(
  query: Query,
  nowMs: number,
  leaseId: string,
  limit: number,
): Promise<ClaimedCursor[]> {
  const rows = await query.query<CursorRow>(
    `with due as (
       select c.client_id, c.webhook_id, c.replay_number ${DUE_FROM}
       where ${DUE} and (c.lease_until is null or c.lease_until <= clock_timestamp())
       order by c.lease_until nulls first limit $2
       for update of c skip locked
     )
     update webhook_cursors c set lease_id = $3, lease_until = clock_timestamp() + ${LEASE}
     from due, webhooks w
     where c.client_id = due.client_id and c.webhook_id = due.webhook_id and c.replay_number = due.replay_number
       and w.client_id = c.client_id and w.id = c.webhook_id
     returning ${WEBHOOK_COLUMNS}, c.replay_number, c.end_position, c.position, c.batch, c.batch_max, c.failures,
       c.failing_since, c.retry_at, c.heartbeat_at, c.change_count`,
    [toTimestamp(nowMs), limit, leaseId],
    'claim-webhook-cursors',
  );
  return rows.map((row) => ({
    webhook: toWebhook(row),
    replayNumber: row.replay_number,
    endPosition: row.end_position,
    leaseId,
    changeCount: row.change_count,
    state: {
      position: row.position,
      batch: row.batch,
      batchMax: row.batch_max,
      failures: row.failures,
      failingSinceMs: row.failing_since,
      retryAtMs: row.retry_at,
      heartbeatAtMs: row.heartbeat_at,
    },
  }));
}

/** When the next cursor that nobody works on has something to deliver; an instant in the past where one has by now. */
export async function readNextDeliveryAtMs(query: Query): Promise<number | null> {
  const [row] = await query.query<{ at: number | null }>(
    `select min(case
         when c.retry_at is not null then c.retry_at
         when c.batch is not null or ${HAS_NEWS} then to_timestamp(0)
         else c.heartbeat_at end) as at
     ${DUE_FROM} where w.is_active and (c.lease_until is null or c.lease_until <= clock_timestamp())`,
    [],
    'next-webhook-delivery',
  );
  return row?.at ?? null;
}

/**
 * Stores where a cursor stands and what was tried, and prolongs the lease. Gives the subscription as it is now; null
 * where the work must end: it was deleted or the lease lost, and nothing was stored; or it was changed since it was
 * claimed, and what was delivered was stored, but not how it fares: that begins anew with the change.
 */
export async function saveCursor(
  query: Query,
  { webhook, replayNumber, leaseId, changeCount }: ClaimedCursor,
  state: CursorState,
  tried: readonly DeliveryRow[],
  inactiveReason: string | null = null,
): Promise<Webhook | null> {
  const key = [webhook.clientId, webhook.id, replayNumber, leaseId];
  const cursor = [
    state.position,
    state.batch,
    state.batchMax,
    state.failures,
    toTimestamp(state.failingSinceMs),
    toTimestamp(state.retryAtMs),
    toTimestamp(state.heartbeatAtMs),
    changeCount,
  ];
  // The row of the subscription is written only when there is something to tell.
  const rows =
    tried.length === 0
      ? await query.query<SavedRow>(
          `with kept as (${KEEP})
           select ${WEBHOOK_COLUMNS}, kept.is_unchanged
           from webhooks w join kept on kept.client_id = w.client_id and kept.webhook_id = w.id`,
          [...key, ...cursor],
          'save-webhook-cursor',
        )
      : await query.query<SavedRow>(
          `with kept as (${KEEP}), ${deliveriesLogged(13, 'kept')}`,
          [...key, ...cursor, ...deliveryValues(tried, inactiveReason)],
          'save-webhook-delivery',
        );
  const [row] = rows;
  return row?.is_unchanged === true ? toWebhook(row) : null;
}

interface SavedRow extends WebhookRow {
  readonly is_unchanged: boolean;
}

const KEEP = `update webhook_cursors set position = $5, batch = $6, lease_until = clock_timestamp() + ${LEASE},
    batch_max = case when change_count = $12 then $7 else batch_max end,
    failures = case when change_count = $12 then $8 else failures end,
    failing_since = case when change_count = $12 then $9 else failing_since end,
    retry_at = case when change_count = $12 then $10 else retry_at end,
    heartbeat_at = case when change_count = $12 then $11 else heartbeat_at end
  where client_id = $1 and webhook_id = $2 and replay_number = $3 and lease_id = $4
  returning client_id, webhook_id, change_count = $12 as is_unchanged`;

/** Ends the work on a cursor for now, and with it a turn. */
export async function releaseCursor(
  query: Query,
  { webhook, replayNumber, leaseId }: ClaimedCursor,
): Promise<void> {
  await query.query(
    `update webhook_cursors set lease_id = null, lease_until = clock_timestamp()
     where client_id = $1 and webhook_id = $2 and replay_number = $3 and lease_id = $4`,
    [webhook.clientId, webhook.id, replayNumber, leaseId],
    'release-webhook-cursor',
  );
}

/** Ends a replay that is done. */
export async function deleteCursor(
  query: Query,
  { webhook, replayNumber, leaseId }: ClaimedCursor,
): Promise<void> {
  await query.query(
    `delete from webhook_cursors where client_id = $1 and webhook_id = $2 and replay_number = $3 and lease_id = $4`,
    [webhook.clientId, webhook.id, replayNumber, leaseId],
  );
}

/**
 * Makes a subscription active, or lets an active one try again at once. Its cursors go on where they stopped, and no
 * further back than `keptAfter`.
 */
export async function activateWebhook(
  tx: Query,
  { clientId, id }: Webhook,
  {
    batchMax,
    keptAfter,
    heartbeatAtMs,
  }: { readonly batchMax: number; readonly keptAfter: number; readonly heartbeatAtMs: number | null },
): Promise<void> {
  await tx.query(
    'update webhooks set is_active = true, inactive_reason = null where client_id = $1 and id = $2',
    [clientId, id],
  );
  await tx.query(
    `update webhook_cursors set failures = 0, failing_since = null, retry_at = null, batch_max = $3,
       change_count = change_count + 1,
       position = greatest(position, $4),
       batch = case when position < $4 then nullif(array(select p from unnest(batch) p where p > $4 order by p), '{}')
         else batch end,
       heartbeat_at = case when replay_number = 0 then $5::timestamptz end
     where client_id = $1 and webhook_id = $2`,
    [clientId, id, batchMax, keptAfter, toTimestamp(heartbeatAtMs)],
  );
}

/** A cursor beside the live one; gives its number, or null where so many replays are under way already. */
export async function insertReplay(
  tx: Query,
  clientId: string,
  webhookId: string,
  span: { readonly position: number; readonly endPosition: number; readonly batchMax: number },
  replaysMax: number,
): Promise<number | null> {
  const [row] = await tx.query<{ replay_number: number }>(
    `with numbered as (
       update webhooks set replay_count = replay_count + 1 where client_id = $1 and id = $2 and $6 > (
         select count(*) from webhook_cursors where client_id = $1 and webhook_id = $2 and replay_number > 0)
       returning replay_count
     )
     insert into webhook_cursors (client_id, webhook_id, replay_number, position, end_position, batch_max)
     select $1, $2, replay_count, $3, $4, $5 from numbered returning replay_number`,
    [clientId, webhookId, span.position, span.endPosition, span.batchMax, replaysMax],
  );
  return row?.replay_number ?? null;
}

interface CursorRow extends WebhookRow {
  readonly replay_number: number;
  readonly end_position: number | null;
  readonly position: number;
  readonly batch: readonly number[] | null;
  readonly batch_max: number;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly retry_at: number | null;
  readonly heartbeat_at: number | null;
  readonly change_count: number;
}

const DUE_FROM = `from webhook_cursors c
  join webhooks w on w.client_id = c.client_id and w.id = c.webhook_id
  left join event_logs l on l.client_id = c.client_id`;
/** `least` passes over what is null: the live cursor has no end. A replay that is done is due once more, to be deleted. */
const HAS_NEWS =
  '(c.position < least(coalesce(l.last_position, 0), c.end_position) or c.position >= c.end_position)';
const DUE = `w.is_active and (c.retry_at is null or c.retry_at <= $1)
  and (c.batch is not null or ${HAS_NEWS} or c.heartbeat_at <= $1)`;
