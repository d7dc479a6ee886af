import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEgress } from './egress.ts';
import { type Listener, listenForWebhooks } from './listen.ts';
import { signedHeaders } from './sign.ts';

const SECRET = 'a-secret-of-16-c';
const NOW_MS = Date.parse('2025-06-10T18:00:00Z');
const EVENT = {
  event: 'flex:session:updated',
  userId: 'user-1',
  createdAt: '2025-06-10T18:00:00Z',
  session: { id: 's-1', state: 'UPCOMING' },
  sequence: 3,
};

describe('tidewatt webhook listen', () => {
  const lines: string[] = [];
  const egress = createEgress({ allowsPrivate: true });
  let listener: Listener;
  beforeAll(async () => {
    listener = await listenForWebhooks({
      port: 0,
      secret: SECRET,
      json: false,
      nowMs: () => NOW_MS,
      print: (line) => lines.push(line),
    });
  });
  afterAll(async () => {
    egress.close();
    await listener.close();
  });

  async function post(body: unknown, secret = SECRET): Promise<unknown> {
    lines.length = 0;
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = signedHeaders([secret], 'msg_1', NOW_MS / 1000, bytes);
    const answer = await egress.post({ key: 'a', url: listener.url, headers, body: bytes });
    return answer.kind === 'answered' ? answer.status : answer;
  }

  const summary = '  2025-06-10T18:00:00Z  flex:session:updated  user-1  s-1  UPCOMING  #3';

  test.each([
    { what: 'one event', body: EVENT, first: 'msg_1  single  signature valid', rows: [summary] },
    {
      what: 'a batch',
      body: [EVENT, EVENT],
      first: 'msg_1  batch of 2  signature valid',
      rows: [summary, summary],
    },
  ])('prints $what and says that it is valid', async ({ body, first, rows }) => {
    expect(await post(body)).toBe(204);
    expect(lines).toEqual([first, ...rows]);
  });

  test('says why another signature is not, and refuses it', async () => {
    expect(await post(EVENT, 'another-secret-of-16')).toBe(401);
    expect(lines[0]).toBe(
      'msg_1  single  signature INVALID: no webhook-signature fits the body and the secret',
    );
  });
});
