import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOverview } from '../app/read-overview.ts';
import { runDueLanes } from '../app/run-lanes.ts';
import { HOUR_MS } from '../domain/units.ts';
import { describeOnDatabases, type TestStore } from '../store/testing/databases.ts';
import { insertSettled, type Settled } from './testing/insert-settled.ts';
import { HOME, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

interface Home {
  readonly policyId: string;
  readonly vehicleId: string;
  readonly locationId: string;
}

/** It is 20:00 in Oslo, 03:00 of the next day in Tokyo. */
const MIDNIGHT_OSLO_MS = Date.parse('2025-06-09T22:00:00Z');
const MIDNIGHT_TOKYO_MS = Date.parse('2025-06-10T15:00:00Z');

const ALL = {
  states: null,
  error: null,
  policyId: null,
  locationId: null,
  vehicleId: null,
  userId: null,
  text: null,
};

describeOnDatabases('the overview', (database) => {
  let api: TestApi;
  let client: TestClient;
  let homes: Record<'anna' | 'bert' | 'cleo', Home>;

  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    await client.call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'NOK', per: 'kWh' });
    await client.call(
      'PUT',
      '/flex/tariffs/zone:NO1/timeseries',
      {
        to: '2025-06-12T00:00:00Z',
        values: [
          { at: '2025-06-10T00:00:00Z', rate: 1 },
          { at: '2025-06-11T00:00:00Z', rate: 0.5 },
        ],
      },
      { 'idempotency-key': 'rates' },
    );
    homes = {
      anna: await addHome('anna', { displayName: 'Blue', brand: 'Volvo', model: 'EX30' }),
      bert: await addHome('bert', { displayName: 'Red' }, { timezoneName: 'Asia/Tokyo', zone: null }),
      cleo: await addHome('cleo', {}),
    };
    await settle(homes.anna, { pluggedOutAtMs: MIDNIGHT_OSLO_MS - 1, energyWh: 50_000 });
    await settle(homes.anna, {
      pluggedOutAtMs: MIDNIGHT_OSLO_MS,
      energyWh: 2_000,
      valuation: { currency: 'NOK', actualMicros: 1_000_001, baselineMicros: 3_000_000 },
    });
    await settle(homes.anna, {
      pluggedOutAtMs: MIDNIGHT_OSLO_MS + HOUR_MS,
      energyWh: 500,
      valuation: { currency: 'SEK', actualMicros: 700_000, baselineMicros: 700_000 },
    });
    await settle(homes.bert, { pluggedOutAtMs: MIDNIGHT_TOKYO_MS - 1, energyWh: 30_000 });
    await settle(homes.bert, { pluggedOutAtMs: MIDNIGHT_TOKYO_MS, energyWh: 3_000 });
    await insertSettled(database(), client.clientId, { id: api.deps.newId(), energyWh: 99_000 });
    await report(homes.anna, [
      [
        -60,
        { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', batteryLevel: 15, chargeRate: 6 },
      ],
      [
        -30,
        { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', batteryLevel: 19, chargeRate: 6 },
      ],
    ]);
    const stranger = await api.newClient();
    await stranger.call('POST', '/users/eve/vehicles', { information: { displayName: 'Blue' } });
  });
  afterAll(() => api.close());

  async function addHome(userId: string, information: object, place: object = {}): Promise<Home> {
    const vehicle = await client.call('POST', `/users/${userId}/vehicles`, {
      information,
      batteryCapacity: 60,
    });
    const name = `Home of ${userId}`;
    const location = await client.call('POST', `/users/${userId}/locations`, { ...HOME, name, ...place });
    const body = { vehicleId: vehicle.body.id, locationId: location.body.id };
    const policy = await client.call('POST', '/flex/vehicle-policies', body);
    return { ...body, policyId: policy.body.id };
  }

  function settle(home: Home, change: Partial<Settled>): Promise<string> {
    const pluggedInAtMs = (change.pluggedOutAtMs ?? START_MS) - HOUR_MS;
    return insertSettled(database(), client.clientId, {
      id: api.deps.newId(),
      pluggedInAtMs,
      ...home,
      ...change,
    });
  }

  async function report(home: Home, readings: readonly (readonly [number, object])[]): Promise<void> {
    for (const [minutes, reading] of readings) {
      const observedAt = new Date(START_MS + minutes * 60_000).toISOString();
      const { vehicleId, locationId } = home;
      await client.call('POST', '/telemetry', {
        observations: [{ vehicleId, locationId, observedAt, ...reading }],
      });
    }
    while ((await runDueLanes(api.deps, 100)) > 0);
  }

  async function rows(query = '') {
    const { status, body } = await client.call('GET', `/flex/overview${query}`);
    expect(status).toBe(200);
    return body.data;
  }

  it('shows each car with what it does now and why', async () => {
    const [cleo, bert, anna] = await rows();
    const { body: session } = await client.call('GET', `/flex/sessions/${anna.session.id}`);
    expect(anna.session).toEqual({ ...session, statistics: { ...session.statistics, timeseries: [] } });
    expect(session.statistics.timeseries.length).toBeGreaterThan(0);
    expect(anna).toMatchObject({
      session: { policyId: homes.anna.policyId, state: 'ACTIVE:BATTERY_RESERVE' },
      vehicle: {
        id: homes.anna.vehicleId,
        displayName: 'Blue',
        brand: 'Volvo',
        model: 'EX30',
        batteryLevel: 19,
        chargeRate: 6,
        isPluggedIn: true,
        isCharging: true,
        isReachable: true,
      },
      location: { id: homes.anna.locationId, name: 'Home of anna', timezoneName: 'Europe/Oslo', zone: 'NO1' },
    });
    const { body: history } = await client.call('GET', `/flex/sessions/${anna.session.id}/history`);
    expect(anna.reason).toEqual({
      code: 'CHARGING_RESERVE',
      message: 'Charging: the battery is below its reserve of 20 %.',
      since: history.data[0].at,
    });
    expect(bert).toMatchObject({
      session: { state: 'UPCOMING' },
      vehicle: { displayName: 'Red', brand: null, batteryLevel: null, isCharging: null },
      location: { timezoneName: 'Asia/Tokyo', zone: null },
      reason: { code: 'WAITING_FOR_PLUG' },
    });
    expect(cleo.vehicle.displayName).toBeNull();
  });

  it('adds up the day since midnight of each location, with the visit under way', async () => {
    const [cleo, bert, anna] = await rows();
    const running = anna.session;
    const kwh = running.statistics.aggregated.kwhSum;
    const { actual, savings } = running.valuation.tariffCost;
    expect(kwh).toBeGreaterThan(0);
    // 3 kWh at 1 NOK in half an hour of 6 kW; what was valued in another currency adds no money.
    expect(anna.today.currency).toBe('NOK');
    expect(anna.today.kwhSum).toBeCloseTo(kwh + 2.5, 9);
    expect(anna.today.cost).toBeCloseTo(actual + 1.000001, 9);
    expect(anna.today.savings).toBeCloseTo(savings + 1.999999, 9);
    expect(bert.today).toEqual({ currency: null, kwhSum: 3, cost: null, savings: null });
    expect(cleo.today).toBeNull();
  });

  it.each([
    ['?state=ACTIVE', ['anna']],
    ['?state=UPCOMING', ['cleo', 'bert']],
    ['?q=blue', ['anna']],
    ['?q=HOME%20OF', ['cleo', 'bert', 'anna']],
    ['?q=of%20be', ['bert']],
    ['?q=nothing', []],
    ['?userId=cleo', ['cleo']],
    ['?error=ANY', []],
    ['?vehicleId={anna.vehicleId}', ['anna']],
    ['?locationId={bert.locationId}', ['bert']],
    ['?policyId={cleo.policyId}', ['cleo']],
    ['?policyId={cleo.policyId}&state=ACTIVE', []],
  ])('%s', async (pattern, users) => {
    const query = pattern.replace(/\{(\w+)\.(\w+)\}/g, (_whole, user, field) =>
      Reflect.get(Reflect.get(homes, user), field),
    );
    const found = await rows(query);
    expect(found.map((row: { session: { userId: string } }) => row.session.userId)).toEqual(users);
    const { body: sessions } = await client.call('GET', `/flex/sessions${query}`);
    expect(sessions.data.map((session: { userId: string }) => session.userId)).toEqual(users);
    const { status, body: totals } = await client.call('GET', `/flex/overview/totals${query}`);
    expect([status, totals.cars]).toEqual([200, users.length]);
  });

  it('is paged both ways', async () => {
    const first = await client.call('GET', '/flex/overview?pageSize=2');
    const second = await client.call('GET', `/flex/overview?pageSize=2&after=${first.body.pagination.after}`);
    expect(second.body.data).toHaveLength(1);
    expect(second.body.pagination.after).toBeNull();
    const back = await client.call(
      'GET',
      `/flex/overview?pageSize=2&before=${second.body.pagination.before}`,
    );
    expect(back.body).toEqual(first.body);
  });

  it('counts cars and adds up their day', async () => {
    const [, , anna] = await rows();
    const { body } = await client.call('GET', '/flex/overview/totals');
    expect(body).toEqual({
      cars: 3,
      upcoming: 2,
      active: 1,
      charging: 1,
      withError: 0,
      today: [
        {
          currency: 'NOK',
          kwhSum: expect.closeTo(anna.today.kwhSum - 0.5, 9),
          cost: anna.today.cost,
          savings: anna.today.savings,
        },
        { currency: 'SEK', kwhSum: 0.5, cost: 0.7, savings: 0 },
        { currency: null, kwhSum: 3, cost: null, savings: null },
      ],
    });
    expect((await client.call('GET', '/flex/overview/totals?userId=bert')).body).toEqual({
      cars: 1,
      upcoming: 1,
      active: 0,
      charging: 0,
      withError: 0,
      today: [{ currency: null, kwhSum: 3, cost: null, savings: null }],
    });
    expect((await client.call('GET', '/flex/overview/totals?q=nothing')).body).toEqual({
      cars: 0,
      upcoming: 0,
      active: 0,
      charging: 0,
      withError: 0,
      today: [],
    });
  });

  it('names the cars and locations of a page in one call each', async () => {
    const ids = [homes.cleo.vehicleId, homes.anna.vehicleId];
    const nobody = '00000000-0000-4000-8000-000000000000';
    const found = await client.call('GET', `/vehicles?ids=${[...ids, nobody].join(',')}`);
    expect(found.body.data.map((vehicle: { id: string }) => vehicle.id)).toEqual(ids);
    expect(found.body.pagination).toEqual({ after: null, before: null });
    const places = await client.call('GET', `/locations?ids=${homes.bert.locationId}&ids=${nobody}`);
    expect(places.body.data.map((place: { name: string }) => place.name)).toEqual(['Home of bert']);
    const many = (count: number) => Array.from({ length: count }, () => nobody).join(',');
    expect(await client.call('GET', `/vehicles?ids=${many(100)}`)).toMatchObject({ status: 200 });
    expect(await client.call('GET', `/vehicles?ids=${many(101)}`)).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'ids', message: 'expected at most 100 ids' }] },
    });
    expect(await client.call('GET', '/locations?ids=')).toMatchObject({ status: 400 });
    const stranger = await api.newClient();
    expect((await stranger.call('GET', `/vehicles?ids=${ids.join(',')}`)).body.data).toEqual([]);
  });

  it('shows one instant, whatever is settled between its statements', async () => {
    const [, bert] = await rows();
    const meanwhile = async (): Promise<void> => {
      await settle(homes.bert, { pluggedOutAtMs: MIDNIGHT_TOKYO_MS + HOUR_MS, energyWh: 7_000 });
    };
    const store: TestStore = {
      ...database(),
      transaction: (work, options) =>
        database().transaction(
          (tx) =>
            work({
              query: async (text, values, name) => {
                if (name === 'visit-sums') await meanwhile();
                return tx.query(text, values, name);
              },
            }),
          options,
        ),
    };
    const page = await readOverview(
      { ...api.deps, database: store },
      client.clientId,
      { ...ALL, userId: 'bert' },
      { kind: 'first', cursor: null, pageSize: 10 },
    );
    expect(page.rows.map(({ today }) => today?.energyWh)).toEqual([3_000]);
    expect(bert.today.kwhSum).toBe(3);
    expect((await rows('?userId=bert'))[0].today.kwhSum).toBe(10);
  });

  it('goes with the clock: after midnight the day is a new one', async () => {
    api.moveTo(Date.parse('2025-06-10T22:00:00Z'));
    const [, bert, anna] = await rows();
    expect(anna.today.kwhSum).toBe(anna.session.statistics.aggregated.kwhSum);
    expect(bert.today.kwhSum).toBe(10);
    api.moveTo(START_MS);
  });
});
