import { setTimeout as delay } from 'node:timers/promises';
import { claimDue, deliverCursor } from '../app/deliver-webhooks.ts';
import type { WebhookDeps } from '../app/webhook-deps.ts';
import { readNextDeliveryAtMs } from '../store/webhook-cursors.ts';
import { type Loop, startLoop } from './loop.ts';

/** What no bell of this process tells is found after so long: events placed by another process, a retry of another's. */
const POLL_MS = 250;
/** Rounds are at least so far apart, however often the bell rings. */
const APART_MS = 5;
/** Cursors delivered beside each other: one that hangs keeps its place for seconds, then waits outside. */
const UNDER_WAY_MAX = 500;

/** Delivers webhooks: what the log has for each, as it comes, and what failed when its time has come. */
export function startWebhookWorker(deps: WebhookDeps): Loop {
  const underWay = new Set<Promise<void>>();
  const loop = startLoop({
    name: 'webhooks',
    log: deps.log,
    async round() {
      const room = UNDER_WAY_MAX - underWay.size;
      const claimed = room > 0 ? await claimDue(deps, room) : [];
      for (const cursor of claimed) {
        const work: Promise<void> = deliverCursor(deps, cursor)
          .catch((error: unknown) => {
            deps.log.error('webhooks: a delivery failed here and will be tried again', {
              webhookId: cursor.webhook.id,
              error,
            });
          })
          .finally(() => {
            underWay.delete(work);
            // What came after it had looked, and before it gave up its claim, nobody else has seen.
            loop.wake();
          });
        underWay.add(work);
      }
      await delay(APART_MS);
      if (claimed.length > 0) return 0;
      const nextAtMs = await readNextDeliveryAtMs(deps.database);
      const untilNextMs = nextAtMs === null ? POLL_MS : nextAtMs - deps.clock.nowMs();
      return Math.min(Math.max(untilNextMs, 0), POLL_MS);
    },
  });
  const stopListening = deps.bells?.placed.onRing(loop.wake);
  return {
    wake: loop.wake,
    async stop() {
      stopListening?.();
      await loop.stop();
      // A delivery under way has seconds at most; what is not finished then is repeated by the next start.
      await Promise.all(underWay);
    },
  };
}
