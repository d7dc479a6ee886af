import { describe, expect, it } from 'vitest';
import { simulateOn } from '../../sim-command.ts';
import { testDatabases } from '../../store/testing/databases.ts';
import { FAULTS, type Fault } from './faults.ts';
import { sameAtEachRun, textOf } from './report.ts';
import type { Watching, WorldOptions } from './simulate.ts';

const kind = testDatabases().find(({ missing }) => missing === null);

/** Seconds on a machine of its own. */
const LIMIT_MS = 240_000;

describe.skipIf(kind === undefined)('a simulated world', () => {
  it(
    'is the same to the byte for the same seed and another for another, with every fault, and all holds',
    async () => {
      const world = worldOf({ vehicleCount: 2, seed: 5 });
      const [first, second] = [await lived(world), await lived(world)];
      expect(first.violations).toEqual([]);
      expect(JSON.stringify(first)).toBe(JSON.stringify(second));
      expect(first.faultsThatHappened['worker-crashes']).toBeGreaterThan(0);
      expect(first.counts['settled sessions']).toBeGreaterThan(1);
      const other = await lived({ ...world, seed: 6 });
      expect(other.violations).toEqual([]);
      expect(other.counts).not.toEqual(first.counts);
    },
    LIMIT_MS,
  );

  it(
    'stops at the first violation, and says where it was and how to see it again',
    async () => {
      const world = worldOf({ vehicleCount: 1, seed: 1 });
      const simulated = await runOf(world, {
        shown: (fact) =>
          fact.kind === 'shown'
            ? { ...fact, sessions: fact.sessions.filter(({ state }) => state !== 'UPCOMING') }
            : fact,
      });
      const text = textOf(world, simulated, 1);
      expect(text).toContain('VIOLATED: 1 one current session');
      expect(text).toMatch(/seed 1, 2026-01-1\dT.*Z, vehicle [0-9a-f-]{36}, session/);
      expect(text).toContain('again: tidewatt sim --vehicles 1 --days 0.6 --seed 1 --faults all');
      expect(simulated.untilMs).toBeLessThan(Date.parse('2026-01-14T11:00:00Z'));
    },
    LIMIT_MS,
  );
});

function worldOf(given: Pick<WorldOptions, 'vehicleCount' | 'seed'>): WorldOptions {
  const faults: readonly Fault[] = FAULTS;
  return { ...given, dayCount: 0.6, faults };
}

async function lived(world: WorldOptions) {
  return sameAtEachRun(world, await runOf(world));
}

async function runOf(world: WorldOptions, watching?: Watching) {
  if (kind === undefined) throw new Error('no database');
  const store = await kind.create();
  try {
    return await simulateOn(store, world, watching);
  } finally {
    await kind.drop(store);
  }
}
