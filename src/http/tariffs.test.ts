import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendReferencePrices } from '../store/prices.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { HOME, makeHome, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const TARIFF = { direction: 'import', currency: 'EUR', per: 'kWh' };
const SPAN = '?from=2025-06-11T00:00:00Z&to=2025-06-11T06:00:00Z';

describeOnDatabases('tariffs', (database) => {
  let api: TestApi;
  let client: TestClient;
  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
  });
  afterAll(() => api.close());

  async function push(who: TestClient, tariffId: string, to: string, ...values: readonly [string, number][]) {
    const body = {
      to: `2025-06-11T${to}:00Z`,
      values: values.map(([at, rate]) => ({ at: `2025-06-11T${at}:00Z`, rate })),
    };
    const headers = { 'idempotency-key': api.deps.newId() };
    return who.call('PUT', `/flex/tariffs/${tariffId}/timeseries`, body, headers);
  }

  /** `00 0.1 | 02 0.2 | 04 -`: the hour and the rate of each span. */
  function drawn(values: readonly { readonly at: string; readonly rate: number | null }[]): string {
    return values.map(({ at, rate }) => `${at.slice(11, 16)} ${rate ?? '-'}`).join(' | ');
  }

  async function ratesOf(who: TestClient, tariffId: string): Promise<string> {
    return drawn((await who.call('GET', `/flex/tariffs/${tariffId}/timeseries${SPAN}`)).body.values);
  }

  async function priceAt(who: TestClient, locationId: string): Promise<string> {
    const answer = await who.call('GET', `/flex/locations/${locationId}/resolved-tariff${SPAN}`);
    return answer.status === 200 ? drawn(answer.body.values) : String(answer.status);
  }

  async function waiting(vehicleId: string): Promise<number> {
    const rows = await database().query(
      `select 1 from inbox where vehicle_id = $1 and kind = 'prices-changed' and priority = 2`,
      [vehicleId],
    );
    await database().query(`delete from inbox where vehicle_id = $1 and kind = 'prices-changed'`, [
      vehicleId,
    ]);
    return rows.length;
  }

  it('is new once, the same afterwards', async () => {
    expect(await client.call('POST', '/flex/tariffs/a', TARIFF)).toMatchObject({
      status: 201,
      body: { id: 'a', ...TARIFF },
    });
    expect(await client.call('POST', '/flex/tariffs/a', TARIFF)).toMatchObject({
      status: 200,
      body: { id: 'a', ...TARIFF },
    });
    expect(await client.call('POST', '/flex/tariffs/a', { ...TARIFF, direction: 'export' })).toMatchObject({
      status: 409,
    });
  });

  it('asks for an Idempotency-Key with rates', async () => {
    const body = { to: '2025-06-12T00:00:00Z', values: [{ at: '2025-06-11T00:00:00Z', rate: 1 }] };
    expect(await client.call('PUT', '/flex/tariffs/a/timeseries', body)).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'Idempotency-Key' }] },
    });
  });

  it('replaces the span that is written and keeps what reaches over it', async () => {
    await client.call('POST', '/flex/tariffs/spans', TARIFF);
    expect(await ratesOf(client, 'spans')).toBe('00:00 -');
    const answer = await push(client, 'spans', '05:00', ['01:00', 0.1], ['02:00', 0.2]);
    expect(answer.body).toEqual({
      tariffId: 'spans',
      from: '2025-06-11T01:00:00Z',
      to: '2025-06-11T05:00:00Z',
      values: 2,
    });
    expect(await ratesOf(client, 'spans')).toBe('00:00 - | 01:00 0.1 | 02:00 0.2 | 05:00 -');
    await push(client, 'spans', '04:00', ['03:00', 0.9]);
    expect(await ratesOf(client, 'spans')).toBe(
      '00:00 - | 01:00 0.1 | 02:00 0.2 | 03:00 0.9 | 04:00 0.2 | 05:00 -',
    );
    await push(client, 'spans', '05:30', ['00:30', -0.5]);
    expect(await ratesOf(client, 'spans')).toBe('00:00 - | 00:30 -0.5 | 05:30 -');
    const [writes] = await database().query<{ versions: number[] }>(
      `select array_agg(version order by version)::int8[] as versions from tariff_writes where tariff_id = 'spans'`,
    );
    expect(writes?.versions).toEqual([1, 2, 3]);
  });

  it("a location has its formula's price, else its zone's own tariff, else the reference", async () => {
    const own = await api.newClient();
    const { locationId, vehicleId } = await makeHome(own);
    expect(await priceAt(own, locationId)).toBe('404');
    const at = (time: string) => Date.parse(`2025-06-11T${time}:00Z`);
    await database().transaction((tx) =>
      appendReferencePrices(
        tx,
        'NO1',
        'EUR',
        [
          { atMs: at('00:00'), rate: 0.1 },
          { atMs: at('03:00'), rate: 0.3 },
        ],
        at('06:00'),
        START_MS,
      ),
    );
    expect(await priceAt(own, locationId)).toBe('00:00 0.1 | 03:00 0.3');
    expect(await waiting(vehicleId)).toBe(1);

    await own.call('POST', '/flex/tariffs/zone:NO1', TARIFF);
    expect(await priceAt(own, locationId)).toBe('00:00 0.1 | 03:00 0.3');
    await push(own, 'zone:NO1', '06:00', ['00:00', 0.5]);
    expect(await priceAt(own, locationId)).toBe('00:00 0.5');
    expect(await waiting(vehicleId)).toBe(1);
    await database().transaction((tx) =>
      appendReferencePrices(tx, 'NO1', 'EUR', [{ atMs: at('00:00'), rate: 9 }], at('06:00'), START_MS),
    );
    expect(await priceAt(own, locationId)).toBe('00:00 0.5');
    expect(await waiting(vehicleId)).toBe(0);

    await own.call('POST', '/flex/tariffs/grid', TARIFF);
    await push(own, 'grid', '04:00', ['00:00', 0.05], ['02:00', 0.1]);
    expect(await waiting(vehicleId)).toBe(0);
    const formula = {
      direction: 'import',
      variables: { spot: 'zone:NO1', grid: 'grid' },
      formula: 'max(spot, 0) * 2 + grid',
    };
    const set = await own.call('PUT', `/flex/locations/${locationId}/tariff-formulas`, formula);
    expect(set.body).toEqual({ locationId, currency: 'EUR', ...formula });
    expect(await waiting(vehicleId)).toBe(1);
    expect(await priceAt(own, locationId)).toBe('00:00 1.05 | 02:00 1.1 | 04:00 -');
    await push(own, 'grid', '05:00', ['04:00', 0.2]);
    expect(await waiting(vehicleId)).toBe(1);
    await push(own, 'zone:NO1', '06:00', ['00:00', 0.4]);
    expect(await waiting(vehicleId)).toBe(1);

    const export_ = { direction: 'export', variables: { grid: 'grid' }, formula: 'grid' };
    expect(await own.call('PUT', `/flex/locations/${locationId}/tariff-formulas`, export_)).toMatchObject({
      status: 400,
    });
  });

  it('a formula over the zone goes by the reference where nothing was pushed', async () => {
    const own = await api.newClient();
    const { locationId, vehicleId } = await makeHome(own);
    const formula = { direction: 'import', variables: { spot: 'zone:NO1' }, formula: 'spot + 1' };
    await own.call('PUT', `/flex/locations/${locationId}/tariff-formulas`, formula);
    expect(await priceAt(own, locationId)).toBe('00:00 10');
    await waiting(vehicleId);
    await database().transaction((tx) =>
      appendReferencePrices(
        tx,
        'NO1',
        'EUR',
        [{ atMs: Date.parse('2025-06-11T00:00:00Z'), rate: 2 }],
        Date.parse('2025-06-11T06:00:00Z'),
        START_MS,
      ),
    );
    expect(await waiting(vehicleId)).toBe(1);
    expect(await priceAt(own, locationId)).toBe('00:00 3');
  });

  it('a changed zone has another price, and tells the cars there', async () => {
    const own = await api.newClient();
    const { locationId, vehicleId } = await makeHome(own);
    const answer = await own.call('POST', `/flex/locations/${locationId}`, { zoneId: 'SE3' });
    expect(answer).toMatchObject({ status: 200, body: { zone: 'SE3', name: HOME.name } });
    expect(await waiting(vehicleId)).toBe(1);
    expect(await priceAt(own, locationId)).toBe('404');
    await own.call('POST', `/flex/locations/${locationId}`, { zoneId: 'SE3' });
    expect(await waiting(vehicleId)).toBe(0);
  });

  it('prices of a source keep their currency', async () => {
    const write = (currency: string) =>
      database().transaction((tx) =>
        appendReferencePrices(tx, 'DK1', currency, [{ atMs: START_MS, rate: 1 }], START_MS + 1000, START_MS),
      );
    await write('EUR');
    await expect(write('DKK')).rejects.toThrow('zone DK1: expected prices in EUR, as before, got DKK');
  });
});
