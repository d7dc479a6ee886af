import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cursor, type Listing, type Page, type PageRequest, readPage } from './keyset.ts';
import { describeOnDatabases } from './testing/databases.ts';
import { toTimestamp } from './values.ts';

interface Row {
  readonly at: number;
  readonly id: string;
}

const LISTING: Listing = {
  columns: 'at, id',
  from: 'from keyset_rows where is_listed',
  values: [],
  key: [
    { name: 'at', sql: 'at', type: 'timestamptz' },
    { name: 'id', sql: 'id', type: 'uuid' },
  ],
};

const uuidOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** Few instants, so that many rows share one. */
const rowsOf = (numbers: readonly number[]): Row[] =>
  numbers.map((number) => ({ at: Math.floor(number / 7) * 1000 + 1, id: uuidOf(number) }));

describeOnDatabases('pages by key', (database) => {
  beforeAll(async () => {
    await database().query(
      'create table keyset_rows (at timestamptz, id uuid, is_listed boolean default true, primary key (at, id))',
    );
  });
  afterAll(() => database().query('drop table keyset_rows'));

  async function insert(rows: readonly Row[]): Promise<void> {
    await database().query(
      'insert into keyset_rows (at, id) select * from unnest($1::timestamptz[], $2::uuid[])',
      [rows.map((row) => toTimestamp(row.at)), rows.map((row) => row.id)],
    );
  }

  async function walk(kind: 'after' | 'before', start: PageRequest): Promise<Row[][]> {
    const pages: Row[][] = [];
    for (let request: PageRequest | null = start; request !== null; ) {
      const page: Page<Row> = await readPage<Row>(database(), LISTING, request);
      pages.push([...page.rows]);
      const cursor: Cursor | null = page[kind];
      request = cursor === null ? null : { kind, cursor, pageSize: start.pageSize };
    }
    return pages;
  }

  it('shows every row once, newest first, forwards and back', async () => {
    const arbitrary = fc.uniqueArray(fc.nat(60), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 9 }), async (numbers, pageSize) => {
        await database().query('truncate keyset_rows');
        await insert(rowsOf(numbers));
        const expected = rowsOf(numbers.toSorted((a, b) => b - a));
        const forwards = await walk('after', { kind: 'first', cursor: null, pageSize });
        expect(forwards.flat()).toEqual(expected);
        expect(
          forwards.every((page, index) => page.length === pageSize || index === forwards.length - 1),
        ).toBe(true);
        const end: Cursor = { key: [0, uuidOf(0)], isInclusive: true };
        const back = await walk('before', { kind: 'before', cursor: end, pageSize });
        expect(back.toReversed().flat()).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('never shows a row twice or passes one over that was there from the start, while others come and go', async () => {
    const arbitrary = fc.tuple(
      fc.uniqueArray(fc.nat(60), { minLength: 4, maxLength: 30 }),
      fc.array(fc.nat(60), { maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([numbers, others]) => {
        await database().query('truncate keyset_rows');
        await insert(rowsOf(numbers));
        const added = [...new Set(others)].filter((number) => !numbers.includes(number));
        const seen: Row[] = [];
        for (
          let request: PageRequest | null = { kind: 'first', cursor: null, pageSize: 3 };
          request !== null;
        ) {
          const page: Page<Row> = await readPage<Row>(database(), LISTING, request);
          seen.push(...page.rows);
          const next = added.pop();
          if (next !== undefined) await insert(rowsOf([next]));
          request = page.after === null ? null : { kind: 'after', cursor: page.after, pageSize: 3 };
        }
        const ids = seen.map((row) => row.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(ids.toSorted().toReversed());
        expect(numbers.map(uuidOf).filter((id) => !ids.includes(id))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});
