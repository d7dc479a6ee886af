import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../app/create-client.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read by hand
type Body = any;

/** What a test reads of a session; the schemas are checked elsewhere. */
interface SessionAnswer {
  readonly id: string;
  readonly state: string;
  readonly blocks: readonly { type: string; kwhSum: number; startAt: string; endAt: string }[];
  readonly statistics: {
    readonly aggregated: { kwhSum: number; batteryFrom: number; batteryTo: number } | null;
    readonly timeseries: readonly { startAt: string; kwh: number }[];
  };
}

const HERE = { latitude: 59.9139, longitude: 10.7522 };
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', chargeRate: 0 };
const CHARGING = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', chargeRate: 7.4 };

describeOnDatabases('a scripted evening, on the clock of the sandbox', (database) => {
  let world: TestSandbox;
  let app: FastifyInstance;
  let token: string;
  let vehicleId: string;
  let policyId: string;

  beforeAll(async () => {
    world = await openTestSandbox(database(), Date.parse('2025-06-10T12:00:00Z'));
    app = buildServer(world.deps, { simulator, world: { sandbox: world.sandbox, demoClient: null } });
    const { clientId, clientSecret } = await createClient(world.deps, 'evening');
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

  /** Moves the clock to an instant, reports what the car says then, and lets everything that follows happen. */
  async function report(now: string, observation: object): Promise<void> {
    await call('PUT', '/sandbox/clock', { now });
    await call('POST', '/telemetry', { observations: [{ vehicleId, observedAt: now, ...observation }] });
    await call('PUT', '/sandbox/clock', { now });
  }

  const current = (): Promise<SessionAnswer> => call('GET', `/flex/vehicle-policies/${policyId}/session`);
  const types = (session: SessionAnswer): string[] => session.blocks.map(({ type }) => type);

  it('goes from upcoming through reserve, cheap hours and charge-now to settled', async () => {
    const location = await call('POST', '/users/anna/locations', {
      name: 'Home',
      ...HERE,
      timezoneName: 'UTC',
      zone: 'NO1',
    });
    await call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const values = Array.from({ length: 72 }, (_none, hour) => ({
      at: new Date(Date.parse('2025-06-10T00:00:00Z') + hour * 3_600_000).toISOString(),
      rate: hour % 24 >= 2 && hour % 24 < 6 ? 0.05 : 0.25,
    }));
    await call('PUT', '/flex/tariffs/zone:NO1/timeseries', { to: '2025-06-13T00:00:00Z', values });
    vehicleId = (await call('POST', '/users/anna/vehicles', { batteryCapacity: 60, power: 7.4 })).id;
    const policy = { vehicleId, locationId: location.id, batteryReserve: 40 };
    policyId = (await call('POST', '/flex/vehicle-policies', policy)).id;

    const upcoming = await current();
    expect(upcoming).toMatchObject({
      state: 'UPCOMING',
      pluggedInAt: null,
      blocks: [],
      statistics: { aggregated: null, timeseries: [] },
      target: { latest: { id: 1, type: 'REGULAR', source: 'POLICY', readyBy: '2025-06-11T07:00:00Z' } },
      outcome: { latest: null },
    });

    await report('2025-06-10T22:15:00Z', { ...IDLE, ...HERE, batteryLevel: 35, energyMeter: 1000 });
    const plugged = await current();
    expect(plugged).toMatchObject({
      id: upcoming.id,
      state: 'ACTIVE:BATTERY_RESERVE',
      pluggedInAt: '2025-06-10T22:15:00Z',
      outcome: { latest: { targetId: 1, state: 'ON_TRACK', batteryLevelAtReadyBy: 80 } },
    });
    expect(types(plugged)).toEqual(['BATTERY_RESERVE', 'REGULAR']);
    expect(plugged.blocks[1]).toMatchObject({ endAt: '2025-06-11T06:00:00Z', kwhSum: 26.667 });
    const { data: commands } = await call('GET', `/vehicles/${vehicleId}/commands`);
    expect(commands).toMatchObject([{ kind: 'START', state: 'PENDING', cause: 'RESERVE' }]);

    await report('2025-06-10T22:15:30Z', { ...CHARGING, batteryLevel: 35, energyMeter: 1000 });
    await report('2025-06-10T22:30:00Z', { ...CHARGING, batteryLevel: 38, energyMeter: 1001.788 });
    await report('2025-06-10T22:42:00Z', { ...CHARGING, batteryLevel: 40, energyMeter: 1003.268 });
    expect((await current()).state).toBe('ACTIVE:REGULAR');
    await report('2025-06-10T22:43:00Z', { ...IDLE, batteryLevel: 40, energyMeter: 1003.33 });
    await report('2025-06-11T02:24:00Z', { ...CHARGING, batteryLevel: 40, energyMeter: 1003.33 });
    await report('2025-06-11T02:50:00Z', { ...CHARGING, batteryLevel: 45, energyMeter: 1006.537 });
    const charging = await current();
    // The shape of the second public example: past blocks, a running one with what is still planned, delivered energy.
    expect(charging).toMatchObject({ state: 'ACTIVE:REGULAR', error: { latest: null } });
    expect(types(charging)).toEqual(['BATTERY_RESERVE', 'REGULAR', 'REGULAR']);
    expect(charging.statistics.aggregated).toEqual({ kwhSum: 6.537, batteryFrom: 35, batteryTo: 45 });
    expect(charging.statistics.timeseries[0]?.startAt).toBe('2025-06-10T22:15:00Z');
    const planned = charging.blocks.reduce((sum, block) => sum + block.kwhSum, 0);
    expect(planned).toBeGreaterThan(29);

    const override = { type: 'IMMEDIATE_START', minimumChargeTarget: 90 };
    const overridden = await call('PUT', `/flex/sessions/${upcoming.id}/target`, override);
    expect(overridden).toMatchObject({
      state: 'ACTIVE:IMMEDIATE_START',
      target: { latest: { id: 2, type: 'IMMEDIATE_START', minimumChargeTarget: 90 } },
      outcome: { latest: { targetId: 2, type: 'IMMEDIATE_START', state: 'ON_TRACK' } },
    });
    await report('2025-06-11T03:20:00Z', { ...CHARGING, batteryLevel: 51, energyMeter: 1010.237 });
    expect(types(await current())).toEqual(['BATTERY_RESERVE', 'REGULAR', 'REGULAR', 'IMMEDIATE_START']);

    await report('2025-06-11T03:30:00Z', { isPluggedIn: false, batteryLevel: 53, energyMeter: 1011.437 });
    expect(await current()).toMatchObject({ id: upcoming.id, pluggedOutAt: null });
    await report('2025-06-11T03:32:00Z', { isPluggedIn: false, batteryLevel: 53, energyMeter: 1011.437 });
    await call('PUT', '/sandbox/clock', { now: '2025-06-11T03:35:00Z' });

    const settled = await call('GET', `/flex/vehicle-policies/${policyId}/sessions/${upcoming.id}`);
    expect(settled).toMatchObject({
      state: 'SETTLED',
      pluggedOutAt: '2025-06-11T03:30:00Z',
      statistics: { aggregated: { kwhSum: 11.437, batteryFrom: 35, batteryTo: 53 } },
      target: { latest: { id: 2 } },
      outcome: { latest: { targetId: 2, state: 'MISSED' } },
      valuation: { currency: 'EUR' },
    });
    const sum = (values: readonly number[]): number =>
      Math.round(values.reduce((all, one) => all + one, 0) * 1000);
    expect(sum(settled.statistics.timeseries.map(({ kwh }: { kwh: number }) => kwh))).toBe(11_437);
    expect(sum(settled.blocks.map(({ kwhSum }: { kwhSum: number }) => kwhSum))).toBe(11_437);
    const next = await current();
    expect(next).toMatchObject({
      state: 'UPCOMING',
      target: { latest: { id: 1, readyBy: '2025-06-11T07:00:00Z' } },
    });
    expect(next.id).not.toBe(upcoming.id);
  });

  it('leaves the upcoming session alone while the car charges elsewhere, and lists that charge', async () => {
    const before = await current();
    const away = { latitude: 60.39, longitude: 5.32 };
    await report('2025-06-11T10:00:00Z', { ...CHARGING, ...away, batteryLevel: 40, energyMeter: 1011.437 });
    await report('2025-06-11T11:00:00Z', { ...CHARGING, ...away, batteryLevel: 51, energyMeter: 1018.837 });
    expect(await current()).toMatchObject({ id: before.id, state: 'UPCOMING', blocks: [] });
    await report('2025-06-11T11:05:00Z', { isPluggedIn: false, ...away, energyMeter: 1019.437 });
    await call('PUT', '/sandbox/clock', { now: '2025-06-11T11:30:00Z' });
    const { data } = await call('GET', `/flex/vehicle-policies/sessions?vehicleId=${vehicleId}`);
    expect(data).toMatchObject([
      {
        policyId: null,
        locationId: null,
        state: 'SETTLED',
        blocks: [],
        statistics: { aggregated: { kwhSum: 8 } },
      },
      { policyId, state: 'SETTLED' },
    ]);
    const managed = await call('GET', `/flex/vehicle-policies/sessions?policyId=${policyId}`);
    expect(managed.data).toHaveLength(1);
  });
});
