import { expect, it } from 'vitest';
import type { Query } from '../store/database.ts';
import { describeOnDatabases, type TestStore } from '../store/testing/databases.ts';
import { makeReadTotals } from './read-overview-totals.ts';

const ALL = {
  states: null,
  error: null,
  policyId: null,
  locationId: null,
  vehicleId: null,
  userId: null,
  text: null,
};
const ONE = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const NOTHING = { cars: 0, upcoming: 0, active: 0, charging: 0, withError: 0, today: [] };

describeOnDatabases('the totals of the overview', (database) => {
  it('are read once a second for the same question, and for nobody else', async () => {
    const { reader, reads, later } = makeReader(database());
    const both = await Promise.all([reader(ONE, ALL), reader(ONE, ALL)]);
    expect(both).toEqual([NOTHING, NOTHING]);
    later(999);
    await reader(ONE, { ...ALL });
    expect(reads()).toBe(1);
    await reader(OTHER, ALL);
    await reader(ONE, { ...ALL, text: 'blue' });
    expect(reads()).toBe(3);
    later(1);
    await reader(ONE, ALL);
    expect(reads()).toBe(4);
  });

  it('are asked again at once after a failure', async () => {
    const { reader, reads, breakNext } = makeReader(database());
    breakNext();
    await expect(reader(ONE, ALL)).rejects.toThrow('away');
    expect(await reader(ONE, ALL)).toEqual(NOTHING);
    expect(reads()).toBe(1);
  });
});

/** One on a real clock that is moved by hand, that counts its statements of totals. */
function makeReader(database: TestStore) {
  let nowMs = 0;
  let reads = 0;
  let isBroken = false;
  const query: Query['query'] = async (text, values, name) => {
    if (isBroken) {
      isBroken = false;
      throw new Error('the database is away');
    }
    if (text.includes('withError')) reads += 1;
    return database.query(text, values, name);
  };
  const clock = { nowMs: () => nowMs };
  const reader = makeReadTotals({ database: { ...database, query }, clock, realClock: clock });
  return {
    reader,
    reads: () => reads,
    later: (ms: number) => {
      nowMs += ms;
    },
    breakNext: () => {
      isBroken = true;
    },
  };
}
