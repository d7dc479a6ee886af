import { no, type Result, yes } from '../app/result.ts';
import type { Cursor, Page, PageRequest } from '../store/keyset.ts';
import { PAGE_SIZE_DEFAULT_COUNT, PAGE_SIZE_MAX_COUNT } from '../wire/page.ts';
import { isUuid } from '../wire/scalars.ts';

/** What the key of a list is made of: its cursors are checked against it. */
export type KeyShape = readonly ('instant' | 'uuid')[];

export const BY_ID: KeyShape = ['uuid'];
export const BY_INSTANT: KeyShape = ['instant', 'uuid'];

interface PageQuery {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly ids?: readonly string[] | undefined;
}

/** The page that a query asks for. A cursor is opaque to clients: its key, as base64url of JSON. */
export function pageRequest(query: PageQuery, shape: KeyShape): Result<PageRequest> {
  const usualSize = query.ids === undefined ? PAGE_SIZE_DEFAULT_COUNT : PAGE_SIZE_MAX_COUNT;
  const pageSize = query.pageSize ?? usualSize;
  const { after, before } = query;
  if (after !== undefined && before !== undefined) {
    const message = 'expected one of after and before, got both';
    return no('bad-request', 'A page has one cursor.', [{ path: 'before', message }]);
  }
  const kind = after !== undefined ? 'after' : 'before';
  const text = after ?? before;
  if (text === undefined) return yes({ kind: 'first', cursor: null, pageSize });
  const cursor = decode(text, shape);
  if (cursor === null) {
    const message = 'expected a cursor that this list gave';
    return no('bad-request', 'The cursor cannot be read.', [{ path: kind, message }]);
  }
  return yes({ kind, cursor, pageSize });
}

/** One page as it leaves. */
export function toWirePage<Row, Item>(
  page: Page<Row>,
  toItem: (row: Row) => Item,
): { data: Item[]; pagination: { after: string | null; before: string | null } } {
  return {
    data: page.rows.map(toItem),
    pagination: {
      after: page.after === null ? null : encode(page.after),
      before: page.before === null ? null : encode(page.before),
    },
  };
}

function encode({ key, isInclusive }: Cursor): string {
  return Buffer.from(JSON.stringify([isInclusive ? 1 : 0, ...key])).toString('base64url');
}

function decode(text: string, shape: KeyShape): Cursor | null {
  const parsed = parse(Buffer.from(text, 'base64url').toString());
  if (!Array.isArray(parsed) || parsed.length !== shape.length + 1) return null;
  const [flag, ...parts]: unknown[] = parsed;
  if (flag !== 0 && flag !== 1) return null;
  const key = parts.flatMap((part, index) => (isPart(part, shape[index]) ? [part] : []));
  if (key.length !== shape.length) return null;
  const cursor = { key, isInclusive: flag === 1 };
  return encode(cursor) === text ? cursor : null;
}

function isPart(part: unknown, kind: KeyShape[number] | undefined): part is string | number {
  if (kind === 'uuid') return typeof part === 'string' && isUuid(part);
  return typeof part === 'number' && Number.isInteger(part) && part >= 0 && part < 1e14;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no cursor of ours.
    return null;
  }
}
