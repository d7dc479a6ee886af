import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** One row of a CSV file: the fields by the names of the header; absent where the row is too short. */
export type CsvRow = ReadonlyMap<string, string>;

/**
 * Streams the rows of a CSV file with a header. Fields may be quoted, but a field holds no line break.
 * Throws when the file cannot be read or has no header, or when one of `required` is not in it.
 */
export async function* readCsv(file: string, required: readonly string[]): AsyncGenerator<CsvRow> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new Error(`${file}: expected a file that can be read`, { cause });
  });
  if (found.isDirectory()) throw new Error(`${file}: expected a file, it is a folder`);
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let names: readonly string[] | null = null;
  for await (const line of lines) {
    if (line === '') continue;
    if (names === null) {
      names = csvFields(line.replace(/^\uFEFF/, '')).map((name) => name.trim());
      assertColumns(file, names, required);
      continue;
    }
    yield rowOf(names, csvFields(line));
  }
  if (names === null) throw new Error(`${file}: expected a header row, the file is empty`);
}

/** The fields of one line. A quoted field may hold commas, and quotes written twice. */
export function csvFields(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  const pattern = /,(?:"((?:[^"]|"")*)"|([^,]*))/g;
  // A comma before each field, the first too: an empty match would skip what follows it.
  for (const match of `,${line}`.matchAll(pattern)) {
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
  }
  return fields;
}

function assertColumns(file: string, names: readonly string[], required: readonly string[]): void {
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new Error(
    `${file}: expected the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}; the header has ${names.join(', ')}`,
  );
}

function rowOf(names: readonly string[], fields: readonly string[]): CsvRow {
  const row = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = fields[index];
    if (value !== undefined) row.set(name, value.trim());
  }
  return row;
}
