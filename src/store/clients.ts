import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

export interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly secretHash: Buffer;
  readonly clientGroup: number;
  readonly createdAtMs: number;
}

export async function insertClient(tx: Query, client: ClientRow): Promise<void> {
  await tx.query(
    'insert into clients (id, name, secret_hash, client_group, created_at) values ($1, $2, $3, $4, $5)',
    [client.id, client.name, client.secretHash, client.clientGroup, toTimestamp(client.createdAtMs)],
  );
}

/** The hash of a client's secret; null when there is no such client. */
export async function readSecretHash(tx: Query, clientId: string): Promise<Buffer | null> {
  const [row] = await tx.query<{ secret_hash: Buffer }>('select secret_hash from clients where id = $1', [
    clientId,
  ]);
  return row?.secret_hash ?? null;
}

/** Null when there is no such client. */
export async function readClientName(tx: Query, clientId: string): Promise<string | null> {
  const [row] = await tx.query<{ name: string }>('select name from clients where id = $1', [clientId]);
  return row?.name ?? null;
}
