import { DAY_MS } from '../domain/units.ts';
import {
  lockWebhook,
  readWebhook,
  updateWebhook,
  type Webhook,
  type WebhookView,
} from '../store/webhooks.ts';
import type { WebhookPatch } from '../wire/webhook.ts';
import { checkWebhook } from './check-webhook.ts';
import { reactivate } from './reactivate-webhook.ts';
import { decide, no, type Result, yes } from './result.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** Both the old secret and the new one sign for so long. */
const ROTATION_MS = DAY_MS;

/** A subscription's settings, changed. Any change, an empty one too, lets it deliver again at once. */
export async function changeWebhook(
  deps: WebhookDeps,
  clientId: string,
  webhookId: string,
  patch: WebhookPatch,
): Promise<Result<WebhookView>> {
  const issues = checkWebhook(patch, deps.egress.allowsPrivate);
  if (issues.length > 0) return no('bad-request', 'The webhook would not be in order.', issues);
  const missing = no('not-found', `There is no webhook ${webhookId}.`);
  return decide(deps.database, async (tx) => {
    const old = await lockWebhook(tx, clientId, webhookId);
    if (old === null) return missing;
    const changed = patched(old, patch, deps.clock.nowMs());
    await updateWebhook(tx, changed);
    await reactivate(tx, changed, deps.clock.nowMs());
    const view = await readWebhook(tx, clientId, webhookId);
    return view === null ? missing : yes(view);
  });
}

function patched(old: Webhook, patch: WebhookPatch, nowMs: number): Webhook {
  const isNewSecret = patch.secret !== undefined && patch.secret !== old.secret;
  return {
    ...old,
    url: patch.url ?? old.url,
    secret: patch.secret ?? old.secret,
    oldSecret: isNewSecret ? { secret: old.secret, untilMs: nowMs + ROTATION_MS } : old.oldSecret,
    events: patch.events ?? old.events,
    authentication: patch.authentication === undefined ? old.authentication : patch.authentication,
    format: patch.format ?? old.format,
  };
}
