import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../domain/units.ts';
import { dropOld } from '../store/partitions.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { readDeliveries } from '../store/webhook-deliveries.ts';
import { readWebhook } from '../store/webhooks.ts';
import { changeWebhook } from './change-webhook.ts';
import { claimDue, deliverCursor, deliverDue } from './deliver-webhooks.ts';
import { eraseUser } from './erase-user.ts';
import { pendingEventsOf } from './pending-events.ts';
import { replayWebhook } from './replay-webhook.ts';
import { testWebhook } from './test-webhook.ts';
import type { Received } from './testing/receiver.ts';
import { makeWebhookWorld, numbered, SECRET, verify, type WebhookWorld } from './testing/webhook-world.ts';
import type { WebhookDeps } from './webhook-deps.ts';

const START_MS = Date.parse('2025-06-10T18:00:00Z');
const A = '01970000-0000-7000-8000-00000000000a';
const B = '01970000-0000-7000-8000-00000000000b';
const C = '01970000-0000-7000-8000-00000000000c';

const counted = (to: number): number[] => Array.from({ length: to }, (_, index) => index + 1);
const idOf = ({ headers }: Received): unknown => headers['webhook-id'];

describeOnDatabases('webhooks', (database) => {
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
  const pending = async (id: string) => {
    const found = await view(id);
    return pendingEventsOf(database(), found, found);
  };

  test.each(['single', 'batch'] as const)(
    'the official verifier accepts every %s delivery, and refuses what was tampered with',
    async (format) => {
      const receiver = await world.receiver();
      await world.subscribe(clientId, receiver, { format });
      await world.tell(clientId, numbered(1, 120, [A, B, C]));
      await deliverDue(deps);
      expect(receiver.received).toHaveLength(format === 'single' ? 120 : 2);
      for (const delivery of receiver.received) {
        expect(verify(delivery)).toEqual(JSON.parse(delivery.body.toString()));
        const tampered = Buffer.from(delivery.body.toString().replace('"n":1', '"n":2'));
        if (!tampered.equals(delivery.body)) expect(() => verify({ ...delivery, body: tampered })).toThrow();
        expect(delivery.headers['content-type']).toBe('application/json');
      }
      expect([...receiver.accepted()].sort((a, b) => Number(a) - Number(b))).toEqual(counted(120));
      expect(new Set(receiver.received.map(idOf)).size).toBe(receiver.received.length);
    },
  );

  test('batches hold up to 100 events and 1 MiB, in order; one larger event goes alone', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    await world.tell(clientId, numbered(1, 230, [A]));
    await world.tell(clientId, [
      { n: 231, padding: 'x'.repeat(600_000) },
      { n: 232, padding: 'x'.repeat(600_000) },
      { n: 233, padding: 'x'.repeat(1_200_000) },
      { n: 234 },
    ]);
    await deliverDue(deps);
    expect(receiver.received.map(({ events }) => events.length)).toEqual([100, 100, 31, 1, 1, 1]);
    expect(receiver.accepted()).toEqual(counted(234));
    expect(await pending(id)).toBe(0);
    expect((await view(id)).lastSuccessAtMs).toBe(START_MS);
  });

  test('single: up to eight under way, and never two of one session', async () => {
    const receiver = await world.receiver();
    await world.subscribe(clientId, receiver);
    // Neighbours are of one session.
    const sessions = Array.from({ length: 20 }, (_, n) => A.replace(/.$/, String(Math.floor(n / 2))));
    const underWay = new Map<string, number>();
    const together: number[] = [];
    let most = 0;
    let release = (): void => {};
    const full = new Promise<void>((resolve) => {
      release = resolve;
    });
    receiver.answer = async ({ events: [{ sessionId }] }) => {
      underWay.set(sessionId, (underWay.get(sessionId) ?? 0) + 1);
      together.push(underWay.get(sessionId) ?? 0);
      most = Math.max(most, underWay.size);
      if (underWay.size === 8) release();
      await full;
      underWay.delete(sessionId);
      return { status: 200 };
    };
    await world.tell(clientId, numbered(1, 60, sessions));
    await deliverDue(deps);
    expect(new Set(together)).toEqual(new Set([1]));
    expect(most).toBe(8);
    const accepted = receiver.accepted().map(Number);
    expect(accepted).toHaveLength(60);
    for (let session = 0; session < 10; session++) {
      const own = accepted.filter((n) => Math.floor(((n - 1) % 20) / 2) === session);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  test.each(['single', 'batch'] as const)(
    'a %s receiver that fails for 20 hours gets everything, in order',
    async (format) => {
      const receiver = await world.receiver();
      const { id } = await world.subscribe(clientId, receiver, { format });
      receiver.answer = () => ({
        status: world.nowMs() < START_MS + 20 * HOUR_MS ? 503 : 200,
        body: 'not now',
      });
      for (let hour = 0; hour < 30; hour++) {
        await world.tell(clientId, numbered(1 + hour * 10, 10 + hour * 10, [A]));
        await world.liveUntil(START_MS + (hour + 1) * HOUR_MS);
        if (hour === 10) {
          const { isActive, retryAtMs } = await view(id);
          expect(isActive).toBe(true);
          expect(retryAtMs).toBeGreaterThan(world.nowMs());
          expect(await pending(id)).toBe(110);
        }
      }
      expect(receiver.accepted()).toEqual(counted(300));
      const failures = receiver.received.slice(0, 10).map(idOf);
      expect(new Set(failures).size).toBe(1);
      expect(await view(id)).toMatchObject({ isActive: true, retryAtMs: null });
    },
  );

  test('one that fails for 30 hours is switched off; after a successful test it gets all, in order', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = () => ({ status: world.nowMs() < START_MS + 30 * HOUR_MS ? 500 : 200 });
    for (let hour = 0; hour < 40; hour++) {
      await world.tell(clientId, numbered(1 + hour * 10, 10 + hour * 10, [A, B]));
      await world.liveUntil(START_MS + (hour + 1) * HOUR_MS);
    }
    expect(await view(id)).toMatchObject({
      isActive: false,
      inactiveReason: 'every delivery failed for 24 hours',
    });
    expect(receiver.accepted()).toEqual([]);
    expect(receiver.received).toHaveLength(14);
    expect(await pending(id)).toBe(400);

    const tested = await testWebhook(deps, clientId, id);
    expect(tested).toMatchObject({ value: { status: 'SUCCESS', response: { code: 200 } } });
    expect(receiver.received.at(-1)?.events).toMatchObject([{ event: 'webhook:test' }]);
    await world.liveUntil(world.nowMs());
    expect(receiver.accepted().filter((n) => n !== undefined)).toEqual(counted(400));
    // The first is the very batch that failed.
    expect(idOf(receiver.received[15] as Received)).toBe(idOf(receiver.received[0] as Received));
  });

  test('a failed test leaves it switched off; any change switches it on, with events up to 7 days old', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = () => ({ status: 410 });
    await world.tell(clientId, numbered(1, 5, [A]));
    await deliverDue(deps);
    expect(await view(id)).toMatchObject({
      isActive: false,
      inactiveReason: 'the receiver answered 410 Gone',
    });
    expect(await testWebhook(deps, clientId, id)).toMatchObject({
      value: { status: 'FAILURE', response: { code: 410 } },
    });
    world.moveTo(START_MS + 4 * DAY_MS);
    await world.tell(clientId, numbered(6, 10, [A]));
    await world.liveUntil(START_MS + 8 * DAY_MS);
    expect(receiver.received).toHaveLength(2);

    receiver.answer = () => ({ status: 204 });
    expect(await changeWebhook(deps, clientId, id, {})).toMatchObject({ value: { isActive: true } });
    await world.liveUntil(world.nowMs());
    expect(receiver.accepted()).toEqual([6, 7, 8, 9, 10]);
  });

  test('a sender that dies after the POST repeats that batch alone, with the same id, and loses nothing', async () => {
    const receiver = await world.receiver();
    await world.subscribe(clientId, receiver, { format: 'batch' });
    await world.tell(clientId, numbered(1, 250, [A, B]));
    // The second POST arrives, and the sender never learns of it.
    let posts = 0;
    let revive = (): void => {};
    const dead: WebhookDeps = {
      ...deps,
      egress: {
        ...deps.egress,
        async post(request) {
          posts += 1;
          const answer = await deps.egress.post(request);
          if (posts === 2) {
            await new Promise<void>((resolve) => {
              revive = resolve;
              died();
            });
          }
          return answer;
        },
      },
    };
    let died = (): void => {};
    const death = new Promise<void>((resolve) => {
      died = resolve;
    });
    const abandoned = deliverDue(dead);
    await death;
    // Nobody else touches it while the lease runs.
    expect(await deliverDue(deps)).toBe(0);
    await database().query(`update webhook_cursors set lease_until = clock_timestamp() - interval '1 s'`);
    await world.tell(clientId, numbered(251, 260, [A]));
    await deliverDue(deps);
    expect(receiver.received.map(({ events }) => [events[0].n, events.at(-1).n])).toEqual([
      [1, 100],
      [101, 200],
      [101, 200],
      [201, 260],
    ]);
    const ids = receiver.received.map(idOf);
    expect(ids[1]).toBe(ids[2]);
    expect(receiver.received[1]?.body.equals(receiver.received[2]?.body ?? Buffer.alloc(0))).toBe(true);
    expect(new Set(ids).size).toBe(3);
    // Should it come back after all: its claim is over, and it moves no cursor and sends nothing more.
    revive();
    await abandoned;
    expect(receiver.received).toHaveLength(4);
  });

  test('five of twenty receivers hang: the others have everything before the first of them answers', async () => {
    const receivers = await Promise.all(Array.from({ length: 20 }, () => world.receiver()));
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const [index, receiver] of receivers.entries()) {
      await world.subscribe(clientId, receiver, { format: index % 2 === 0 ? 'batch' : 'single' });
      if (index >= 5) continue;
      receiver.answer = async () => {
        await released;
        return { status: 500 };
      };
    }
    const healthy = receivers.slice(5);
    const haveAll = Promise.all(
      healthy.map(
        (receiver) =>
          new Promise<void>((resolve) => {
            receiver.answer = () => {
              if (receiver.accepted().length === 119) resolve();
              if (receiver.received.length === 2 && receiver.received[0]?.events.length === 100) resolve();
              return { status: 200 };
            };
          }),
      ),
    );
    await world.tell(clientId, numbered(1, 120, [A, B]));
    const delivering = deliverDue(deps);
    await haveAll;
    expect(receivers.slice(0, 5).flatMap((receiver) => receiver.accepted())).toEqual([]);
    release();
    await delivering;
    for (const receiver of healthy) expect(receiver.accepted()).toHaveLength(120);
  });

  test('after 413 a batch is cut in half until it fits, and later ones stay so', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = ({ events }) => ({ status: events.length > 30 ? 413 : 200 });
    await world.tell(clientId, numbered(1, 130, [A]));
    await deliverDue(deps);
    expect(receiver.received.map(({ events }) => events.length)).toEqual([100, 50, 25, 25, 25, 25, 25, 5]);
    expect(receiver.accepted()).toEqual(counted(130));
    expect(await view(id)).toMatchObject({ isActive: true, retryAtMs: null });
  });

  test('a 413 to one event alone is a failure like others; Retry-After is honoured', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = () => ({ status: 413, headers: { 'retry-after': '77' } });
    await world.tell(clientId, [{ n: 1 }]);
    await deliverDue(deps);
    expect(receiver.received).toHaveLength(1);
    expect(await view(id)).toMatchObject({ retryAtMs: START_MS + 77_000 });
    expect(await deliverDue(deps)).toBe(0);
  });

  test('only the events named are delivered, and the cursor does not stay behind the others', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { events: ['flex:command:requested'] });
    const stranger = await world.newClient();
    await world.tell(stranger, [{ n: 99, kind: 'flex:command:requested' }]);
    await world.tell(clientId, numbered(1, 40, [A]));
    await deliverDue(deps);
    expect(receiver.received).toEqual([]);
    expect((await view(id)).position).toBe(40);
    await world.tell(clientId, [{ n: 41, kind: 'flex:command:requested' }]);
    await deliverDue(deps);
    expect(receiver.accepted()).toEqual([41]);
    expect(await deliverDue(deps)).toBe(0);
  });

  test('two senders share the work and deliver each event once', async () => {
    const receivers = await Promise.all(Array.from({ length: 6 }, () => world.receiver()));
    for (const receiver of receivers) await world.subscribe(clientId, receiver, { format: 'batch' });
    await world.tell(clientId, numbered(1, 150, [A, B]));
    const [one, other] = await Promise.all([claimDue(deps, 3), claimDue(deps, 6)]);
    expect(one.length + other.length).toBe(6);
    await Promise.all([...one, ...other].map((cursor) => deliverCursor(deps, cursor)));
    for (const receiver of receivers) expect(receiver.accepted()).toEqual(counted(150));
  });

  test('while a secret is being changed both verify, then the new one alone', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver);
    const next = `whsec_${Buffer.from('a new secret of ours').toString('base64')}`;
    world.secrets.add(next);
    await changeWebhook(deps, clientId, id, { secret: next });
    await world.tell(clientId, [{ n: 1 }]);
    await deliverDue(deps);
    world.moveTo(START_MS + DAY_MS);
    await world.tell(clientId, [{ n: 2 }]);
    await deliverDue(deps);
    const [during, after] = receiver.received as [Received, Received];
    for (const secret of [SECRET, next]) expect(verify(during, secret)).toMatchObject({ n: 1 });
    expect(verify(after, next)).toMatchObject({ n: 2 });
    expect(() => verify(after, SECRET)).toThrow();
  });

  test('sends the header asked for', async () => {
    const receiver = await world.receiver();
    const authentication = { headerName: 'authorization', headerValue: 'Bearer abc' };
    await world.subscribe(clientId, receiver, { authentication });
    await world.tell(clientId, [{ n: 1 }]);
    await deliverDue(deps);
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer abc');
  });

  test('a replay delivers the same bodies again, beside the live events and with ids of its own', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { format: 'batch' });
    await world.tell(clientId, numbered(1, 20, [A]));
    world.moveTo(START_MS + HOUR_MS);
    await world.tell(clientId, numbered(21, 40, [A]));
    await deliverDue(deps);
    const from = { kind: 'instant', atMs: START_MS + HOUR_MS } as const;
    expect(await replayWebhook(deps, clientId, id, from)).toEqual({
      ok: true,
      value: { replay: 1, events: 20 },
    });
    await world.tell(clientId, numbered(41, 50, [A]));
    await world.liveUntil(world.nowMs());
    const numbers = receiver.received.map(({ events }) => events.map(({ n }) => n));
    expect(numbers).toHaveLength(3);
    expect(numbers).toContainEqual(counted(40).slice(20));
    expect(numbers).toContainEqual(counted(50).slice(40));
    expect(new Set(receiver.received.map(idOf)).size).toBe(3);
    // A cursor that is done goes.
    expect(
      await database().query('select replay_number from webhook_cursors where client_id = $1', [clientId]),
    ).toEqual([{ replay_number: 0 }]);
    expect(await replayWebhook(deps, clientId, id, { kind: 'cursor', position: 48 })).toMatchObject({
      value: { replay: 2, events: 2 },
    });
    expect(await replayWebhook(deps, clientId, id, { kind: 'cursor', position: 50 })).toEqual({
      ok: true,
      value: { replay: null, events: 0 },
    });
  });

  test('a replay from before what is kept is refused with the earliest time', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver);
    await world.tell(clientId, numbered(1, 3, [A]));
    world.moveTo(START_MS + HOUR_MS);
    await world.tell(clientId, numbered(4, 5, [A]));
    await dropOld(database(), START_MS + HOUR_MS);
    for (const from of [
      { kind: 'instant', atMs: START_MS },
      { kind: 'cursor', position: 1 },
    ] as const) {
      expect(await replayWebhook(deps, clientId, id, from)).toMatchObject({
        ok: false,
        no: { kind: 'bad-request', detail: expect.stringContaining('2025-06-10T19:00:00Z') },
      });
    }
  });

  test('a replay from before what was erased with its user has the rest', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver);
    await world.tell(clientId, numbered(1, 3, [A]));
    await deliverDue(deps);
    expect(await eraseUser(deps, clientId, 'user-1')).toMatchObject({ ok: true });
    world.moveTo(START_MS + HOUR_MS);
    await world.tell(clientId, numbered(4, 5, [A]));
    await deliverDue(deps);
    for (const from of [
      { kind: 'instant', atMs: START_MS },
      { kind: 'cursor', position: 1 },
    ] as const) {
      expect(await replayWebhook(deps, clientId, id, from)).toMatchObject({ value: { events: 2 } });
    }
  });

  test('a heartbeat an hour, with what waits; a missed one is not repeated', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver, { events: ['*'], format: 'batch' });
    await world.liveUntil(START_MS + HOUR_MS - 1);
    expect(receiver.received).toEqual([]);
    await world.liveUntil(START_MS + 3 * HOUR_MS);
    expect(receiver.received.map(({ events }) => events)).toEqual(
      [1, 2, 3].map((hour) => [
        {
          event: 'system:heartbeat',
          createdAt: `2025-06-10T${18 + hour}:00:00Z`,
          version: '1',
          pendingEvents: 0,
        },
      ]),
    );
    receiver.answer = () => ({ status: 500 });
    await world.liveUntil(START_MS + 40 * HOUR_MS);
    expect(receiver.received).toHaveLength(40);
    expect(await view(id)).toMatchObject({ isActive: true });
  });

  test('the log keeps the last 100 tries with what was answered', async () => {
    const receiver = await world.receiver();
    const { id } = await world.subscribe(clientId, receiver);
    receiver.answer = () => ({ status: 500, body: 'é'.repeat(2_000) });
    await world.tell(clientId, [{ n: 1 }]);
    await deliverDue(deps);
    expect(await readDeliveries(database(), clientId, id)).toMatchObject([
      {
        kind: 'events',
        positions: [1],
        status: 500,
        error: 'the receiver answered 500',
        answer: 'é'.repeat(512),
      },
    ]);
    receiver.answer = () => ({ status: 200 });
    await world.tell(clientId, numbered(2, 150, [A, B, C]));
    await world.liveUntil(START_MS + HOUR_MS);
    const rows = await readDeliveries(database(), clientId, id);
    expect(rows).toHaveLength(100);
    expect(new Set(rows.map(({ deliveryId }) => deliveryId)).size).toBe(100);
    expect(rows.every(({ error }) => error === null)).toBe(true);
    expect(rows[0]?.positions[0]).toBeGreaterThan(140);
  });

  test('what is erased before it is delivered is not delivered', async () => {
    const receiver = await world.receiver();
    await world.subscribe(clientId, receiver, { format: 'batch' });
    receiver.answer = () => ({ status: 500 });
    await world.tell(clientId, numbered(1, 3, [A]));
    await deliverDue(deps);
    await database().query('delete from event_positions where client_id = $1', [clientId]);
    await database().query('delete from events where client_id = $1', [clientId]);
    receiver.answer = () => ({ status: 200 });
    await world.tell(clientId, [{ n: 4 }]);
    await world.liveUntil(START_MS + HOUR_MS);
    expect(receiver.accepted()).toEqual([4]);
  });
});
