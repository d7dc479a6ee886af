import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import * as net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createEgress, type Egress, type EgressOptions, type Endpoint } from './egress.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/certificate.ts';

const PUBLIC = '93.184.215.14';
const PUBLIC_V6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';
const BODY = Buffer.from('{}');

/** A resolver whose answers change: each question gets the next, the last one for ever. */
function changing(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  return {
    count: () => asked,
    resolve: async (): Promise<readonly string[]> => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      return answer;
    },
  };
}

/** Notes every connection that is attempted, and makes none. */
function noted() {
  const attempts: Endpoint[] = [];
  return {
    attempts,
    connect: (to: Endpoint): net.Socket => {
      attempts.push(to);
      const socket = new net.Socket();
      process.nextTick(() => socket.destroy(new Error('nothing is connected in this test')));
      return socket;
    },
  };
}

interface Attack {
  readonly attack: string;
  readonly url: string;
  /** What the resolver answers. */
  readonly answer?: readonly string[];
  /** The address refused, or what else of the URL is. */
  readonly refuses: string;
}

const at = (attack: string, answer: readonly string[], refuses: string): Attack => ({
  attack,
  url: 'https://receiver.example/hook',
  answer,
  refuses,
});

const LITERALS: readonly Attack[] = [
  { attack: 'loopback', url: 'https://127.0.0.1/', refuses: '127.0.0.1' },
  { attack: 'loopback, another', url: 'https://127.8.9.1/', refuses: '127.8.9.1' },
  { attack: 'loopback, decimal', url: 'https://2130706433/', refuses: '127.0.0.1' },
  { attack: 'loopback, octal', url: 'https://0177.0.0.1/', refuses: '127.0.0.1' },
  { attack: 'loopback, octal without dots', url: 'https://017700000001/', refuses: '127.0.0.1' },
  { attack: 'loopback, hexadecimal', url: 'https://0x7f000001/', refuses: '127.0.0.1' },
  { attack: 'loopback, mixed', url: 'https://0x7f.0.0.01/', refuses: '127.0.0.1' },
  { attack: 'loopback, short', url: 'https://127.1/', refuses: '127.0.0.1' },
  { attack: 'loopback, full-width digits', url: 'https://１２７.０.０.１/', refuses: '127.0.0.1' },
  { attack: 'loopback, ideographic full stops', url: 'https://127。0。0。1/', refuses: '127.0.0.1' },
  { attack: 'loopback, percent-encoded', url: 'https://%31%32%37.0.0.1/', refuses: '127.0.0.1' },
  { attack: 'loopback, trailing dot', url: 'https://127.0.0.1./', refuses: '127.0.0.1' },
  { attack: 'zero', url: 'https://0/', refuses: '0.0.0.0' },
  { attack: 'zero in full', url: 'https://0.0.0.0/', refuses: '0.0.0.0' },
  { attack: 'metadata', url: 'https://169.254.169.254/latest/meta-data/', refuses: '169.254.169.254' },
  { attack: 'metadata, decimal', url: 'https://2852039166/', refuses: '169.254.169.254' },
  { attack: 'private, ten', url: 'https://10.0.0.1/', refuses: '10.0.0.1' },
  { attack: 'private, 172.16/12', url: 'https://172.31.255.255/', refuses: '172.31.255.255' },
  { attack: 'private, 192.168', url: 'https://192.168.1.1/', refuses: '192.168.1.1' },
  { attack: 'IPv6 loopback', url: 'https://[::1]/', refuses: '::1' },
  { attack: 'IPv6 loopback in full', url: 'https://[0:0:0:0:0:0:0:1]/', refuses: '::1' },
  { attack: 'IPv6 unspecified', url: 'https://[::]/', refuses: '::' },
  { attack: 'mapped loopback', url: 'https://[::ffff:127.0.0.1]/', refuses: '::ffff:7f00:1' },
  { attack: 'mapped metadata', url: 'https://[::ffff:a9fe:a9fe]/', refuses: '::ffff:a9fe:a9fe' },
  { attack: 'mapped public', url: 'https://[::ffff:8.8.8.8]/', refuses: '::ffff:808:808' },
  { attack: 'compatible loopback', url: 'https://[::127.0.0.1]/', refuses: '::7f00:1' },
  { attack: 'NAT64 of a private one', url: 'https://[64:ff9b::10.0.0.1]/', refuses: '64:ff9b::a00:1' },
  { attack: 'NAT64 of local use', url: 'https://[64:ff9b:1::1]/', refuses: '64:ff9b:1::1' },
  { attack: '6to4 of a private one', url: 'https://[2002:a00:1::]/', refuses: '2002:a00:1::' },
  { attack: 'Teredo', url: 'https://[2001:0:a00:1::1]/', refuses: '2001:0:a00:1::1' },
  { attack: 'IPv6 link-local', url: 'https://[fe80::1]/', refuses: 'fe80::1' },
  { attack: 'IPv6 with a zone id', url: 'https://[fe80::1%25eth0]/', refuses: 'expected a URL' },
  { attack: 'IPv6 unique local', url: 'https://[fd12:3456::1]/', refuses: 'fd12:3456::1' },
  { attack: 'IPv6 site-local', url: 'https://[fec0::1]/', refuses: 'fec0::1' },
  { attack: 'IPv6 multicast', url: 'https://[ff02::1]/', refuses: 'ff02::1' },
  { attack: 'this machine by its name', url: 'https://localhost/', refuses: 'localhost' },
  { attack: 'a name below localhost', url: 'https://a.LOCALHOST./', refuses: 'a.localhost' },
  { attack: 'plain http', url: 'http://receiver.example/', refuses: 'http' },
  { attack: 'a file', url: 'file:///etc/passwd', refuses: 'file' },
  { attack: 'gopher', url: 'gopher://receiver.example/', refuses: 'gopher' },
  { attack: 'a user that looks like the host', url: 'https://good.example@10.0.0.1/', refuses: 'user' },
  { attack: 'a password', url: 'https://a:b@receiver.example/', refuses: 'user' },
  { attack: 'a backslash before the @', url: 'https://good.example\\@10.0.0.1/', refuses: 'nothing' },
  { attack: 'the port of SMTP', url: 'https://receiver.example:25/', refuses: 'port 25' },
  { attack: 'the port of SSH', url: 'https://receiver.example:22/', refuses: 'port 22' },
  { attack: 'the port of NFS', url: 'https://receiver.example:2049/', refuses: 'port 2049' },
  { attack: 'port 0', url: 'https://receiver.example:0/', refuses: 'port 0' },
  { attack: 'a very long URL', url: `https://receiver.example/${'a'.repeat(2_000)}`, refuses: '2000' },
];

