import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createClient } from '../app/create-client.ts';
import { systemClock } from '../runtime/clock.ts';
import { readSandbox, saveSandboxWorld } from '../store/sandbox.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { openSandbox, type Wanted, type World } from './open-sandbox.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 12);
const demo: Wanted = { kind: 'demo', seed: 7, vehicleCount: 2, speed: 600, bornMs: NOW_MS, isFresh: false };

describeOnDatabases('opening a sandbox', (database) => {
  it('is nothing for a service of every day on an empty database', async () => {
    expect(await openSandbox(database(), { kind: 'service' }, NOW_MS)).toBeNull();
    expect(await readSandbox(database())).toBeNull();
  });

  it('makes a demonstration, and begins it anew while it is not whole', async () => {
    const first = await openSandbox(database(), demo, NOW_MS);
    expect(first).toMatchObject({ speed: 600, demo: { seed: 7, isMade: false } });
    const second = await openSandbox(database(), { ...demo, seed: 8 }, NOW_MS);
    expect(second?.demo).toMatchObject({ seed: 8 });
  });

  it('goes on with a whole one, whatever seed is asked for', async () => {
    const stored = await readSandbox<World>(database());
    if (stored?.world.demo === undefined) throw new Error('expected the demonstration of the test before');
    await saveSandboxWorld<World>(database(), { demo: { ...stored.world.demo, isMade: true } });
    const again = await openSandbox(database(), { ...demo, seed: 9, speed: 60 }, NOW_MS);
    expect(again).toMatchObject({ speed: 60, demo: { seed: 8, isMade: true } });
    expect(again?.clock.nowMs()).toBe(stored.nowMs);
  });

  it('refuses a service of every day there, and begins a fresh demonstration when told to', async () => {
    await expect(openSandbox(database(), { kind: 'service' }, NOW_MS)).rejects.toThrow('tidewatt demo');
    const fresh = await openSandbox(database(), { ...demo, seed: 9, isFresh: true }, NOW_MS);
    expect(fresh?.demo).toMatchObject({ seed: 9, isMade: false });
  });

  it('never takes the place of a service’s data, fresh or not', async () => {
    await database().query('delete from sandbox_clock');
    await createClient({ database: database(), realClock: systemClock, newId: randomUUID }, 'a real one');
    for (const wanted of [demo, { ...demo, isFresh: true }, { kind: 'sandbox' as const, clockMs: null }]) {
      await expect(openSandbox(database(), wanted, NOW_MS)).rejects.toThrow('a real one');
    }
    expect(await database().query('select 1 from clients')).toHaveLength(1);
  });
});
