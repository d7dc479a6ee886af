import { expect, it } from 'vitest';
import { createWebhook } from '../app/create-webhook.ts';
import { testWebhook } from '../app/test-webhook.ts';
import { type Receiver, startReceiver } from '../app/testing/receiver.ts';
import { HOUR_MS } from '../domain/units.ts';
import { readEvents } from '../store/events.ts';
import { describeOnDatabases, type TestStore } from '../store/testing/databases.ts';
import { readWebhook } from '../store/webhooks.ts';
import { changeSimulatedCar } from './change-simulated-car.ts';
import { openTestSandbox, settleIn, type TestSandbox, value } from './testing/sandbox-world.ts';

const EVENING_MS = Date.UTC(2026, 0, 5, 17);

async function inSandbox(
  database: TestStore,
  test: (world: TestSandbox, receiver: Receiver) => Promise<void>,
): Promise<void> {
  const world = await openTestSandbox(database, EVENING_MS);
  const receiver = await startReceiver();
  try {
    await test(world, receiver);
    expect(world.complaints).toEqual([]);
  } finally {
    await world.sandbox.stop();
    world.webhooks.egress.close();
    await receiver.close();
  }
}

/** One car plugs in in the evening. */
async function anEvening(world: TestSandbox, url: string, events: ['flex:session:updated'] | ['*']) {
  const { clientId, vehicle, home } = await settleIn(world);
  const secret = 'a-secret-of-16-c';
  const webhook = value(await createWebhook(world.webhooks, clientId, { url, secret, events }));
  value(
    await changeSimulatedCar(world.sandbox, clientId, vehicle.id, {
      isPluggedIn: true,
      locationId: home.id,
    }),
  );
  return { clientId, webhook };
}

describeOnDatabases('webhooks in a sandbox', (database) => {
  it('has everything delivered, in order, when the clock has been moved: a receiver was away for 20 hours', async () => {
    await inSandbox(database(), async (world, receiver) => {
      receiver.answer = () => ({
        status: world.sandbox.read().nowMs < EVENING_MS + 20 * HOUR_MS ? 503 : 200,
      });
      const { clientId, webhook } = await anEvening(world, receiver.url, ['flex:session:updated']);
      await world.sandbox.advanceTo(EVENING_MS + 30 * HOUR_MS);
      const told = (await toldAfter(database(), clientId, webhook.position)).filter(
        ({ kind }) => kind === 'flex:session:updated',
      );
      expect(told.length).toBeGreaterThan(3);
      const failed = receiver.received.filter(({ headers }) => headers['webhook-id'] === firstId(receiver));
      expect(failed.length).toBeGreaterThan(8);
      const bodies = receiver.received.slice(failed.length - 1).map(({ body }) => body.toString());
      expect(bodies).toEqual(told.map(({ body }) => body));
      // The real clock signs: a receiver's tolerance of minutes goes by it.
      const signedS = Number(receiver.received.at(-1)?.headers['webhook-timestamp']);
      expect(Math.abs(signedS - world.deps.realClock.nowMs() / 1000)).toBeLessThan(60);
    });
  });
});

describeOnDatabases('a receiver that fails for 30 hours', (database) => {
  it('is tried at its times and switched off; after a successful test it has everything kept, in order', async () => {
    await inSandbox(database(), async (world, receiver) => {
      receiver.answer = () => ({ status: 500 });
      const { clientId, webhook } = await anEvening(world, receiver.url, ['*']);
      await world.sandbox.advanceTo(EVENING_MS + 30 * HOUR_MS);
      expect(await readWebhook(database(), clientId, webhook.id)).toMatchObject({ isActive: false });
      const failed = receiver.received.length;
      expect(failed).toBeLessThan(20);

      receiver.answer = () => ({ status: 200 });
      await world.sandbox.advanceTo(EVENING_MS + 31 * HOUR_MS);
      expect(receiver.received).toHaveLength(failed);
      expect(await testWebhook(world.webhooks, clientId, webhook.id)).toMatchObject({
        value: { status: 'SUCCESS' },
      });
      await world.sandbox.advanceTo(EVENING_MS + 31 * HOUR_MS + 1);
      const told = await toldAfter(database(), clientId, webhook.position);
      expect(told.length).toBeGreaterThan(3);
      expect(ordered(receiver.received.slice(failed + 1))).toEqual(ordered(told));
    });
  });
});

/** The bodies of a client's events, in order. */
async function toldAfter(database: TestStore, clientId: string, afterPosition: number) {
  const wanted = { clientId, afterPosition, kinds: null, limitCount: 1_000, limitBytes: 1e9 };
  return readEvents(database, wanted);
}

/** Bodies by session, each in its order: what is of no session may overtake. */
function ordered(all: readonly { readonly body: Buffer | string }[]): Record<string, string[]> {
  const bodies = all.map(({ body }) => body.toString());
  const keyOf = (body: string): string => JSON.parse(body).session?.id ?? 'none';
  const keys = [...new Set(bodies.map(keyOf))].sort();
  return Object.fromEntries(
    keys.map((key) => {
      const own = bodies.filter((body) => keyOf(body) === key);
      return [key, key === 'none' ? own.sort() : own];
    }),
  );
}

function firstId(receiver: Receiver): unknown {
  return receiver.received[0]?.headers['webhook-id'];
}
