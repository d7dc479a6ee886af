import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { readNextDeliveryAtMs } from '../store/webhook-cursors.ts';
import { lockWebhook, readWebhook } from '../store/webhooks.ts';
import type { WebhookPatch } from '../wire/webhook.ts';
import { changeWebhook } from './change-webhook.ts';
import { claimDue, deliverCursor, deliverDue } from './deliver-webhooks.ts';
import { eraseUser } from './erase-user.ts';
import { reactivate } from './reactivate-webhook.ts';
import { testWebhook } from './test-webhook.ts';
import { makeWebhookWorld, numbered, type WebhookWorld } from './testing/webhook-world.ts';
import type { WebhookDeps } from './webhook-deps.ts';

const START_MS = Date.parse('2025-06-10T18:00:00Z');
const A = '01970000-0000-7000-8000-00000000000a';

describeOnDatabases('turns of delivery', (database) => {
  let world: WebhookWorld;
  let deps: WebhookDeps;
  let clientId: string;
  beforeEach(async () => {
    // What other tests of this suite left to do is none of this one's.
    await database().query('delete from webhooks');
    world = makeWebhookWorld(database(), START_MS);
    deps = world.deps;
    clientId = await world.newClient();
  });
  afterEach(() => world.close());

  const view = async (id: string) => {
    const found = await readWebhook(database(), clientId, id);
    if (found === null) throw new Error('expected the webhook');
    return found;
  };

  test.each([
    { what: 'a failure', status: 500 },
    { what: 'a 410', status: 410 },
  ])('a change during a try counts: $what of before delays and switches off nothing', async ({ status }) => {
    const [old, next] = [await world.receiver(), await world.receiver()];
    const { id } = await world.subscribe(clientId, old, { format: 'batch' });
    old.answer = async () => {
      await change(id, { url: next.url });
      return { status };
    };
    await world.tell(clientId, numbered(1, 3, [A]));
    await deliverDue(deps);
    expect(old.received).toHaveLength(1);
    expect(await view(id)).toMatchObject({ isActive: true, inactiveReason: null, retryAtMs: null });
    await deliverDue(deps);
    expect(next.accepted()).toEqual([1, 2, 3]);
  });

  test('a change during a try counts: heartbeats begin and end with it, and a delivered batch is not repeated', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    const changedDuringOne = async (n: number, events: WebhookPatch['events']): Promise<void> => {
      receiver.answer = async () => {
        receiver.answer = () => ({ status: 200 });
        await change(id, { events });
        return { status: 200 };
      };
      await world.tell(clientId, [{ n }]);
      await world.liveUntil(world.nowMs());
    };
    await changedDuringOne(1, ['*']);
    await world.liveUntil(START_MS + HOUR_MS);
    const heartbeat = { event: 'system:heartbeat' };
    expect(receiver.received.map(({ events }) => events)).toMatchObject([[{ n: 1 }], [heartbeat]]);
    await changedDuringOne(2, ['flex:session:updated']);
    await world.liveUntil(START_MS + 3 * HOUR_MS);
    expect(receiver.received.map(({ events }) => events)).toMatchObject([
      [{ n: 1 }],
      [heartbeat],
      [{ n: 2 }],
    ]);
  });

  test('a test that succeeds during a try that fails lets it try again at once', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = async ({ events: [{ event }] }) => {
      if (event === 'webhook:test') return { status: 200 };
      await testWebhook(deps, clientId, id);
      receiver.answer = () => ({ status: 200 });
      return { status: 500 };
    };
    await world.tell(clientId, [{ n: 1 }]);
    await deliverDue(deps);
    expect(await view(id)).toMatchObject({ retryAtMs: null });
    await deliverDue(deps);
    expect(receiver.accepted()).toEqual([undefined, 1]);
  });

  test('a change and the end of a try never wait for each other: neither is cut off, and nothing is repeated', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    let answer = (): void => {};
    const isHeld = new Promise<void>((resolve) => {
      receiver.answer = () =>
        new Promise((respond) => {
          answer = () => respond({ status: 200 });
          resolve();
        });
    });
    await world.tell(clientId, numbered(1, 3, [A]));
    const delivering = deliverDue(deps);
    await isHeld;
    await database().transaction(async (tx) => {
      const webhook = await lockWebhook(tx, clientId, id);
      answer();
      // What came of the try is being stored, and waits for the change.
      await until(async () => {
        const [row] = await database().query<{ count: number }>(
          `select count(*) from pg_locks l join pg_stat_activity a using (pid)
           where not l.granted and a.datname = current_database()`,
        );
        return row?.count === 1;
      });
      if (webhook !== null) await reactivate(tx, webhook, START_MS);
    });
    await delivering;
    await deliverDue(deps);
    expect(receiver.accepted()).toEqual([1, 2, 3]);
  });

  test('who had no turn for longest has the next one, however much the others have', async () => {
    const receivers = await Promise.all(Array.from({ length: 4 }, () => world.receiver()));
    for (const receiver of receivers) await world.subscribe(clientId, receiver, { format: 'batch' });
    const [first] = receivers;
    // One fails, and is due again among those that always have something.
    if (first !== undefined) first.answer = () => ({ status: 500 });
    for (let turn = 0; turn < 12; turn++) {
      world.moveTo(world.nowMs() + 10 * MINUTE_MS);
      await world.tell(clientId, [{ n: turn }]);
      for (const cursor of await claimDue(deps, 1)) await deliverCursor(deps, cursor);
    }
    expect(receivers.map(({ received }) => received.length)).toEqual([3, 3, 3, 3]);
  });

  test('when what failed was erased with its user, nothing is due any more, and the heartbeat goes on', async () => {
    const receiver = await world.receiver();
    await world.subscribe(clientId, receiver, { events: ['*'], format: 'batch' });
    receiver.answer = () => ({ status: 500 });
    await world.tell(clientId, numbered(1, 3, [A]));
    await deliverDue(deps);
    expect(await eraseUser(deps, clientId, 'user-1')).toMatchObject({ ok: true });
    receiver.answer = () => ({ status: 200 });
    world.moveTo(START_MS + 10 * MINUTE_MS);
    await deliverDue(deps);
    expect(await readNextDeliveryAtMs(database())).toBe(START_MS + HOUR_MS);
    await world.liveUntil(START_MS + 2 * HOUR_MS);
    expect(receiver.received.slice(1).map(({ events }) => events)).toMatchObject([
      [{ event: 'system:heartbeat', pendingEvents: 0 }],
      [{ event: 'system:heartbeat', pendingEvents: 0 }],
    ]);
  });

  async function change(id: string, patch: WebhookPatch): Promise<void> {
    expect(await changeWebhook(deps, clientId, id, patch)).toMatchObject({ ok: true });
  }
});
