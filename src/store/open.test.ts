import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
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

  test('a server that comes later is waited for, where that is asked', async () => {
    const own = await server?.create({ isEmpty: true });
    if (own?.target.kind !== 'server') throw new Error('expected a server');
    const door = await openDoor(own.target.url);
    const notices: string[] = [];
    const options = { databaseUrl: door.url, dataDir: '.', onNotice: (text: string) => notices.push(text) };
    await expect(openStore(options)).rejects.toThrow('cannot connect to the database');
    expect(notices).toEqual([]);
    const store = await openStore({ ...options, serverWaitMs: 60_000 });
    expect(await store.database.query('select 1 as one')).toEqual([{ one: 1 }]);
    expect(notices).toEqual([
      expect.stringMatching(/^waiting for the server of DATABASE_URL, 60 s at most: cannot connect/),
    ]);
    await store.stop();
    await door.close();
    await server?.drop(own);
  });
});

const REFUSED_COUNT = 3;

/** A way to a server that cuts the first connections off, as one does that is on its way down or up. */
async function openDoor(serverUrl: string): Promise<{ url: string; close(): Promise<void> }> {
  const url = new URL(serverUrl);
  const { hostname, port } = url;
  let count = 0;
  const door = createServer((socket) => {
    count += 1;
    if (count <= REFUSED_COUNT) {
      socket.destroy();
      return;
    }
    const behind = connect(Number(port || 5432), hostname);
    pipeline(socket, behind, socket, () => {});
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: url.href,
    async close() {
      door.close();
      await once(door, 'close');
    },
  };
}
