import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openPool, type Target } from './database.ts';
import { isPassing } from './database-error.ts';
import { startEmbedded } from './embedded.ts';

export interface OpenOptions {
  /** A server of 15 or later; null for the embedded one. */
  readonly databaseUrl: string | null;
  /** The embedded one's folder; not looked at where there is a URL. */
  readonly dataDir: string;
  readonly connectionsMax?: number;
  /**
   * How long a server may be away or starting: after the loss of a machine it may come back later than we do. Default:
   * not at all. The embedded one is started anyway.
   */
  readonly serverWaitMs?: number;
  /** The embedded server died and could not be started again: the process should end. */
  readonly onGone?: (error: Error) => void;
  /** For a line in the log: the embedded server was restarted, an idle connection was lost. */
  readonly onNotice?: (message: string) => void;
}

export interface Store {
  readonly kind: 'embedded' | 'server';
  readonly database: Database;
  readonly target: Target;
  /** Where the embedded data really lie, which for root may be elsewhere than asked; null with a server. */
  readonly dataDir: string | null;
  /** Closes the pool, then stops the embedded server if no other process uses it. */
  stop(): Promise<void>;
}

const OLDEST_VERSION = 15;
const SERVER_POLL_MS = 250;

/**
 * The database of this set-up, reachable and of a version that fits; its schema is `migrate`'s affair.
 * @throws where it cannot be reached or started; the message says what to do.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  return options.databaseUrl === null ? openEmbedded(options) : openServer(options, options.databaseUrl);
}

async function openEmbedded({ dataDir, connectionsMax, onGone, onNotice }: OpenOptions): Promise<Store> {
  const embedded = await startEmbedded({ dataDir, onGone, onNotice });
  const target = embedded.target;
  const database = openPool({ target, connectionsMax, onLost: (error) => onNotice?.(error.message) });
  return {
    kind: 'embedded',
    database,
    target,
    dataDir: embedded.dataDir,
    async stop() {
      await database.close();
      await embedded.stop();
    },
  };
}

async function openServer(options: OpenOptions, url: string): Promise<Store> {
  const { connectionsMax, onNotice } = options;
  const target: Target = { kind: 'server', url };
  const database = openPool({ target, connectionsMax, onLost: (error) => onNotice?.(error.message) });
  try {
    const version = await readVersion(database, options);
    const major = Math.floor(version / 10_000);
    if (major < OLDEST_VERSION) {
      throw new Error(
        `the server of DATABASE_URL is PostgreSQL ${major}; tidewatt needs ${OLDEST_VERSION} or later`,
      );
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  return { kind: 'server', database, target, dataDir: null, stop: () => database.close() };
}

async function readVersion(database: Database, { serverWaitMs = 0, onNotice }: OpenOptions): Promise<number> {
  const untilMs = performance.now() + serverWaitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      const [row] = await database.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      return row?.version ?? 0;
    } catch (error) {
      if (!isPassing(error) || performance.now() >= untilMs) throw error;
      if (attempt === 1) {
        const why = error instanceof Error ? error.message : String(error);
        onNotice?.(`waiting for the server of DATABASE_URL, ${serverWaitMs / 1000} s at most: ${why}`);
      }
      await delay(SERVER_POLL_MS);
    }
  }
}