const ANSWERS: readonly Attack[] = [
  at('a name for loopback', ['127.0.0.1'], '127.0.0.1'),
  at('a name for metadata', ['169.254.169.254'], '169.254.169.254'),
  at('a name for link-local', ['169.254.7.7'], '169.254.7.7'),
  at('a name for a private address', ['192.168.0.10'], '192.168.0.10'),
  at('a name for CGNAT', ['100.64.0.1'], '100.64.0.1'),
  at('a name for the metadata of Alibaba', ['100.100.100.200'], '100.100.100.200'),
  at('a name for the wire server of Azure', ['168.63.129.16'], '168.63.129.16'),
  at('a name for the metadata of Oracle', ['192.0.0.192'], '192.0.0.192'),
  at('a name for the metadata of EC2 by IPv6', ['fd00:ec2::254'], 'fd00:ec2::254'),
  at('a name for multicast', ['224.0.0.1'], '224.0.0.1'),
  at('a name for broadcast', ['255.255.255.255'], '255.255.255.255'),
  at('a name for reserved', ['240.0.0.1'], '240.0.0.1'),
  at('a name for benchmarks', ['198.18.0.1'], '198.18.0.1'),
  at('a name for documentation', ['203.0.113.9'], '203.0.113.9'),
  at('a name for documentation by IPv6', ['2001:db8::1'], '2001:db8::1'),
  at('a name for a mapped address', ['::ffff:10.0.0.1'], '::ffff:10.0.0.1'),
  at('a name for a zone', ['fe80::1%eth0'], 'fe80::1%eth0'),
  at('a public address with a zone', [`${PUBLIC_V6}%lo`], `${PUBLIC_V6}%lo`),
  at('a private address behind a public one', [PUBLIC, '10.1.2.3'], '10.1.2.3'),
  at('a private IPv6 address behind public ones', [PUBLIC, PUBLIC_V6, '::1'], '::1'),
  at('what is no address', ['not an address'], 'not an address'),
];

