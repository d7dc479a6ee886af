import { logDeliveries } from '../store/webhook-deliveries.ts';
import { lockWebhook, readWebhook } from '../store/webhooks.ts';
import { toTestEvent } from '../wire/event.ts';
import type { WireTestResult } from '../wire/webhook.ts';
import { reactivate } from './reactivate-webhook.ts';
import { decide, no, type Result, yes } from './result.ts';
import { sendDelivery } from './send-delivery.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** Sends a test event and says what came of it; a success makes an inactive subscription active again. */
export async function testWebhook(
  deps: WebhookDeps,
  clientId: string,
  webhookId: string,
): Promise<Result<WireTestResult>> {
  const missing = no('not-found', `There is no webhook ${webhookId}.`);
  const webhook = await readWebhook(deps.database, clientId, webhookId);
  if (webhook === null) return missing;
  const nowMs = deps.clock.nowMs();
  const sent = await sendDelivery(deps, webhook, {
    deliveryId: `${webhook.id}_test_${deps.newId()}`,
    kind: 'test',
    positions: [],
    bodies: [JSON.stringify(toTestEvent(nowMs))],
  });
  const { status, answer, error } = sent.row;
  const stored = await decide(deps.database, async (tx) => {
    const now = await lockWebhook(tx, clientId, webhookId);
    if (now === null) return missing;
    await logDeliveries(tx, clientId, webhookId, [sent.row]);
    if (sent.isDelivered) await reactivate(tx, now, nowMs);
    return yes(null);
  });
  if (!stored.ok) return stored;
  return yes({
    status: sent.isDelivered ? 'SUCCESS' : 'FAILURE',
    description: error ?? 'The receiver accepted the test event.',
    response: status === null ? null : { code: status, body: answer ?? '' },
  });
}
