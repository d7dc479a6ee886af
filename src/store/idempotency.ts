import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claim =
  /** The key is ours: carry the request out, then `storeAnswer` or `releaseKey`. */
  | { readonly kind: 'new' }
  | { readonly kind: 'done'; readonly answer: StoredAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'other-request' };

export interface IdempotencyKey {
  readonly clientId: string;
  readonly key: string;
}

/**
 * Takes a key for a request. One that is older than `keptMs`, or that has no answer after `stuckMs` because its
 * process ended, is taken again. Old ones are dropped on the way.
 */
export async function claimKey(
  tx: Query,
  { clientId, key }: IdempotencyKey,
  requestHash: Buffer,
  nowMs: number,
  limits: { readonly keptMs: number; readonly stuckMs: number },
): Promise<Claim> {
  const taken = await tx.query(
    `insert into idempotency_keys as k (client_id, key, request_hash, created_at) values ($1, $2, $3, $4)
     on conflict (client_id, key) do update
       set request_hash = excluded.request_hash, created_at = excluded.created_at,
           status = null, headers = null, body = null
       where k.created_at <= $5 or (k.status is null and k.created_at <= $6 and k.request_hash = $3)
     returning 1`,
    [
      clientId,
      key,
      requestHash,
      toTimestamp(nowMs),
      toTimestamp(nowMs - limits.keptMs),
      toTimestamp(nowMs - limits.stuckMs),
    ],
  );
  if (taken.length > 0) {
    await dropOldKeys(tx, nowMs - limits.keptMs);
    return { kind: 'new' };
  }
  const [row] = await tx.query<{
    request_hash: Buffer;
    status: number | null;
    headers: Record<string, string> | null;
    body: string | null;
  }>('select request_hash, status, headers, body from idempotency_keys where client_id = $1 and key = $2', [
    clientId,
    key,
  ]);
  // Released between the two statements: the other request failed, and this one may be sent again.
  if (row === undefined) return { kind: 'running' };
  if (!row.request_hash.equals(requestHash)) return { kind: 'other-request' };
  if (row.status === null) return { kind: 'running' };
  return { kind: 'done', answer: { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' } };
}

export async function storeAnswer(
  tx: Query,
  { clientId, key }: IdempotencyKey,
  answer: StoredAnswer,
): Promise<void> {
  await tx.query(
    'update idempotency_keys set status = $3, headers = $4, body = $5 where client_id = $1 and key = $2',
    [clientId, key, answer.status, JSON.stringify(answer.headers), answer.body],
  );
}

/** Gives a key back whose request could not be carried out. */
export async function releaseKey(tx: Query, { clientId, key }: IdempotencyKey): Promise<void> {
  await tx.query('delete from idempotency_keys where client_id = $1 and key = $2 and status is null', [
    clientId,
    key,
  ]);
}

/** Keys that are older than an instant, some at a time: as many as come go, and no request pays for many. */
async function dropOldKeys(tx: Query, beforeMs: number): Promise<void> {
  await tx.query(
    `delete from idempotency_keys where (client_id, key) in (
       select client_id, key from idempotency_keys where created_at <= $1 limit 20 for update skip locked)`,
    [toTimestamp(beforeMs)],
    'old-keys',
  );
}
