import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { changeSimulatedCar } from '../sim/change-simulated-car.ts';
import { openTestSandbox, settleIn, value } from '../sim/testing/sandbox-world.ts';
import type { Query } from '../store/database.ts';
import { dropOld } from '../store/partitions.ts';
import { readCurrentSession } from '../store/session-reads.ts';
import { describeOnDatabases, type TestStore, testDatabases } from '../store/testing/databases.ts';
import { setTarget } from './change-target.ts';
import { recordTelemetry } from './record-telemetry.ts';
import { repeatCalls } from './repeat-calls.ts';
import { readReplayLog } from './replay-log.ts';
import { type Replay, replaySession } from './replay-session.ts';
import { liveEventfulDays } from './testing/eventful-world.ts';

// Monday, 18:00 in Oslo.
const EVENING_MS = Date.UTC(2026, 0, 5, 17);

describeOnDatabases('a replay of an evening', (database) => {
  let sessionId = '';

  it('gives the settled session to the byte, and the one that follows it, however often', async () => {
    sessionId = await liveEvening(database());
    const replay = await replaySession({ database: database() }, sessionId);
    expect(replay).toMatchObject({ kind: 'same', state: 'SETTLED', otherStepCount: 0 });
    if (replay.kind !== 'same') return;
    expect(replay.stepCount).toBeGreaterThan(30);
    expect(replay.inputCount).toBeGreaterThan(30);
    expect(replay.eventCount).toBeGreaterThan(5);
    expect(replay.historyCount).toBeGreaterThan(5);
    expect(await replaySession({ database: database() }, sessionId)).toEqual(replay);
    expect(await replaysOf(database())).toEqual({ 'same SETTLED': 1, 'same UPCOMING': 1 });
  });

  it('does the steps when its snapshot is closed: a long log does not keep a transaction open', async () => {
    const read: unknown[] = [];
    const watched: Pick<TestStore, 'transaction'> = {
      async transaction(work, options) {
        const given = await database().transaction(work, options);
        read.push(given);
        return given;
      },
    };
    expect(await replaySession({ database: watched }, sessionId)).toMatchObject({ kind: 'same' });
    expect(read).toEqual([expect.objectContaining({ log: expect.anything(), tellings: expect.anything() })]);
    expect(read).not.toEqual([expect.objectContaining({ kind: 'same' })]);
  });

  it('gives the same for a log that has every step twice', async () => {
    const [span] = await database().query<{
      clientId: string;
      vehicleId: string;
      before: number;
      last: number;
    }>(
      `select client_id as "clientId", vehicle_id as "vehicleId", before_step as before, last_step as last
       from session_spans where session_id = $1`,
      [sessionId],
    );
    if (span === undefined) throw new Error('expected the span of the session');
    const { clientId, vehicleId, before, last } = span;
    const log = await readReplayLog(database(), clientId, { vehicleId, stepNumber: before }, last);
    if ('reason' in log) throw new Error(log.detail);
    const once = repeatCalls(log, vehicleId);
    const twice = repeatCalls({ ...log, calls: log.calls.flatMap((call) => [call, { ...call }]) }, vehicleId);
    expect(once.differences).toEqual([]);
    expect(once.steps).toHaveLength(last - before);
    expect(twice).toEqual(once);
  });

  // Each row changes one thing that is stored, and says where that shows.
  it.each<{ does: string; sql: string; says: unknown }>([
    {
      does: 'an energy of the session',
      sql: `update sessions set body = jsonb_set(body, '{blocks,0,energyWh}', '1') where id = $1`,
      says: { kind: 'different', difference: { part: 'session', field: 'blocks.0.energyWh', stored: 1 } },
    },
    {
      does: 'the sequence of the session',
      sql: 'update sessions set sequence = sequence + 1 where id = $1',
      says: { kind: 'different', difference: { part: 'session', field: 'sequence' } },
    },
    {
      does: 'a byte of an event',
      sql: `update events set body = replace(body, '"ACTIVE:REGULAR"', '"ACTIVE:IRREGULAR"') where session_id = $1`,
      says: {
        kind: 'different',
        difference: {
          part: 'event',
          field: 'session.state',
          stored: 'ACTIVE:IRREGULAR',
          rebuilt: 'ACTIVE:REGULAR',
        },
      },
    },
    {
      does: 'the spaces of an event',
      sql: `update events set body = replace(body, ',', ', ') where session_id = $1`,
      says: { kind: 'different', difference: { part: 'event', field: '' } },
    },
    {
      does: 'an event that is gone',
      sql: 'delete from events where session_id = $1 and sequence = 3',
      says: { kind: 'different', difference: { part: 'event' } },
    },
    {
      does: 'a reason in the history',
      sql: `update session_history set body = jsonb_set(body, '{why,code}', '"FAULT"') where session_id = $1 and number = 4`,
      says: { kind: 'different', difference: { part: 'history', field: 'why.code', stored: 'FAULT' } },
    },
    {
      does: 'a level that was read',
      sql: `update inputs set body = jsonb_set(body, '{reading,levelPercent}', '51')
            where id = (select min(id) from inputs where body #>> '{reading,levelPercent}' = '50' and $1 <> '')`,
      says: { kind: 'different', difference: { part: 'input', rebuilt: { reading: { levelPercent: 51 } } } },
    },
    {
      does: 'what a person wanted',
      sql: `update inputs set body = jsonb_set(body, '{override,targetPercent}', '99') where kind = 'target-set' and $1 <> ''`,
      says: {
        kind: 'different',
        difference: { part: 'event', field: 'session.blocks.0.kwhSum' },
      },
    },
    {
      does: 'a rate that was published',
      sql: `update tariff_writes set "values" = jsonb_set("values", '{3,rate}', '0.07') where $1 <> ''`,
      says: { kind: 'different', difference: { part: 'prices' } },
    },
    {
      does: 'an id that was given',
      sql: `update steps set given_ids = jsonb_set(given_ids, '{0}', '"${'1'.repeat(8)}-0000-4000-8000-000000000000"')
            where given_ids <> '[]' and $1 <> ''`,
      says: { kind: 'different', difference: { part: 'lane', field: 'hash' } },
    },
    {
      does: 'when a step was taken',
      sql: `update steps set at = at + interval '1 ms' where input_ids <> '[]' and $1 <> ''`,
      says: { kind: 'different', difference: { part: 'event' } },
    },
    {
      does: 'inputs that a step took in the other way round',
      sql: `update steps set input_ids = (select jsonb_agg(id order by n desc)
                                          from jsonb_array_elements(input_ids) with ordinality i(id, n))
            where jsonb_array_length(input_ids) > 1 and $1 <> ''`,
      says: { kind: 'different', difference: { part: 'event' } },
    },
    {
      does: 'the lane where it began',
      sql: `update lane_states set state = jsonb_set(state, '{observed,levelStepPercent}', '5')
            where step_number = (select before_step from session_spans where session_id = $1)`,
      says: { kind: 'different', difference: { part: 'lane', field: 'hash' } },
    },
    {
      does: 'the lane where the next one begins',
      sql: `update lane_states set state = jsonb_set(state, '{learnedCapacityWh}', '1')
            where step_number > (select before_step from session_spans where session_id = $1)`,
      says: { kind: 'different', difference: { part: 'lane', field: 'learnedCapacityWh', stored: 1 } },
    },
    {
      does: 'a step that is gone',
      sql: 'delete from steps where step_number = 1 + (select before_step + 9 from session_spans where session_id = $1)',
      says: { kind: 'impossible', reason: 'steps-gone', detail: expect.stringContaining('steps of vehicle') },
    },
    {
      does: 'an input that is gone',
      sql: `delete from inputs where kind = 'target-set' and $1 <> ''`,
      says: {
        kind: 'impossible',
        reason: 'inputs-gone',
        detail: expect.stringMatching(/^input \d+ of vehicle .* step \d+/),
      },
    },
    {
      does: 'a write of a tariff that is gone',
      sql: `delete from tariff_writes where $1 <> ''`,
      says: { kind: 'impossible', reason: 'prices-gone', detail: expect.stringContaining('that step') },
    },
    {
      does: 'the sources of prices that are gone',
      sql: `delete from price_states where $1 <> ''`,
      says: { kind: 'impossible', reason: 'prices-gone' },
    },
    {
      does: 'a step of an earlier version',
      sql: `update steps set lane_hash = null where $1 <> ''`,
      says: { kind: 'impossible', reason: 'older-version' },
    },
    {
      does: 'a session that nobody knows',
      sql: 'delete from sessions where id = $1',
      says: { kind: 'impossible', reason: 'session-unknown' },
    },
  ])('finds $does', async ({ sql, says }) => {
    const replay = await changed(database(), [sql, [sessionId]], (tx) => replayWithin(tx, sessionId));
    expect(replay).toMatchObject(says as object);
  });

  it('finds what is wrong in the lane of a session under way', async () => {
    const [open] = await database().query<{ id: string }>("select id from sessions where state <> 'SETTLED'");
    const sql = `update lanes set state = jsonb_set(state, '{control,failureCount}', '7') where $1 <> ''`;
    const replay = await changed(database(), [sql, ['any']], (tx) => replayWithin(tx, open?.id ?? ''));
    expect(replay).toMatchObject({
      kind: 'different',
      difference: { part: 'lane', field: 'control.failureCount', stored: 7, rebuilt: 0 },
    });
  });

  it('says when retention has removed the steps, and goes on for what is not settled', async () => {
    const { nowMs } = await clockOf(database());
    await dropOld(database(), nowMs + DAY_MS);
    expect(await replaySession({ database: database() }, sessionId)).toMatchObject({
      kind: 'impossible',
      reason: 'steps-gone',
      detail: expect.stringMatching(/retention.*the oldest that is left is of 2026-01-0/),
    });
    const [open] = await database().query<{ id: string }>("select id from sessions where state <> 'SETTLED'");
    expect(await replaySession({ database: database() }, open?.id ?? '')).toMatchObject({ kind: 'same' });
  });
});

