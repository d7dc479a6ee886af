import { setTimeout as delay } from 'node:timers/promises';
import { eventLine } from './event-line.ts';
import { readServerSentEvents } from './event-source.ts';

export interface FollowOptions {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly policyId: string | null;
  readonly vehicleId: string | null;
  /** With commas between. */
  readonly events: string | null;
  readonly json: boolean;
}

export interface FollowOutput {
  readonly print: (line: string) => void;
  /** What is said about the connection. */
  readonly note: (line: string) => void;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const REQUEST_LIMIT_MS = 10_000;
/** Three heartbeats of the service. */
const SILENCE_MAX_MS = 45_000;

/** The service says no, and would say it again. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/**
 * Prints events as they come, until it is stopped; a stream that breaks is resumed after the last event that came.
 * @throws where the service refuses, or was never reached.
 */
export async function followEvents(
  options: FollowOptions,
  { print, note }: FollowOutput,
  signal: AbortSignal,
): Promise<void> {
  let lastId: string | null = null;
  let wasReached = false;
  let retryMs = RETRY_FIRST_MS;
  while (!signal.aborted) {
    try {
      const token = await fetchToken(options, signal);
      for await (const { id, event, data } of openStream(options, token, lastId, signal)) {
        if (!wasReached) note(`following ${options.url}`);
        wasReached = true;
        retryMs = RETRY_FIRST_MS;
        // The id counts when what came with it is printed.
        if (data !== null && event === 'stream:closed') note(`the service closed the stream: ${data}`);
        else if (data !== null) print(options.json ? jsonLine(id, data) : eventLine(event, data));
        lastId = id ?? lastId;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasReached || error instanceof RefusedError) throw error;
      note(error instanceof Error ? error.message : String(error));
    }
    if (signal.aborted) return;
    note(`connecting again in ${retryMs / 1000} s`);
    await delay(retryMs, undefined, { signal }).catch(() => {});
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  }
}

async function* openStream(
  options: FollowOptions,
  token: string,
  lastId: string | null,
  signal: AbortSignal,
): ReturnType<typeof readServerSentEvents> {
  const url = new URL('flex/events', withSlash(options.url));
  if (options.policyId !== null) url.searchParams.set('policyId', options.policyId);
  if (options.vehicleId !== null) url.searchParams.set('vehicleId', options.vehicleId);
  if (options.events !== null) url.searchParams.set('event', options.events);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the stream was silent for 45 s')), SILENCE_MAX_MS);
  try {
    const answer = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    await check(answer, url);
    if (answer.body === null) return;
    yield* readServerSentEvents(heard(answer.body, timer));
  } finally {
    clearTimeout(timer);
  }
}

/** Every piece, heartbeats too, is a sign of life. */
async function* heard(body: AsyncIterable<Uint8Array>, timer: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}

async function fetchToken({ url, clientId, clientSecret }: FollowOptions, signal: AbortSignal) {
  const address = new URL('oauth2/token', withSlash(url));
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]),
  }).catch((cause: unknown) => {
    throw new Error(`cannot reach ${address.origin}`, { cause });
  });
  await check(answer, address);
  const body: unknown = await answer.json();
  return String(Reflect.get(Object(body), 'access_token'));
}

async function check(answer: Response, url: URL): Promise<void> {
  if (answer.ok) return;
  const text = (await answer.text()).slice(0, 500);
  const message = `${url.pathname} was answered with ${answer.status}: ${text}`;
  // Too many requests, and what is wrong on the other side, may pass.
  const mayPass = answer.status === 429 || answer.status >= 500;
  throw mayPass ? new Error(message) : new RefusedError(message);
}

/** The body as it came, with the id to resume after. */
function jsonLine(id: string | null, data: string): string {
  const body = data.startsWith('{') ? data.slice(1) : `"data":${JSON.stringify(data)}}`;
  return body.startsWith('}') ? JSON.stringify({ id }) : `{"id":${JSON.stringify(id)},${body}`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
