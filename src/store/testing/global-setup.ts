import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openConnection } from '../connection.ts';
import { findNative } from '../embedded-binaries.ts';
import { isAlive } from '../embedded-holder.ts';
import { findCluster } from '../embedded-place.ts';
import { stopPostgres } from '../embedded-process.ts';

/** What the run found, for the test files of all threads. Nothing is started before a suite needs it. */
export interface FoundDatabases {
  /** In the names of this run's databases; begins with the hour it was started in. */
  readonly run: string;
  readonly embedded: { readonly dataDir: string } | { readonly missing: string };
  /** A second embedded one behind TCP where no server answers. */
  readonly server: { readonly url: string } | { readonly dataDir: string } | { readonly missing: string };
}

declare module 'vitest' {
  interface ProvidedContext {
    databases: FoundDatabases;
  }
}

export const TEST_PREFIX = 'tidewatt_test_';
const LOCAL_SERVER = 'postgres://postgres@127.0.0.1:5432/postgres';
const ROOT_PREFIX = 'tidewatt-test-';
const HOUR_MS = 3_600_000;

/** Finds the databases of a test run, and removes afterwards all that it left. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepKilledRuns();
  const root = realpathSync(mkdtempSync(join(tmpdir(), `${ROOT_PREFIX}${process.pid}-`)));
  // Root's PostgreSQL runs as another user, who has to come in.
  chmodSync(root, 0o755);
  const hour = Math.floor(Date.now() / HOUR_MS);
  const run = `${hour}_${randomBytes(4).toString('hex')}`;
  const embedded = findEmbedded(join(root, 'embedded'));
  const server = await findServer(join(root, 'server'), embedded);
  for (const [kind, found] of Object.entries({ embedded, server })) {
    if ('missing' in found) complain(kind, found.missing);
  }
  project.provide('databases', { run, embedded, server });

  return async () => {
    await removeRoot(root);
    if ('url' in server) await dropLeft(server.url, run, hour);
  };
}

function findEmbedded(dataDir: string): FoundDatabases['embedded'] {
  try {
    findNative();
    return { dataDir };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** TIDEWATT_TEST_DATABASE_URL is a server's URL, or `start` for a second embedded one whatever answers here. */
async function findServer(
  dataDir: string,
  embedded: FoundDatabases['embedded'],
): Promise<FoundDatabases['server']> {
  const asked = process.env.TIDEWATT_TEST_DATABASE_URL;
  const url = asked ?? LOCAL_SERVER;
  const fault = asked === 'start' ? 'not asked' : await faultOf(url);
  if (fault === null) return { url };
  if (asked !== undefined && asked !== 'start') return { missing: `TIDEWATT_TEST_DATABASE_URL: ${fault}` };
  if ('missing' in embedded) {
    return { missing: `no server at ${LOCAL_SERVER}; name one in TIDEWATT_TEST_DATABASE_URL` };
  }
  return { dataDir };
}

/** Why a server does not serve; null where it does. */
async function faultOf(url: string): Promise<string | null> {
  try {
    const connection = await openConnection({ kind: 'server', url });
    const [row] = await connection.query<{ fits: boolean }>(
      `select current_setting('server_version_num')::int >= 150000
         and (select rolcreatedb or rolsuper from pg_roles where rolname = current_user) as fits`,
    );
    await connection.close();
    return row?.fits === true ? null : 'it is older than 15, or may not create databases';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** With CI=true a suite may not be left out. */
function complain(kind: string, why: string): void {
  const text = `tests on the ${kind} database cannot run: ${why}`;
  if (process.env.CI === 'true') throw new Error(text);
  process.stderr.write(`\n*** SKIPPED: ${text}\n\n`);
}

/** What runs left that were killed: servers that still run, and their folders. */
async function sweepKilledRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(ROOT_PREFIX)
      ? Number.parseInt(name.slice(ROOT_PREFIX.length), 10)
      : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) await removeRoot(join(tmpdir(), name));
  }
}

async function removeRoot(root: string): Promise<void> {
  for (const part of readdirSync(root)) {
    const cluster = findCluster(join(root, part));
    if (cluster !== null) await stopPostgres(cluster);
  }
  rmSync(root, { recursive: true, force: true });
}

/** This run's databases, and those of runs that were killed a day ago. */
async function dropLeft(url: string, run: string, hour: number): Promise<void> {
  const connection = await openConnection({ kind: 'server', url });
  try {
    const rows = await connection.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [TEST_PREFIX],
    );
    for (const { name } of rows) {
      const isOld = Number(name.slice(TEST_PREFIX.length).split('_')[0]) < hour - 24;
      if (isOld || name.startsWith(`${TEST_PREFIX}${run}`)) {
        await connection.query(`drop database if exists ${name} with (force)`);
      }
    }
  } finally {
    await connection.close();
  }
}
