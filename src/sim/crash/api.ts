import { setTimeout as delay } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A client of the service that goes on across its deaths: each restart gives it another URL. */
export interface Api {
  /**
   * Sends a request until it is answered, with the same content each time, and gives the first answer below 500.
   * @throws after two minutes without one.
   */
  call(method: string, path: string, body?: object): Promise<Answer>;
  /** The same for what must succeed; gives the body. @throws on any other status. */
  must(method: string, path: string, body?: object): Promise<unknown>;
  isReady(): Promise<boolean>;
}

export interface ApiOptions {
  /** Null while nothing runs. */
  readonly url: () => string | null;
  readonly clientId: string;
  readonly clientSecret: string;
}

const TRY_LIMIT_MS = 15_000;
const CALL_LIMIT_MS = 120_000;
const AGAIN_MS = 30;
/** A try that failed at once because the service is away; anything else is answered or thrown. */
const NO_ANSWER = 0;

export function openApi({ url, clientId, clientSecret }: ApiOptions): Api {
  let token: string | null = null;

  async function fetchToken(): Promise<void> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const { status, body } = await tryOnce(url(), 'POST', '/oauth2/token', {
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    if (status === 200) token = String(Reflect.get(Object(body), 'access_token'));
    else if (status === 401) throw new Error('the client is not known any more');
  }

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const untilMs = performance.now() + CALL_LIMIT_MS;
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    let last = NO_ANSWER;
    while (performance.now() < untilMs) {
      if (token === null) await fetchToken();
      if (token !== null) {
        const headers = {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          // A fresh one for each try: what is sent here may be carried out twice.
          ...(method === 'PUT' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        };
        const answer = await tryOnce(url(), method, path, { headers, ...content });
        last = answer.status;
        if (last === 401) token = null;
        else if (last !== NO_ANSWER && last < 500 && last !== 429) return answer;
      }
      await delay(AGAIN_MS);
    }
    throw new Error(`${method} ${path}: no answer in ${CALL_LIMIT_MS / 1000} s, the last status was ${last}`);
  }

  return {
    call,
    async must(method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status < 300) return answer.body;
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    isReady: async () => (await tryOnce(url(), 'GET', '/health/ready', {})).status === 200,
  };
}

async function tryOnce(
  url: string | null,
  method: string,
  path: string,
  content: { readonly headers?: Record<string, string>; readonly body?: string },
): Promise<Answer> {
  if (url === null) return { status: NO_ANSWER, body: null };
  try {
    const answer = await fetch(url + path, { method, ...content, signal: AbortSignal.timeout(TRY_LIMIT_MS) });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, body: isJson ? JSON.parse(text) : text };
  } catch {
    // Refused, or cut off in the middle: nobody knows whether it was carried out.
    return { status: NO_ANSWER, body: null };
  }
}

/** All rows of a list, page by page. */
export async function readPages(api: Api, path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const cursor: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const body = Object(
      await api.must('GET', `${path}${path.includes('?') ? '&' : '?'}pageSize=100${cursor}`),
    );
    rows.push(...Reflect.get(body, 'data'));
    after = Reflect.get(Object(Reflect.get(body, 'pagination')), 'after');
    if (after === null) return rows;
  }
  throw new Error(`${path}: more than ${PAGES_MAX} pages`);
}

const PAGES_MAX = 1_000;
