import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';
import { WEBHOOK_COLUMNS } from './webhooks.ts';

/** One try, as the log of deliveries shows it. */
export interface DeliveryRow {
  readonly deliveryId: string;
  readonly kind: 'events' | 'heartbeat' | 'test';
  readonly positions: readonly number[];
  readonly attemptedAtMs: number;
  readonly tookMs: number;
  /** Null: no answer came. */
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly error: string | null;
  /** The first KiB of the answer. */
  readonly answer: string | null;
}

/** Deliveries that a subscription's log keeps, the last ones: a ring of so many slots. */
const LOG_LENGTH = 100;

/** The last deliveries, newest first. */
export async function readDeliveries(
  query: Query,
  clientId: string,
  webhookId: string,
): Promise<DeliveryRow[]> {
  return query.query<DeliveryRow>(
    `select delivery_id as "deliveryId", kind, positions, attempted_at as "attemptedAtMs", took_ms as "tookMs",
       status, error, answer
     from webhook_deliveries where client_id = $1 and webhook_id = $2 order by number desc`,
    [clientId, webhookId],
  );
}

/** Stores what was tried outside of any cursor. */
export async function logDeliveries(
  query: Query,
  clientId: string,
  webhookId: string,
  tried: readonly DeliveryRow[],
): Promise<void> {
  await query.query(
    `with kept as (select $1::uuid as client_id, $2::uuid as webhook_id, true as is_unchanged), ${deliveriesLogged(3, 'kept')}`,
    [clientId, webhookId, ...deliveryValues(tried, null)],
    'log-webhook-delivery',
  );
}

/** Writes the log and the subscription's row; `from` names what holds the key, or no row where nothing may be written. */
export function deliveriesLogged(firstValue: number, from: string): string {
  const value = (index: number): string => `$${firstValue + index}`;
  return `told as (
       update webhooks w set delivery_count = w.delivery_count + cardinality(${value(0)}::text[]),
         last_success_at = greatest(w.last_success_at, ${value(8)}),
         is_active = w.is_active and not (${from}.is_unchanged and ${value(9)}::text is not null),
         inactive_reason = case when ${from}.is_unchanged then coalesce(${value(9)}::text, w.inactive_reason)
           else w.inactive_reason end
       from ${from} where w.client_id = ${from}.client_id and w.id = ${from}.webhook_id
       returning w.*, ${from}.is_unchanged
     ), rows as (
       insert into webhook_deliveries as d (client_id, webhook_id, slot, number, delivery_id, kind, positions,
         attempted_at, took_ms, status, error, answer)
       select told.client_id, told.id, number % ${LOG_LENGTH}, number, delivery_id, kind,
         string_to_array(positions, ',')::bigint[], attempted_at, took_ms, status, error, answer
       from told, lateral (
         select g.*, told.delivery_count - cardinality(${value(0)}::text[]) + n as number
         from unnest(${value(0)}::text[], ${value(1)}::text[], ${value(2)}::text[], ${value(3)}::timestamptz[],
           ${value(4)}::int[], ${value(5)}::smallint[], ${value(6)}::text[], ${value(7)}::text[]) with ordinality
           as g(delivery_id, kind, positions, attempted_at, took_ms, status, error, answer, n)
       ) numbered
       on conflict (client_id, webhook_id, slot) do update set number = excluded.number,
         delivery_id = excluded.delivery_id, kind = excluded.kind, positions = excluded.positions,
         attempted_at = excluded.attempted_at, took_ms = excluded.took_ms, status = excluded.status,
         error = excluded.error, answer = excluded.answer
     )
     select ${WEBHOOK_COLUMNS}, w.is_unchanged from told w`;
}

/** The last of a ring's slots alone can be written in one statement, each once. */
export function deliveryValues(all: readonly DeliveryRow[], inactiveReason: string | null): unknown[] {
  const tried = all.slice(-LOG_LENGTH);
  const succeeded = tried.filter(({ error, kind }) => error === null && kind !== 'heartbeat');
  return [
    tried.map(({ deliveryId }) => deliveryId),
    tried.map(({ kind }) => kind),
    tried.map(({ positions }) => positions.join(',')),
    tried.map(({ attemptedAtMs }) => toTimestamp(attemptedAtMs)),
    tried.map(({ tookMs }) => tookMs),
    tried.map(({ status }) => status),
    tried.map(({ error }) => error),
    tried.map(({ answer }) => answer),
    toTimestamp(succeeded.at(-1)?.attemptedAtMs ?? null),
    inactiveReason,
  ];
}
