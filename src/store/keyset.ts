import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** Where a page begins: the key of a row, and whether that row itself may come again. */
export interface Cursor {
  readonly key: readonly (string | number)[];
  readonly isInclusive: boolean;
}

export interface PageRequest {
  readonly kind: 'first' | 'after' | 'before';
  /** Null only for the first page. */
  readonly cursor: Cursor | null;
  readonly pageSize: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Null when there is nothing on that side. */
  readonly after: Cursor | null;
  readonly before: Cursor | null;
}

interface KeyColumn {
  /** As in the row that comes back. */
  readonly name: string;
  readonly sql: string;
  readonly type: 'timestamptz' | 'uuid';
}

export interface Listing {
  readonly columns: string;
  /** `from … where …`; its parameters are `values`. */
  readonly from: string;
  readonly values: readonly unknown[];
  /** Together unique; the list goes by them, all descending. */
  readonly key: readonly KeyColumn[];
}

/**
 * One page of a listing by its key, so that rows which are added meanwhile move nothing and the ten-thousandth page
 * costs what the first does.
 */
export async function readPage<Row extends object>(
  tx: Query,
  listing: Listing,
  page: PageRequest,
): Promise<Page<Row>> {
  const isBackwards = page.kind === 'before';
  const side = page.cursor === null ? null : beyond(listing, page.cursor, isBackwards ? '>' : '<');
  const found = await tx.query<Row>(
    `select ${listing.columns} ${listing.from} ${side === null ? '' : `and ${side.sql}`}
     order by ${listing.key.map((column) => `${column.sql} ${isBackwards ? 'asc' : 'desc'}`).join(', ')}
     limit ${page.pageSize + 1}`,
    [...listing.values, ...(side?.values ?? [])],
  );
  const rows = found.slice(0, page.pageSize);
  const hasMore = found.length > page.pageSize;
  if (isBackwards) rows.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  const onThisSide = (row: Row | undefined): Cursor | null =>
    hasMore && row ? cursorOf(listing, row) : null;
  const onOtherSide = async (row: Row | undefined): Promise<Cursor | null> => {
    if (page.cursor === null) return null;
    // An empty page turns round at its own cursor, whose row then comes again.
    const cursor = row === undefined ? turned(page.cursor) : cursorOf(listing, row);
    return (await exists(tx, listing, cursor, isBackwards ? '<' : '>')) ? cursor : null;
  };
  return isBackwards
    ? { rows, after: await onOtherSide(last), before: onThisSide(first) }
    : { rows, after: onThisSide(last), before: await onOtherSide(first) };
}

async function exists(tx: Query, listing: Listing, cursor: Cursor, sign: '<' | '>'): Promise<boolean> {
  const side = beyond(listing, cursor, sign);
  const rows = await tx.query(`select 1 ${listing.from} and ${side.sql} limit 1`, [
    ...listing.values,
    ...side.values,
  ]);
  return rows.length > 0;
}

function beyond(listing: Listing, cursor: Cursor, sign: '<' | '>'): { sql: string; values: unknown[] } {
  const first = listing.values.length + 1;
  const left = listing.key.map((column) => column.sql).join(', ');
  const right = listing.key.map((column, index) => `$${first + index}::${column.type}`).join(', ');
  const values = cursor.key.map((part) => (typeof part === 'number' ? toTimestamp(part) : part));
  return { sql: `(${left}) ${sign}${cursor.isInclusive ? '=' : ''} (${right})`, values };
}

function turned(cursor: Cursor): Cursor {
  return { key: cursor.key, isInclusive: !cursor.isInclusive };
}

function cursorOf(listing: Listing, row: object): Cursor {
  const key = listing.key.map(({ name }) => {
    const part: unknown = Reflect.get(row, name);
    if (typeof part !== 'string' && typeof part !== 'number') {
      throw new Error(`expected the key column ${name} in the row`);
    }
    return part;
  });
  return { key, isInclusive: false };
}
