import { z } from 'zod';
import { changeWebhook } from '../app/change-webhook.ts';
import { createWebhook } from '../app/create-webhook.ts';
import { deleteWebhook } from '../app/delete-webhook.ts';
import { pendingEventsOf } from '../app/pending-events.ts';
import { type ReplayFrom, replayWebhook } from '../app/replay-webhook.ts';
import { no } from '../app/result.ts';
import { testWebhook } from '../app/test-webhook.ts';
import type { WebhookDeps } from '../app/webhook-deps.ts';
import { readDeliveries } from '../store/webhook-deliveries.ts';
import { listWebhooks, readWebhook, type WebhookView } from '../store/webhooks.ts';
import { pageOf, pageQuery } from '../wire/page.ts';
import { instantIn, uuid } from '../wire/scalars.ts';
import {
  deliverySchema,
  replayIn,
  replaySchema,
  testResultSchema,
  toWireDelivery,
  toWireWebhook,
  type WireWebhook,
  webhookIn,
  webhookPatch,
  webhookSchema,
} from '../wire/webhook.ts';
import { BY_ID, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { decodeEventCursor, encodeEventCursor } from './event-cursor.ts';

const tag = 'Webhooks';
const params = z.object({ webhookId: uuid });

const list = defineRoute({
  method: 'GET',
  path: '/webhooks',
  tag,
  summary: 'List webhooks',
  description: 'The newest first.',
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page.', schema: pageOf(webhookSchema).meta({ id: 'WebhookPage' }) } },
})(async ({ query, clientId }, { webhooks: deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listWebhooks(deps.database, clientId, page.value);
  const shown = new Map<string, WireWebhook>();
  for (const view of found.rows) shown.set(view.id, await toWire(deps, view));
  const { pagination } = toWirePage(found, ({ id }) => id);
  return { status: 200, body: { data: [...shown.values()], pagination } };
});

const create = defineRoute({
  method: 'POST',
  path: '/webhooks',
  tag,
  summary: 'Create a webhook',
  description:
    'It gets every event from now on, at least once and in order for each session, signed with the secret in the ' +
    'manner of Standard Webhooks. At most 50 for a client.',
  body: webhookIn,
  answers: { 201: { description: 'The new webhook.', schema: webhookSchema } },
})(async ({ body, clientId }, { webhooks: deps }) => {
  const created = await createWebhook(deps, clientId, body);
  return created.ok ? { status: 201, body: await toWire(deps, created.value) } : created;
});

const get = defineRoute({
  method: 'GET',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Get a webhook',
  params,
  answers: { 200: { description: 'The webhook.', schema: webhookSchema } },
})(async ({ params: { webhookId }, clientId }, { webhooks: deps }) => {
  const view = await readWebhook(deps.database, clientId, webhookId);
  if (view === null) return missing(webhookId);
  return { status: 200, body: await toWire(deps, view) };
});

const patch = defineRoute({
  method: 'PATCH',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Change a webhook',
  description:
    'What is left out stays; `authentication: null` removes the header. A new secret signs at once, the old one ' +
    'beside it for 24 hours. Any change, an empty one too, makes an inactive webhook active: it goes on where it ' +
    'stopped, with events up to 7 days old.',
  params,
  body: webhookPatch,
  answers: { 200: { description: 'The changed webhook.', schema: webhookSchema } },
})(async ({ params: { webhookId }, body, clientId }, { webhooks: deps }) => {
  const changed = await changeWebhook(deps, clientId, webhookId, body);
  return changed.ok ? { status: 200, body: await toWire(deps, changed.value) } : changed;
});

const remove = defineRoute({
  method: 'DELETE',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Delete a webhook',
  params,
  answers: { 204: { description: 'Deleted.' } },
})(async ({ params: { webhookId }, clientId }, { webhooks: deps }) => {
  const deleted = await deleteWebhook(deps, clientId, webhookId);
  return deleted.ok ? { status: 204 } : deleted;
});

const test = defineRoute({
  method: 'POST',
  path: '/webhooks/{webhookId}/test',
  tag,
  summary: 'Test a webhook',
  description:
    'Sends a `webhook:test` event and waits for the answer. A success makes an inactive webhook active.',
  params,
  answers: { 200: { description: 'What came of it.', schema: testResultSchema } },
})(async ({ params: { webhookId }, clientId }, { webhooks: deps }) => {
  const tested = await testWebhook(deps, clientId, webhookId);
  return tested.ok ? { status: 200, body: tested.value } : tested;
});

const replay = defineRoute({
  method: 'POST',
  path: '/webhooks/{webhookId}/replay',
  tag,
  summary: 'Replay events to a webhook',
  description:
    'Delivers once more what was passed since an instant or an event, beside what happens meanwhile and with a ' +
    '`webhook-id` of its own. From before what is kept: 400, with the earliest time.',
  params,
  body: replayIn,
  answers: { 202: { description: 'It begins now.', schema: replaySchema } },
})(async ({ params: { webhookId }, body, clientId }, { webhooks: deps }) => {
  const from = replayFrom(body.from);
  if (from === null) {
    const message = 'expected an instant with an offset, or an id as in eventIds and Last-Event-ID';
    return no('bad-request', 'The beginning cannot be read.', [{ path: 'from', message }]);
  }
  const begun = await replayWebhook(deps, clientId, webhookId, from);
  return begun.ok ? { status: 202, body: begun.value } : begun;
});

const deliveries = defineRoute({
  method: 'GET',
  path: '/webhooks/{webhookId}/deliveries',
  tag,
  summary: 'List the last deliveries of a webhook',
  description: 'The last 100 tries, the newest first.',
  params,
  answers: {
    200: {
      description: 'The tries.',
      schema: z.object({ data: z.array(deliverySchema) }).meta({ id: 'WebhookDeliveries' }),
    },
  },
})(async ({ params: { webhookId }, clientId }, { webhooks: deps }) => {
  if ((await readWebhook(deps.database, clientId, webhookId)) === null) return missing(webhookId);
  const rows = await readDeliveries(deps.database, clientId, webhookId);
  return { status: 200, body: { data: rows.map((row) => toWireDelivery(row, encodeEventCursor)) } };
});

export const webhookRoutes: readonly Route[] = [list, create, get, patch, remove, test, replay, deliveries];

function replayFrom(text: string): ReplayFrom | null {
  const position = decodeEventCursor(text);
  if (position !== null) return { kind: 'cursor', position };
  const instant = instantIn.safeParse(text);
  return instant.success ? { kind: 'instant', atMs: instant.data } : null;
}

async function toWire(deps: WebhookDeps, view: WebhookView): Promise<WireWebhook> {
  return toWireWebhook(view, await pendingEventsOf(deps.database, view, view), deps.clock.nowMs());
}

function missing(webhookId: string): ReturnType<typeof no> {
  return no('not-found', `There is no webhook ${webhookId}.`);
}