// One database will do: what is read of it is the same as above.
const kind = testDatabases().find(({ missing }) => missing === null);

describe.skipIf(kind === undefined)('a replay of eventful days', () => {
  it('gives every session to the byte, also those at a shared connection', async () => {
    if (kind === undefined) return;
    const store = await kind.create();
    try {
      const { nowMs } = await liveEventfulDays(store, { seed: 4, days: 1 });
      const [{ shared = 0, failed = 0, unmanaged = 0, stood = 0 } = {}] = await store.query<
        Record<string, number>
      >(
        `select (select count(*) from steps where site ? 'lanes' and jsonb_array_length(site->'lanes') > 1) as shared,
                  (select count(*) from inputs where body->>'outcome' = 'FAILED') as failed,
                  (select count(*) from sessions where policy_id is null) as unmanaged,
                  (select count(*) from steps where site @? '$.lanes[*] ? (@.isMoved == false)') as stood`,
      );
      expect(shared).toBeGreaterThan(20);
      expect(failed).toBeGreaterThan(0);
      expect(unmanaged).toBeGreaterThan(0);
      expect(stood).toBeGreaterThan(0);
      const all = await replaysOf(store);
      expect(Object.keys(all).filter((what) => !what.startsWith('same '))).toEqual([]);

      // Retention leaves what sessions under way need, their neighbours' part too.
      await dropOld(store, nowMs + DAY_MS);
      const left = await replaysOf(store);
      const open = (found: Record<string, number>) =>
        Object.fromEntries(Object.entries(found).filter(([what]) => !what.endsWith(' SETTLED')));
      expect(open(left)).toEqual(open(all));
    } finally {
      await kind.drop(store);
    }
  }, 600_000);
});

