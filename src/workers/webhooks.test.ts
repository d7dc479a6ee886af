import { expect, test } from 'vitest';
import type { Receiver } from '../app/testing/receiver.ts';
import { makeWebhookWorld, numbered } from '../app/testing/webhook-world.ts';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { readWebhook } from '../store/webhooks.ts';
import { startWebhookWorker } from './webhooks.ts';

const SESSION = '01970000-0000-7000-8000-00000000000a';

describeOnDatabases('the webhook worker', (database) => {
  test('delivers what comes to one receiver while another hangs, and tries that one again later', async () => {
    const world = makeWebhookWorld(database(), Date.parse('2025-06-10T18:00:00Z'));
    const bells = { written: makeDoorbell(), placed: makeDoorbell() };
    const clientId = await world.newClient();
    const [hanging, healthy] = [await world.receiver(), await world.receiver()];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    hanging.answer = async () => {
      await released;
      return { status: 500 };
    };
    const hangs = await world.subscribe(clientId, hanging, { format: 'batch' });
    await world.subscribe(clientId, healthy, { format: 'batch' });
    const worker = startWebhookWorker({ ...world.deps, bells });
    for (let round = 0; round < 3; round++) {
      const arrived = next(healthy);
      await world.tell(clientId, numbered(1 + round * 5, 5 + round * 5, [SESSION]));
      bells.placed.ring();
      await arrived;
    }
    expect(hanging.accepted()).toEqual([]);
    release();
    const retryAtMs = async () => (await readWebhook(database(), clientId, hangs.id))?.retryAtMs ?? null;
    await until(async () => (await retryAtMs()) !== null);
    const again = next(hanging);
    world.moveTo((await retryAtMs()) ?? 0);
    await again;
    await worker.stop();
    expect(healthy.accepted()).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(hanging.received.length).toBeGreaterThan(1);
    const [first, second] = hanging.received;
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await world.close();
  });
});

/** Fulfilled by the next delivery to a receiver, which is accepted. */
function next(receiver: Receiver): Promise<void> {
  return new Promise((resolve) => {
    const before = receiver.answer;
    receiver.answer = () => {
      receiver.answer = before;
      resolve();
      return { status: 200 };
    };
  });
}
