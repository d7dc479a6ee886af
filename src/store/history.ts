import type { HistoryEntry } from '../domain/history.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { toTimestamp } from './values.ts';

/** Of each session the newest entries are kept: a lane that flaps for days must not fill the disk. */
const HISTORY_KEPT_MAX_COUNT = 1_000;
/** Older ones are dropped once in so many entries. */
const DROPPED_EVERY_COUNT = 50;

/** Appends entries to the histories of sessions, and drops what is beyond the bound. */
export async function saveHistory(
  tx: Query,
  rows: readonly { readonly clientId: string; readonly entry: HistoryEntry }[],
): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  await tx.query(
    `insert into session_history (client_id, session_id, at, id, number, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::int[], $6::jsonb[])`,
    [
      rows.map(({ clientId }) => clientId),
      rows.map(({ entry }) => entry.sessionId),
      rows.map(({ entry }) => toTimestamp(entry.atMs)),
      rows.map(({ entry }) => entry.id),
      rows.map(({ entry }) => entry.number),
      rows.map(({ entry }) => JSON.stringify(entry)),
    ],
    'insert-history',
  );
  const full = rows.filter(
    ({ entry }) => entry.number > HISTORY_KEPT_MAX_COUNT && entry.number % DROPPED_EVERY_COUNT === 0,
  );
  for (const { clientId, entry } of full) {
    await tx.query('delete from session_history where client_id = $1 and session_id = $2 and number <= $3', [
      clientId,
      entry.sessionId,
      entry.number - HISTORY_KEPT_MAX_COUNT,
    ]);
  }
}

/** A page of a session's history, the newest entry first. */
export function listHistory(
  tx: Query,
  clientId: string,
  sessionId: string,
  page: PageRequest,
): Promise<Page<{ readonly at: number; readonly id: string; readonly body: HistoryEntry }>> {
  return readPage(
    tx,
    {
      columns: 'at, id, body',
      from: 'from session_history where client_id = $1 and session_id = $2',
      values: [clientId, sessionId],
      key: [
        { name: 'at', sql: 'at', type: 'timestamptz' },
        { name: 'id', sql: 'id', type: 'uuid' },
      ],
    },
    page,
  );
}
