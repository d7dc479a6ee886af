import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testDatabases } from '../../store/testing/databases.ts';
import { type Api, openApi } from './api.ts';
import { install } from './installation.ts';
import { countUndelivered, judgeDeliveries, readTold } from './judge-deliveries.ts';
import { runCommand } from './service.ts';
import { createStage, type Stage } from './stage.ts';
import { waitFor } from './wait.ts';
import { startWitness, type Witness } from './witness.ts';

const missing = testDatabases().find(({ name }) => name === 'embedded')?.missing ?? null;

/** The claim of the killed sender runs out after 30 s; the rest takes 10 s on two idle cores. */
const LIMIT_MS = 180_000;
const CARS = 40;
const AFTERWARDS = 5;

// The built service as a process of its own, killed with SIGKILL while its requests are under way.
describe.skipIf(missing !== null)('kill -9 of the sender in the middle of a batch', () => {
  test.concurrent.each(['embedded', 'server'] as const)(
    'loses nothing and repeats that batch alone, with the same id and body (%s)',
    async (kind) => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidewatt-kill-')));
      chmodSync(folder, 0o755);
      const stage = createStage(await install(folder, kind, []));
      // What comes first is refused for good, and everything behind it waits; then that hangs until the kill.
      let phase: 'gone' | 'hold' | 'accept' = 'gone';
      const refused = new Set<string>();
      const held = new Map<string, string>();
      const witness = await startWitness(async ({ deliveryId, body }) => {
        if (phase === 'gone') {
          refused.add(deliveryId);
          return 410;
        }
        if (phase === 'accept' || refused.has(deliveryId)) return 204;
        held.set(deliveryId, body);
        // It had them; nobody will hear that.
        await waitFor('the kill', () => (phase === 'accept' ? true : null), LIMIT_MS);
        return 204;
      });
      try {
        await stage.start();
        const api = await openClient(stage);
        const webhooks = await witness.subscribe(api);
        await addCars(api, 0, CARS);
        await waitFor('both switched off', () => allGone(api, webhooks), 60_000);
        phase = 'hold';
        for (const id of webhooks) await api.must('PATCH', `/webhooks/${id}`, {});
        await waitFor(
          'a batch and eight single ones under way',
          () => (held.size === 9 ? true : null),
          60_000,
        );
        stage.killService();
        await stage.serviceGone();
        phase = 'accept';
        await stage.start();
        await addCars(api, CARS, AFTERWARDS);
        await waitFor('all delivered', () => allDelivered(stage), 90_000);

        const told = await readTold(stage.victims.target());
        expect(told.length).toBeGreaterThanOrEqual(CARS + AFTERWARDS);
        expect(judgeDeliveries(told, witness.deliveries, 1)).toEqual([]);
        // Exactly what was under way came twice.
        expect(repeated(witness)).toEqual(held);
      } finally {
        phase = 'accept';
        await stage.clear();
        await witness.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});

async function openClient(stage: Stage): Promise<Api> {
  const made = await runCommand(stage.victims.installation, ['client', 'create', 'kill']);
  const { clientId, clientSecret } = JSON.parse(made.stdout);
  return openApi({ url: stage.url, clientId, clientSecret });
}

/** Each has a policy, and so an upcoming session that is told. */
async function addCars(api: Api, from: number, count: number): Promise<void> {
  const idOf = async (path: string, body: object): Promise<string> =>
    String(Reflect.get(Object(await api.must('POST', path, body)), 'id'));
  for (let n = from; n < from + count; n++) {
    const place = { latitude: 59.9, longitude: 10.7, timezoneName: 'Europe/Oslo', zone: 'NO1' };
    const locationId = await idOf(`/users/user-${n}/locations`, { name: 'Home', ...place });
    const vehicleId = await idOf(`/users/user-${n}/vehicles`, {});
    await idOf('/flex/vehicle-policies', { vehicleId, locationId });
  }
}

async function allGone(api: Api, webhooks: readonly string[]): Promise<true | null> {
  for (const id of webhooks) {
    const webhook = Object(await api.must('GET', `/webhooks/${id}`));
    if (Reflect.get(webhook, 'isActive') !== false) return null;
    if (Number(Reflect.get(webhook, 'pendingEvents')) < CARS) return null;
  }
  return true;
}

async function allDelivered(stage: Stage): Promise<true | null> {
  stage.check();
  return (await countUndelivered(stage.victims.target())) === 0 ? true : null;
}

/** Ids that were accepted more than once, with their body. */
function repeated({ deliveries }: Witness): Map<string, string> {
  const accepted = deliveries.filter(({ isAccepted }) => isAccepted);
  const again = accepted.filter(
    ({ deliveryId }, index) => accepted.findIndex((other) => other.deliveryId === deliveryId) < index,
  );
  return new Map(again.map(({ deliveryId, body }) => [deliveryId, body]));
}
