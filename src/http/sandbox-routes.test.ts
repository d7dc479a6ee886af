import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, settleIn, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

const START_MS = Date.UTC(2026, 0, 5, 17);

describeOnDatabases('the sandbox over HTTP', (database) => {
  let world: TestSandbox;
  let people: Awaited<ReturnType<typeof settleIn>>;
  let app: FastifyInstance;
  let token: string;

  beforeAll(async () => {
    world = await openTestSandbox(database(), START_MS);
    people = await settleIn(world);
    app = buildServer(world.deps, { simulator, world: { sandbox: world.sandbox, demoClient: null } });
    const answer = await app.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: people.clientId,
        client_secret: people.clientSecret,
      }).toString(),
    });
    token = answer.json().access_token;
  });

  afterAll(async () => {
    await app.close();
    await world.sandbox.stop();
  });

  async function call(method: 'GET' | 'PUT' | 'PATCH' | 'POST', url: string, payload?: object) {
    const answer = await app.inject({ method, url, payload, headers: { authorization: `Bearer ${token}` } });
    return { status: answer.statusCode, body: answer.json() };
  }

  it('shows its clock to a client, and to nobody else', async () => {
    expect(await call('GET', '/sandbox/clock')).toEqual({
      status: 200,
      body: { now: '2026-01-05T17:00:00Z', speed: 0 },
    });
    expect((await app.inject({ method: 'GET', url: '/sandbox/clock' })).statusCode).toBe(401);
  });

  it('is not there in a service of every day', async () => {
    const plain = buildServer(world.deps);
    const headers = { authorization: `Bearer ${token}` };
    for (const [method, url] of [
      ['GET', '/sandbox/clock'],
      ['PUT', '/sandbox/clock'],
      ['PATCH', `/sandbox/vehicles/${people.vehicle.id}`],
    ] as const) {
      const answer = await plain.inject({ method, url, headers, payload: method === 'GET' ? undefined : {} });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    await plain.close();
  });

  it.each([
    ['an instant of the past', { now: '2026-01-05T16:59:59Z' }, 409, 'never goes back'],
    ['more than a year', { now: '2027-02-05T17:00:00Z' }, 400, 'a year'],
    ['no offset', { now: '2026-01-05T18:00:00' }, 400, 'not in order'],
    ['a negative speed', { speed: -1 }, 400, 'not in order'],
    ['an unknown field', { later: true }, 400, 'not in order'],
  ])('does not move the clock by %s', async (_name, body, status, detail) => {
    const answer = await call('PUT', '/sandbox/clock', body);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
    expect(world.sandbox.read()).toEqual({ nowMs: START_MS, speed: 0 });
  });

  it.each([
    ['a place without a plug', { locationId: null }, 400],
    ['a place of nobody', { isPluggedIn: true, locationId: '00000000-0000-4000-8000-000000000000' }, 400],
    ['a level above 100', { batteryLevel: 101 }, 400],
    ['a field that it has not', { fly: true }, 400],
  ])('refuses %s', async (_name, body, status) => {
    expect((await call('PATCH', `/sandbox/vehicles/${people.vehicle.id}`, body)).status).toBe(status);
  });

  it('finds no car that is not simulated, and no other client’s', async () => {
    const made = await call('POST', '/users/anna/vehicles', {});
    expect((await call('PATCH', `/sandbox/vehicles/${made.body.id}`, {})).status).toBe(404);
    expect((await call('PATCH', '/sandbox/vehicles/00000000-0000-4000-8000-000000000000', {})).status).toBe(
      404,
    );
  });

  it('refuses a fault that it does not know', async () => {
    const connector = {
      type: 'simulated',
      batteryCapacity: 50,
      power: 11,
      batteryLevel: 40,
      faults: ['gremlins'],
    };
    const answer = await call('POST', '/users/anna/vehicles', { connector });
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'connector.faults.0' }] } });
  });

  it('drives a car home, plugs it in and lets the evening pass in one call', async () => {
    const url = `/sandbox/vehicles/${people.vehicle.id}`;
    const locationId = people.home.id;
    const home = await call('PATCH', url, { driveEnergy: 24, isPluggedIn: true, locationId });
    expect(home).toMatchObject({
      status: 200,
      body: { isPluggedIn: true, locationId, batteryLevel: 10, energyMeter: 0, isReachable: true },
    });
    // Twice is once.
    expect((await call('PATCH', url, { isPluggedIn: true, locationId })).status).toBe(200);
    expect((await call('PATCH', url, { driveEnergy: 1 })).status).toBe(409);

    const session = `/flex/vehicle-policies/${people.policy.id}/session`;
    // Below the reserve: the plug-in, the step, the command and the car's answer have all happened by now.
    expect((await call('GET', session)).body.state).toBe('ACTIVE:BATTERY_RESERVE');
    const moved = await call('PUT', '/sandbox/clock', {
      now: new Date(START_MS + 2 * HOUR_MS).toISOString(),
    });
    expect(moved).toEqual({ status: 200, body: { now: '2026-01-05T19:00:00Z', speed: 0 } });
    const filled = (await call('GET', session)).body;
    expect(filled).toMatchObject({
      state: 'ACTIVE:REGULAR',
      statistics: { aggregated: { batteryFrom: 10 } },
    });
    expect(filled.statistics.aggregated.batteryTo).toBeGreaterThanOrEqual(20);
    expect(world.complaints).toEqual([]);
  });
});
