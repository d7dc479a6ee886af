import { afterAll, beforeAll, expect, it } from 'vitest';
import { runDueLanes } from '../app/run-lanes.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { HOME, makeHome, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

describeOnDatabases('sessions', (database) => {
  let api: TestApi;
  beforeAll(() => {
    api = makeTestApi(database());
  });
  afterAll(() => api.close());

  /** A reading at an instant, taken in at once. */
  async function report(client: TestClient, atMs: number, observation: object): Promise<void> {
    api.moveTo(atMs);
    const observedAt = new Date(atMs).toISOString();
    const answer = await client.call('POST', '/telemetry', {
      observations: [{ observedAt, ...observation }],
    });
    expect(answer.body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    await step();
  }

  async function step(): Promise<void> {
    while ((await runDueLanes(api.deps, 100)) > 0);
  }

  async function pushPrices(client: TestClient): Promise<void> {
    await client.call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const values = Array.from({ length: 48 }, (_none, hour) => ({
      at: new Date(Date.parse('2025-06-10T00:00:00Z') + hour * HOUR_MS).toISOString(),
      rate: hour % 24 < 5 ? 0.05 : 0.2,
    }));
    const body = { to: '2025-06-12T00:00:00Z', values };
    const headers = { 'idempotency-key': api.deps.newId() };
    const answer = await client.call('PUT', '/flex/tariffs/zone:NO1/timeseries', body, headers);
    expect(answer.status).toBe(200);
  }

  it('an upcoming session is exactly that of the public example', async () => {
    api.moveTo(START_MS);
    const client = await api.newClient();
    const location = await client.call('POST', '/users/u/locations', { ...HOME, timezoneName: 'Etc/UTC' });
    const vehicle = await client.call('POST', '/users/u/vehicles', {});
    const policy = await client.call('POST', '/flex/vehicle-policies', {
      vehicleId: vehicle.body.id,
      locationId: location.body.id,
      schedule: { wednesday: { deadline: '07:00', minimumChargeTarget: 50 } },
    });
    const { body } = await client.call('GET', `/flex/vehicle-policies/${policy.body.id}/session`);
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        id: body.id,
        policyId: policy.body.id,
        vehicleId: vehicle.body.id,
        locationId: location.body.id,
        userId: 'u',
        state: 'UPCOMING',
        pluggedInAt: null,
        pluggedOutAt: null,
        blocks: [],
        statistics: { aggregated: null, timeseries: [] },
        target: {
          latest: {
            id: 1,
            type: 'REGULAR',
            source: 'POLICY',
            batteryReserve: 20,
            minimumChargeTarget: 50,
            readyBy: '2025-06-11T07:00:00Z',
          },
        },
        outcome: { latest: null },
        error: { latest: null },
        valuation: null,
      }),
    );
    expect(body.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('goes from upcoming to settled, and every call shows it where it belongs', async () => {
    api.moveTo(START_MS);
    const client = await api.newClient();
    await pushPrices(client);
    const { vehicleId, locationId, policyId } = await makeHome(client);
    const current = `/flex/vehicle-policies/${policyId}/session`;
    const { body: upcoming } = await client.call('GET', current);
    const settledUrl = `/flex/vehicle-policies/${policyId}/sessions/${upcoming.id}`;
    const planned = `/flex/sessions/${upcoming.id}/plan`;
    expect(await client.call('GET', settledUrl)).toMatchObject({ status: 404 });
    expect(await client.call('GET', planned)).toMatchObject({ status: 200, body: { plan: null } });

    const place = { vehicleId, locationId };
    await report(client, START_MS, {
      ...place,
      isPluggedIn: true,
      batteryLevel: 40,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
    });
    const { body: active } = await client.call('GET', current);
    expect(active).toMatchObject({
      id: upcoming.id,
      state: 'ACTIVE:REGULAR',
      pluggedInAt: '2025-06-10T18:00:00Z',
      target: { latest: { minimumChargeTarget: 80, readyBy: '2025-06-11T05:00:00Z' } },
    });
    expect(active.statistics.timeseries).toEqual([
      { startAt: '2025-06-10T18:00:00Z', endAt: '2025-06-10T18:15:00Z', kwh: 0, batteryLevel: 40 },
    ]);
    expect(await client.call('GET', `/vehicles/${vehicleId}`)).toMatchObject({
      body: {
        locationId,
        lastSeen: '2025-06-10T18:00:00Z',
        chargeState: {
          batteryLevel: 40,
          batteryCapacity: 64,
          isPluggedIn: true,
          powerDeliveryState: 'PLUGGED_IN:STOPPED',
        },
      },
    });

    const { body: plan } = await client.call('GET', planned);
    expect(plan).toMatchObject({ sessionId: upcoming.id, currency: 'EUR' });
    expect(plan.slots[0]).toEqual({
      startAt: '2025-06-10T18:00:00Z',
      endAt: '2025-06-10T19:00:00Z',
      price: 0.2,
      provenance: 'known',
    });
    expect(plan.slots.at(-1).endAt).toBe('2025-06-12T00:00:00Z');
    expect(
      plan.plan.blocks.map((block: { startAt: string }) => block.startAt >= '2025-06-11T00:00:00Z'),
    ).toEqual(plan.plan.blocks.map(() => true));
    expect(plan.plan.cost).toBeGreaterThan(0);
    expect(plan.plan.gap).toBeCloseTo(plan.plan.cost - plan.plan.lowerBound);
    expect(plan.plan.latestSafeStart <= '2025-06-11T05:00:00Z').toBe(true);
    // Nothing of this car was measured yet.
    expect(plan.plan).toMatchObject({
      marginReason: 'POWER_UNMEASURED',
      car: { measuredMinutes: 0, isTrusted: false, isTaperMeasured: true },
    });
    expect(plan.plan.marginMinutes).toBeGreaterThanOrEqual(15);
    expect(plan.plan.car.chargeCurve[0]).toEqual({ level: 0, power: plan.plan.car.power });

    const target = `/flex/sessions/${upcoming.id}/target`;
    const immediate = await client.call('PUT', target, { type: 'IMMEDIATE_START', minimumChargeTarget: 60 });
    expect(immediate).toMatchObject({
      status: 200,
      body: {
        state: 'ACTIVE:IMMEDIATE_START',
        target: { latest: { id: 2, type: 'IMMEDIATE_START', minimumChargeTarget: 60 } },
      },
    });
    expect((await client.call('GET', current)).body).toEqual(immediate.body);
    const back = await client.call('DELETE', target);
    expect(back).toMatchObject({ status: 200, body: { target: { latest: { id: 3, source: 'POLICY' } } } });
    const again = await client.call('DELETE', target);
    expect(again.body).toEqual(back.body);

    await report(client, START_MS + HOUR_MS, { vehicleId, isPluggedIn: false });
    api.moveTo(START_MS + HOUR_MS + 6 * MINUTE_MS);
    await step();
    const { body: settled } = await client.call('GET', settledUrl);
    expect(settled).toMatchObject({
      id: upcoming.id,
      state: 'SETTLED',
      pluggedOutAt: '2025-06-10T19:00:00Z',
    });
    expect(settled.statistics.timeseries).toHaveLength(4);
    expect((await client.call('GET', `/flex/sessions/${upcoming.id}`)).body).toEqual(settled);
    expect((await client.call('GET', '/flex/vehicle-policies/sessions')).body.data).toEqual([settled]);
    expect(await client.call('GET', planned)).toMatchObject({ status: 404 });
    expect(
      await client.call('PUT', target, { type: 'IMMEDIATE_START', minimumChargeTarget: 60 }),
    ).toMatchObject({ status: 409 });
    expect(await client.call('DELETE', target)).toMatchObject({ status: 409 });
    const { body: next } = await client.call('GET', current);
    expect(next).toMatchObject({ state: 'UPCOMING', policyId });
    expect(next.id).not.toBe(upcoming.id);
    const other = await makeHome(client, 'user-7');
    expect(
      await client.call('GET', `/flex/vehicle-policies/${other.policyId}/sessions/${upcoming.id}`),
    ).toMatchObject({ status: 404 });

    expect(await client.call('DELETE', `/flex/vehicle-policies/${policyId}`)).toMatchObject({ status: 204 });
    expect(await client.call('GET', current)).toMatchObject({ status: 404 });
    expect(await client.call('GET', `/flex/sessions/${next.id}`)).toMatchObject({ status: 404 });
    expect((await client.call('GET', settledUrl)).body).toEqual(settled);
    api.moveTo(START_MS);
  });

  it('new rates make the open session plan anew', async () => {
    api.moveTo(START_MS);
    const client = await api.newClient();
    const { vehicleId, locationId, policyId } = await makeHome(client);
    await report(client, START_MS, {
      vehicleId,
      locationId,
      isPluggedIn: true,
      batteryLevel: 40,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
    });
    const current = `/flex/vehicle-policies/${policyId}/session`;
    expect(await client.call('GET', current)).toMatchObject({
      body: { error: { latest: { code: 'PRICES_UNAVAILABLE' } } },
    });
    await pushPrices(client);
    await step();
    expect(await client.call('GET', current)).toMatchObject({ body: { error: { latest: null } } });
  });

  it('a command is offered until it expires, and takes one result', async () => {
    api.moveTo(START_MS);
    const client = await api.newClient();
    const { vehicleId, locationId, policyId } = await makeHome(client);
    await report(client, START_MS, {
      vehicleId,
      locationId,
      isPluggedIn: true,
      batteryLevel: 40,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
    });
    const { body: session } = await client.call('GET', `/flex/vehicle-policies/${policyId}/session`);
    await client.call('PUT', `/flex/sessions/${session.id}/target`, {
      type: 'IMMEDIATE_START',
      minimumChargeTarget: 90,
    });
    const url = `/vehicles/${vehicleId}/commands`;
    const { body } = await client.call('GET', url);
    expect(body.data[0]).toMatchObject({ vehicleId, sessionId: session.id, kind: 'START', state: 'PENDING' });
    const result = `/commands/${body.data[0].id}/result`;
    api.moveTo(Date.parse(body.data[0].expiresAt));
    expect((await client.call('GET', url)).body.data[0]).toMatchObject({ state: 'EXPIRED' });
    expect(await client.call('POST', result, { outcome: 'CONFIRMED' })).toMatchObject({ status: 409 });
    api.moveTo(START_MS + 10 * SECOND_MS);
    const failed = await client.call('POST', result, { outcome: 'FAILED', reason: 'asleep' });
    expect(failed).toMatchObject({
      status: 200,
      body: { id: body.data[0].id, state: 'FAILED', detail: 'asleep' },
    });
    expect(await client.call('POST', result, { outcome: 'CONFIRMED' })).toMatchObject({ status: 409 });
    api.moveTo(START_MS);
  });
});
