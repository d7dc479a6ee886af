import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { exampleOf } from './json-schema.ts';
import { openApiOf } from './openapi.ts';
import { apiRoutes } from './server.ts';
import { type Method, makeHome, makeTestApi, type TestApi, type TestClient } from './testing.ts';

// Plain data, as it is served.
const document = JSON.parse(JSON.stringify(openApiOf(apiRoutes)));

/** Texts that break careless code, beside any others. */
const nasty = fc.oneof(
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '%',
    '%00',
    "'",
    '__proto__',
    '2025-06-11T07:00:00Z',
    '9'.repeat(400),
    '١٢',
    '-0',
  ),
  fc.constantFrom('f47ac10b-58cc-4372-a567-0e02b2c3d479', 'Etc/UTC', 'zone:NO1', '../..', 'constructor'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const value = fc.oneof(
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(0, -1, 1e308, 1e-320, 2 ** 53, 0.1, null, [], {}, true),
);

const withBody = apiRoutes.filter(({ spec }) => spec.body !== undefined && spec.bodyType !== 'form');

/** The example body with one field, at any depth, replaced, taken away or added. */
function spoilt(example: unknown, [path, change]: [readonly number[], unknown]): unknown {
  if (typeof example !== 'object' || example === null || path.length === 0) return change;
  const [first = 0, ...rest] = path;
  const entries = Object.entries(example);
  const chosen = first % (entries.length + 1);
  if (chosen === entries.length)
    return Array.isArray(example) ? [...example, change] : { ...example, extra: change };
  const changed = entries.map(([key, part], index) => [
    key,
    index === chosen ? spoilt(part, [rest, change]) : part,
  ]);
  return Array.isArray(example) ? changed.map(([, part]) => part) : Object.fromEntries(changed);
}

/** Half surrogates cannot be written in a URL. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''));
}

describeOnDatabases('whatever comes', (database) => {
  let api: TestApi;
  let client: TestClient;
  let ids: Record<string, string>;
  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    const home = await makeHome(client);
    const session = await client.call('GET', `/flex/vehicle-policies/${home.policyId}/session`);
    await client.call('POST', '/flex/tariffs/t', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const webhook = await client.call('POST', '/webhooks', {
      url: 'https://receiver.invalid/',
      secret: 'a-secret-of-16-c',
    });
    ids = {
      ...home,
      webhookId: webhook.body.id,
      sessionId: session.body.id,
      tariffId: 't',
      userId: 'u',
      commandId: home.policyId,
    };
  });
  afterAll(() => api.close());

  it.each(withBody.map(({ spec }) => [`${spec.method} ${spec.path}`, spec] as const))(
    '%s takes any body with an answer below 500',
    async (_name, spec) => {
      const url = spec.path.replace(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '');
      const operation = document.paths[spec.path][spec.method.toLowerCase()];
      const example = exampleOf(
        operation.requestBody.content['application/json'].schema,
        document.components.schemas,
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 4 }), value, async (path, change) => {
          const headers = { 'idempotency-key': api.deps.newId() };
          const answer = await client.call(
            spec.method as Method,
            url,
            spoilt(example, [path, change]),
            headers,
          );
          expect(answer.status).toBeLessThan(500);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(
    apiRoutes.filter(({ spec }) => spec.method === 'GET').map(({ spec }) => [spec.path, spec] as const),
  )('GET %s takes any path and query with an answer below 500', async (path, spec) => {
    const names = Object.keys(spec.query?.shape ?? {});
    await fc.assert(
      fc.asyncProperty(nasty, fc.nat(12), nasty, fc.boolean(), async (part, index, given, isOwnPath) => {
        const text = encoded(part);
        const url = path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
          isOwnPath ? (ids[name] ?? '') : text,
        );
        const name = names[index % Math.max(1, names.length)] ?? 'none';
        // An answer that streams has no end: a second, broken parameter keeps it from beginning.
        const closed = path === '/flex/events' ? '&event=none' : '';
        const query = names.length === 0 ? '' : `?${name}=${encoded(given)}${closed}`;
        const answer = await client.call('GET', `${url}${query}`);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 30 },
    );
  });

  it('takes a deep nest', async () => {
    const payload = `{"observations":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}`;
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' };
    expect(await api.raw('POST', '/telemetry', { headers, payload })).toMatchObject({ status: 400 });
    const keyed = { ...headers, 'idempotency-key': 'deep' };
    expect(await api.raw('POST', '/telemetry', { headers: keyed, payload })).toMatchObject({ status: 400 });
  });
});
