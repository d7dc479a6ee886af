import type { Deps } from '../app/deps.ts';
import { EVENT_KEPT_MS } from '../domain/rules.ts';
import { DAY_MS, MINUTE_MS } from '../domain/units.ts';
import { dropOld, makePartitions } from '../store/partitions.ts';
import { type Loop, startLoop } from './loop.ts';

/** Readings, steps and events are kept so long. */
export const RETENTION_MS = 90 * DAY_MS;
/** Events are kept so long at least, whatever the retention: subscriptions may still have to deliver them. */
const EVENT_RETENTION_MS = Math.max(RETENTION_MS, EVENT_KEPT_MS);
/** How often it is looked whether a day of the service's clock has passed; a sandbox's days are short. */
const LOOK_EVERY_MS = MINUTE_MS;

/** Once a day of the service's clock: makes the partitions of the next weeks and drops what is older than the retention. */
export function startRetentionWorker(deps: Deps): Loop {
  let doneDay = -1;
  return startLoop({
    name: 'retention',
    log: deps.log,
    async round() {
      const nowMs = deps.clock.nowMs();
      const day = Math.floor(nowMs / DAY_MS);
      if (day === doneDay) return LOOK_EVERY_MS;
      const made = await makePartitions(deps.database, nowMs);
      const dropped = await dropOld(deps.database, nowMs - RETENTION_MS, nowMs - EVENT_RETENTION_MS);
      if (made.length > 0 || dropped.length > 0) deps.log.debug('partitions were kept', { made, dropped });
      doneDay = day;
      return LOOK_EVERY_MS;
    },
  });
}
