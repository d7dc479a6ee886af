import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { Connection } from './database.ts';
import {
  appendEvents,
  assignPositions,
  countEvents,
  earliestPosition,
  earliestTimeMs,
  lastPosition,
  type NewEvent,
  positionBefore,
  readEvents,
  type StoredEvent,
} from './events.ts';
import { dropOld } from './partitions.ts';
import { describeOnDatabases } from './testing/databases.ts';
import { eraseUser } from './users.ts';

const NOW_MS = Date.UTC(2026, 0, 10, 12);
const CLIENTS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
const [CLIENT, OTHER] = CLIENTS;
const SESSIONS = {
  a: '00000000-0000-4000-8000-00000000000a',
  b: '00000000-0000-4000-8000-00000000000b',
} as const;

describeOnDatabases('the event log', (database) => {
  beforeEach(async () => {
    await database().query('truncate events, event_arrivals, event_logs, event_positions');
  });

  it('numbers the events of each client from 1, each with what the step told', async () => {
    await appendEvents(database(), [event('a1'), event('x1', { clientId: OTHER }), event('b1'), event('a2')]);
    expect(await assignPositions(database())).toBe(4);
    expect(await assignPositions(database())).toBe(0);
    expect(shown(await read())).toEqual(['1 a1', '2 b1', '3 a2']);
    expect(shown(await read({ clientId: OTHER }))).toEqual(['1 x1']);
    expect((await read())[0]).toEqual({
      position: 1,
      kind: 'flex:session:updated',
      userId: 'anna',
      vehicleId: SESSIONS.a,
      sessionId: SESSIONS.a,
      policyId: SESSIONS.a,
      sequence: 1,
      createdAtMs: NOW_MS,
      body: '"a1"',
    });
  });

  it('gives an event nothing before its commit, and never after a rollback', async () => {
    await appendEvents(database(), [event('a1')]);
    const open = await openTransaction(database());
    await appendEvents(open, [event('a2')]);
    expect(await assignPositions(database())).toBe(1);
    await open.query('rollback');
    expect(await assignPositions(database())).toBe(0);
    expect(shown(await read())).toEqual(['1 a1']);
  });

  it('passes over nothing when transactions commit in the reverse order, and keeps the order of a session', async () => {
    const open = [];
    for (let n = 0; n < 8; n++) {
      const transaction = await openTransaction(database());
      const session = `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`;
      await appendEvents(
        transaction,
        [1, 2, 3].map((sequence) => event(`${n}:${sequence}`, { sessionId: session, sequence })),
      );
      open.push(transaction);
    }
    const followed: StoredEvent[] = [];
    const follow = async (): Promise<number> => {
      await assignPositions(database());
      const more = await read({ afterPosition: followed.at(-1)?.position ?? 0 });
      followed.push(...more);
      return more.length;
    };
    for (const transaction of open.toReversed()) {
      expect(await follow()).toBe(0);
      await transaction.query('commit');
      expect(await follow()).toBe(3);
    }
    expect(shown(followed)).toEqual(
      [7, 6, 5, 4, 3, 2, 1, 0].flatMap((n, turn) => [1, 2, 3].map((s) => `${turn * 3 + s} ${n}:${s}`)),
    );
  });

  it('lets a transaction that is held open delay nobody else, in another client or in its own', async () => {
    const held = await openTransaction(database());
    await appendEvents(held, [event('held')]);
    // It has a snapshot too, so that nothing it could see may be cleaned up.
    await held.query('select count(*) from events');
    for (let n = 1; n <= 50; n++) {
      await appendEvents(database(), [event(`a${n}`, { sequence: n }), event(`x${n}`, { clientId: OTHER })]);
      expect(await assignPositions(database())).toBe(2);
    }
    expect(await lastPosition(database(), CLIENT)).toBe(50);
    await held.query('commit');
    expect(await assignPositions(database())).toBe(1);
    expect(shown(await read({ afterPosition: 49 }))).toEqual(['50 a50', '51 held']);
  });

  it('gives each event one position when several place at once, in the order of ids', async () => {
    const all = Array.from({ length: 40 }, (_none, n) => event(`a${n}`, { sequence: n + 1 }));
    const write = async (from: number): Promise<void> => {
      for (let n = from; n < 40; n += 4) {
        const one = all[n];
        if (one !== undefined) await appendEvents(database(), [one]);
        await assignPositions(database());
      }
    };
    await Promise.all([write(0), write(1), write(2), write(3)]);
    await assignPositions(database());
    const events = await read();
    expect(events.map(({ position }) => position)).toEqual(all.map((_one, index) => index + 1));
    expect(events.map(({ sequence }) => sequence).toSorted((one, two) => (one ?? 0) - (two ?? 0))).toEqual(
      all.map(({ sequence }) => sequence),
    );
  });

  it('is read by kind, by count and by bytes, at least one at a time', async () => {
    await appendEvents(database(), [
      event('a1'),
      event('gone', { kind: 'flex:session:deleted' }),
      event('long'.repeat(10)),
      event('a2'),
    ]);
    await assignPositions(database());
    const limited = async (limitCount: number, limitBytes: number, afterPosition = 0) =>
      (await read({ limitCount, limitBytes, afterPosition })).map(({ position }) => position);
    expect(await limited(2, 1000)).toEqual([1, 2]);
    expect(await limited(10, 10)).toEqual([1, 2]);
    expect(await limited(10, 9)).toEqual([1]);
    expect(await limited(10, 1, 2)).toEqual([3]);
    expect(shown(await read({ kinds: ['flex:session:deleted'] }))).toEqual(['2 gone']);
    expect(await read({ kinds: [] })).toEqual([]);
    const count = (kinds: readonly string[] | null, afterPosition: number) =>
      countEvents(database(), { clientId: CLIENT, afterPosition, kinds });
    expect(await count(null, 0)).toBe(4);
    expect(await count(['flex:session:updated'], 1)).toBe(2);
    expect(await count(null, 4)).toBe(0);
  });

  it('finds the cursor of an instant, what was committed late included', async () => {
    const at = (minutes: number): number => NOW_MS + minutes * MINUTE_MS;
    for (const [name, minutes] of [
      ['a', 0],
      ['b', 10],
      ['committed late', 5],
      ['c', 11],
      ['d', 60],
    ] as const) {
      await appendEvents(database(), [event(name, { createdAtMs: at(minutes) })]);
      await assignPositions(database());
    }
    const cursorAt = (minutes: number) => positionBefore(database(), CLIENT, at(minutes));
    expect(await cursorAt(-1)).toBe(0);
    expect(await cursorAt(0)).toBe(0);
    expect(await cursorAt(5)).toBe(1);
    expect(await cursorAt(10)).toBe(1);
    expect(await cursorAt(11)).toBe(3);
    expect(await cursorAt(60)).toBe(4);
    expect(await cursorAt(61)).toBe(5);
    expect(await positionBefore(database(), OTHER, at(0))).toBe(0);
  });

  it('goes on counting where retention dropped what was there', async () => {
    expect(await earliestPosition(database(), CLIENT)).toBe(1);
    expect(await earliestTimeMs(database(), CLIENT)).toBe(null);
    await appendEvents(database(), [event('old'), event('young', { createdAtMs: NOW_MS + HOUR_MS })]);
    await assignPositions(database());
    // Events may outlive readings and steps.
    expect(await dropOld(database(), NOW_MS + 1, NOW_MS)).toEqual([]);
    expect(shown(await read())).toEqual(['1 old', '2 young']);
    await dropOld(database(), NOW_MS + 1);
    expect(shown(await read())).toEqual(['2 young']);
    expect(await earliestPosition(database(), CLIENT)).toBe(2);
    expect(await earliestTimeMs(database(), CLIENT)).toBe(NOW_MS + HOUR_MS);
    await dropOld(database(), NOW_MS + 2 * HOUR_MS);
    expect(await earliestPosition(database(), CLIENT)).toBe(3);
    await appendEvents(database(), [event('next', { createdAtMs: NOW_MS + 3 * HOUR_MS })]);
    await assignPositions(database());
    expect(shown(await read())).toEqual(['3 next']);
  });

  it('is read on past the events of an erased user, also one that was erased before it was placed', async () => {
    await appendEvents(database(), [
      event('a1'),
      event('b1', { userId: 'berta' }),
      event('b2', { userId: 'berta' }),
    ]);
    await assignPositions(database());
    await appendEvents(database(), [event('b3', { userId: 'berta' })]);
    await database().transaction((tx) => eraseUser(tx, CLIENT, 'berta'));
    await appendEvents(database(), [event('a2')]);
    await assignPositions(database());
    expect(shown(await read({ limitCount: 1, afterPosition: 1 }))).toEqual(['5 a2']);
    expect(shown(await read())).toEqual(['1 a1', '5 a2']);
  });

  const openConnections: (() => void)[] = [];
  afterEach(() => {
    for (const close of openConnections.splice(0)) close();
  });

  /** A transaction on a connection of its own, as of another process. */
  async function openTransaction(store: ReturnType<typeof database>): Promise<Connection> {
    const connection = await new Promise<Connection>((resolve, reject) => {
      store
        .withConnection(async (opened) => {
          const closed = new Promise<void>((close) => openConnections.push(close));
          resolve(opened);
          await closed;
        })
        .catch(reject);
    });
    await connection.query('begin');
    return connection;
  }

  function read(wanted: Partial<Parameters<typeof readEvents>[1]> = {}) {
    return readEvents(database(), {
      clientId: CLIENT,
      afterPosition: 0,
      kinds: null,
      limitCount: 100,
      limitBytes: 1_000_000,
      ...wanted,
    });
  }
});

function event(name: string, more: Partial<NewEvent> = {}): NewEvent {
  return {
    clientId: CLIENT,
    createdAtMs: NOW_MS,
    kind: 'flex:session:updated',
    userId: 'anna',
    vehicleId: SESSIONS.a,
    sessionId: name.startsWith('b') ? SESSIONS.b : SESSIONS.a,
    policyId: SESSIONS.a,
    sequence: 1,
    body: JSON.stringify(name),
    ...more,
  };
}

function shown(events: readonly StoredEvent[]): string[] {
  return events.map(({ position, body }) => `${position} ${JSON.parse(body)}`);
}
