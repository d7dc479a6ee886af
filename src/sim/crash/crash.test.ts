import { describe, expect, test } from 'vitest';
import { testDatabases } from '../../store/testing/databases.ts';
import { runCrashes } from './run.ts';

const missing = testDatabases().find(({ name }) => name === 'embedded')?.missing ?? null;

/** It takes 15 s on two idle cores; what it waits for has limits of its own. */
const LIMIT_MS = 180_000;

// The short version of `npm run crash`: the built service as processes of its own, on the embedded database.
describe.skipIf(missing !== null)('kill -9 of the service and its PostgreSQL under telemetry', () => {
  test(
    'every Wh is counted once, every event delivered, and no start needs a hand',
    async () => {
      const { faults, crashes, seen, delivered } = await runCrashes({
        roundCount: 2,
        seed: 6,
        database: 'embedded',
        clock: 'real',
        vehicleCount: 6,
        senderCount: 3,
        victims: ['both'],
        onCrash: () => {},
      });
      expect(faults).toEqual([]);
      expect(crashes.map(({ round }) => round.victim)).toEqual(['both', 'both']);
      // Otherwise nothing was tried: PostgreSQL was there to be killed, and telemetry to be lost.
      expect(Math.min(...crashes.map(({ postgresProcesses }) => postgresProcesses))).toBeGreaterThan(5);
      expect(seen.readings).toBeGreaterThan(20);
      expect(delivered.posts).toBeGreaterThan(20);
    },
    LIMIT_MS,
  );
});
