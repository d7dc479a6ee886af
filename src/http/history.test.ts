import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../app/create-client.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read by hand
type Body = any;

const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', chargeRate: 0 };
const CHARGING = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', chargeRate: 7.4 };
const AWAKE = { isReachable: true };
const ASLEEP = { isReachable: false };

/** What happens, and why the car charges or not from then on. */
interface Scene {
  readonly what: string;
  readonly now: string;
  readonly reading?: object;
  readonly override?: object | null;
  readonly why: string;
}

const PLUGGED = '2025-06-10T22:15:00Z';
const SCENES: readonly Scene[] = [
  {
    what: 'nobody is there',
    now: '2025-06-10T14:00:00Z',
    why: 'Not charging: waiting for the car to be plugged in here.',
  },
  {
    what: 'plugged in below the reserve',
    now: PLUGGED,
    reading: { ...IDLE, ...AWAKE, batteryLevel: 35, energyMeter: 1000 },
    why: 'About to charge: the car has been asked to start.',
  },
  {
    what: 'it obeys',
    now: '2025-06-10T22:15:30Z',
    reading: { ...CHARGING, batteryLevel: 35, energyMeter: 1000 },
    why: 'Charging: the battery is below its reserve of 40 %.',
  },
  {
    what: 'the reserve is filled',
    now: '2025-06-10T22:42:00Z',
    reading: { ...CHARGING, batteryLevel: 40, energyMeter: 1003.268 },
    why: 'Charging until Tue 22:42: a charge that has begun goes on for a while, so that the car does not start and stop all the time.',
  },
  {
    what: 'waiting for a cheap hour',
    now: '2025-06-10T22:43:00Z',
    reading: { ...IDLE, batteryLevel: 40, energyMeter: 1003.33 },
    why: 'Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 02:23 at 0.05 EUR/kWh on average.',
  },
  {
    what: 'it falls asleep meanwhile',
    now: '2025-06-10T23:30:00Z',
    reading: { ...IDLE, ...ASLEEP },
    why: 'Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 02:23 at 0.05 EUR/kWh on average.',
  },
  {
    what: 'it is asleep when it should start',
    now: '2025-06-11T02:25:00Z',
    reading: { ...IDLE, ...ASLEEP },
    why: 'Not charging: the car cannot be reached; it is asked again at Wed 02:26, and as soon as it is heard of.',
  },
  {
    what: 'it wakes up and charges',
    now: '2025-06-11T02:30:00Z',
    reading: { ...CHARGING, ...AWAKE, batteryLevel: 40, energyMeter: 1003.33 },
    why: 'Charging at 0.056 EUR/kWh on average: these are the cheapest hours to reach 80 % by Wed 07:00.',
  },
  {
    what: 'its driver is in a hurry',
    now: '2025-06-11T02:50:00Z',
    override: { type: 'IMMEDIATE_START', minimumChargeTarget: 90 },
    why: 'Charging at once to 90 %, as asked; nothing has been heard of the car for some time.',
  },
  {
    what: 'it reaches its own limit',
    now: '2025-06-11T05:00:00Z',
    reading: { ...IDLE, batteryLevel: 70, energyMeter: 1020, chargeLimit: 70 },
    why: "Not charging: the battery has reached the car's own limit of 70 %.",
  },
  {
    what: 'the override is taken back, and the limit too',
    now: '2025-06-11T05:05:00Z',
    override: null,
    reading: { ...IDLE, batteryLevel: 70, chargeLimit: 100 },
    why: 'Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 05:15 at 0.117 EUR/kWh on average.',
  },
  {
    what: 'it charges on, with no time to lose',
    now: '2025-06-11T06:45:00Z',
    reading: { ...CHARGING, batteryLevel: 71, energyMeter: 1020.5 },
    why: 'Charging without a pause: there is not enough time to reach 80 % by Wed 07:00.',
  },
  {
    what: 'the deadline passes',
    now: '2025-06-11T07:00:00Z',
    reading: { ...CHARGING, batteryLevel: 74, energyMeter: 1022.5 },
    why: 'Charging as fast as possible: 80 % was missed at the deadline.',
  },
  {
    what: 'the target is met',
    now: '2025-06-11T07:40:00Z',
    reading: { ...IDLE, batteryLevel: 80, energyMeter: 1026.5 },
    why: 'Not charging: the target of 80 % is met.',
  },
  {
    what: 'it leaves',
    now: '2025-06-11T08:00:00Z',
    reading: { isPluggedIn: false, batteryLevel: 80, energyMeter: 1026.5 },
    why: 'Not charging: the car is unplugged, and the session ends at Wed 08:05 unless it is plugged in again.',
  },
  {
    what: 'the session is settled',
    now: '2025-06-11T08:05:00Z',
    why: 'The car has left; the session is settled.',
  },
];

