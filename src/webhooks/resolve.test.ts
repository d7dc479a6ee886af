import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveByDns } from './resolve.ts';

const IPV4 = 1;
const IPV6 = 28;
const NO_SUCH_NAME = 3;

let server: Socket;
let servers: string[];
let asked: string[];

/** A name server that knows three names, and never answers about a fourth. */
beforeEach(async () => {
  asked = [];
  server = createSocket('udp4');
  server.on('message', (question, from) => {
    const { name, type } = readQuestion(question);
    asked.push(name);
    if (name === 'hangs.example') return;
    server.send(answerTo(question, ADDRESSES[`${name} ${type}`]), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  servers = [`127.0.0.1:${server.address().port}`];
});
afterEach(() => new Promise<void>((resolve) => void server.close(resolve)));

const ADDRESSES: Readonly<Record<string, readonly number[]>> = {
  [`both.example ${IPV4}`]: [93, 184, 215, 14],
  [`both.example ${IPV6}`]: [0x26, 0x06, ...Array.from({ length: 13 }, () => 0), 1],
  [`old.example ${IPV4}`]: [192, 0, 2, 7],
};

test.each([
  { name: 'both.example', addresses: ['93.184.215.14', '2606::1'] },
  { name: 'old.example', addresses: ['192.0.2.7'] },
])('$name has the addresses $addresses', async ({ name, addresses }) => {
  expect(await resolveByDns(name, servers)).toEqual(addresses);
});

test('a name that there is not is a failure that names it', async () => {
  await expect(resolveByDns('none.example', servers)).rejects.toThrow('ENOTFOUND none.example');
});

test('names whose servers never answer hold up nobody, and are given up', async () => {
  const hanging = Array.from({ length: 20 }, () => resolveByDns('hangs.example', servers));
  let given = 0;
  const outcomes = Promise.allSettled(hanging.map((one) => one.finally(() => (given += 1))));
  expect(await resolveByDns('both.example', servers)).toHaveLength(2);
  expect(asked).toContain('hangs.example');
  expect(given).toBe(0);
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ETIMEOUT' } });
  }
});

/** RFC 1035, 4.1.2: labels with their lengths, a zero, then the type. */
function readQuestion(message: Buffer): { name: string; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1) };
}

/** The question as it came and, where there is one, an address (RFC 1035, 4.1.3; RFC 3596). */
function answerTo(question: Buffer, address: readonly number[] | undefined): Buffer {
  const { name, type } = readQuestion(question);
  const end = 12 + name.length + 2 + 4;
  const isKnown = Object.keys(ADDRESSES).some((key) => key.startsWith(`${name} `));
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 + (isKnown ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const asked = question.subarray(12, end);
  if (address === undefined) return Buffer.concat([header, asked]);
  // Its name is the one at byte 12; class IN; a minute to live.
  const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length, ...address]);
  return Buffer.concat([header, asked, record]);
}
