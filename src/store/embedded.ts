import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, openConnection, type Target } from './connection.ts';
import { DatabaseError } from './database-error.ts';
import { type Binaries, findNative, prepareBinaries } from './embedded-binaries.ts';
import { findHolder } from './embedded-holder.ts';
import { killLeftovers } from './embedded-leftovers.ts';
import { makeRunDir, type Place, preparePlace, SYSTEM_DIR } from './embedded-place.ts';
import {
  clearStaleLocks,
  EMBEDDED_USER,
  hasCluster,
  initCluster,
  type Postmaster,
  type Settings,
  startPostgres,
  stopPostgres,
} from './embedded-process.ts';

export interface EmbeddedOptions {
  /** Made where it is not there. */
  readonly dataDir: string;
  /** Over ours; they count only where this call starts the server. */
  readonly settings?: Settings;
  /** The server died and several starts in a row failed: nobody looks after it any more. */
  readonly onGone?: ((error: Error) => void) | undefined;
  readonly onNotice?: ((message: string) => void) | undefined;
  /** Between the first two of several starts in a row after the server died; it doubles. */
  readonly restartDelayMs?: number;
  /** Where root keeps what cannot lie in the folder; tests have their own. */
  readonly systemDir?: string;
  /** The binaries, where not those that npm installed. */
  readonly native?: string;
}

export interface Embedded {
  readonly target: Target & { readonly kind: 'embedded' };
  /** Where the data really lie: see `preparePlace`. */
  readonly dataDir: string;
  /** The server ran before this call. */
  readonly attached: boolean;
  /** Of the postmaster that runs now. */
  pid(): number;
  /**
   * Lets go of the server. The last one out stops it, starter or not; where another process still uses it, it is
   * left to that one. So a server that outlived a killed service ends with the next one.
   */
  stop(): Promise<void>;
}

const DATABASE = 'tidewatt';
/** Recovery after a crash reads at most max_wal_size of log; this is far more than that takes. */
const START_LIMIT_MS = 5 * 60_000;
/** How long a live server may refuse connections before it is stopped and started anew. */
const UNREACHABLE_LIMIT_MS = 15_000;
/** How long what a killed postmaster left behind may take to notice and to end. */
const LEFTOVERS_LIMIT_MS = 5_000;
const POLL_MS = 8;
const RESTARTS_MAX = 8;
const RESTART_DELAY_MS = 200;
const RESTART_DELAY_MAX_MS = 5_000;

/**
 * Starts PostgreSQL on a folder, or attaches to the one that runs there, and looks after it: when it dies, it is
 * started again. Any number of processes may do this on one folder at once; one of them starts it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const place = preparePlace(options.dataDir, options.systemDir);
  let reached = await reach(place, options);
  let isStopping = false;
  const attached = !reached.isStarter;

  async function watch(): Promise<void> {
    for (;;) {
      await reached.connection.ended;
      if (isStopping) return;
      options.onNotice?.('the embedded PostgreSQL is gone: starting it again');
      reached = await reachAgain(place, options, () => isStopping);
      if (isStopping) return reached.connection.close();
      options.onNotice?.('the embedded PostgreSQL is back');
    }
  }
  const watching = watch().catch((error: Error) => {
    if (!isStopping) options.onGone?.(error);
  });

  return {
    target: reached.target,
    dataDir: place.dataDir,
    attached,
    pid: () => findHolder(place.cluster)?.pid ?? 0,
    async stop() {
      isStopping = true;
      const others = await countOthers(reached.connection);
      await reached.connection.close();
      await watching;
      if (others === 0) await stopPostgres(place.cluster);
    },
  };
}

interface Reached {
  readonly target: Target & { readonly kind: 'embedded' };
  /** Open as long as we use the server: others see it, and we see the server's end. */
  readonly connection: Connection;
  readonly isStarter: boolean;
}

async function reachAgain(
  place: Place,
  options: EmbeddedOptions,
  isUnwanted: () => boolean,
): Promise<Reached> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await reach(place, options);
    } catch (cause) {
      if (attempt === RESTARTS_MAX || isUnwanted()) {
        throw new Error(`the embedded PostgreSQL died and did not start again in ${attempt} attempts`, {
          cause,
        });
      }
      await delay(
        Math.min(RESTART_DELAY_MAX_MS, (options.restartDelayMs ?? RESTART_DELAY_MS) * 2 ** (attempt - 1)),
      );
    }
  }
}

