import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from './open.ts';
import { testDatabases } from './testing/databases.ts';

const [embedded, server] = testDatabases();

describe.skipIf(embedded?.missing !== null)('openStore (embedded)', () => {
  test('without a URL there is a database in the folder', async () => {
    const root = mkdtempSync(join(tmpdir(), 'tidewatt-open-'));
    // Root's PostgreSQL runs as another user, who has to come in.
    chmodSync(root, 0o755);
    const store = await openStore({ databaseUrl: null, dataDir: join(root, 'data') });
    expect(await store.database.query('select current_database() as name')).toEqual([{ name: 'tidewatt' }]);
    expect(store.kind).toBe('embedded');
    await store.stop();
    await expect(store.database.query('select 1')).rejects.toThrow('cannot connect to the database');
    rmSync(root, { recursive: true });
  });
});

describe.skipIf(server?.missing !== null)('openStore (server)', () => {
  test('with a URL the folder is not touched', async () => {
    const own = await server?.create({ isEmpty: true });
    if (own?.target.kind !== 'server') throw new Error('expected a server');
    const store = await openStore({ databaseUrl: own.target.url, dataDir: '/dev/null/nowhere' });
    expect(await store.database.query('select 1 as one')).toEqual([{ one: 1 }]);
    expect([store.kind, store.dataDir]).toEqual(['server', null]);
    await store.stop();
    await server?.drop(own);
  });

  test('a server that is not there is an error that says why', async () => {
    const opening = openStore({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir: '.' });
    await expect(opening).rejects.toThrow(/cannot connect to the database: .*ECONNREFUSED/);
  });
});
