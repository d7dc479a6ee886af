import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../domain/units.ts';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { makeLog } from '../runtime/log.ts';
import { appendEvents, assignPositions, type NewEvent } from '../store/events.ts';
import { dropOld } from '../store/partitions.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { decodeEventCursor, encodeEventCursor } from './event-cursor.ts';
import { STREAM_LIMITS } from './event-streams.ts';
import { buildServer, type ServerOptions } from './server.ts';
import { makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const CAR = '00000000-0000-4000-8000-0000000000ca';
const OTHER_CAR = '00000000-0000-4000-8000-0000000000cb';
const POLICY = '00000000-0000-4000-8000-0000000000aa';

describe('a cursor', () => {
  it('comes back as it was, and nothing else is one', () => {
    for (const position of [0, 1, 17, 2 ** 53 - 1]) {
      expect(decodeEventCursor(encodeEventCursor(position))).toBe(position);
    }
    for (const text of ['', '17', 'e17', 'ZTE3=', Buffer.from('e017').toString('base64url'), 'ZTE3IA']) {
      expect(decodeEventCursor(text)).toBe(null);
    }
  });
});

describeOnDatabases('the live stream', (database) => {
  const bells = { written: makeDoorbell(), placed: makeDoorbell() };
  let api: TestApi;
  let client: TestClient;
  let server: ReturnType<typeof buildServer>;
  let port: number;
  let written = 0;
  const readers: Reader[] = [];
  const complaints: string[] = [];

  beforeEach(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    written = 0;
    complaints.length = 0;
    await start();
  });

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.leave();
    await server.close();
    await api.close();
  });

  async function start(options: ServerOptions = {}): Promise<void> {
    const log = makeLog({ level: 'warn', nowMs: () => 0, write: (line) => complaints.push(line) });
    server = buildServer({ ...api.deps, bells, log }, options);
    await server.listen({ host: '127.0.0.1', port: 0 });
    // It listens on a port, so its address has one.
    port = (server.server.address() as AddressInfo).port;
  }

  async function restart(options: ServerOptions): Promise<void> {
    await server.close();
    await start(options);
  }

  /** Writes events with the numbers that come next, and lets them be read. */
  async function write(count: number, more: Partial<NewEvent> & { readonly pad?: string } = {}) {
    const { pad, ...fields } = more;
    const events = Array.from({ length: count }, () => {
      written += 1;
      return {
        clientId: client.clientId,
        createdAtMs: START_MS,
        kind: 'flex:session:updated',
        userId: 'anna',
        vehicleId: CAR,
        sessionId: CAR,
        policyId: POLICY,
        sequence: written,
        body: JSON.stringify({ n: written, pad }),
        ...fields,
      };
    });
    await appendEvents(database(), events);
    await assignPositions(database());
    bells.placed.ring();
  }

  async function follow(query = '', headers: Record<string, string> = {}, of = client): Promise<Reader> {
    const authorization = `Bearer ${of.token}`;
    const reader = await openReader(port, `/flex/events${query}`, { authorization, ...headers });
    readers.push(reader);
    return reader;
  }

  it('begins with what is new, and resumes after an id without a gap', async () => {
    await write(3);
    const reader = await follow();
    await write(2);
    await until(() => reader.numbers().length === 2);
    expect(reader.text()).toBe(
      `retry: 2000\nid: ${encodeEventCursor(3)}\n\n` +
        `id: ${encodeEventCursor(4)}\nevent: flex:session:updated\ndata: {"n":4}\n\n` +
        `id: ${encodeEventCursor(5)}\nevent: flex:session:updated\ndata: {"n":5}\n\n`,
    );
    const from = (position: number) => follow('', { 'last-event-id': encodeEventCursor(position) });
    const resumed = [
      await from(0),
      await from(2),
      await from(5),
      await follow(`?lastEventId=${encodeEventCursor(4)}`),
    ];
    await write(1);
    await until(() => resumed.every((each) => each.numbers().includes(6)));
    expect(resumed.map((each) => each.numbers())).toEqual([[1, 2, 3, 4, 5, 6], [3, 4, 5, 6], [6], [5, 6]]);
  });

  it('gives what is asked for alone, and only to its client', async () => {
    const other = await api.newClient();
    const byOther = await follow('', {}, other);
    const wanted = await Promise.all(
      [
        `?vehicleId=${OTHER_CAR}`,
        `?policyId=${POLICY}`,
        '?event=flex:session:deleted,flex:command:requested',
        '?event=flex:session:deleted&event=flex:session:updated',
        `?event=flex:session:deleted&lastEventId=${encodeEventCursor(0)}`,
      ].map((query) => follow(query)),
    );
    await write(1);
    await write(1, { vehicleId: OTHER_CAR, policyId: null });
    await write(1, { kind: 'flex:session:deleted' });
    await write(1, { kind: 'flex:command:requested' });
    await write(1, { clientId: other.clientId });
    const expected = [[2], [1, 3, 4], [3, 4], [1, 2, 3], [3]];
    const hasAll = (each: (typeof wanted)[number], index: number) =>
      each.numbers().length >= (expected[index]?.length ?? 0);
    await until(() => byOther.numbers().length === 1 && wanted.every(hasAll));
    expect(wanted.map((each) => each.numbers())).toEqual(expected);
    expect(byOther.numbers()).toEqual([5]);
  });

  it('refuses what it cannot do', async () => {
    await write(1);
    const asked = (query: string, headers: Record<string, string> = {}) =>
      client.call('GET', `/flex/events${query}`, undefined, headers);
    for (const [query, path] of [
      ['?event=flex:nonsense', 'event.0'],
      ['?vehicleId=17', 'vehicleId'],
      ['?nothing=1', 'nothing'],
      ['?lastEventId=17', 'Last-Event-ID'],
      [`?lastEventId=${encodeEventCursor(2)}`, 'Last-Event-ID'],
    ] as const) {
      const { status, body } = await asked(query);
      expect({ query, status, path: body.issues[0].path }).toEqual({ query, status: 400, path });
    }
    expect((await api.raw('GET', '/flex/events')).status).toBe(401);
    expect((await asked('', { 'last-event-id': 'nonsense' })).status).toBe(400);
  });

  it('names the earliest id when what comes after the given one is no longer kept', async () => {
    await write(2);
    await write(1, { createdAtMs: START_MS + DAY_MS });
    await dropOld(database(), START_MS + DAY_MS);
    const { status, body } = await client.call('GET', `/flex/events?lastEventId=${encodeEventCursor(1)}`);
    expect(status).toBe(400);
    const detail = 'Events after this id are no longer kept. Those since 2025-06-11T18:00:00Z are.';
    expect(body.detail).toBe(detail);
    expect(body.issues[0].message).toBe(`expected an id not before ${encodeEventCursor(2)}`);
    const reader = await follow(`?lastEventId=${encodeEventCursor(2)}`);
    await until(() => reader.numbers().length === 1);
    expect(reader.numbers()).toEqual([3]);
  });

  it('resumes before what was erased with its user', async () => {
    await write(3);
    expect((await client.call('DELETE', '/users/anna')).status).toBe(204);
    const reader = await follow(`?lastEventId=${encodeEventCursor(1)}`);
    await write(2);
    await until(() => reader.numbers().length === 2);
    expect(reader.numbers()).toEqual([4, 5]);
  });

  it('beats, and tells with each beat how far it is', async () => {
    await restart({ streamLimits: { ...STREAM_LIMITS, heartbeatMs: 20 } });
    const reader = await follow('?event=flex:session:deleted');
    await until(() => reader.text().includes(`: heartbeat\nid: ${encodeEventCursor(0)}\n\n`));
    await write(2);
    await until(() => reader.text().includes(`: heartbeat\nid: ${encodeEventCursor(2)}\n\n`));
    expect(reader.data()).toEqual([]);
  });

  it('tells why it ends when the service stops, and does not keep it from stopping', async () => {
    const reader = await follow();
    const stuck = await follow();
    stuck.pause();
    await write(1, { pad: 'x'.repeat(10_000_000) });
    await server.close();
    await until(() => reader.hasClosed());
    expect(reader.text()).toContain('event: stream:closed\ndata: {"reason":"shutdown"}\n\n');
    expect(complaints).toEqual([]);
    await start();
  });

  it('answers HEAD without following anything', async () => {
    const authorization = `Bearer ${client.token}`;
    const answer = await server.inject({ method: 'HEAD', url: '/flex/events', headers: { authorization } });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  it('serves a thousand readers, each with every event, in order', async () => {
    const many: Reader[] = [];
    for (let n = 0; n < 20; n++) {
      many.push(...(await Promise.all(Array.from({ length: 50 }, () => follow()))));
    }
    for (let n = 0; n < 10; n++) await write(5);
    const all = Array.from({ length: 50 }, (_none, index) => index + 1);
    await until(() => many.every((reader) => reader.numbers().length >= 50), 50_000);
    for (const reader of many) expect(reader.numbers()).toEqual(all);
  });

  it('closes those that never read, keeps its memory bounded, and lets them resume without a gap', async () => {
    const bufferMaxBytes = 512 * 1024;
    await restart({ streamLimits: { bufferMaxBytes, heartbeatMs: 100, stallMaxMs: 2_000 } });
    const healthy = await follow();
    const slow = await follow();
    const stuck = await Promise.all(Array.from({ length: 50 }, () => follow()));
    for (const reader of [slow, ...stuck]) reader.pause();
    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const pad = 'x'.repeat(100_000);
    for (let n = 0; n < 50; n++) {
      await write(4, { pad });
      await until(() => healthy.data().length === written);
      // It never keeps up, but it does read.
      if (n % 2 === 0) slow.resume();
      else slow.pause();
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
    }
    slow.resume();
    await until(() => complaints.length === 50);
    await until(() => slow.data().length === written);
    expect(slow.numbers()).toEqual(healthy.numbers());
    expect(complaints.filter((line) => line.includes('too slow'))).toHaveLength(50);
    // What waits is shared by all who wait for it; a copy for each would be far more.
    expect((peak - before) / 2 ** 20).toBeLessThan(50);
    for (const reader of stuck.slice(0, 3)) {
      reader.resume();
      await until(() => reader.hasClosed());
      const resumed = await follow('', { 'last-event-id': reader.lastId() });
      await until(() => reader.data().length + resumed.data().length >= written);
      expect([...reader.numbers(), ...resumed.numbers()]).toEqual(healthy.numbers());
    }
  });
});

interface Reader {
  text(): string;
  data(): string[];
  /** The `n` of each body. */
  numbers(): number[];
  lastId(): string;
  pause(): void;
  resume(): void;
  hasClosed(): boolean;
  leave(): void;
}

function openReader(port: number, path: string, headers: Record<string, string>): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`got ${response.statusCode} for ${path}`));
      let text = '';
      let hasClosed = false;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => {});
      response.on('close', () => {
        hasClosed = true;
      });
      const fields = (name: string): string[] =>
        text
          // What was cut off in the middle of an event does not count.
          .slice(0, text.lastIndexOf('\n\n') + 2)
          .split('\n\n')
          .filter((block) => !block.startsWith('event: stream:closed'))
          .flatMap((block) => block.split('\n'))
          .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
      resolve({
        text: () => text,
        data: () => fields('data'),
        numbers: () => fields('data').map((body) => JSON.parse(body).n),
        lastId: () => fields('id').at(-1) ?? '',
        pause: () => response.pause(),
        resume: () => response.resume(),
        hasClosed: () => hasClosed,
        leave: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });
}
