import type { Deps } from '../app/deps.ts';
import { nextDueAtMs, runDueLanes } from '../app/run-lanes.ts';
import { type Loop, startLoop } from './loop.ts';

/** Lanes stepped in one transaction. */
const LANES_AT_ONCE = 100;
/** What other processes append is seen after so long at the latest. */
const POLL_MS = 250;

/** Steps due lanes: at their timers, when it is woken, and when something waits in the inbox. */
export function startLaneWorker(deps: Deps): Loop {
  return startLoop({
    name: 'lanes',
    log: deps.log,
    async round() {
      const stepped = await runDueLanes(deps, LANES_AT_ONCE);
      if (stepped > 0) return 0;
      const dueAtMs = await nextDueAtMs(deps);
      const untilDueMs = dueAtMs === null ? POLL_MS : dueAtMs - deps.clock.nowMs();
      // A lane that is due and was not stepped is held by another process.
      return untilDueMs <= 0 ? POLL_MS : Math.min(untilDueMs, POLL_MS);
    },
  });
}