describeOnDatabases('the history of a scripted evening', (database) => {
  let world: TestSandbox;
  let app: FastifyInstance;
  let token: string;

  beforeAll(async () => {
    world = await openTestSandbox(database(), Date.parse('2025-06-10T12:00:00Z'));
    app = buildServer(world.deps, { simulator, world: { sandbox: world.sandbox, demoClient: null } });
    const { clientId, clientSecret } = await createClient(world.deps, 'history');
    const answer = await app.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      payload: new URLSearchParams({ grant_type: 'client_credentials' }).toString(),
    });
    token = answer.json().access_token;
  });

  afterAll(async () => {
    await app.close();
    await world.sandbox.stop();
    expect(world.complaints).toEqual([]);
  });

  async function call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ): Promise<Body> {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': world.deps.newId() };
    const answer = await app.inject({ method, url, payload, headers });
    expect({ url, status: answer.statusCode, body: answer.body }).toMatchObject({
      status: expect.toSatisfy((status) => status < 300),
    });
    return answer.body === '' ? null : answer.json();
  }

  async function home(user: string, zone: string | null): Promise<{ vehicleId: string; sessionId: string }> {
    const location = await call('POST', `/users/${user}/locations`, {
      name: 'Home',
      latitude: 59.9139,
      longitude: 10.7522,
      timezoneName: 'UTC',
      ...(zone === null ? {} : { zone }),
    });
    const vehicle = await call('POST', `/users/${user}/vehicles`, { batteryCapacity: 60, power: 7.4 });
    const policy = await call('POST', '/flex/vehicle-policies', {
      vehicleId: vehicle.id,
      locationId: location.id,
      batteryReserve: 40,
    });
    const { id } = await call('GET', `/flex/vehicle-policies/${policy.id}/session`);
    return { vehicleId: vehicle.id, sessionId: id };
  }

  /** Moves the clock to an instant, reports what the car says then, and lets everything that follows happen. */
  async function at(now: string, vehicleId: string, reading?: object): Promise<void> {
    await call('PUT', '/sandbox/clock', { now });
    if (reading === undefined) return;
    await call('POST', '/telemetry', { observations: [{ vehicleId, observedAt: now, ...reading }] });
    await call('PUT', '/sandbox/clock', { now });
  }

  it('answers in its newest entry why the car charges or not, in one true sentence', async () => {
    await call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const values = Array.from({ length: 72 }, (_none, hour) => ({
      at: new Date(Date.parse('2025-06-10T00:00:00Z') + hour * 3_600_000).toISOString(),
      rate: hour % 24 >= 2 && hour % 24 < 6 ? 0.05 : 0.25,
    }));
    await call('PUT', '/flex/tariffs/zone:NO1/timeseries', { to: '2025-06-13T00:00:00Z', values });
    const { vehicleId, sessionId } = await home('anna', 'NO1');
    const told: string[] = [];
    for (const { what, now, reading, override, why } of SCENES) {
      if (override === null) await call('DELETE', `/flex/sessions/${sessionId}/target`);
      if (override) {
        await at(now, vehicleId);
        await call('PUT', `/flex/sessions/${sessionId}/target`, override);
      }
      await at(now, vehicleId, reading);
      const { data } = await call('GET', `/flex/sessions/${sessionId}/history?pageSize=1`);
      const [newest] = data;
      expect({ what, why: newest.reason.text }).toEqual({ what, why });
      expect(newest.text.endsWith(newest.reason.text), what).toBe(true);
      expect(newest.reason.text, what).toMatch(/^[A-Z](?:[^.!?]|\.\d)*\.$/);
      // True: it says what the car does.
      const vehicle = await call('GET', `/vehicles/${vehicleId}`);
      const saysCharging = /^(Charging|Still charging)/.test(newest.reason.text);
      expect({ what, isCharging: vehicle.chargeState.isCharging ?? false }).toEqual({
        what,
        isCharging: saysCharging,
      });
      told.push(newest.id);
    }
    // Read page by page, from the newest on, nothing is missing and nothing comes twice.
    const all: Body[] = [];
    let after = '';
    do {
      const page = await call('GET', `/flex/sessions/${sessionId}/history?pageSize=4${after}`);
      all.push(...page.data);
      after = page.pagination.after === null ? '' : `&after=${encodeURIComponent(page.pagination.after)}`;
    } while (after !== '' && all.length < 200);
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(told.filter((id) => !ids.includes(id))).toEqual([]);
    const override = all.find(({ cause }) => cause === 'OVERRIDE');
    expect(override).toBeDefined();
    const withPlan = all.filter(({ plannedBlocks }) => plannedBlocks !== null);
    expect(withPlan.length).toBeGreaterThan(3);
    for (const entry of withPlan) {
      expect(entry.plannedBlocks.after).not.toEqual(entry.plannedBlocks.before);
      expect(entry.plannedCost).not.toBeNull();
    }
  });

  it('says so where there is no price', async () => {
    const { vehicleId, sessionId } = await home('berit', null);
    await at('2025-06-11T20:00:00Z', vehicleId, { ...IDLE, ...AWAKE, batteryLevel: 50 });
    await at('2025-06-11T20:01:00Z', vehicleId, { ...CHARGING, batteryLevel: 50 });
    const { data } = await call('GET', `/flex/sessions/${sessionId}/history?pageSize=1`);
    expect(data).toMatchObject([
      {
        reason: {
          code: 'CHARGING_WITHOUT_PRICES',
          text: 'Charging at once: no price is known before the deadline.',
        },
      },
    ]);
  });
});
