import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, readMigrations, readSchemaState } from './migrate.ts';
import { type TestStore, testDatabases } from './testing/databases.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatt-migrations-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
}

const CARS = { '0001_cars.sql': 'create table cars (id int);\ncreate index cars_id on cars (id);\n' };
const HOMES = { '0002_homes.sql': 'create table homes (id int);' };

for (const kind of testDatabases()) {
  describe.skipIf(kind.missing !== null)(`migrate (${kind.name})`, () => {
    let store: TestStore;
    beforeEach(async () => {
      store = await kind.create({ isEmpty: true });
    });
    afterEach(async () => {
      await kind.drop(store);
    });

    async function tables(): Promise<string[]> {
      const rows = await store.query<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
      );
      return rows.map(({ name }) => name);
    }

    test('each file runs once, in order', async () => {
      write(CARS);
      expect(await readSchemaState(store, folder)).toEqual({ applied: [], missing: ['0001_cars'] });
      expect(await migrate(store, folder)).toEqual(['0001_cars']);
      write(HOMES);
      expect(await readSchemaState(store, folder)).toEqual({
        applied: ['0001_cars'],
        missing: ['0002_homes'],
      });
      expect(await migrate(store, folder)).toEqual(['0002_homes']);
      expect(await migrate(store, folder)).toEqual([]);
      expect(await tables()).toEqual(['cars', 'homes', 'schema_migration']);
    });

    test('six at once apply each file once', async () => {
      write({ ...CARS, ...HOMES });
      const all = await Promise.all(Array.from({ length: 6 }, () => migrate(store, folder)));
      expect(all.flat().sort()).toEqual(['0001_cars', '0002_homes']);
    });

    test('a file that fails leaves nothing of itself, and the ones before it stand', async () => {
      write({ ...CARS, '0002_bad.sql': 'create table half (id int); select nonsense;' });
      await expect(migrate(store, folder)).rejects.toThrow('migration 0002_bad failed and was rolled back');
      expect(await tables()).toEqual(['cars', 'schema_migration']);
      write({ '0002_bad.sql': 'create table whole (id int);' });
      expect(await migrate(store, folder)).toEqual(['0002_bad']);
    });

    test('a changed file is refused, other line ends are not', async () => {
      write(CARS);
      await migrate(store, folder);
      write({ '0001_cars.sql': CARS['0001_cars.sql'].replaceAll('\n', '\r\n') });
      expect(await migrate(store, folder)).toEqual([]);
      write({ '0001_cars.sql': 'create table cars (id int8);', ...HOMES });
      await expect(migrate(store, folder)).rejects.toThrow('0001_cars is not what was applied');
      expect(await tables()).toEqual(['cars', 'schema_migration']);
    });

    test('a database newer than the code is refused', async () => {
      write({ ...CARS, ...HOMES });
      await migrate(store, folder);
      rmSync(join(folder, '0002_homes.sql'));
      await expect(migrate(store, folder)).rejects.toThrow('has migration 0002_homes, which this version');
    });

    test('our own migrations make a whole schema from nothing', async () => {
      expect((await migrate(store)).length).toBeGreaterThan(0);
      expect(await migrate(store)).toEqual([]);
    });
  });
}

describe('readMigrations', () => {
  test.each<{ readonly files: Readonly<Record<string, string>>; readonly fault: string }>([
    { files: { '0001_Cars.sql': '' }, fault: 'expected a name like 0001_sessions.sql' },
    { files: { '1_cars.sql': '' }, fault: 'expected a name like' },
    { files: { ...CARS, '0003_homes.sql': '' }, fault: '0003_homes.sql: expected number 0002' },
    { files: { ...CARS, '0001_homes.sql': '' }, fault: '0001_homes.sql: expected number 0002' },
  ])('$fault', async ({ files, fault }) => {
    write(files);
    await expect(readMigrations(folder)).rejects.toThrow(fault);
  });

  test('other files are left alone', async () => {
    write({ ...CARS, 'README.md': '' });
    expect((await readMigrations(folder)).map(({ name }) => name)).toEqual(['0001_cars']);
  });
});
