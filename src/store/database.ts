import pg from 'pg';
import {
  type Connection,
  clientOptions,
  openConnection,
  type Query,
  queryOn,
  STATEMENT_LIMIT_MS,
  type Target,
} from './connection.ts';
import { DatabaseError, isBrokenConnection } from './database-error.ts';

export type { Connection, Query, Target } from './connection.ts';

export interface TransactionOptions {
  /** Default: read committed. */
  readonly isolation?: 'repeatable read' | 'serializable';
  readonly isReadOnly?: boolean;
  /** How long each statement may take; 0 is for ever. Default: a minute. */
  readonly statementLimitMs?: number;
}

/** The pool of connections. It heals by itself: after the server was away, new statements get new connections. */
export interface Database extends Query {
  /**
   * Commits what `work` did when it is fulfilled, rolls back when it throws. Never tries again by itself: ask
   * `isPassing(error)`, and see there what is unknown after a connection lost in commit.
   */
  transaction<T>(work: (tx: Query) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A session outside the pool, closed after `work`. */
  withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Waits for statements under way. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly target: Target;
  /** Most connections at once; further callers wait. */
  readonly connectionsMax?: number;
  /** A connection was lost while nobody used it. */
  readonly onLost?: (error: Error) => void;
}

export function openPool({ target, connectionsMax = 10, onLost }: PoolOptions): Database {
  const pool = new pg.Pool({ ...clientOptions(target, ''), max: connectionsMax });
  // Without a listener a server's restart would end our process.
  pool.on('error', (error) => onLost?.(error));
  // A new connection that is ended before its first caller can listen would do so too; the first statement tells it.
  pool.on('connect', (client) => client.on('error', () => {}));

  return {
    async query<Row extends object>(
      text: string,
      values?: readonly unknown[],
      name?: string,
    ): Promise<Row[]> {
      return withClient(pool, (client) => queryOn(client, STATEMENT_LIMIT_MS).query<Row>(text, values, name));
    },
    async transaction<T>(work: (tx: Query) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
      return withClient(pool, (client) => transactionOn(client, work, options));
    },
    async withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
      const connection = await openConnection(target);
      try {
        return await work(connection);
      } finally {
        await connection.close();
      }
    },
    close: () => pool.end(),
  };
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new DatabaseError('cannot connect to the database', cause);
  });
  // A client that breaks between two statements emits an error that nobody else hears.
  let broken: Error | undefined;
  const note = (error: Error): void => {
    broken = error;
  };
  client.on('error', note);
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof DatabaseError && isBrokenConnection(error.cause)) broken = error;
    throw error;
  } finally {
    client.off('error', note);
    client.release(broken);
  }
}

async function transactionOn<T>(
  client: pg.PoolClient,
  work: (tx: Query) => Promise<T>,
  { isolation, isReadOnly, statementLimitMs }: TransactionOptions,
): Promise<T> {
  const tx = queryOn(client, statementLimitMs ?? STATEMENT_LIMIT_MS);
  const begin = ['begin', isolation && `isolation level ${isolation}`, isReadOnly && 'read only'];
  const limit = statementLimitMs === undefined ? '' : `; set local statement_timeout = ${statementLimitMs}`;
  await tx.query(begin.filter(Boolean).join(' ') + limit);
  try {
    const result = await work(tx);
    await commit(client);
    return result;
  } catch (error) {
    if (error instanceof DatabaseError && isBrokenConnection(error.cause)) throw error;
    // Where this fails too, the connection is gone and the server has rolled back; the first error says what happened.
    await tx.query('rollback').catch(() => {});
    throw error;
  }
}

/** PostgreSQL answers "commit" after a failed statement with a silent rollback: here that is an error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const answer = await client.query('commit').catch((cause: unknown) => {
    throw new DatabaseError('commit failed', cause);
  });
  if (answer.command !== 'COMMIT') {
    const cause = new Error('a statement in it had failed and its error was caught');
    throw new DatabaseError('transaction rolled back instead of committed', cause);
  }
}
