import { setTimeout as delay } from 'node:timers/promises';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { applicationName, type Connection, openConnection, type Query, type Target } from './connection.ts';
import { isPassing } from './database-error.ts';
import { isAlive } from './embedded-holder.ts';

/** Another service works on this folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  /** Null while it has not opened its port yet. */
  readonly url: string | null;

  constructor({ pid, url }: Incumbent) {
    const who =
      url === null
        ? `is starting (process ${pid ?? 'unknown'})`
        : `runs at ${url} (process ${pid ?? 'unknown'})`;
    super(
      `another tidewatt ${who} on the same data: use that one, stop it, or choose another folder with TIDEWATT_DATA_DIR`,
    );
    this.url = url;
  }
}

export interface ServiceLock {
  /** The URL that a second service names. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

export interface ServiceLockOptions {
  /** The embedded database; on a server any number of services work side by side, without this lock. */
  readonly target: Target;
  /** The database was away and another service took the lock meanwhile, or it did not come back: this one must end. */
  readonly onLost: (error: Error) => void;
}

/** How long a first service may be without a URL, or dead and still holding the lock, before the second gives up. */
const WAIT_LIMIT_MS = 5_000;
/** As long as a start of the embedded database may take. */
const RETAKE_LIMIT_MS = 5 * 60_000;
const POLL_MS = 25;

/**
 * Takes the one place of a service on an embedded database, for as long as this process lives. The lock belongs to a
 * connection of its own: a kill ends both, and nothing is left to be tidied up. When the database restarts, the lock
 * is taken again. The URL stands in that connection's application name, where the second service finds it
 * (PostgreSQL cuts it at 63 bytes).
 * @throws AlreadyRunning
 */
export async function lockService({ target, onLost }: ServiceLockOptions): Promise<ServiceLock> {
  let url = 'service';
  let isReleased = false;
  let connection = await take(target, url);

  async function watch(): Promise<void> {
    for (;;) {
      await connection.ended;
      if (isReleased) return;
      connection = await retake(
        target,
        () => url,
        () => isReleased,
      );
      if (isReleased) return connection.close();
    }
  }
  const watching = watch().catch((error: Error) => {
    if (!isReleased) onLost(error);
  });

  return {
    async announce(given) {
      url = given;
      await setName(connection, url).catch((error: unknown) => {
        // A lock that is taken again carries the new name.
        if (!isPassing(error)) throw error;
      });
    },
    async release() {
      isReleased = true;
      await connection.close();
      await watching;
    },
  };
}

interface Incumbent {
  readonly pid: number | null;
  readonly url: string | null;
}

/** So long a killed process and its connection may take to be gone. */
const DYING_LIMIT_MS = 1_000;

async function retake(target: Target, url: () => string, isUnwanted: () => boolean): Promise<Connection> {
  const untilMs = performance.now() + RETAKE_LIMIT_MS;
  for (;;) {
    try {
      const connection = await take(target, url());
      // It may have been announced while the lock was taken.
      await setName(connection, url());
      return connection;
    } catch (error) {
      if (!isPassing(error) || isUnwanted() || performance.now() > untilMs) throw error;
      await delay(POLL_MS);
    }
  }
}

async function take(target: Target, role: string): Promise<Connection> {
  const connection = await openConnection(target, role);
  try {
    const startMs = performance.now();
    const untilMs = startMs + WAIT_LIMIT_MS;
    while (!(await tryLock(connection))) {
      const incumbent = await findIncumbent(connection);
      const isServing = incumbent.url !== null && incumbent.pid !== null && isAlive(incumbent.pid);
      // A process that was killed a moment ago still counts as alive.
      const isSure = isServing && performance.now() > startMs + DYING_LIMIT_MS;
      if (isSure || performance.now() > untilMs) throw new AlreadyRunning(incumbent);
      await delay(POLL_MS);
    }
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function tryLock(query: Query): Promise<boolean> {
  const [row] = await query.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    ADVISORY_LOCKS.service,
  ]);
  return row?.taken === true;
}

async function findIncumbent(query: Query): Promise<Incumbent> {
  const [row] = await query.query<{ name: string }>(
    `select a.application_name as name
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::int8 << 32) | l.objid::int8 = $1`,
    [ADVISORY_LOCKS.service],
  );
  const [, pid, role] = /^tidewatt\/(\d+) (.*)$/.exec(row?.name ?? '') ?? [];
  return { pid: pid === undefined ? null : Number(pid), url: role?.startsWith('http') ? role : null };
}

async function setName(query: Query, role: string): Promise<void> {
  await query.query(`select set_config('application_name', $1, false)`, [applicationName(role)]);
}
