import type { Query } from '../store/database.ts';

/** A row of a table as JSON, by the names of its columns. */
export type TableRow = Readonly<Record<string, unknown>>;

/** Rows by table. */
export type TableRows = Readonly<Record<string, readonly TableRow[]>>;

/** The rows of a table that a condition chooses. */
export async function readRows(
  query: Query,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<TableRow[]> {
  const rows = await query.query<{ row: TableRow }>(
    `select to_jsonb(t) as row from ${table} t where ${condition}`,
    values,
  );
  return rows.map(({ row }) => row);
}

/** Writes rows as they were read; what the database derives it derives anew. */
export async function insertRows(tx: Query, table: string, rows: readonly TableRow[]): Promise<void> {
  const columns = await tx.query<{ name: string }>(
    `select quote_ident(column_name) as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'
     order by ordinal_position`,
    [table],
  );
  const names = columns.map(({ name }) => name).join(', ');
  await tx.query(
    `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}