describe('the guard', () => {
  test.each([...LITERALS.filter(({ refuses }) => refuses !== 'nothing'), ...ANSWERS])(
    '$attack: $refuses is refused, and nothing is connected to',
    async ({ url, answer, refuses }) => {
      const { attempts, connect } = noted();
      const resolver = changing(answer ?? [PUBLIC]);
      const egress = createEgress({ allowsPrivate: false, resolve: resolver.resolve, connect });
      const result = await egress.post({ key: 'a', url, headers: {}, body: BODY });
      expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining(refuses) });
      expect(attempts).toEqual([]);
      egress.close();
    },
  );

  test('knows at least 40 attacks', () => {
    expect(LITERALS.length + ANSWERS.length).toBeGreaterThanOrEqual(40);
  });

  test('a backslash before the @ ends the host: the name before it is what is called', async () => {
    const { attempts, connect } = noted();
    const egress = createEgress({ allowsPrivate: false, resolve: changing([PUBLIC]).resolve, connect });
    await egress.post({ key: 'a', url: 'https://good.example\\@10.0.0.1/', headers: {}, body: BODY });
    expect(attempts).toEqual([{ host: 'good.example', port: 443, addresses: [PUBLIC], isTls: true }]);
  });

  test('an answer that changes after the check: the checked address is connected to, none is asked for again', async () => {
    const { attempts, connect } = noted();
    const resolver = changing([PUBLIC, PUBLIC_V6], ['169.254.169.254']);
    const egress = createEgress({ allowsPrivate: false, resolve: resolver.resolve, connect });
    const post = () => egress.post({ key: 'a', url: 'https://receiver.example/', headers: {}, body: BODY });
    expect(await post()).toMatchObject({ kind: 'failed' });
    expect(attempts).toEqual([
      { host: 'receiver.example', port: 443, addresses: [PUBLIC, PUBLIC_V6], isTls: true },
    ]);
    expect(resolver.count()).toBe(1);
    // The next connection asks anew, and is refused.
    expect(await post()).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('169.254.169.254'),
    });
    expect(attempts).toHaveLength(1);
    egress.close();
  });

  test.each([
    { url: 'http://192.168.1.7:1880/hook', isFine: true },
    { url: 'https://[fd12::7]/', isFine: true },
    { url: 'http://localhost:8123/', isFine: true },
    { url: 'http://169.254.169.254/', isFine: false },
    { url: 'http://[fd00:ec2::254]/', isFine: false },
    { url: 'http://100.100.100.200/', isFine: false },
    { url: 'http://[::ffff:169.254.169.254]/', isFine: false },
    { url: 'http://10.0.0.1:22/', isFine: false },
    { url: 'http://0.0.0.0/', isFine: false },
    { url: 'ftp://10.0.0.1/', isFine: false },
  ])('where private receivers are permitted, $url is called: $isFine', async ({ url, isFine }) => {
    const { attempts, connect } = noted();
    const egress = createEgress({
      allowsPrivate: true,
      resolve: changing(['127.0.0.1']).resolve,
      connect,
    });
    const { kind } = await egress.post({ key: 'a', url, headers: {}, body: BODY });
    expect({ kind, attempts: attempts.length }).toEqual(
      isFine ? { kind: 'failed', attempts: 1 } : { kind: 'refused', attempts: 0 },
    );
  });
});

