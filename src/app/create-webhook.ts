import {
  countWebhooks,
  insertWebhook,
  readWebhook,
  type Webhook,
  type WebhookView,
} from '../store/webhooks.ts';
import { BATCH_MAX_EVENTS } from '../webhooks/schedule.ts';
import type { WebhookIn } from '../wire/webhook.ts';
import { checkWebhook } from './check-webhook.ts';
import { decide, no, type Result, yes } from './result.ts';
import type { WebhookDeps } from './webhook-deps.ts';
import { nextHeartbeatAtMs } from './webhook-events.ts';

/** Subscriptions of one client: each is a reader of its log, and a few requests under way. */
const WEBHOOKS_MAX_COUNT = 50;

/** A new subscription; it gets what happens from now on. */
export async function createWebhook(
  deps: WebhookDeps,
  clientId: string,
  body: WebhookIn,
): Promise<Result<WebhookView>> {
  const issues = checkWebhook(body, deps.egress.allowsPrivate);
  if (issues.length > 0) return no('bad-request', 'The webhook is not in order.', issues);
  const nowMs = deps.clock.nowMs();
  const webhook: Webhook = {
    clientId,
    id: deps.newId(),
    url: body.url,
    secret: body.secret,
    oldSecret: null,
    events: body.events ?? ['*'],
    authentication: body.authentication ?? null,
    format: body.format ?? 'single',
    isActive: true,
    inactiveReason: null,
    lastSuccessAtMs: null,
    createdAtMs: nowMs,
  };
  return decide(deps.database, async (tx) => {
    if ((await countWebhooks(tx, clientId)) >= WEBHOOKS_MAX_COUNT) {
      return no('conflict', `A client has at most ${WEBHOOKS_MAX_COUNT} webhooks; delete one first.`);
    }
    const heartbeatAtMs = nextHeartbeatAtMs(webhook.events, nowMs);
    await insertWebhook(tx, webhook, { batchMax: BATCH_MAX_EVENTS, heartbeatAtMs });
    const view = await readWebhook(tx, clientId, webhook.id);
    return view === null ? no('not-found', `There is no webhook ${webhook.id}.`) : yes(view);
  });
}
