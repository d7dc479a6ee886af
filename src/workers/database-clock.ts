import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Query } from '../store/database.ts';
import { startLoop } from './loop.ts';

/** The clock of a service: every process of it reads the same one, the database's. */
export interface DatabaseClock extends Clock {
  stop(): Promise<void>;
}

/** How often the distance to the database's clock is measured anew. */
const CALIBRATE_EVERY_MS = 60_000;

/** The database's time, told from this machine's by their distance; it never goes back. */
export async function startDatabaseClock(query: Query, realClock: Clock, log: Log): Promise<DatabaseClock> {
  let offsetMs = await measureOffsetMs(query, realClock);
  let lastMs = 0;
  let isFirst = true;
  const loop = startLoop({
    name: 'clock',
    log,
    async round() {
      if (!isFirst) offsetMs = await measureOffsetMs(query, realClock);
      isFirst = false;
      return CALIBRATE_EVERY_MS;
    },
  });
  return {
    nowMs() {
      lastMs = Math.max(lastMs, Math.round(realClock.nowMs() + offsetMs));
      return lastMs;
    },
    stop: loop.stop,
  };
}

async function measureOffsetMs(query: Query, realClock: Clock): Promise<number> {
  const beforeMs = realClock.nowMs();
  const [row] = await query.query<{ now: number }>('select clock_timestamp() as now');
  if (row === undefined) throw new Error('the database did not tell its time');
  return row.now - (beforeMs + realClock.nowMs()) / 2;
}
