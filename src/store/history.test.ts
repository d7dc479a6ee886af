import { expect, it } from 'vitest';
import type { HistoryEntry } from '../domain/history.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { listHistory, saveHistory } from './history.ts';
import { describeOnDatabases } from './testing/databases.ts';

const CLIENT = '00000000-0000-4000-8000-000000000001';
const SESSION = '00000000-0000-4000-8000-00000000000a';
const START_MS = Date.UTC(2026, 0, 10);

describeOnDatabases('the history of a session', (database) => {
  it('is bounded: of a lane that flaps for days the newest thousand entries stay', async () => {
    for (let from = 1; from <= 2_500; from += 100) {
      await database().transaction((tx) =>
        saveHistory(
          tx,
          Array.from({ length: 100 }, (_, index) => ({ clientId: CLIENT, entry: entryOf(from + index) })),
        ),
      );
    }
    const [row] = await database().query<{ count: number; least: number; most: number }>(
      'select count(*)::int as count, min(number) as least, max(number) as most from session_history',
    );
    expect(row).toEqual({ count: 1_000, least: 1_501, most: 2_500 });
    const page = await listHistory(database(), CLIENT, SESSION, { kind: 'first', cursor: null, pageSize: 3 });
    expect(page.rows.map(({ body }) => body.number)).toEqual([2_500, 2_499, 2_498]);
  });
});

function entryOf(number: number): HistoryEntry {
  return {
    id: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    sessionId: SESSION,
    number,
    atMs: START_MS + number * MINUTE_MS,
    cause: 'CLOCK',
    why: {
      code: 'STARTING',
      atMs: null,
      percent: null,
      readyByMs: null,
      price: null,
      currency: null,
      attempts: null,
    },
    state: null,
    target: null,
    outcome: null,
    error: null,
    plannedBlocks: null,
    plannedCost: null,
    zone: 'UTC',
  };
}
