import type { Clock } from '../runtime/clock.ts';
import type { Doorbell } from '../runtime/doorbell.ts';
import type { Log } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';

/** What every use case and worker is given. */
export interface Deps {
  readonly database: Database;
  /** The service's clock: the database's time, or the sandbox's. */
  readonly clock: Clock;
  /** Real time, for tokens, rate limits, idempotency keys and time-outs. */
  readonly realClock: Clock;
  /** A fresh uuid (version 7). */
  readonly newId: () => string;
  readonly log: Log;
  /** Without them what follows the event log looks for itself, a little later. */
  readonly bells?: Bells;
}

export interface Bells {
  /** Events were committed. */
  readonly written: Doorbell;
  /** Events were given their positions: readers of the log find more. */
  readonly placed: Doorbell;
}
