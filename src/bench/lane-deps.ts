import { randomBytes } from 'node:crypto';
import type { Deps } from '../app/deps.ts';
import { systemClock } from '../runtime/clock.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';

/** What use cases and lane workers need, on a clock that the benchmark sets. */
export function laneDeps(database: Database, nowMs: () => number): Deps {
  return {
    database,
    clock: { nowMs },
    realClock: systemClock,
    newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
    log: makeLog({ level: 'error', nowMs: systemClock.nowMs }),
  };
}
