/**
 * A statement or connection that failed. `cause` is what the driver threw. The message names the statement, never
 * its values, which may be personal.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** PostgreSQL's five characters (https://www.postgresql.org/docs/current/errcodes-appendix.html), null where the connection failed. */
  readonly sqlState: string | null;
  readonly constraint: string | null;
  /** The world was at fault, not the statement: the same work may succeed later. */
  readonly isPassing: boolean;

  constructor(doing: string, cause: unknown) {
    super(`${doing}: ${messageOf(cause)}`, { cause });
    this.sqlState = sqlStateOf(cause);
    this.constraint = textField(cause, 'constraint');
    this.isPassing = isPassing(cause);
  }
}

/**
 * True where the same transaction may well succeed when tried again: connection lost or refused, server starting or
 * stopping, serialization failure, deadlock, lock timeout, server out of memory, disk or connections. After a
 * connection lost during commit nobody knows whether it committed: what is tried again must be idempotent.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.isPassing;
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  const sqlState = sqlStateOf(error);
  if (sqlState !== null) {
    return (
      PASSING_CLASSES.has(sqlState.slice(0, 2)) ||
      PASSING_STATES.has(sqlState) ||
      isStalePlan(sqlState, error)
    );
  }
  return isConnectionLoss(error);
}

/** True where a row with this key is there already; with a name, only for that constraint or unique index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  return constraint === undefined || textField(error, 'constraint') === constraint;
}

/** True where a lock was not had within `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === '55P03';
}

/** True where the connection cannot be used again and must leave the pool. */
export function isBrokenConnection(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  if (sqlState === null) return true;
  return sqlState.startsWith('08') || sqlState.startsWith('57P') || isStalePlan(sqlState, error);
}

function sqlStateOf(error: unknown): string | null {
  const code = textField(error, 'sqlState') ?? textField(error, 'code');
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && /[0-9]/.test(code) ? code : null;
}

// 08 connection exception, 40 transaction rollback, 53 insufficient resources, 58 system error
const PASSING_CLASSES: ReadonlySet<string> = new Set(['08', '40', '53', '58']);
// read-only after a failover, lock not available, idle in transaction, then: stopped by an administrator, crashed, starting
const PASSING_STATES: ReadonlySet<string> = new Set([
  '25006',
  '25P03',
  '55P03',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

const NODE_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EAI_AGAIN',
]);

// pg throws these without a code.
const DRIVER_MESSAGES =
  /^(Connection terminated|Connection ended|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

function isConnectionLoss(error: unknown): boolean {
  const code = textField(error, 'code');
  if (code !== null && NODE_CODES.has(code)) return true;
  return error instanceof Error && DRIVER_MESSAGES.test(error.message);
}

/** A prepared statement whose table was migrated under it: it fails on this connection for ever, on a new one never. */
function isStalePlan(sqlState: string, error: unknown): boolean {
  return sqlState === '0A000' && messageOf(error).includes('cached plan must not change result type');
}

function textField(value: unknown, field: string): string | null {
  if (typeof value !== 'object' || value === null || !(field in value)) return null;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' ? found : null;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
