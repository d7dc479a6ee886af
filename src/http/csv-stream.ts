import { Readable } from 'node:stream';
import type { Deps } from '../app/deps.ts';
import type { Cursor } from '../store/keyset.ts';
import type { SettledFilter } from '../store/session-filters.ts';
import { readExportRows } from '../store/settled-export.ts';
import { CSV_HEADER, toCsvLine } from '../wire/session-csv.ts';

const ROWS_AT_ONCE = 500;
/** A reader who takes nothing for so long is gone. */
const STALLED_MS = 60_000;

/**
 * The settled sessions of a filter as CSV. Rows are read when the socket has taken those before, in statements of their
 * own: a download of any size needs the memory of one batch, and a slow one holds no connection of the database.
 */
export function streamCsv(
  deps: Deps,
  clientId: string,
  filter: SettledFilter,
  stalledMs = STALLED_MS,
): Readable {
  async function* lines(): AsyncGenerator<string, void, void> {
    let text = CSV_HEADER;
    let cursor: Cursor | null = null;
    do {
      const batch = await readExportRows(deps.database, clientId, filter, cursor, ROWS_AT_ONCE);
      text += batch.rows.map(toCsvLine).join('');
      const stalled = setTimeout(() => stream.destroy(), stalledMs);
      try {
        yield text;
      } finally {
        clearTimeout(stalled);
      }
      text = '';
      cursor = batch.after;
    } while (cursor !== null);
  }

  const stream: Readable = Readable.from(lines(), { objectMode: false });
  // The header is sent by now; that the rows are not whole the reader sees by the connection, which breaks off.
  stream.on('error', (error) => deps.log.error('a download broke off', { error }));
  return stream;
}
