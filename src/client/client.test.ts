import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTypesOf } from '../http/client-types.ts';
import { openApiOf } from '../http/openapi.ts';
import { everyRoute } from '../http/server.ts';
import { HOME, makeHome, makeTestApi, type TestApi, type TestClient } from '../http/testing.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { type Client, makeClient, UNREACHABLE } from './client.ts';

describe('the types of the client', () => {
  it('are those of the OpenAPI document; if not, run "npm run client"', () => {
    const kept = readFileSync(new URL('./api.ts', import.meta.url), 'utf8');
    expect(kept === clientTypesOf(openApiOf(everyRoute))).toBe(true);
  });

  it('are made for every kind of schema that the document has, and refuse another', () => {
    const document = (schema: object) => ({
      openapi: '3.1.0' as const,
      info: { title: '', version: '' },
      paths: {},
      components: { schemas: { Thing: schema } },
    });
    const typeOf = (schema: object) => clientTypesOf(document(schema)).match(/type Thing = ([^;]*);/)?.[1];
    expect(typeOf({ type: ['string', 'null'] })).toBe('string | null');
    expect(typeOf({ anyOf: [{ $ref: '#/components/schemas/Other' }, { type: 'null' }] })).toBe(
      'Other | null',
    );
    expect(typeOf({ type: 'array', items: { type: ['number', 'null'] } })).toBe('readonly (number | null)[]');
    expect(typeOf({ type: 'string', enum: ["it's", 'b'] })).toBe("'it\\'s' | 'b'");
    expect(typeOf({ type: 'object', additionalProperties: { type: 'integer' } })).toBe(
      'Readonly<Record<string, number>>',
    );
    expect(() => typeOf({ type: 'tuple' })).toThrow('expected a type of JSON Schema, got "tuple"');
  });
});

describeOnDatabases('the client', (database) => {
  let api: TestApi;
  let owner: TestClient;
  let client: Client;
  let baseUrl: string;

  beforeAll(async () => {
    api = makeTestApi(database());
    owner = await api.newClient();
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    baseUrl = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
    client = makeClient({ baseUrl, headers: { authorization: `Bearer ${owner.token}` } });
  });
  afterAll(() => api.close());

  it('takes a token with a form', async () => {
    const form = {
      grant_type: 'client_credentials',
      client_id: owner.clientId,
      client_secret: owner.clientSecret,
    };
    const answer = await makeClient({ baseUrl }).call('POST /oauth2/token', { form });
    expect(answer).toMatchObject({ ok: true, status: 200, body: { token_type: 'bearer' } });
  });

  it('fills in the path, sends the body, and gives the answer with its headers', async () => {
    const userId = 'a user/with a slash';
    const made = await client.call('POST /users/{userId}/locations', { path: { userId }, body: HOME });
    if (!made.ok) throw new Error(made.problem.detail);
    expect(made.body).toMatchObject({ userId, name: 'Home' });
    const locationId = made.body.id;
    const read = await client.call('GET /locations/{locationId}', { path: { locationId } });
    expect(read).toMatchObject({ ok: true, body: { id: locationId } });
    const etag = read.ok ? read.headers.get('etag') : null;
    const changed = await client.call('PUT /locations/{locationId}', {
      path: { locationId },
      header: { 'If-Match': etag ?? '' },
      body: { ...HOME, name: 'Cabin' },
    });
    expect(changed).toMatchObject({ ok: true, body: { name: 'Cabin' } });
    const gone = await client.call('DELETE /locations/{locationId}', { path: { locationId } });
    expect(gone).toMatchObject({ ok: true, status: 204, body: undefined });
  });

  it('gives problems as values', async () => {
    const sessionId = 'nonsense';
    expect(await client.call('GET /flex/sessions/{sessionId}', { path: { sessionId } })).toMatchObject({
      ok: false,
      status: 404,
      problem: { type: 'urn:tidewatt:problem:not-found' },
    });
    expect(await makeClient({ baseUrl }).call('GET /vehicles')).toMatchObject({ ok: false, status: 401 });
  });

  it('goes through a list page by page, and ends with a problem where there is one', async () => {
    for (const user of ['one', 'two', 'three']) await makeHome(owner, user);
    const users: string[][] = [];
    for await (const page of client.pages('GET /flex/sessions', { query: { pageSize: 2 } })) {
      if (!page.ok) throw new Error(page.problem.detail);
      users.push(page.body.data.map((session) => session.userId));
    }
    expect(users).toEqual([['three', 'two'], ['one']]);
    const refused = [];
    for await (const page of client.pages('GET /flex/sessions', { query: { after: 'nonsense' } })) {
      refused.push(page.status);
    }
    expect(refused).toEqual([400]);
  });

  it('says of a service that is not there that it is unreachable', async () => {
    const refused = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
    const away = makeClient({ baseUrl, fetch: refused });
    expect(await away.call('GET /health/live')).toMatchObject({ ok: false, status: 0, problem: UNREACHABLE });
    const proxy = makeClient({ fetch: async () => new Response('<html>', { status: 502 }) });
    expect(await proxy.call('GET /health/live')).toMatchObject({
      ok: false,
      problem: { ...UNREACHABLE, detail: expect.stringContaining('502') },
    });
    const slow = makeClient({
      timeLimitMs: 1,
      fetch: (_url, more) =>
        new Promise((_resolve, reject) => {
          more?.signal?.addEventListener('abort', () => reject(more.signal?.reason));
        }),
    });
    expect(await slow.call('GET /health/live')).toMatchObject({ ok: false, problem: UNREACHABLE });
  });

  it('throws what its own signal is aborted with', async () => {
    const controller = new AbortController();
    controller.abort(new Error('no longer wanted'));
    await expect(client.call('GET /health/live', { signal: controller.signal })).rejects.toThrow(
      'no longer wanted',
    );
  });

  it('asks the compiler for what an operation needs', () => {
    // Never called: what stands here must compile, and what is expected not to must not.
    const shapes = () => [
      client.call('GET /vehicles'),
      client.call('GET /vehicles', { query: { pageSize: 5 } }),
      // @ts-expect-error a path needs its id
      client.call('GET /flex/sessions/{sessionId}'),
      // @ts-expect-error there is no such query field
      client.call('GET /vehicles', { query: { size: 5 } }),
      // @ts-expect-error this one is no list
      client.pages('GET /health/live'),
      // @ts-expect-error there is no such operation
      client.call('GET /nothing'),
    ];
    expect(shapes).toBeTypeOf('function');
  });
});