describe('an exchange', () => {
  const open: { close(): unknown }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  async function receiver(listener: RequestListener, server: Server = createServer(listener)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => server.close() }, { close: () => server.closeAllConnections() });
    const address = server.address();
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
  }

  function local(options: Partial<EgressOptions> = {}): Egress {
    const egress = createEgress({ allowsPrivate: true, ...options });
    open.push(egress);
    return egress;
  }

  const post = (egress: Egress, port: number, path = '/') =>
    egress.post({ key: 'a', url: `http://127.0.0.1:${port}${path}`, headers: { 'x-a': 'b' }, body: BODY });

  test('tells the status, Retry-After and the first KiB', async () => {
    const { port } = await receiver((request, response) => {
      expect(request.headers).toMatchObject({ 'x-a': 'b', 'content-length': '2' });
      response.writeHead(503, { 'retry-after': '17' }).end('é'.repeat(5_000));
    });
    const answer = await post(local(), port);
    expect(answer).toEqual({ kind: 'answered', status: 503, retryAfter: '17', excerpt: 'é'.repeat(512) });
  });

  test('does not follow a redirect', async () => {
    const paths: unknown[] = [];
    const { port } = await receiver((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/inside' }).end();
    });
    expect(await post(local(), port, '/hook')).toMatchObject({ kind: 'answered', status: 307 });
    expect(paths).toEqual(['/hook']);
  });

  test('reads no more than 64 KiB of an endless answer', async () => {
    let writtenBytes = 0;
    const { port } = await receiver((_request, response) => {
      const more = (): void => {
        while (!response.destroyed) {
          writtenBytes += 16_384;
          if (!response.write(Buffer.alloc(16_384, 97))) break;
        }
      };
      response.on('drain', more);
      more();
    });
    expect(await post(local(), port)).toMatchObject({ status: 200, excerpt: 'a'.repeat(1024) });
    // What the two ends of the loopback hold in their buffers is beyond us.
    expect(writtenBytes).toBeLessThan(16 * 1024 * 1024);
  });

  test.each([
    { name: 'never answers', listener: () => {} },
    {
      name: 'begins an answer and stops',
      listener: ((_request, response) => response.writeHead(200).write('a')) satisfies RequestListener,
    },
  ])('one that $name fails at the limit', async ({ listener }) => {
    const { port } = await receiver(listener);
    expect(await post(local({ limitMs: 30 }), port)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/within|broke off/),
    });
  });

  test('a resolver that never answers is under the same limit', async () => {
    const egress = local({ limitMs: 30, resolve: () => new Promise(() => {}) });
    const answer = await egress.post({ key: 'a', url: 'http://slow.example/', headers: {}, body: BODY });
    expect(answer).toMatchObject({ kind: 'failed', reason: expect.stringContaining('within') });
  });

  test('keeps its connection, and opens a new one when the receiver closed it', async () => {
    const sockets = new Set<net.Socket>();
    const { server, port } = await receiver((request, response) => {
      sockets.add(request.socket);
      request.resume().on('end', () => response.end());
    });
    const egress = local();
    for (let round = 0; round < 3; round++) expect(await post(egress, port)).toMatchObject({ status: 200 });
    expect(sockets.size).toBe(1);
    server.closeAllConnections();
    expect(await post(egress, port)).toMatchObject({ status: 200 });
    expect(sockets.size).toBe(2);
  });

  test('verifies the certificate against the name', async () => {
    const { port } = await receiver(
      () => {},
      createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => response.end()),
    );
    const egress = local({ resolve: async () => ['127.0.0.1'] });
    const answer = await egress.post({
      key: 'a',
      url: `https://receiver.example:${port}/`,
      headers: {},
      body: BODY,
    });
    expect(answer).toMatchObject({ kind: 'failed', reason: expect.stringContaining('self-signed') });
  });
});
