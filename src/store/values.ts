import pg from 'pg';

/**
 * How PostgreSQL's values become ours: int8 a number (an error beyond 2^53), timestamptz epoch milliseconds, date
 * 'YYYY-MM-DD', numeric exact text, json parsed, and arrays of these; the rest as the driver does it.
 */
export const valueTypes = {
  getTypeParser(typeId: number, format: 'text' | 'binary' = 'text'): (text: string) => unknown {
    const parser = format === 'text' ? PARSERS.get(typeId) : undefined;
    return parser ?? pg.types.getTypeParser(typeId, format);
  },
};

/**
 * An instant as a value for a `timestamptz` parameter. Columns are `timestamptz(3)`: what was read then equals what
 * is stored, and may be used as a key.
 */
export function toTimestamp(atMs: number): string;
export function toTimestamp(atMs: number | null): string | null;
export function toTimestamp(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is beyond what a number holds (2^53)`);
  return value;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?([+-]\d\d)(?::?(\d\d))?$/;

/** Microseconds are cut off. */
function parseTimestamp(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const [whole, day, time, fraction, hours, minutes] = TIMESTAMP.exec(text) ?? [];
  if (whole === undefined) {
    throw new RangeError(`timestamptz ${text}: expected ISO style and years 0000 to 9999`);
  }
  return Date.parse(
    `${day}T${time}${(fraction ?? '.').padEnd(4, '0').slice(0, 4)}${hours}:${minutes ?? '00'}`,
  );
}

/** One dimension, and items without commas in them, which numbers and instants have not. */
function listOf(parse: (text: string) => unknown): (text: string) => unknown {
  return (text) => {
    if (text === '{}') return [];
    return text
      .slice(1, -1)
      .split(',')
      .map((item) => (item === 'NULL' ? null : parse(item.startsWith('"') ? item.slice(1, -1) : item)));
  };
}

const asText = (text: string): string => text;

// Type ids of pg_type: the type, then its array.
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map([
  [20, parseInt8],
  [1016, listOf(parseInt8)],
  [1184, parseTimestamp],
  [1185, listOf(parseTimestamp)],
  [1082, asText],
  [1182, listOf(asText)],
  [1114, asText],
  [1186, asText],
]);
