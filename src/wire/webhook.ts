import { z } from 'zod';
import { EVENT_KINDS } from './event.ts';
import { instantOut, text, toInstant, uuidOut } from './scalars.ts';

/** Every event that a subscription may name; * is all of them. */
const WEBHOOK_EVENTS = ['*', ...EVENT_KINDS, 'system:heartbeat', 'webhook:test'] as const;

/** Headers that are ours, or that change how a request is read. */
const RESERVED_HEADERS =
  /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|user-agent|webhook-.*|x-enode-.*)$/;

const authentication = z
  .strictObject({
    headerName: z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header')
      .transform((name) => name.toLowerCase())
      .refine(
        (name) => !RESERVED_HEADERS.test(name),
        'expected another header: this one is set by the delivery',
      )
      .meta({ example: 'authorization' }),
    headerValue: z
      .string()
      .regex(
        /^[\x21-\x7e]([\x20-\x7e]{0,1998}[\x21-\x7e])?$/,
        'expected 1 to 2000 printable ASCII characters',
      )
      .meta({ example: 'Bearer …' }),
  })
  .meta({ description: 'A header that is sent with every delivery; its value is never returned.' });

const settings = {
  url: z.string().max(2000).meta({ example: 'https://example.com/hooks/tidewatt' }),
  secret: z.string().max(200).meta({
    description:
      'At least 16 printable ASCII characters; one that begins with whsec_ is base64. Never returned.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  }),
  events: z
    .array(z.enum(WEBHOOK_EVENTS, `expected one of ${WEBHOOK_EVENTS.join(', ')}`))
    .min(1, 'expected at least one event')
    .max(20)
    .meta({ description: '["*"] is all.', example: ['flex:session:updated'] }),
  format: z.enum(['single', 'batch']).meta({
    description: 'single: one object a request. batch: an array of up to 100 events and 1 MiB.',
  }),
};

export const webhookIn = z
  .strictObject({
    url: settings.url,
    secret: settings.secret,
    events: settings.events.optional(),
    authentication: authentication.nullable().optional(),
    format: settings.format.optional(),
  })
  .meta({
    id: 'WebhookIn',
    example: {
      url: 'https://example.com/hooks/tidewatt',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      events: ['flex:session:updated'],
      format: 'batch',
    },
  });
export type WebhookIn = z.output<typeof webhookIn>;

export const webhookPatch = z
  .strictObject({
    url: settings.url.optional(),
    secret: settings.secret.optional(),
    events: settings.events.optional(),
    authentication: authentication.nullable().optional(),
    format: settings.format.optional(),
  })
  .meta({ id: 'WebhookPatch', example: { secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' } });
export type WebhookPatch = z.output<typeof webhookPatch>;

export const webhookSchema = z
  .object({
    id: uuidOut,
    url: z.string(),
    events: z.array(z.string()),
    format: z.enum(['single', 'batch']),
    authentication: z.object({ headerName: z.string() }).nullable(),
    isActive: z.boolean(),
    inactiveReason: z.string().nullable().meta({ description: 'Why it was switched off.' }),
    lastSuccess: instantOut.nullable(),
    pendingEvents: z.int().meta({ description: 'How many wait, counted among the next 100,000 of the log.' }),
    nextAttemptAt: instantOut.nullable().meta({ description: 'After a failure: when it is tried again.' }),
    oldSecretValidUntil: instantOut.nullable().meta({
      description: 'After a change of the secret both sign until then.',
    }),
    createdAt: instantOut,
  })
  .meta({ id: 'Webhook', description: "A subscription: a cursor over the client's events." });
export type WireWebhook = z.infer<typeof webhookSchema>;

export const testResultSchema = z
  .object({
    status: z.enum(['SUCCESS', 'FAILURE']),
    description: z.string(),
    response: z
      .object({ code: z.int(), body: z.string().meta({ description: 'The first KiB.' }) })
      .nullable()
      .meta({ description: 'Null when no answer came.' }),
  })
  .meta({ id: 'WebhookTestResult' });
export type WireTestResult = z.infer<typeof testResultSchema>;

export const replayIn = z
  .strictObject({
    from: text(100).meta({
      description:
        'An instant with an offset, or the id of the event after which to begin, as in `eventIds`.',
    }),
  })
  .meta({ id: 'WebhookReplayIn', example: { from: '2025-06-10T18:00:00Z' } });

export const replaySchema = z
  .object({
    replay: z.int().nullable().meta({
      description: 'Its number, a part of webhook-id; null when there is nothing to deliver again.',
    }),
    events: z.int(),
  })
  .meta({ id: 'WebhookReplay' });
export type WireReplay = z.infer<typeof replaySchema>;

export const deliverySchema = z
  .object({
    deliveryId: z.string().meta({ description: 'The webhook-id.' }),
    kind: z.enum(['events', 'heartbeat', 'test']),
    status: z.enum(['DELIVERED', 'FAILED']),
    responseStatus: z.int().nullable(),
    error: z.string().nullable(),
    response: z.string().nullable().meta({ description: 'The first KiB of the answer.' }),
    attemptedAt: instantOut,
    tookMs: z.int(),
    eventIds: z.array(z.string()).meta({ description: 'As in Last-Event-ID and in the `from` of a replay.' }),
  })
  .meta({ id: 'WebhookDelivery', description: 'One try.' });

interface WebhookFacts {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly format: 'single' | 'batch';
  readonly authentication: { readonly headerName: string } | null;
  readonly isActive: boolean;
  readonly inactiveReason: string | null;
  readonly lastSuccessAtMs: number | null;
  readonly retryAtMs: number | null;
  readonly oldSecret: { readonly untilMs: number } | null;
  readonly createdAtMs: number;
}

export function toWireWebhook(webhook: WebhookFacts, pendingEvents: number, nowMs: number): WireWebhook {
  const { authentication: header, oldSecret, isActive } = webhook;
  return {
    id: webhook.id,
    url: webhook.url,
    events: [...webhook.events],
    format: webhook.format,
    authentication: header === null ? null : { headerName: header.headerName },
    isActive,
    inactiveReason: webhook.inactiveReason,
    lastSuccess: toInstant(webhook.lastSuccessAtMs),
    pendingEvents,
    nextAttemptAt: isActive ? toInstant(webhook.retryAtMs) : null,
    oldSecretValidUntil:
      oldSecret !== null && nowMs < oldSecret.untilMs ? toInstant(oldSecret.untilMs) : null,
    createdAt: toInstant(webhook.createdAtMs),
  };
}

interface DeliveryFacts {
  readonly deliveryId: string;
  readonly kind: 'events' | 'heartbeat' | 'test';
  readonly positions: readonly number[];
  readonly attemptedAtMs: number;
  readonly tookMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
}

/** `toEventId` gives the cursor of a position. */
export function toWireDelivery(
  delivery: DeliveryFacts,
  toEventId: (position: number) => string,
): z.infer<typeof deliverySchema> {
  return {
    deliveryId: delivery.deliveryId,
    kind: delivery.kind,
    status: delivery.error === null ? 'DELIVERED' : 'FAILED',
    responseStatus: delivery.status,
    error: delivery.error,
    response: delivery.answer,
    attemptedAt: toInstant(delivery.attemptedAtMs),
    tookMs: delivery.tookMs,
    eventIds: delivery.positions.map(toEventId),
  };
}
