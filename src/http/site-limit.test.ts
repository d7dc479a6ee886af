import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, settleIn, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

const START_MS = Date.UTC(2026, 0, 5, 17);

describeOnDatabases('maxPower of a location', (database) => {
  let world: TestSandbox;
  let app: FastifyInstance;
  let token: string;
  let locationId: string;
  const cars: { readonly id: string; readonly policyId: string }[] = [];

  beforeAll(async () => {
    world = await openTestSandbox(database(), START_MS);
    const people = await settleIn(world);
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
    locationId = (await call('POST', '/users/olga/locations', homeOf(11))).body.id;
    for (const [displayName, power, batteryLevel] of [
      ['The van', 11, 70],
      ['The Leaf', 7.4, 73],
    ] as const) {
      const vehicle = await call('POST', '/users/olga/vehicles', {
        information: { displayName },
        batteryCapacity: 40,
        power,
        connector: { type: 'simulated', batteryCapacity: 40, power, batteryLevel, readingsEverySeconds: 600 },
      });
      const { id } = vehicle.body;
      const policy = await call('POST', '/flex/vehicle-policies', { vehicleId: id, locationId });
      cars.push({ id, policyId: policy.body.id });
      await call('PATCH', `/sandbox/vehicles/${id}`, { isPluggedIn: true, locationId });
    }
  });

  afterAll(async () => {
    await app.close();
    await world.sandbox.stop();
  });

  it('lets one of two charge at once, tells the other whose turn it is, and gives it its turn', async () => {
    for (const car of cars) await target(car, 80);
    const [van, leaf] = await rates();
    expect([van, leaf]).toEqual([11, 0]);
    const [newest] = await historyOf(cars[1]);
    expect(newest).toMatchObject({
      cause: 'OVERRIDE',
      reason: { code: 'WAITING_ITS_TURN', maxPower: 11, vehicleIds: [cars[0]?.id] },
    });
    expect(newest.text).toContain(
      'Not charging: The van goes first, as all want to be ready at the same time and the connection of ' +
        'this location allows 11 kW; this car',
    );
    // 10 % of 40 kWh at 11 kW are 25 minutes; then it is the other's turn.
    for (let minute = 10; minute <= 40; minute += 10) {
      await moveTo(START_MS + minute * MINUTE_MS);
      const sum = (await rates()).reduce((total, rate) => total + rate, 0);
      expect(sum).toBeLessThanOrEqual(11);
    }
    expect(await rates()).toEqual([0, 7.4]);
    expect((await sessionOf(cars[0])).outcome.latest.state).toBe('REACHED');
  });

  it('a higher limit lets both charge in the very call that sets it, a lower one stops both, none lets both', async () => {
    await target(cars[0], 95);
    await target(cars[1], 95);
    const before = (await rates()).reduce((total, rate) => total + rate, 0);
    expect(before).toBeLessThanOrEqual(11);
    await minuteLater();
    await put(20);
    expect(await rates()).toEqual([11, 7.4]);
    await minuteLater();
    await put(7);
    expect(await rates()).toEqual([0, 0]);
    const [newest] = await historyOf(cars[0]);
    expect(newest.reason.code).toBe('CONNECTION_TOO_SMALL');
    await minuteLater();
    await put(null);
    expect(await rates()).toEqual([11, 7.4]);
    expect(world.complaints).toEqual([]);
  });

  it('a limit of nothing is no limit: 0 is refused', async () => {
    const answer = await call('PUT', `/locations/${locationId}`, homeOf(0));
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'maxPower' }] } });
  });

  async function call(method: 'GET' | 'PUT' | 'PATCH' | 'POST', url: string, payload?: object) {
    const answer = await app.inject({ method, url, payload, headers: { authorization: `Bearer ${token}` } });
    return { status: answer.statusCode, body: answer.json() };
  }

  function homeOf(maxPower: number | null) {
    return {
      name: 'Home',
      latitude: 59.9,
      longitude: 10.7,
      timezoneName: 'Europe/Oslo',
      zone: 'TEST',
      maxPower,
    };
  }

  /** The call returns once the cars have done what they were asked. */
  async function put(maxPower: number | null): Promise<void> {
    expect((await call('PUT', `/locations/${locationId}`, homeOf(maxPower))).status).toBe(200);
    await moveTo(world.sandbox.read().nowMs);
  }

  /** A car that did and undid something at one instant tells the same twice, which counts once. */
  async function minuteLater(): Promise<void> {
    await moveTo(world.sandbox.read().nowMs + MINUTE_MS);
  }

  async function moveTo(atMs: number): Promise<void> {
    expect((await call('PUT', '/sandbox/clock', { now: new Date(atMs).toISOString() })).status).toBe(200);
  }

  async function sessionOf(car: (typeof cars)[number] | undefined) {
    return (await call('GET', `/flex/vehicle-policies/${car?.policyId}/session`)).body;
  }

  async function target(car: (typeof cars)[number] | undefined, minimumChargeTarget: number): Promise<void> {
    const { id } = await sessionOf(car);
    const body = { type: 'IMMEDIATE_START', minimumChargeTarget };
    expect((await call('PUT', `/flex/sessions/${id}/target`, body)).status).toBe(200);
    await moveTo(world.sandbox.read().nowMs);
  }

  async function historyOf(car: (typeof cars)[number] | undefined) {
    const { id } = await sessionOf(car);
    return (await call('GET', `/flex/sessions/${id}/history`)).body.data;
  }

  /** What the cars draw, as they themselves tell it. */
  async function rates(): Promise<number[]> {
    const found: number[] = [];
    for (const { id } of cars)
      found.push((await call('GET', `/vehicles/${id}`)).body.chargeState.chargeRate ?? 0);
    return found;
  }
});