/** Plugged in at 18:00, charged in the cheap hours, an override on the way, unplugged in the morning. */
async function liveEvening(database: TestStore): Promise<string> {
  const world = await openTestSandbox(database, EVENING_MS);
  const { sandbox, deps } = world;
  const { clientId, vehicle, home, policy } = await settleIn(world);
  value(await changeSimulatedCar(sandbox, clientId, vehicle.id, { isPluggedIn: true, locationId: home.id }));
  await sandbox.advanceTo(EVENING_MS + 2 * HOUR_MS);
  // Two that tell of one instant: the one that came last is believed.
  const observedAt = new Date(EVENING_MS + 2 * HOUR_MS).toISOString();
  const observations = [53, 50].map((batteryLevel) => ({ vehicleId: vehicle.id, observedAt, batteryLevel }));
  await recordTelemetry(deps, [{ clientId, observations }], DAY_MS);
  await sandbox.advanceTo(EVENING_MS + 6 * HOUR_MS);
  const session = await readCurrentSession(deps.database, clientId, policy.id);
  const id = session?.id ?? '';
  value(await setTarget(deps, clientId, id, { type: 'IMMEDIATE_START', minimumChargeTarget: 70 }));
  await sandbox.advanceTo(EVENING_MS + 13 * HOUR_MS);
  value(await changeSimulatedCar(sandbox, clientId, vehicle.id, { isPluggedIn: false }));
  await sandbox.advanceTo(EVENING_MS + 13 * HOUR_MS + 30 * MINUTE_MS);
  await sandbox.stop();
  return id;
}

/** How many sessions of which state come out how. */
async function replaysOf(database: TestStore): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const rows = await database.query<{ id: string; state: string }>(
    'select id, state from sessions order by id',
  );
  for (const { id, state } of rows) {
    const replay = await replaySession({ database }, id);
    const what = `${replay.kind} ${state}`;
    counts[what] = (counts[what] ?? 0) + 1;
    // The report of a failing test begins with why.
    if (replay.kind === 'different') expect(replay.difference).toBeNull();
  }
  return counts;
}

function replayWithin(tx: Query, id: string): Promise<Replay> {
  return replaySession({ database: { transaction: (work) => work(tx) } }, id);
}

async function clockOf(database: TestStore): Promise<{ nowMs: number }> {
  const [row] = await database.query<{ nowMs: number }>('select now_at as "nowMs" from sandbox_clock');
  return { nowMs: row?.nowMs ?? 0 };
}

class RolledBack extends Error {}

/** What comes of some work while one thing that is stored is another; afterwards it is as it was. */
async function changed<Result>(
  database: TestStore,
  [sql, values]: readonly [string, readonly unknown[]],
  work: (tx: Query) => Promise<Result>,
): Promise<Result> {
  let result: Result | undefined;
  await database
    .transaction(async (tx) => {
      const used = await tx.query<{ n: number }>(
        `with changed as (${sql} returning 1) select count(*) as n from changed`,
        values,
      );
      expect(used[0]?.n).toBeGreaterThan(0);
      result = await work(tx);
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  if (result === undefined) throw new Error('the work gave nothing');
  return result;
}
