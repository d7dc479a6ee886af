import type { Session } from '../domain/session.ts';
import type { Query } from './database.ts';
import { type Cursor, readPage } from './keyset.ts';
import { type SettledFilter, whereSettled } from './session-filters.ts';

/** A settled session without its quarter hours and blocks, with the names of its car and location. */
export interface ExportRow {
  readonly session: Omit<Session, 'steps' | 'blocks'>;
  readonly vehicleName: string | null;
  readonly locationName: string | null;
}

/** The next rows of the list of settled sessions after a cursor, and the cursor of those that follow. */
export async function readExportRows(
  tx: Query,
  clientId: string,
  filter: SettledFilter,
  cursor: Cursor | null,
  count: number,
): Promise<{ readonly rows: readonly ExportRow[]; readonly after: Cursor | null }> {
  const where = whereSettled(clientId, filter);
  return readPage<ExportRow>(
    tx,
    {
      columns: `s.id, s.plugged_out_at, s.body - '{steps,blocks}'::text[] as session,
        v.information->>'displayName' as "vehicleName", p.body->>'name' as "locationName"`,
      from: `from sessions s
        left join vehicles v on v.client_id = s.client_id and v.id = s.vehicle_id
        left join locations p on p.client_id = s.client_id and p.id = s.location_id
        where ${where.sql}`,
      values: where.values,
      key: [
        { name: 'plugged_out_at', sql: 's.plugged_out_at', type: 'timestamptz' },
        { name: 'id', sql: 's.id', type: 'uuid' },
      ],
    },
    { kind: cursor === null ? 'first' : 'after', cursor, pageSize: count },
  );
}