async function reach(place: Place, options: EmbeddedOptions): Promise<Reached> {
  const startMs = performance.now();
  let lastSeenMs = startMs;
  let own: (Postmaster & { failure: string | null }) | null = null;
  let binaries: Binaries | null = null;
  let failure: string | null = null;
  let heldSinceMs: number | null = null;

  while (performance.now() - startMs < START_LIMIT_MS) {
    const holder = findHolder(place.cluster);
    if (holder?.socket) {
      const target = targetAt(holder.socket.host, holder.socket.port);
      const connection = await connect(target);
      if (connection !== 'starting' && connection !== 'unreachable') {
        return { target, connection, isStarter: holder.pid === own?.pid };
      }
      if (connection === 'starting') lastSeenMs = performance.now();
      const isDeaf = performance.now() - lastSeenMs > UNREACHABLE_LIMIT_MS;
      if (isDeaf || isSwept(holder.socket)) {
        options.onNotice?.(`PostgreSQL (process ${holder.pid}) runs but cannot be reached: starting it anew`);
        await stopPostgres(place.cluster);
      }
    } else if (holder === null && (own === null || own.failure !== null)) {
      if (own?.failure) {
        failure = own.failure;
        if (!isPassingFailure(failure)) break;
        heldSinceMs = isHeld(failure) ? (heldSinceMs ?? performance.now()) : null;
        if (heldSinceMs !== null && performance.now() - heldSinceMs > LEFTOVERS_LIMIT_MS) {
          const count = killLeftovers(place.cluster, place.account);
          options.onNotice?.(`killed ${count} processes that a dead PostgreSQL had left in ${place.cluster}`);
          heldSinceMs = null;
        }
        await delay(10 * POLL_MS);
      }
      binaries ??= prepareBinaries(options.native ?? findNative(), place.account, copiesDir(place, options));
      if (!hasCluster(place)) {
        options.onNotice?.(`making a new database in ${place.dataDir}`);
        await initCluster(place, binaries);
      }
      makeRunDir(place);
      clearStaleLocks(place);
      own = observed(startPostgres(place, binaries, options.settings ?? {}));
      lastSeenMs = performance.now();
    }
    await delay(POLL_MS);
  }
  throw new Error(
    `the embedded PostgreSQL does not start in ${place.dataDir} (its log: ${place.logFile}): ${failure ?? `no answer in ${START_LIMIT_MS / 1000} s`}`,
  );
}

/** Somebody tidied up the temporary folder: nobody can connect to this server any more. */
function isSwept({ host, port }: { readonly host: string; readonly port: number }): boolean {
  return !existsSync(join(host, `.s.PGSQL.${port}`));
}

/** Where links cannot be made or others cannot read: root's copies serve all, a user's lie with the data. */
function copiesDir(place: Place, { systemDir = SYSTEM_DIR }: EmbeddedOptions): string {
  return place.account === null ? place.dataDir : systemDir;
}

function observed(postmaster: Postmaster): Postmaster & { failure: string | null } {
  const own = { ...postmaster, failure: null as string | null };
  void postmaster.ended.then((lines) => {
    own.failure = lines;
  });
  return own;
}

/** Another start was quicker, a stop took the socket's folder away, or what a killed postmaster left is about to end. */
function isPassingFailure(lines: string): boolean {
  return /lock file ".*" already exists|lock file ".*" is empty|pre-existing shared memory block|could not create lock file ".*": No such file/.test(
    lines,
  );
}

/** Processes of a dead postmaster are still attached to the cluster's shared memory. */
function isHeld(lines: string): boolean {
  return lines.includes('pre-existing shared memory block');
}

function targetAt(host: string, port: number): Target & { readonly kind: 'embedded' } {
  return { kind: 'embedded', host, port, user: EMBEDDED_USER, database: DATABASE };
}

async function connect(
  target: Target & { readonly kind: 'embedded' },
): Promise<Connection | 'starting' | 'unreachable'> {
  try {
    return await openConnection(target, WATCHER);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.sqlState === NO_SUCH_DATABASE) {
      await createDatabase(target);
      return connect(target);
    }
    if (error.sqlState !== null && error.isPassing) return 'starting';
    if (error.isPassing) return 'unreachable';
    throw error;
  }
}

const WATCHER = 'watcher';
const NO_SUCH_DATABASE = '3D000';
const DUPLICATES: ReadonlySet<string> = new Set(['42P04', '23505']);

async function createDatabase(target: Target & { readonly kind: 'embedded' }): Promise<void> {
  const connection = await openConnection({ ...target, database: 'postgres' });
  try {
    await connection.query(`create database ${DATABASE}`);
  } catch (error) {
    // Another start was quicker.
    if (!(error instanceof DatabaseError && DUPLICATES.has(error.sqlState ?? ''))) throw error;
  } finally {
    await connection.close();
  }
}

/** Other processes that use the server. Zero where it is gone, and then there is nothing to stop either. */
async function countOthers(connection: Connection): Promise<number> {
  const rows = await connection
    .query<{ count: number }>(
      `select count(*) from pg_stat_activity
       where application_name like 'tidewatt/% ${WATCHER}' and pid <> pg_backend_pid()`,
    )
    .catch(() => []);
  return rows[0]?.count ?? 0;
}
