import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { A_VEHICLE, insertSettled as insertSettledRow, type Settled } from './testing/insert-settled.ts';
import { HOME, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

describeOnDatabases('lists', (database) => {
  let api: TestApi;
  beforeAll(() => {
    api = makeTestApi(database());
  });
  afterAll(() => api.close());

  function insertSettled(client: TestClient, change: Partial<Settled> = {}): Promise<string> {
    return insertSettledRow(database(), client.clientId, { id: api.deps.newId(), ...change });
  }

  async function walk(
    client: TestClient,
    url: string,
    side: 'after' | 'before',
    from?: string,
  ): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor = from; ; ) {
      const query = cursor === undefined ? '' : `&${side}=${cursor}`;
      const { body } = await client.call('GET', `${url}${query}`);
      pages.push(body.data.map((item: { id: string }) => item.id));
      cursor = body.pagination[side] ?? undefined;
      if (cursor === undefined) return pages;
    }
  }

  const LIST = '/flex/vehicle-policies/sessions';
  const POLICY = A_VEHICLE;

  it('pages through settled sessions both ways, newest plug-out first, equal instants by id', async () => {
    const client = await api.newClient();
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      ids.push(await insertSettled(client, { pluggedOutAtMs: START_MS + Math.floor(index / 3) * MINUTE_MS }));
    }
    const newestFirst = ids.toReversed();
    const pages = await walk(client, `${LIST}?pageSize=3`, 'after');
    expect(pages).toEqual([newestFirst.slice(0, 3), newestFirst.slice(3, 6), newestFirst.slice(6)]);
    const first = await client.call('GET', `${LIST}?pageSize=3`);
    expect(first.body.pagination.before).toBeNull();
    const second = await client.call('GET', `${LIST}?pageSize=3&after=${first.body.pagination.after}`);
    const third = await client.call('GET', `${LIST}?pageSize=3&after=${second.body.pagination.after}`);
    expect(third.body.pagination.after).toBeNull();
    const back = await walk(client, `${LIST}?pageSize=3`, 'before', third.body.pagination.before);
    expect(back).toEqual([newestFirst.slice(3, 6), newestFirst.slice(0, 3)]);
    const returned = await client.call('GET', `${LIST}?pageSize=3&before=${third.body.pagination.before}`);
    expect(returned.body).toEqual(second.body);
  });

  it('keeps its place while sessions settle', async () => {
    const client = await api.newClient();
    const ids = [];
    for (let index = 0; index < 4; index++) ids.push(await insertSettled(client));
    const first = await client.call('GET', `${LIST}?pageSize=2`);
    const added = await insertSettled(client, { pluggedOutAtMs: START_MS + HOUR_MS });
    const second = await client.call('GET', `${LIST}?pageSize=2&after=${first.body.pagination.after}`);
    expect(second.body.data.map((item: { id: string }) => item.id)).toEqual([ids[1], ids[0]]);
    const back = await client.call('GET', `${LIST}?pageSize=5&before=${second.body.pagination.before}`);
    expect(back.body.data.map((item: { id: string }) => item.id)).toEqual([added, ids[3], ids[2]]);
    expect(back.body.pagination.before).toBeNull();
  });

  it('turns round at an empty page without losing the row of its cursor', async () => {
    const client = await api.newClient();
    const first = await insertSettled(client, { pluggedOutAtMs: START_MS - MINUTE_MS });
    const second = await insertSettled(client);
    const page = await client.call('GET', `${LIST}?pageSize=1`);
    await database().query('delete from sessions where id = $1', [first]);
    const empty = await client.call('GET', `${LIST}?pageSize=1&after=${page.body.pagination.after}`);
    expect(empty.body.data).toEqual([]);
    expect(empty.body.pagination.after).toBeNull();
    const back = await client.call('GET', `${LIST}?pageSize=1&before=${empty.body.pagination.before}`);
    expect(back.body.data.map((item: { id: string }) => item.id)).toEqual([second]);
    expect(back.body.pagination).toEqual({ after: null, before: null });
  });

  describe('filters of settled sessions', () => {
    const at = (hours: number) => START_MS + hours * HOUR_MS;
    const VEHICLE = 'bbbbbbbb-0000-4000-8000-000000000001';
    const PLACE = 'cccccccc-0000-4000-8000-000000000001';
    let client: TestClient;
    let ids: Record<string, string>;

    beforeAll(async () => {
      client = await api.newClient();
      ids = {
        managed: await insertSettled(client, {
          policyId: POLICY,
          vehicleId: VEHICLE,
          locationId: PLACE,
          pluggedInAtMs: at(-20),
          pluggedOutAtMs: at(-10),
        }),
        hidden: await insertSettled(client, {
          vehicleId: VEHICLE,
          locationId: PLACE,
          pluggedInAtMs: at(-21),
          pluggedOutAtMs: at(-20),
          isShown: false,
        }),
        older: await insertSettled(client, {
          policyId: POLICY,
          vehicleId: VEHICLE,
          locationId: PLACE,
          pluggedInAtMs: at(-20.5),
          pluggedOutAtMs: at(-20),
          isShown: false,
        }),
        away: await insertSettled(client, {
          vehicleId: VEHICLE,
          pluggedInAtMs: at(-5),
          pluggedOutAtMs: at(-4),
        }),
        other: await insertSettled(client, {
          userId: 'user-2',
          pluggedInAtMs: at(-3),
          pluggedOutAtMs: at(-2),
        }),
      };
    });

    it.each([
      ['', ['other', 'away', 'managed']],
      [`vehicleId=${VEHICLE}`, ['away', 'managed']],
      [`vehicleId=${VEHICLE.toUpperCase()}`, ['away', 'managed']],
      [`locationId=${PLACE}`, ['managed']],
      [`policyId=${POLICY}`, ['managed', 'older']],
      ['userId=user-2', ['other']],
      ['from=2025-06-10T13:00:00Z', ['other', 'away']],
      ['from=2025-06-10T13:00:00.001Z', ['other']],
      ['to=2025-06-10T14:00:00Z', ['away', 'managed']],
      ['to=2025-06-10T15:59:59%2B02:00', ['managed']],
      ['from=2025-06-10T13:00:00Z&to=2025-06-10T14:00:00Z', ['away']],
      [`policyId=${VEHICLE}`, []],
      ['kind=managed', ['managed']],
      ['kind=unmanaged', ['other', 'away']],
      [`kind=unmanaged&policyId=${POLICY}`, []],
      [`kind=unmanaged&vehicleId=${VEHICLE}`, ['away']],
    ])('%s', async (query, names) => {
      const { body } = await client.call('GET', `${LIST}?${query}`);
      expect(body.data.map((item: { id: string }) => item.id)).toEqual(names.map((name) => ids[name]));
    });

    it('timeseries=false leaves the series out, and nothing else', async () => {
      const { body: whole } = await client.call('GET', `${LIST}?userId=user-2`);
      const { body: short } = await client.call('GET', `${LIST}?userId=user-2&timeseries=false`);
      expect(whole.data[0].statistics.timeseries.length).toBeGreaterThan(0);
      expect(short.data[0].statistics.timeseries).toEqual([]);
      expect({ ...short.data[0], statistics: null }).toEqual({ ...whole.data[0], statistics: null });
      expect(short.data[0].statistics.aggregated).toEqual(whole.data[0].statistics.aggregated);
    });
  });

  describe('current sessions', () => {
    let client: TestClient;
    let ids: Record<string, string>;

    beforeAll(async () => {
      client = await api.newClient();
      ids = {};
      for (const [userId, displayName, name] of [
        ['anna', 'Blue 100%', 'Home'],
        ['bert', 'Red_car', 'Cabin'],
      ] as const) {
        const vehicle = await client.call('POST', `/users/${userId}/vehicles`, {
          information: { displayName },
        });
        const location = await client.call('POST', `/users/${userId}/locations`, { ...HOME, name });
        const body = { vehicleId: vehicle.body.id, locationId: location.body.id };
        const policy = await client.call('POST', '/flex/vehicle-policies', body);
        const session = await client.call('GET', `/flex/vehicle-policies/${policy.body.id}/session`);
        ids[userId] = session.body.id;
      }
    });

    it.each([
      ['', ['bert', 'anna']],
      ['state=UPCOMING', ['bert', 'anna']],
      ['state=ACTIVE', []],
      ['error=ANY', []],
      ['userId=anna', ['anna']],
      ['q=BLUE', ['anna']],
      ['q=cabin', ['bert']],
      ['q=100%25', ['anna']],
      ['q=d_c', ['bert']],
      ['q=e_1', []],
      ['q=%25', ['anna']],
    ])('%s', async (query, names) => {
      const { body } = await client.call('GET', `/flex/sessions?${query}`);
      expect(body.data.map((item: { id: string }) => item.id)).toEqual(names.map((name) => ids[name]));
    });

    it.each(['/vehicles', '/locations', '/flex/vehicle-policies', '/flex/sessions'])(
      '%s is paged both ways',
      async (url) => {
        const first = await client.call('GET', `${url}?pageSize=1`);
        const second = await client.call('GET', `${url}?pageSize=1&after=${first.body.pagination.after}`);
        expect(first.body.pagination.before).toBeNull();
        expect(second.body.pagination.after).toBeNull();
        const back = await client.call('GET', `${url}?pageSize=1&before=${second.body.pagination.before}`);
        expect(back.body).toEqual(first.body);
        expect(first.body.data[0].id > second.body.data[0].id).toBe(true);
      },
    );
  });
});
