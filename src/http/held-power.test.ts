import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, settleIn, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

const START_MS = Date.UTC(2026, 0, 5, 17);

describeOnDatabases('cars that can be held to a power', (database) => {
  let world: TestSandbox;
  let app: FastifyInstance;
  let token: string;

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
  });

  afterAll(async () => {
    await app.close();
    await world.sandbox.stop();
  });

  it('two of 11 kW at a connection of 17 kW charge side by side, and both are ready', async () => {
    const home = await homeOf('olga', 17);
    const readyBy = new Date(START_MS + 135 * MINUTE_MS).toISOString();
    const van = await carOf('olga', home, 'The van', 11, 50);
    const leaf = await carOf('olga', home, 'The Leaf', 11, 50);
    for (const { sessionId } of [van, leaf]) {
      const body = { type: 'REGULAR', minimumChargeTarget: 80, readyBy };
      expect((await call('PUT', `/flex/sessions/${sessionId}/target`, body)).status).toBe(200);
    }
    // By turns it takes 146 minutes, side by side 95.
    let sideBySide = 0;
    for (let minute = 5; minute <= 135; minute += 5) {
      await moveTo(START_MS + minute * MINUTE_MS);
      const [one, other] = [await rateOf(van), await rateOf(leaf)];
      expect(one + other).toBeLessThanOrEqual(17);
      if (one > 0 && other > 0) {
        sideBySide += 1;
        if (sideBySide === 1) await checkShared([van, leaf]);
      }
    }
    expect(sideBySide).toBeGreaterThan(0);
    for (const car of [van, leaf]) {
      expect((await call('GET', `/flex/sessions/${car.sessionId}`)).body.outcome.latest.state).toBe(
        'REACHED',
      );
    }
    expect(world.complaints).toEqual([]);
  });

  it('one of 22 kW at a connection of 11 kW charges with 11, and with all of it where the limit has gone', async () => {
    const home = await homeOf('paul', 11);
    const car = await carOf('paul', home, 'The truck', 22, 20);
    const body = { type: 'IMMEDIATE_START', minimumChargeTarget: 90 };
    await call('PUT', `/flex/sessions/${car.sessionId}/target`, body);
    await moveTo(now());
    expect(await rateOf(car)).toBe(11);
    expect((await commandsOf(car)).map(({ kind, power }) => [kind, power])).toEqual([['START', 11]]);
    const [newest] = (await call('GET', `/flex/sessions/${car.sessionId}/history`)).body.data;
    expect(newest.reason).toMatchObject({
      code: 'CHARGING_IMMEDIATE',
      power: 11,
      fullPower: 22,
      maxPower: 11,
    });
    expect(newest.reason.text).toBe(
      'Charging at once to 90 %, as asked; with at most 11 kW of 22 kW, as the connection of this location allows 11 kW.',
    );
    const { plan } = (await call('GET', `/flex/sessions/${car.sessionId}/plan`)).body;
    expect(plan.blocks[0].power).toBe(11);
    await moveTo(now() + MINUTE_MS);
    await call('PUT', `/locations/${home}`, bodyOf(null));
    await moveTo(now() + MINUTE_MS);
    expect(await rateOf(car)).toBe(22);
    expect((await commandsOf(car)).map(({ kind, power }) => [kind, power])).toEqual([
      ['START', null],
      ['START', 11],
    ]);
  });

  interface Car {
    readonly id: string;
    readonly sessionId: string;
  }

  /** What is asked, told and shown of two cars that share. */
  async function checkShared(cars: readonly Car[]): Promise<void> {
    const powers: number[] = [];
    for (const car of cars) {
      const [newest] = (await call('GET', `/flex/sessions/${car.sessionId}/history`)).body.data;
      const { heldPower } = (await call('PATCH', `/sandbox/vehicles/${car.id}`, {})).body;
      const [command] = await commandsOf(car);
      expect(command).toMatchObject({ kind: 'START', power: heldPower });
      expect(newest.reason.power).toBe(heldPower);
      if (heldPower !== null) {
        expect(newest.reason).toMatchObject({ fullPower: 11, maxPower: 17 });
        expect(newest.reason.text).toMatch(
          /with at most [\d.]+ kW of 11 kW.*as the connection of this location allows 17 kW and is shared with The /,
        );
      }
      powers.push(heldPower ?? 11);
    }
    const [one = 0, other = 0] = powers;
    expect(one + other).toBeLessThanOrEqual(17);
    expect(one + other).toBeGreaterThan(16);
  }

  async function homeOf(user: string, maxPower: number): Promise<string> {
    return (await call('POST', `/users/${user}/locations`, bodyOf(maxPower))).body.id;
  }

  function bodyOf(maxPower: number | null) {
    return {
      name: 'Home',
      latitude: 59.9,
      longitude: 10.7,
      timezoneName: 'Europe/Oslo',
      zone: 'TEST',
      maxPower,
    };
  }

  async function carOf(
    user: string,
    locationId: string,
    displayName: string,
    power: number,
    batteryLevel: number,
  ): Promise<Car> {
    const connector = {
      type: 'simulated',
      batteryCapacity: 40,
      power,
      batteryLevel,
      readingsEverySeconds: 300,
    };
    const made = await call('POST', `/users/${user}/vehicles`, {
      information: { displayName },
      power,
      capabilities: { setPower: { isCapable: true } },
      connector,
    });
    expect(made.body.capabilities.setPower).toEqual({ isCapable: true, leastPower: 4.14 });
    const { id } = made.body;
    const policy = await call('POST', '/flex/vehicle-policies', { vehicleId: id, locationId });
    await call('PATCH', `/sandbox/vehicles/${id}`, { isPluggedIn: true, locationId });
    const session = await call('GET', `/flex/vehicle-policies/${policy.body.id}/session`);
    return { id, sessionId: session.body.id };
  }

  async function call(method: 'GET' | 'PUT' | 'PATCH' | 'POST', url: string, payload?: object) {
    const answer = await app.inject({ method, url, payload, headers: { authorization: `Bearer ${token}` } });
    return { status: answer.statusCode, body: answer.json() };
  }

  function now(): number {
    return world.sandbox.read().nowMs;
  }

  async function moveTo(atMs: number): Promise<void> {
    expect((await call('PUT', '/sandbox/clock', { now: new Date(atMs).toISOString() })).status).toBe(200);
  }

  async function commandsOf({ id }: Car): Promise<{ kind: string; power: number | null }[]> {
    return (await call('GET', `/vehicles/${id}/commands`)).body.data;
  }

  /** What it draws, as it tells it. */
  async function rateOf({ id }: Car): Promise<number> {
    return (await call('GET', `/vehicles/${id}`)).body.chargeState.chargeRate ?? 0;
  }
});
