import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database } from './database.ts';
import { findNative } from './embedded-binaries.ts';
import { findCluster } from './embedded-place.ts';
import { readSchemaState } from './migrate.ts';
import { openStore, type Store } from './open.ts';

/** One thing looked at. */
export interface Finding {
  readonly ok: boolean;
  /** What was found, a sentence for people. */
  readonly what: string;
  /** What to do; null where all is well. */
  readonly mend: string | null;
}

export interface DoctorOptions {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Of the clock that is compared with the database's. */
  readonly nowMs: () => number;
}

const NODE_OLDEST = [20, 19] as const;
const CLOCK_DIFFERENCE_MAX_MS = 2_000;
const LANES_SHOWN_MAX = 20;

/**
 * What is wrong with this set-up and how to mend it, in the order of mending: what stands on something broken is not
 * looked at. Changes nothing; an embedded database that is there but does not run is started for the time of looking.
 */
export async function diagnose(options: DoctorOptions): Promise<Finding[]> {
  const findings = [checkNode(process.versions.node)];
  if (options.databaseUrl === null) {
    findings.push(checkBinaries(), checkFolder(options.dataDir));
    if (findings.some(({ ok }) => !ok)) return findings;
    if (findCluster(options.dataDir) === null) {
      return [...findings, good(`there is no database in ${options.dataDir} yet: the first start makes one`)];
    }
  }
  let store: Store;
  try {
    store = await openStore(options);
  } catch (error) {
    const mend =
      options.databaseUrl === null
        ? 'mend what the message names, then run doctor again'
        : 'check DATABASE_URL, that the server runs, and that this machine may connect to it';
    return [...findings, bad(`the database cannot be opened: ${explain(error)}`, mend)];
  }
  try {
    return [...findings, ...(await checkDatabase(store, options.nowMs))];
  } finally {
    await store.stop();
  }
}

async function checkDatabase(store: Store, nowMs: () => number): Promise<Finding[]> {
  const checks = [checkVersion, checkSchema, checkLanes];
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...(await check(store.database)));
  findings.push(await checkClock(store.database, nowMs));
  return findings;
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor < NODE_OLDEST[1]);
  const what = `Node ${version}`;
  return isOld ? bad(what, `install Node ${NODE_OLDEST.join('.')} or later`) : good(what);
}

function checkBinaries(): Finding {
  try {
    return good(`the embedded PostgreSQL is installed in ${findNative()}`);
  } catch (error) {
    return bad(explain(error), 'install it, or set DATABASE_URL to a server');
  }
}

/** The folder itself, or where it is not there, the nearest one above it. */
function checkFolder(dataDir: string): Finding {
  let folder = resolve(dataDir);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return good(`the data folder ${resolve(dataDir)} can be written`);
  } catch (error) {
    return bad(
      explain(error),
      `make ${folder} writable for this user, or set TIDEWATT_DATA_DIR to another folder`,
    );
  }
}

async function checkVersion(database: Database): Promise<Finding[]> {
  const [row] = await database.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return [good(`the database answers: PostgreSQL ${row?.version}`)];
}

async function checkSchema(database: Database): Promise<Finding[]> {
  try {
    const { applied, missing } = await readSchemaState(database);
    if (missing.length === 0) return [good(`the schema is current: ${applied.at(-1) ?? 'no migrations'}`)];
    return [bad(`the schema lacks ${missing.join(', ')}`, 'run "tidewatt migrate"; "serve" does it too')];
  } catch (error) {
    return [bad(explain(error), 'see the message')];
  }
}

async function checkLanes(database: Database): Promise<Finding[]> {
  const [table] = await database.query<{ exists: boolean }>(
    `select to_regclass('lanes') is not null as exists`,
  );
  if (table?.exists !== true) return [];
  const rows = await database.query<{ id: string; count: number; fault: string | null; all: number }>(
    `select vehicle_id as id, fault_count as count, fault, count(*) over () as all
     from lanes where fault_count > 0 order by fault_count desc, vehicle_id limit $1`,
    [LANES_SHOWN_MAX],
  );
  if (rows.length === 0) return [good('no vehicle is stopped by a fault')];
  const findings = rows.map(({ id, count, fault }) =>
    bad(
      `vehicle ${id} has failed ${count} ${count === 1 ? 'time' : 'times'}: ${fault ?? 'no message'}`,
      'it is tried again by itself; when it stays, report the message and the log around it',
    ),
  );
  const more = (rows[0]?.all ?? 0) - rows.length;
  return more === 0
    ? findings
    : [...findings, bad(`${more} more vehicles have failed`, 'begin with those above')];
}

/** The database's clock rules the engine; ours stands in the log and in what partners send. */
async function checkClock(database: Database, nowMs: () => number): Promise<Finding> {
  const beforeMs = nowMs();
  const [row] = await database.query<{ at: number }>('select clock_timestamp() as at');
  const differenceMs = Math.round((row?.at ?? 0) - (beforeMs + nowMs()) / 2);
  const what = `the clock of the database is ${Math.abs(differenceMs)} ms ${differenceMs < 0 ? 'behind' : 'ahead of'} ours`;
  if (Math.abs(differenceMs) <= CLOCK_DIFFERENCE_MAX_MS) return good(what);
  return bad(what, 'set both machines by NTP');
}

function good(what: string): Finding {
  return { ok: true, what, mend: null };
}

function bad(what: string, mend: string): Finding {
  return { ok: false, what, mend };
}

/** With its causes: the first alone often names only the step. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined || error.message.includes(explain(error.cause))
    ? error.message
    : `${error.message}: ${explain(error.cause)}`;
}
