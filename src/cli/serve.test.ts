import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../store/testing/until.ts';
import { makeDataDir, type RunningService, runTidewatt, startTidewatt } from './testing/service-process.ts';

describe('the service of every day as a process', () => {
  const data = makeDataDir();
  let service: RunningService;
  let token: string;

  beforeAll(async () => {
    service = await startTidewatt(['serve', '--port', '0', '--data-dir', data.path]);
    const made = await runTidewatt(['client', 'create', 'test', '--json', '--data-dir', data.path]);
    const { clientId, clientSecret } = JSON.parse(made.stdout);
    const answer = await fetch(`${service.ready.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    token = JSON.parse(await answer.text()).access_token;
  });
  afterAll(async () => {
    await service.stop();
    await data.drop();
  });

  async function call(method: string, path: string, body?: object) {
    const answer = await fetch(`${service.ready.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  }

  it('has no sandbox, and no client of its own', async () => {
    expect(service.ready.clientId).toBeUndefined();
    expect((await call('GET', '/sandbox/clock')).status).toBe(404);
  });

  it('steps the lane of a car that reports, without being asked', async () => {
    const home = await call('POST', '/users/anna/locations', {
      name: 'Home',
      latitude: 59.91,
      longitude: 10.75,
      timezoneName: 'Europe/Oslo',
    });
    const vehicle = await call('POST', '/users/anna/vehicles', { batteryCapacity: 60 });
    const policy = await call('POST', '/flex/vehicle-policies', {
      vehicleId: vehicle.body.id,
      locationId: home.body.id,
    });
    const sent = await call('POST', '/telemetry', {
      observations: [
        {
          vehicleId: vehicle.body.id,
          observedAt: new Date().toISOString(),
          isPluggedIn: true,
          batteryLevel: 50,
          locationId: home.body.id,
        },
      ],
    });
    expect(sent).toMatchObject({ status: 202, body: { accepted: 1 } });
    const session = `/flex/vehicle-policies/${policy.body.id}/session`;
    await until(async () => (await call('GET', session)).body.state === 'ACTIVE:REGULAR');
    expect((await call('GET', session)).body.statistics.aggregated).toMatchObject({ batteryFrom: 50 });
  });

  it('serves the dashboard, which holds no data of its clients', async () => {
    const page = await (await fetch(service.ready.url)).text();
    expect(page).toContain('id="app"');
    expect(page).not.toContain('anna');
  });
});
