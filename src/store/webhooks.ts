import type { Query } from './database.ts';
import { lastPosition } from './events.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { toTimestamp } from './values.ts';

export type WebhookFormat = 'single' | 'batch';

/** A subscription as it was asked for. */
export interface Webhook {
  readonly clientId: string;
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Signs too until then; null where the secret was not changed lately. */
  readonly oldSecret: { readonly secret: string; readonly untilMs: number } | null;
  /** Names of events; * is all of them. */
  readonly events: readonly string[];
  readonly authentication: { readonly headerName: string; readonly headerValue: string } | null;
  readonly format: WebhookFormat;
  readonly isActive: boolean;
  readonly inactiveReason: string | null;
  readonly lastSuccessAtMs: number | null;
  readonly createdAtMs: number;
}

/** A subscription and how far its live cursor has come. */
export interface WebhookView extends Webhook {
  readonly position: number;
  /** Fixed and not delivered yet. */
  readonly batch: readonly number[] | null;
  readonly retryAtMs: number | null;
}

/** A new subscription, whose cursor stands at the end of the log: what happened before is not delivered. */
export async function insertWebhook(
  tx: Query,
  webhook: Webhook,
  cursor: { readonly batchMax: number; readonly heartbeatAtMs: number | null },
): Promise<void> {
  await tx.query(
    `insert into webhooks (client_id, id, url, secret, events, header_name, header_value, format, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      webhook.clientId,
      webhook.id,
      webhook.url,
      webhook.secret,
      webhook.events,
      webhook.authentication?.headerName ?? null,
      webhook.authentication?.headerValue ?? null,
      webhook.format,
      toTimestamp(webhook.createdAtMs),
    ],
  );
  await tx.query(
    `insert into webhook_cursors (client_id, webhook_id, replay_number, position, batch_max, heartbeat_at)
     values ($1, $2, 0, $3, $4, $5)`,
    [
      webhook.clientId,
      webhook.id,
      await lastPosition(tx, webhook.clientId),
      cursor.batchMax,
      toTimestamp(cursor.heartbeatAtMs),
    ],
  );
}

/** What a change of a subscription sets. */
export async function updateWebhook(tx: Query, webhook: Webhook): Promise<void> {
  await tx.query(
    `update webhooks set url = $3, secret = $4, old_secret = $5, old_secret_until = $6, events = $7,
       header_name = $8, header_value = $9, format = $10
     where client_id = $1 and id = $2`,
    [
      webhook.clientId,
      webhook.id,
      webhook.url,
      webhook.secret,
      webhook.oldSecret?.secret ?? null,
      toTimestamp(webhook.oldSecret?.untilMs ?? null),
      webhook.events,
      webhook.authentication?.headerName ?? null,
      webhook.authentication?.headerValue ?? null,
      webhook.format,
    ],
  );
}

/** False where there was none. To be locked before. */
export async function deleteWebhook(tx: Query, clientId: string, id: string): Promise<boolean> {
  const rows = await tx.query('delete from webhooks where client_id = $1 and id = $2 returning 1', [
    clientId,
    id,
  ]);
  return rows.length > 0;
}

/** Locks the client's row too, so that two requests cannot both be the last that the limit allows. */
export async function countWebhooks(tx: Query, clientId: string): Promise<number> {
  await tx.query('select 1 from clients where id = $1 for no key update', [clientId]);
  const [row] = await tx.query<{ count: number }>(
    'select count(*) as count from webhooks where client_id = $1',
    [clientId],
  );
  return row?.count ?? 0;
}

export async function readWebhook(query: Query, clientId: string, id: string): Promise<WebhookView | null> {
  const [row] = await query.query<ViewRow>(`select ${VIEW} ${FROM} and w.id = $2`, [clientId, id]);
  return row === undefined ? null : toView(row);
}

/**
 * The same, and nobody else changes it until the transaction ends. Its cursors first, as those do who store what came
 * of a try: else the two could wait for each other.
 */
export async function lockWebhook(tx: Query, clientId: string, id: string): Promise<WebhookView | null> {
  await tx.query(
    `select 1 from webhook_cursors where client_id = $1 and webhook_id = $2 order by replay_number for update`,
    [clientId, id],
  );
  const [row] = await tx.query<ViewRow>(`select ${VIEW} ${FROM} and w.id = $2 for update of w`, [
    clientId,
    id,
  ]);
  return row === undefined ? null : toView(row);
}

/** The newest first. */
export async function listWebhooks(
  query: Query,
  clientId: string,
  page: PageRequest,
): Promise<Page<WebhookView>> {
  const { rows, ...cursors } = await readPage<ViewRow>(
    query,
    { columns: VIEW, from: FROM, values: [clientId], key: [{ name: 'id', sql: 'w.id', type: 'uuid' }] },
    page,
  );
  return { rows: rows.map(toView), ...cursors };
}

/** A row of `webhooks`, columns as `WEBHOOK_COLUMNS` names them. */
export interface WebhookRow {
  readonly client_id: string;
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: number | null;
  readonly events: readonly string[];
  readonly header_name: string | null;
  readonly header_value: string | null;
  readonly format: WebhookFormat;
  readonly is_active: boolean;
  readonly inactive_reason: string | null;
  readonly last_success_at: number | null;
  readonly created_at: number;
}

/** Of the table under the alias w. */
export const WEBHOOK_COLUMNS = [
  'client_id',
  'id',
  'url',
  'secret',
  'old_secret',
  'old_secret_until',
  'events',
  'header_name',
  'header_value',
  'format',
  'is_active',
  'inactive_reason',
  'last_success_at',
  'created_at',
]
  .map((column) => `w.${column}`)
  .join(', ');

export function toWebhook(row: WebhookRow): Webhook {
  return {
    clientId: row.client_id,
    id: row.id,
    url: row.url,
    secret: row.secret,
    oldSecret:
      row.old_secret === null || row.old_secret_until === null
        ? null
        : { secret: row.old_secret, untilMs: row.old_secret_until },
    events: row.events,
    authentication:
      row.header_name === null || row.header_value === null
        ? null
        : { headerName: row.header_name, headerValue: row.header_value },
    format: row.format,
    isActive: row.is_active,
    inactiveReason: row.inactive_reason,
    lastSuccessAtMs: row.last_success_at,
    createdAtMs: row.created_at,
  };
}

interface ViewRow extends WebhookRow {
  readonly position: number;
  readonly batch: readonly number[] | null;
  readonly retry_at: number | null;
}

const VIEW = `${WEBHOOK_COLUMNS}, c.position, c.batch, c.retry_at`;
const FROM = `from webhooks w join webhook_cursors c on c.client_id = w.client_id and c.webhook_id = w.id
  and c.replay_number = 0 where w.client_id = $1`;

function toView(row: ViewRow): WebhookView {
  return { ...toWebhook(row), position: row.position, batch: row.batch, retryAtMs: row.retry_at };
}
