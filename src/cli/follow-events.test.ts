import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventLine } from './event-line.ts';
import { readServerSentEvents } from './event-source.ts';
import { followEvents } from './follow-events.ts';

describe('a stream of server-sent events', () => {
  const text =
    ': hello\n\nid: 1\nevent: a\ndata: one\n\ndata: two\r\ndata:three\r\n\r\n: beat\nid: 2\n\ndata: ünd\n\ndata: cut off';
  const events = [
    { id: null, event: 'message', data: null },
    { id: '1', event: 'a', data: 'one' },
    { id: null, event: 'message', data: 'two\nthree' },
    { id: '2', event: 'message', data: null },
    { id: null, event: 'message', data: 'ünd' },
  ];

  it.each([1, 2, 3, 7, 1_000])('is taken apart in pieces of %d bytes', async (size) => {
    const bytes = new TextEncoder().encode(text);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found = [];
    for await (const event of readServerSentEvents(pieces())) found.push(event);
    expect(found).toEqual(events);
  });
});

describe('a line for an event', () => {
  const session = {
    id: 's-1',
    state: 'ACTIVE:REGULAR',
    blocks: [{ kwhSum: 1.25 }, { kwhSum: 2 }],
    error: { latest: null },
  };
  const common = { createdAt: '2025-06-10T22:15:00Z', userId: 'anna' };
  it.each([
    [
      'flex:session:updated',
      { ...common, session, sequence: 3 },
      '2025-06-10T22:15:00Z  flex:session:updated    anna  s-1 #3  ACTIVE:REGULAR          2 blocks, 3.3 kWh',
    ],
    [
      'flex:session:updated',
      {
        ...common,
        session: { ...session, blocks: [{ kwhSum: 1 }], error: { latest: { code: 'FAULT' } } },
        sequence: 4,
      },
      '2025-06-10T22:15:00Z  flex:session:updated    anna  s-1 #4  ACTIVE:REGULAR          1 block, 1.0 kWh  FAULT',
    ],
    [
      'flex:session:deleted',
      { ...common, sessionId: 's-1' },
      '2025-06-10T22:15:00Z  flex:session:deleted    anna  s-1',
    ],
    [
      'flex:command:requested',
      { ...common, command: { kind: 'START', vehicleId: 'v-1' } },
      '2025-06-10T22:15:00Z  flex:command:requested  anna  START for vehicle v-1',
    ],
  ])('%s', (event, body, line) => {
    expect(eventLine(event, JSON.stringify(body))).toBe(line);
  });

  it('shows what it does not know as it came', () => {
    expect(eventLine('new:kind', 'no json')).toBe('new:kind  no json');
  });
});

describe('following events', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A service that answers the calls of the stream one after the other; the last answer stays. */
  async function serve(answers: readonly ((response: ServerResponse) => void)[]) {
    const asked: (string | undefined)[] = [];
    server = createServer((request, response) => {
      if (request.url === '/oauth2/token') return response.end(JSON.stringify({ access_token: 'secret' }));
      asked.push(`${request.url} ${request.headers.authorization} ${request.headers['last-event-id']}`);
      answers[Math.min(asked.length, answers.length) - 1]?.(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // It listens on a port, so its address has one.
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, asked };
  }

  const options = {
    clientId: 'id',
    clientSecret: 'secret',
    policyId: null,
    vehicleId: null,
    events: 'a,b',
    json: true,
  };

  it('resumes after the last event when the stream breaks', async () => {
    const { url, asked } = await serve([
      (response) =>
        response.end('retry: 1\nid: x0\n\nid: x1\nevent: a\ndata: {"n":1}\n\nid: x2\nevent: a\nda'),
      (response) => response.write('id: x2\nevent: a\ndata: {"n":2}\n\n'),
    ]);
    const lines: string[] = [];
    const stop = new AbortController();
    const print = (line: string): void => {
      if (lines.push(line) === 2) stop.abort();
    };
    await followEvents({ ...options, url }, { print, note: () => {} }, stop.signal);
    expect(lines).toEqual(['{"id":"x1","n":1}', '{"id":"x2","n":2}']);
    expect(asked).toEqual([
      '/flex/events?event=a%2Cb Bearer secret undefined',
      '/flex/events?event=a%2Cb Bearer secret x1',
    ]);
  });

  it('fails at once where the service refuses, and where there is none', async () => {
    const { url } = await serve([(response) => response.writeHead(400).end('{"detail":"no such kind"}')]);
    const follow = (to: string) =>
      followEvents(
        { ...options, url: to },
        { print: () => {}, note: () => {} },
        new AbortController().signal,
      );
    await expect(follow(url)).rejects.toThrow(
      '/flex/events was answered with 400: {"detail":"no such kind"}',
    );
    server.close();
    server.closeAllConnections();
    await expect(follow(url)).rejects.toThrow('cannot reach');
  });
});
