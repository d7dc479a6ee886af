import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** Keeps the hash of a token, and drops those of the client that have expired. */
export async function insertToken(
  tx: Query,
  token: { readonly hash: Buffer; readonly clientId: string; readonly expiresAtMs: number },
  nowMs: number,
): Promise<void> {
  await tx.query('delete from tokens where client_id = $1 and expires_at <= $2', [
    token.clientId,
    toTimestamp(nowMs),
  ]);
  await tx.query('insert into tokens (token_hash, client_id, expires_at) values ($1, $2, $3)', [
    token.hash,
    token.clientId,
    toTimestamp(token.expiresAtMs),
  ]);
}

export async function readToken(
  tx: Query,
  hash: Buffer,
): Promise<{ readonly clientId: string; readonly expiresAtMs: number } | null> {
  const [row] = await tx.query<{ client_id: string; expires_at: number }>(
    'select client_id, expires_at from tokens where token_hash = $1',
    [hash],
    'token',
  );
  return row === undefined ? null : { clientId: row.client_id, expiresAtMs: row.expires_at };
}

/** Lets a token live until an instant; false when there is no such token. */
export async function extendToken(tx: Query, hash: Buffer, expiresAtMs: number): Promise<boolean> {
  const rows = await tx.query(
    'update tokens set expires_at = greatest(expires_at, $2) where token_hash = $1 returning 1',
    [hash, toTimestamp(expiresAtMs)],
  );
  return rows.length > 0;
}

export async function deleteToken(tx: Query, hash: Buffer): Promise<void> {
  await tx.query('delete from tokens where token_hash = $1', [hash]);
}
