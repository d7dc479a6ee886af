import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool } from '../store/database.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { makeHome, makeTestApi, type TestApi, type TestClient } from './testing.ts';

describeOnDatabases('a service that cannot answer now', (database) => {
  let api: TestApi;
  let client: TestClient;
  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
  });
  afterAll(() => api.close());

  it('answers a person 503 when a lane is held for long, and changes nothing', async () => {
    const { policyId, vehicleId } = await makeHome(client);
    const url = `/flex/vehicle-policies/${policyId}`;
    const answer = await database().transaction(async (tx) => {
      await tx.query('select 1 from lanes where vehicle_id = $1 for update', [vehicleId]);
      return client.call('PATCH', url, { batteryReserve: 30 }, { 'idempotency-key': 'busy' });
    });
    expect(answer).toMatchObject({ status: 503, body: { type: 'urn:tidewatt:problem:unavailable' } });
    expect(answer.headers['retry-after']).toBe('1');
    expect(await client.call('GET', url)).toMatchObject({ body: { batteryReserve: 20 } });
    expect(await client.call('PATCH', url, { batteryReserve: 30 })).toMatchObject({ status: 200 });
  });

  it('takes telemetry while a lane is held', async () => {
    const { vehicleId } = await makeHome(client, 'user-2');
    const observations = [{ vehicleId, observedAt: '2025-06-10T17:00:00Z', batteryLevel: 40 }];
    const answer = await database().transaction(async (tx) => {
      await tx.query('select 1 from lanes where vehicle_id = $1 for update', [vehicleId]);
      return client.call('POST', '/telemetry', { observations });
    });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
  });

  it('is alive but not ready without its database, and tells nothing of it', async () => {
    const gone = openPool({ target: { kind: 'server', url: 'postgres://nobody:hunter2@127.0.0.1:1/none' } });
    const lame = makeTestApi(gone);
    expect(await lame.raw('GET', '/health/live')).toMatchObject({ status: 200 });
    const ready = await lame.app.inject({ method: 'GET', url: '/health/ready' });
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'unavailable' }]);
    const answer = await lame.raw('GET', '/vehicles', { headers: { authorization: 'Bearer twt_x' } });
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|127\.0\.0\.1|connect/);
    await lame.close();
    await gone.close();
  });
});
