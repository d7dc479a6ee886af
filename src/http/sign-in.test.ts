import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { version } from '../runtime/version.ts';
import { openTestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { cookieTokenOf } from './session-cookie.ts';
import { HOME, type Method, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const HOST = 'tidewatt.example';
const ORIGIN = `http://${HOST}`;
const JSON_TYPE = { 'content-type': 'application/json' };

describeOnDatabases('the sign-in of a page', (database) => {
  let api: TestApi;
  let owner: TestClient;
  beforeAll(async () => {
    api = makeTestApi(database());
    owner = await api.newClient();
  });
  afterAll(() => api.close());

  /** As a browser asks: with the host, and with what else it adds. */
  function ask(method: Method, url: string, headers: Record<string, string> = {}, body?: object) {
    return api.raw(method, url, {
      headers: { host: HOST, ...(body === undefined ? {} : JSON_TYPE), ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  }

  function signIn(headers: Record<string, string> = { origin: ORIGIN }) {
    const { clientId, clientSecret } = owner;
    return ask('POST', '/auth/session', headers, { clientId, clientSecret });
  }

  async function cookieOfNew(): Promise<string> {
    return pairOf(await signIn());
  }

  it('sets a cookie that no script and no page of others can use', async () => {
    const answer = await signIn();
    expect(answer).toMatchObject({
      status: 200,
      body: {
        client: { id: owner.clientId, name: 'test' },
        expiresAt: '2025-06-10T19:00:00Z',
        isDemo: false,
        isSandbox: false,
      },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toMatch(
      /^tidewatt_session=twt_[\w-]{43}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    expect(JSON.stringify(answer.body)).not.toContain('twt_');
  });

  it('marks the cookie as secure where the page came by https', async () => {
    const proxied = { 'x-forwarded-proto': 'https', origin: `https://${HOST}` };
    expect((await signIn(proxied)).headers['set-cookie']).toMatch(/; SameSite=Strict; Secure$/);
  });

  it('refuses a wrong secret without making the browser ask by itself', async () => {
    const body = { clientId: owner.clientId, clientSecret: 'tws_wrong' };
    const answer = await ask('POST', '/auth/session', { origin: ORIGIN }, body);
    expect(answer).toMatchObject({
      status: 401,
      body: { detail: 'Client id and secret do not belong together.' },
    });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="tidewatt"');
    expect(answer.headers['set-cookie']).toBeUndefined();
    const nobody = { clientId: 'nobody', clientSecret: 'x' };
    expect(await ask('POST', '/auth/session', {}, nobody)).toMatchObject({ status: 401 });
    expect(await ask('POST', '/auth/session', {}, { clientId: owner.clientId })).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'clientSecret' }] },
    });
  });

  it('signs nobody in for a page of somebody else', async () => {
    const answer = await signIn({ origin: 'https://evil.example' });
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:tidewatt:problem:forbidden' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    // A program without an origin may: it has the secret.
    expect(await signIn({})).toMatchObject({ status: 200 });
  });

  it('reads with the cookie alone, other cookies beside it', async () => {
    const cookie = await cookieOfNew();
    for (const given of [cookie, `theme=dark; ${cookie}; x=1`]) {
      expect(await ask('GET', '/vehicles', { cookie: given })).toMatchObject({ status: 200 });
      expect(await ask('GET', '/auth/session', { cookie: given })).toMatchObject({
        status: 200,
        body: { client: { id: owner.clientId } },
      });
    }
    // A link from elsewhere has no Origin or a foreign one; the browser holds the cookie back, not we.
    expect(await ask('GET', '/vehicles', { cookie, origin: 'https://evil.example' })).toMatchObject({
      status: 200,
    });
    expect(await ask('GET', '/auth/session')).toMatchObject({ status: 401 });
    expect(await ask('GET', '/auth/session', { cookie: 'tidewatt_session=twt_nobody' })).toMatchObject({
      status: 401,
    });
  });

  it.each([
    ['none', {}],
    ['that of another site', { origin: 'https://evil.example' }],
    ['that of a host that begins like ours', { origin: `${ORIGIN}.evil.example` }],
    ['another port', { origin: `${ORIGIN}:8080` }],
    ['another scheme', { origin: `https://${HOST}` }],
    ['null, as a sandboxed frame sends it', { origin: 'null' }],
    ['an empty one', { origin: '' }],
  ])('changes nothing by cookie with the origin %s', async (_name, headers: Record<string, string>) => {
    const cookie = await cookieOfNew();
    const url = '/users/by-cookie/locations';
    for (const [method, path, body] of [
      ['POST', url, HOME],
      [
        'PUT',
        `/flex/sessions/${owner.clientId}/target`,
        { type: 'IMMEDIATE_START', minimumChargeTarget: 80 },
      ],
      ['PATCH', `/vehicles/${owner.clientId}`, { power: 7 }],
      ['DELETE', '/users/by-cookie', undefined],
      ['DELETE', '/auth/session', undefined],
    ] as const) {
      expect(await ask(method, path, { cookie, ...headers }, body)).toMatchObject({
        status: 403,
        body: {
          type: 'urn:tidewatt:problem:forbidden',
          detail: expect.stringContaining(`"Origin: ${ORIGIN}"`),
        },
      });
    }
    expect(await ask('GET', url, { cookie })).toMatchObject({ status: 200, body: { data: [] } });
  });

  it('changes things by cookie from a page of our own, behind a proxy too', async () => {
    const cookie = await cookieOfNew();
    const url = '/users/own/locations';
    expect(await ask('POST', url, { cookie, origin: ORIGIN }, HOME)).toMatchObject({ status: 201 });
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cars.example' };
    const headers = { cookie, ...proxied, origin: 'https://cars.example' };
    expect(await ask('POST', url, headers, HOME)).toMatchObject({ status: 201 });
    expect(await ask('POST', url, { ...headers, origin: ORIGIN }, HOME)).toMatchObject({ status: 403 });
  });

  it('looks at no origin and no cookie where there is a bearer token', async () => {
    const bearer = { authorization: `Bearer ${owner.token}` };
    const foreign = { ...bearer, origin: 'https://evil.example' };
    expect(await ask('POST', '/users/bearer/locations', foreign, HOME)).toMatchObject({ status: 201 });
    const cookie = await cookieOfNew();
    const wrong = { authorization: 'Bearer twt_wrong', cookie, origin: ORIGIN };
    expect(await ask('GET', '/vehicles', wrong)).toMatchObject({ status: 401 });
    expect(await ask('GET', '/vehicles', { ...wrong, authorization: 'Basic eA==' })).toMatchObject({
      status: 401,
    });
  });

  it('signs out: the cookie is cleared and its token opens nothing any more', async () => {
    const cookie = await cookieOfNew();
    const other = await cookieOfNew();
    const answer = await ask('DELETE', '/auth/session', { cookie, origin: ORIGIN });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toBe(
      'tidewatt_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    );
    expect(await ask('GET', '/vehicles', { cookie })).toMatchObject({ status: 401 });
    const bearer = { authorization: `Bearer ${cookie.split('=')[1]}` };
    expect(await ask('GET', '/vehicles', bearer)).toMatchObject({ status: 401 });
    expect(await ask('GET', '/vehicles', { cookie: other })).toMatchObject({ status: 200 });
  });

  it('forgets a token that another process revoked within half a minute', async () => {
    const elsewhere = makeTestApi(database());
    const cookie = await cookieOfNew();
    const headers = { host: HOST, cookie };
    expect(await elsewhere.raw('GET', '/vehicles', { headers })).toMatchObject({ status: 200 });
    await ask('DELETE', '/auth/session', { cookie, origin: ORIGIN });
    elsewhere.moveRealTo(START_MS + 31_000);
    expect(await elsewhere.raw('GET', '/vehicles', { headers })).toMatchObject({ status: 401 });
    await elsewhere.close();
  });
});

describeOnDatabases('a page in use', (database) => {
  it('is not thrown out: its cookie is renewed in the last half of its hour', async () => {
    const api = makeTestApi(database());
    const { clientId, clientSecret, call } = await api.newClient();
    const signedIn = await api.raw('POST', '/auth/session', {
      headers: { host: HOST, ...JSON_TYPE },
      payload: JSON.stringify({ clientId, clientSecret }),
    });
    const cookie = pairOf(signedIn);
    const get = () => api.raw('GET', '/vehicles', { headers: { host: HOST, cookie } });
    api.moveRealTo(START_MS + 29 * MINUTE_MS);
    expect((await get()).headers['set-cookie']).toBeUndefined();
    for (const minutes of [31, 75, 120]) {
      api.moveRealTo(START_MS + minutes * MINUTE_MS);
      const answer = await get();
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toBe(`${cookie}; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict`);
      expect((await get()).headers['set-cookie']).toBeUndefined();
    }
    // One who stays away for the whole hour is.
    api.moveRealTo(START_MS + 120 * MINUTE_MS + HOUR_MS);
    expect(await get()).toMatchObject({ status: 401 });
    // A program asks for a new token: its own is not put off.
    expect(await call('GET', '/vehicles')).toMatchObject({ status: 401 });
    await api.close();
  });
});

describeOnDatabases('the sign-in to a demonstration', (database) => {
  const headers = { host: HOST, origin: ORIGIN };

  it('is by one click, and there only', async () => {
    const { sandbox } = await openTestSandbox(database(), START_MS);
    const plain = makeTestApi(database());
    const { clientId: id, clientSecret: secret } = await plain.newClient();
    expect(await plain.raw('GET', '/auth/options')).toMatchObject({
      status: 200,
      body: { isDemo: false, isSandbox: false, version },
    });
    expect(await plain.raw('POST', '/auth/demo', { headers })).toMatchObject({ status: 404 });
    await plain.close();

    const standing = makeTestApi(database(), { world: { sandbox, demoClient: null } });
    expect((await standing.raw('GET', '/auth/options')).body).toEqual({
      isDemo: false,
      isSandbox: true,
      version,
    });
    expect(await standing.raw('POST', '/auth/demo', { headers })).toMatchObject({ status: 404 });
    await standing.close();

    const demo = makeTestApi(database(), { world: { sandbox, demoClient: { id, secret } } });
    expect((await demo.raw('GET', '/auth/options')).body).toEqual({ isDemo: true, isSandbox: true, version });
    const signedIn = await demo.raw('POST', '/auth/demo', { headers });
    expect(signedIn).toMatchObject({ status: 200, body: { client: { id }, isDemo: true, isSandbox: true } });
    const cookie = pairOf(signedIn);
    expect(await demo.raw('GET', '/auth/session', { headers: { ...headers, cookie } })).toMatchObject({
      body: { client: { id }, isDemo: true },
    });
    const foreign = { host: HOST, origin: 'https://evil.example' };
    expect(await demo.raw('POST', '/auth/demo', { headers: foreign })).toMatchObject({ status: 403 });
    await demo.close();
    await sandbox.stop();
  });
});

describe('the cookie of a request', () => {
  it.each([
    ['tidewatt_session=twt_a', 'twt_a'],
    ['a=b; tidewatt_session=twt_a; c=d', 'twt_a'],
    ['x_tidewatt_session=twt_a', undefined],
    ['tidewatt_session=', undefined],
    ['tidewatt_session', undefined],
    [`tidewatt_session=${'a'.repeat(201)}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, token) => {
    expect(cookieTokenOf(header)).toBe(token);
  });
});

/** `name=value` of the cookie that an answer sets. */
function pairOf({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string {
  return String(headers['set-cookie']).split(';')[0] ?? '';
}
