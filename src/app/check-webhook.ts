import { checkUrl } from '../webhooks/check-url.ts';
import { secretFault } from '../webhooks/sign.ts';
import type { Issue } from '../wire/problem.ts';
import type { WebhookPatch } from '../wire/webhook.ts';

/** What is wrong with the settings given of a subscription. Its name is asked for at each connection, not here. */
export function checkWebhook({ url, secret }: WebhookPatch, allowsPrivate: boolean): Issue[] {
  const issues: Issue[] = [];
  if (url !== undefined) {
    const checked = checkUrl(url, allowsPrivate);
    if (checked.kind === 'refused') issues.push({ path: 'url', message: checked.reason });
  }
  const fault = secret === undefined ? null : secretFault(secret);
  if (fault !== null) issues.push({ path: 'secret', message: fault });
  return issues;
}
