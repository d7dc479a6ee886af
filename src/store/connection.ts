import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { valueTypes } from './values.ts';

/** Where a PostgreSQL is: the embedded one behind its unix socket, or a server by its URL. */
export type Target =
  | {
      readonly kind: 'embedded';
      /** The folder of the socket. */
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
    }
  | { readonly kind: 'server'; readonly url: string };

/** Anything that runs a statement. */
export interface Query {
  /**
   * The rows of one statement. With a name it is prepared once a connection: one name, one text. Without values the
   * text may hold several statements; the rows are then the last one's.
   * @throws DatabaseError
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]>;
}

/** One session of its own: for locks that live as long as it does, and for notifications. */
export interface Connection extends Query {
  readonly processId: number;
  /** Fulfilled when the connection is gone, whoever ended it. Never rejected. */
  readonly ended: Promise<void>;
  onNotice(take: (channel: string, payload: string) => void): void;
  close(): Promise<void>;
}

const CONNECT_LIMIT_MS = 10_000;
/** A statement that runs longer is ended by the server, unless the transaction asks for more. */
export const STATEMENT_LIMIT_MS = 60_000;
/** What the network may add to the server's own limit before the connection counts as dead. */
const NETWORK_LIMIT_MS = 5_000;

/** @throws DatabaseError */
export async function openConnection(target: Target, role = ''): Promise<Connection> {
  const client = new pg.Client(clientOptions(target, role));
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
  });
  // Without a listener a lost connection would end the process; `ended` tells it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    await client.end().catch(() => {});
    throw new DatabaseError('cannot connect to the database', cause);
  }
  return {
    ...queryOn(client, STATEMENT_LIMIT_MS),
    processId: Reflect.get(client, 'processID') ?? 0,
    ended,
    onNotice(take) {
      client.on('notification', (notice) => take(notice.channel, notice.payload ?? ''));
    },
    close: () => client.end(),
  };
}

/** The name that a connection shows in pg_stat_activity: PostgreSQL cuts it at 63 bytes. */
export function applicationName(role: string): string {
  return `tidewatt/${process.pid}${role === '' ? '' : ` ${role}`}`;
}

export function clientOptions(target: Target, role: string): pg.ClientConfig {
  const place =
    target.kind === 'server'
      ? { connectionString: target.url }
      : { host: target.host, port: target.port, user: target.user, database: target.database };
  return {
    ...place,
    application_name: applicationName(role),
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    idle_in_transaction_session_timeout: STATEMENT_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    types: valueTypes as pg.CustomTypesConfig,
  };
}

/** Statements on a client that somebody else opens and closes. `limitMs` of 0 waits for ever. */
export function queryOn(client: pg.ClientBase, limitMs: number): Query {
  return {
    async query<Row extends object>(
      text: string,
      values?: readonly unknown[],
      name?: string,
    ): Promise<Row[]> {
      const config = {
        text,
        values: values === undefined ? undefined : [...values],
        name,
        query_timeout: limitMs === 0 ? 0 : limitMs + NETWORK_LIMIT_MS,
      };
      try {
        // Several statements in one text give a list of results.
        const answer: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(config);
        const last = Array.isArray(answer) ? answer.at(-1) : answer;
        return last?.rows ?? [];
      } catch (cause) {
        throw new DatabaseError(`statement ${name ?? startOf(text)} failed`, cause);
      }
    },
  };
}

function startOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `"${line.slice(0, 80)}…"` : `"${line}"`;
}
