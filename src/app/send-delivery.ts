import type { DeliveryRow } from '../store/webhook-deliveries.ts';
import type { Webhook } from '../store/webhooks.ts';
import type { EgressAnswer } from '../webhooks/egress.ts';
import { readRetryAfterMs } from '../webhooks/schedule.ts';
import { signedHeaders } from '../webhooks/sign.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** What is delivered in one request. */
export interface Outgoing {
  readonly deliveryId: string;
  readonly kind: DeliveryRow['kind'];
  /** Of its events; none of a heartbeat or a test. */
  readonly positions: readonly number[];
  /** Bodies of events, as they are stored. */
  readonly bodies: readonly string[];
}

export interface Sent {
  readonly isDelivered: boolean;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** For the log of deliveries. */
  readonly row: DeliveryRow;
}

/** Signs one request and posts it; never throws for what the receiver does. To be called outside of any transaction. */
export async function sendDelivery(deps: WebhookDeps, webhook: Webhook, outgoing: Outgoing): Promise<Sent> {
  const { deliveryId, kind, positions, bodies } = outgoing;
  const body = Buffer.from(webhook.format === 'batch' ? `[${bodies.join(',')}]` : (bodies[0] ?? ''));
  const attemptedAtMs = deps.clock.nowMs();
  const beganAtMs = deps.realClock.nowMs();
  const answer = await deps.egress.post({
    key: webhook.id,
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'tidewatt',
      ...(webhook.authentication === null
        ? {}
        : { [webhook.authentication.headerName]: webhook.authentication.headerValue }),
      ...signedHeaders(secretsOf(webhook, attemptedAtMs), deliveryId, Math.floor(beganAtMs / 1000), body),
    },
    body,
  });
  const error = errorOf(answer);
  const isAnswered = answer.kind === 'answered';
  return {
    isDelivered: error === null,
    status: isAnswered ? answer.status : null,
    retryAfterMs: readRetryAfterMs(isAnswered ? answer.retryAfter : null, beganAtMs),
    row: {
      deliveryId,
      kind,
      positions,
      attemptedAtMs,
      tookMs: Math.max(Math.round(deps.realClock.nowMs() - beganAtMs), 0),
      status: isAnswered ? answer.status : null,
      error,
      answer: isAnswered ? answer.excerpt : null,
    },
  };
}

function secretsOf({ secret, oldSecret }: Webhook, nowMs: number): [string, ...string[]] {
  return oldSecret !== null && nowMs < oldSecret.untilMs ? [secret, oldSecret.secret] : [secret];
}

function errorOf(answer: EgressAnswer): string | null {
  switch (answer.kind) {
    case 'answered':
      if (answer.status >= 200 && answer.status < 300) return null;
      if (answer.status >= 300 && answer.status < 400) {
        return `the receiver answered ${answer.status}: redirects are not followed`;
      }
      return `the receiver answered ${answer.status}`;
    case 'refused':
      return `not sent: ${answer.reason}`;
    case 'failed':
      return answer.reason;
  }
}
