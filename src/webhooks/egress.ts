import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { addressFault } from './address.ts';
import { checkUrl } from './check-url.ts';
import { type Resolve, resolveByDns, resolveBySystem } from './resolve.ts';

/** What is sent, and to whom. */
export interface EgressPost {
  /** Connections are kept and shared by this key alone: one subscription's slow receiver blocks no other's. */
  readonly key: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What came of it. Never an exception: the world's failures are ordinary here. */
export type EgressAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | null;
      /** The first KiB of the body as text. */
      readonly excerpt: string;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Egress {
  readonly allowsPrivate: boolean;
  post(request: EgressPost): Promise<EgressAnswer>;
  /** Closes kept connections. */
  close(): void;
}

export interface EgressOptions {
  /** Permits http, and private and loopback addresses. */
  readonly allowsPrivate: boolean;
  /** Default: the name servers; the system's resolver where private receivers are permitted. */
  readonly resolve?: Resolve;
  readonly connect?: (to: Endpoint) => net.Socket;
  readonly limitMs?: number;
}

/** Where a connection goes: the addresses are checked, and no other is asked for again. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly [string, ...string[]];
  readonly isTls: boolean;
}

/** A whole exchange, the question for the address included. */
const POST_LIMIT_MS = 5_000;
const READ_MAX_BYTES = 64 * 1024;
const EXCERPT_BYTES = 1024;
const SOCKETS_MAX = 8;
/** Subscriptions with kept connections; the one unused for longest loses them. */
const AGENTS_MAX = 1_000;

/**
 * The only way out of the service for webhooks. A name is asked for once a connection, every address of it checked,
 * and exactly those are connected to, so that an answer that changes in between is of no use. Redirects are not
 * followed, certificates are verified against the name.
 */
export function createEgress(options: EgressOptions): Egress {
  const { allowsPrivate, limitMs = POST_LIMIT_MS } = options;
  const resolve = options.resolve ?? (allowsPrivate ? resolveBySystem : resolveByDns);
  const connect = options.connect ?? connectTo;
  const agents = new Map<string, http.Agent>();

  function agentOf(key: string, isTls: boolean): http.Agent {
    const known = agents.get(key);
    const agent = known ?? newAgent(isTls, open);
    agents.delete(key);
    agents.set(key, agent);
    const [oldest] = agents;
    if (agents.size > AGENTS_MAX && oldest !== undefined) {
      oldest[1].destroy();
      agents.delete(oldest[0]);
    }
    return agent;
  }

  async function open(host: string, port: number, isTls: boolean): Promise<net.Socket> {
    const found = net.isIP(host) === 0 ? await resolve(host) : [host];
    const [first, ...others] = found;
    if (first === undefined) throw new Error(`${host} has no address`);
    for (const address of found) {
      const fault = addressFault(address, allowsPrivate);
      if (fault !== null) throw new RefusedError(`${address} may not be called: ${fault}`);
    }
    return connect({ host, port, addresses: [first, ...others], isTls });
  }

  return {
    allowsPrivate,
    async post(request) {
      const checked = checkUrl(request.url, allowsPrivate);
      if (checked.kind === 'refused') return checked;
      const { url, host, port } = checked;
      const isTls = url.protocol === 'https:';
      const agent = agentOf(`${request.key} ${url.origin}`, isTls);
      const target = { agent, host, port, url, isTls };
      const untilMs = performance.now() + limitMs;
      const first = await exchange(target, request, limitMs);
      // A kept connection that the receiver was just closing: nothing was answered on it, so it is tried on a new one.
      return first === 'stale' ? again(await exchange(target, request, untilMs - performance.now())) : first;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

/** The address is not one that may be called. */
class RefusedError extends Error {}

interface ExchangeTarget {
  readonly agent: http.Agent;
  readonly host: string;
  readonly port: number;
  readonly url: URL;
  readonly isTls: boolean;
}

function exchange(
  { agent, host, port, url, isTls }: ExchangeTarget,
  { headers, body }: EgressPost,
  limitMs: number,
): Promise<EgressAnswer | 'stale'> {
  return new Promise((resolve) => {
    const request = (isTls ? https : http).request({
      method: 'POST',
      agent,
      host,
      port,
      path: url.pathname + url.search,
      headers: { ...headers, host: url.host, 'content-length': String(body.length) },
    });
    const finish = (answer: EgressAnswer | 'stale'): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(
      () => {
        // A request that has no connection yet tells nobody of its end.
        finish({ kind: 'failed', reason: `no whole answer within ${Math.round(limitMs) / 1000} s` });
        request.destroy();
      },
      Math.max(limitMs, 1),
    );
    request.on('error', (error) => {
      const isReset = 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (request.reusedSocket && isReset) finish('stale');
      else finish({ kind: error instanceof RefusedError ? 'refused' : 'failed', reason: reasonOf(error) });
    });
    request.on('response', (response) => readAnswer(response, finish));
    request.end(body);
  });
}

/** Reads to the end, or to the limit and then no further. */
function readAnswer(response: http.IncomingMessage, finish: (answer: EgressAnswer) => void): void {
  const chunks: Buffer[] = [];
  let readBytes = 0;
  const whole = (): EgressAnswer => ({
    kind: 'answered',
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'] ?? null,
    excerpt: excerptOf(Buffer.concat(chunks)),
  });
  response.on('data', (chunk: Buffer) => {
    if (readBytes < EXCERPT_BYTES) chunks.push(chunk);
    readBytes += chunk.length;
    if (readBytes < READ_MAX_BYTES) return;
    finish(whole());
    response.destroy();
  });
  response.on('end', () => finish(whole()));
  response.on('error', (error) => finish({ kind: 'failed', reason: reasonOf(error) }));
  response.on('close', () => finish({ kind: 'failed', reason: 'the answer broke off' }));
}

/** As it can be stored: no zero bytes, no half characters. */
function excerptOf(body: Buffer): string {
  return body
    .subarray(0, EXCERPT_BYTES)
    .toString()
    .replaceAll('\0', '')
    .replace(/\uFFFD+$/, '');
}

function again(answer: EgressAnswer | 'stale'): EgressAnswer {
  return answer === 'stale' ? { kind: 'failed', reason: 'the connection was closed' } : answer;
}

function newAgent(
  isTls: boolean,
  open: (host: string, port: number, isTls: boolean) => Promise<net.Socket>,
): http.Agent {
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX, maxFreeSockets: SOCKETS_MAX, timeout: 60_000 };
  const agent = isTls ? new https.Agent(options) : new http.Agent(options);
  // What an agent calls for a new connection; it may answer later.
  const createConnection = (
    to: { host: string; port: number },
    done: (error: Error | null, socket?: net.Socket) => void,
  ): undefined => {
    open(to.host, to.port, isTls).then((socket) => done(null, socket), done);
  };
  return Object.assign(agent, { createConnection });
}

function connectTo({ host, port, addresses, isTls }: Endpoint): net.Socket {
  const known = addresses.map((address) => ({ address, family: net.isIP(address) }));
  const options = {
    host,
    port,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (_host: string, _options: unknown, done: (error: null, found: typeof known) => void) =>
      done(null, known),
  };
  if (!isTls) return net.connect(options as net.NetConnectOpts);
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  return tls.connect({ ...options, ...servername, ALPNProtocols: ['http/1.1'] } as tls.ConnectionOptions);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error instanceof Error ? error.message || error.name : String(error);
}
