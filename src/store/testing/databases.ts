import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { ADVISORY_LOCKS } from '../advisory-locks.ts';
import { type Database, openPool, type Query, type Target } from '../database.ts';
import { startEmbedded } from '../embedded.ts';
import { migrate } from '../migrate.ts';
import { TEST_PREFIX } from './global-setup.ts';

/** A database of one suite's own: where it is, for what needs a second connection. */
export interface TestStore extends Database {
  readonly target: Target;
}

export interface TestDatabase {
  readonly name: 'embedded' | 'server';
  /** Why there is none here; its suites are then skipped. */
  readonly missing: string | null;
  /** A new database with today's schema; `isEmpty` gives one without any. */
  create(options?: { readonly isEmpty?: boolean }): Promise<TestStore>;
  drop(store: TestStore): Promise<void>;
}

/**
 * Runs a suite once on the embedded PostgreSQL and once on a server, each time with a new migrated database.
 * `database()` may be called in hooks and tests, not while the suite is being described.
 */
export function describeOnDatabases(title: string, suite: (database: () => TestStore) => void): void {
  for (const kind of testDatabases()) {
    describe.skipIf(kind.missing !== null)(`${title} (${kind.name})`, () => {
      let store: TestStore | null = null;
      beforeAll(async () => {
        store = await kind.create();
      });
      afterAll(async () => {
        if (store !== null) await kind.drop(store);
      });
      suite(() => {
        if (store === null) throw new Error('the database is there in hooks and tests only');
        return store;
      });
    });
  }
}

export function testDatabases(): readonly TestDatabase[] {
  return (['embedded', 'server'] as const).map((name) => {
    const found = inject('databases')[name];
    return {
      name,
      missing: 'missing' in found ? found.missing : null,
      create: (options) => create(name, options?.isEmpty ?? false),
      drop,
    };
  });
}

const NEW_LIMIT_MS = 60_000;

async function create(name: TestDatabase['name'], isEmpty: boolean): Promise<TestStore> {
  const base = await baseOf(name);
  const template = isEmpty ? 'template0' : await templateOf(base);
  const database = `${TEST_PREFIX}${inject('databases').run}_${randomBytes(4).toString('hex')}`;
  await onBase(base, (query) => query.query(`create database ${database} template ${template}`));
  const target = withDatabase(base, database);
  return { ...openPool({ target, connectionsMax: 5 }), target };
}

async function drop(store: TestStore): Promise<void> {
  await store.close();
  const database = databaseOf(store.target);
  await onBase(withDatabase(store.target, 'postgres'), (query) =>
    query.query(`drop database if exists ${database} with (force)`),
  );
}

const bases = new Map<TestDatabase['name'], Promise<Target>>();

/** Started at most once a thread; threads that start it at once share it, as services would. */
function baseOf(name: TestDatabase['name']): Promise<Target> {
  const known = bases.get(name) ?? findBase(name);
  bases.set(name, known);
  return known;
}

async function findBase(name: TestDatabase['name']): Promise<Target> {
  const found = inject('databases')[name];
  if ('missing' in found) throw new Error(found.missing);
  if ('url' in found) return { kind: 'server', url: found.url };
  // What a test wrote may be lost with the machine's power.
  const settings = { fsync: 'off', max_connections: '200' };
  if (name === 'embedded') return (await startEmbedded({ dataDir: found.dataDir, settings })).target;
  const port = String(await freePort());
  const { target } = await startEmbedded({
    dataDir: found.dataDir,
    settings: { ...settings, port, listen_addresses: '127.0.0.1' },
  });
  return { kind: 'server', url: `postgres://${target.user}@127.0.0.1:${target.port}/postgres` };
}

/** Migrated once a run, by the first suite that needs it. */
async function templateOf(base: Target): Promise<string> {
  const template = `${TEST_PREFIX}${inject('databases').run}_template`;
  await onBase(base, async (query) => {
    await query.query(`set statement_timeout = ${NEW_LIMIT_MS}`);
    await query.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.testTemplate]);
    const known = await query.query('select 1 from pg_database where datname = $1', [template]);
    if (known.length > 0) return;
    // Under its name only when it is whole.
    await query.query(`drop database if exists ${template}_new`);
    await query.query(`create database ${template}_new`);
    const database = openPool({ target: withDatabase(base, `${template}_new`), connectionsMax: 1 });
    try {
      await migrate(database);
    } finally {
      await database.close();
    }
    await query.query(`alter database ${template}_new rename to ${template}`);
  });
  return template;
}

async function onBase<T>(base: Target, work: (query: Query) => Promise<T>): Promise<T> {
  const pool = openPool({ target: base, connectionsMax: 1 });
  try {
    return await pool.withConnection(work);
  } finally {
    await pool.close();
  }
}

function databaseOf(target: Target): string {
  return target.kind === 'server' ? new URL(target.url).pathname.slice(1) : target.database;
}

function withDatabase(target: Target, database: string): Target {
  if (target.kind === 'embedded') return { ...target, database };
  const url = new URL(target.url);
  url.pathname = `/${database}`;
  return { ...target, url: url.href };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
