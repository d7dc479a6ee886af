import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { makeTestApi, START_MS, type TestApi } from './testing.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describeOnDatabases('access', (database) => {
  let api: TestApi;
  beforeAll(() => {
    api = makeTestApi(database());
  });
  afterAll(() => api.close());

  it('gives a token for id and secret in the Basic header', async () => {
    const { clientId, clientSecret } = await api.newClient();
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const answer = await api.raw('POST', '/oauth2/token', {
      headers: { ...FORM, authorization: `Basic ${basic}` },
      payload: 'grant_type=client_credentials',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^twt_[\w-]{43}$/),
      token_type: 'bearer',
      expires_in: 3599,
      scope: '',
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('gives a token for id and secret as form fields', async () => {
    const { clientId, clientSecret } = await api.newClient();
    const payload = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }).toString();
    expect(await api.raw('POST', '/oauth2/token', { headers: FORM, payload })).toMatchObject({ status: 200 });
  });

  it('refuses a wrong secret, an unknown client and another grant', async () => {
    const { clientId } = await api.newClient();
    const ask = (fields: Record<string, string>) =>
      api.raw('POST', '/oauth2/token', { headers: FORM, payload: new URLSearchParams(fields).toString() });
    const grant_type = 'client_credentials';
    const wrong = await ask({ grant_type, client_id: clientId, client_secret: 'tws_wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(wrong.headers['www-authenticate']).toBe('Basic realm="tidewatt"');
    const unknown = { grant_type, client_id: "x' or true --", client_secret: '' };
    expect(await ask(unknown)).toMatchObject({ status: 401 });
    expect(await ask({ grant_type: 'password' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type', issues: [{ path: 'grant_type' }] },
    });
    expect(await ask({})).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('asks for a token on every call, and keeps neither secret nor token in clear', async () => {
    const { token, clientSecret } = await api.newClient();
    const none = await api.raw('GET', '/vehicles');
    expect(none).toMatchObject({ status: 401, body: { type: 'urn:tidewatt:problem:unauthorized' } });
    expect(none.headers['www-authenticate']).toBe('Bearer realm="tidewatt"');
    const wrong = await api.raw('GET', '/vehicles', { headers: { authorization: 'Bearer twt_wrong' } });
    expect(wrong).toMatchObject({ status: 401 });
    expect(wrong.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    const rows = await database().query(
      'select secret_hash::text as text from clients union all select token_hash::text from tokens',
    );
    const stored = JSON.stringify(rows);
    for (const secret of [token, clientSecret]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('lets a token expire after an hour, remembered or not', async () => {
    const { call } = await api.newClient();
    expect(await call('GET', '/vehicles')).toMatchObject({ status: 200 });
    api.moveRealTo(START_MS + HOUR_MS);
    expect(await call('GET', '/vehicles')).toMatchObject({ status: 401 });
    api.moveRealTo(START_MS);
  });

  it('names every answer by a request id, the given one where it is plain', async () => {
    const given = await api.raw('GET', '/vehicles', { headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers['x-request-id']).toBe('abc-1');
    const made = await api.raw('GET', '/nothing', { headers: { 'x-request-id': 'a b\tc' } });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(made).toMatchObject({ status: 404, body: { type: 'urn:tidewatt:problem:not-found' } });
  });

  it('answers health, metrics and documents without a token, and no tenant data', async () => {
    const { clientId } = await api.newClient();
    expect(await api.raw('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await api.raw('GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const metrics = await api.raw('GET', '/metrics');
    expect(metrics.body).toContain('tidewatt_http_request_seconds_count{method="POST",route="/oauth2/token"');
    expect(metrics.body).not.toContain(clientId);
    expect(await api.raw('GET', '/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const docs = await api.raw('GET', '/docs');
    expect(docs.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('slows a client down that asks too often, and no other', async () => {
    const slow = makeTestApi(database(), { rateLimit: { perSecond: 1, burst: 3 } });
    const one = await slow.newClient();
    const other = await slow.newClient();
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await one.call('GET', '/vehicles')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await one.call('GET', '/vehicles');
    expect(refused.headers['retry-after']).toBe('1');
    expect(await other.call('GET', '/vehicles')).toMatchObject({ status: 200 });
    slow.moveRealTo(START_MS + 1000);
    expect(await one.call('GET', '/vehicles')).toMatchObject({ status: 200 });
    await slow.close();
  });
});
