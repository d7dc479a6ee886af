import { DAY_MS } from '../domain/units.ts';
import type { Query } from '../store/database.ts';
import { positionBefore } from '../store/events.ts';
import { activateWebhook } from '../store/webhook-cursors.ts';
import type { Webhook } from '../store/webhooks.ts';
import { BATCH_MAX_EVENTS } from '../webhooks/schedule.ts';
import { nextHeartbeatAtMs } from './webhook-events.ts';

/** What waits for an inactive subscription is kept so long; older events are had by a replay, as long as the log has them. */
const KEPT_MS = 7 * DAY_MS;

/** Lets a subscription deliver again at once, going on where it stopped. `webhook` is as it was before. */
export async function reactivate(tx: Query, webhook: Webhook, nowMs: number): Promise<void> {
  const keptAfter = webhook.isActive ? 0 : await positionBefore(tx, webhook.clientId, nowMs - KEPT_MS);
  const heartbeatAtMs = nextHeartbeatAtMs(webhook.events, nowMs);
  await activateWebhook(tx, webhook, { batchMax: BATCH_MAX_EVENTS, keptAfter, heartbeatAtMs });
}
