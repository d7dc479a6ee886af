import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { HOME, makeHome, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const SCHEDULE_OF_A_DAY = { deadline: '07:00', minimumChargeTarget: 80 };

describeOnDatabases('changes', (database) => {
  let api: TestApi;
  let client: TestClient;
  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
  });
  afterAll(() => api.close());

  it('a policy begins with the defaults', async () => {
    const { policyId, vehicleId, locationId } = await makeHome(client, 'defaults');
    const answer = await client.call('GET', `/flex/vehicle-policies/${policyId}`);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.body).toEqual({
      id: policyId,
      userId: 'defaults',
      vehicleId,
      locationId,
      batteryReserve: 20,
      schedule: Object.fromEntries(
        ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
          day,
          SCHEDULE_OF_A_DAY,
        ]),
      ),
      restrictionSchedule: [],
      opportunisticPrice: null,
      preconditionMinutes: 0,
      startCost: 0.02,
      minRunMinutes: 15,
      prefer: 'late',
      lastObservedLocationChargeLimit: null,
    });
  });

  it('PATCH merges the schedule by weekday, null removes one, and the session follows at once', async () => {
    const { policyId } = await makeHome(client, 'patch');
    const url = `/flex/vehicle-policies/${policyId}`;
    const answer = await client.call('PATCH', url, {
      schedule: { wednesday: { deadline: '06:00', minimumChargeTarget: 70 }, sunday: null },
      opportunisticPrice: -0.01,
    });
    expect(answer.headers.etag).toBe('"2"');
    expect(answer.body).toMatchObject({ opportunisticPrice: -0.01, batteryReserve: 20 });
    expect(answer.body.schedule.wednesday).toEqual({ deadline: '06:00', minimumChargeTarget: 70 });
    expect(answer.body.schedule.monday).toEqual(SCHEDULE_OF_A_DAY);
    expect(Object.keys(answer.body.schedule)).not.toContain('sunday');
    expect(await client.call('GET', `${url}/session`)).toMatchObject({
      body: { target: { latest: { id: 2, minimumChargeTarget: 70, readyBy: '2025-06-11T04:00:00Z' } } },
    });
    const cleared = await client.call('PATCH', url, { opportunisticPrice: null });
    expect(cleared.body.opportunisticPrice).toBeNull();
  });

  it("a location's new time zone moves the deadlines of its policies", async () => {
    const { policyId, locationId } = await makeHome(client, 'zone');
    await client.call('PUT', `/locations/${locationId}`, { ...HOME, timezoneName: 'Europe/London' });
    expect(await client.call('GET', `/flex/vehicle-policies/${policyId}/session`)).toMatchObject({
      body: { target: { latest: { readyBy: '2025-06-11T06:00:00Z' } } },
    });
  });

  it('If-Match lets the present version pass and refuses any other, for policies and locations', async () => {
    const { policyId, locationId } = await makeHome(client, 'match');
    const patch = (tag: string) =>
      client.call('PATCH', `/flex/vehicle-policies/${policyId}`, { batteryReserve: 10 }, { 'if-match': tag });
    expect(await patch('"1"')).toMatchObject({ status: 200 });
    expect(await patch('"1"')).toMatchObject({
      status: 412,
      body: { type: 'urn:tidewatt:problem:precondition-failed' },
    });
    expect(await patch('W/"2"')).toMatchObject({ status: 412 });
    expect(await patch('"7", "2"')).toMatchObject({ status: 200 });
    expect(await patch('*')).toMatchObject({ status: 200 });
    const put = (tag: string) => client.call('PUT', `/locations/${locationId}`, HOME, { 'if-match': tag });
    expect(await put('"2"')).toMatchObject({ status: 412 });
    expect((await put('"1"')).headers.etag).toBe('"2"');
    const remove = (url: string) => client.call('DELETE', url, undefined, { 'if-match': '"1"' });
    expect(await remove(`/flex/vehicle-policies/${policyId}`)).toMatchObject({ status: 412 });
    expect(await remove(`/locations/${locationId}`)).toMatchObject({ status: 412 });
  });

  it('an Idempotency-Key gives the stored answer to the same request, and only to it', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const first = await client.call('POST', '/users/keyed/locations', HOME, headers);
    const second = await client.call('POST', '/users/keyed/locations', HOME, headers);
    expect(second.body).toEqual(first.body);
    expect(second.status).toBe(201);
    expect(second.headers).toMatchObject({ etag: '"1"', 'idempotent-replay': 'true' });
    const other = { ...HOME, name: 'Cabin' };
    expect(await client.call('POST', '/users/keyed/locations', other, headers)).toMatchObject({
      status: 422,
    });
    expect(await client.call('POST', '/users/else/locations', HOME, headers)).toMatchObject({ status: 422 });
    const list = await client.call('GET', '/users/keyed/locations');
    expect(list.body.data).toHaveLength(1);
    const stranger = await api.newClient();
    expect(await stranger.call('POST', '/users/keyed/locations', other, headers)).toMatchObject({
      status: 201,
    });
  });

  it('a key whose request was refused for its form is free; one that was answered with a no is not', async () => {
    const headers = { 'idempotency-key': 'key-2' };
    expect(
      await client.call('POST', '/users/form/locations', { ...HOME, latitude: 91 }, headers),
    ).toMatchObject({ status: 400 });
    expect(await client.call('POST', '/users/form/locations', HOME, headers)).toMatchObject({ status: 201 });
    const { vehicleId, locationId } = await makeHome(client, 'twice');
    const keyed = { 'idempotency-key': 'key-3' };
    const policy = { vehicleId, locationId };
    const refused = await client.call('POST', '/flex/vehicle-policies', policy, keyed);
    const again = await client.call('POST', '/flex/vehicle-policies', policy, keyed);
    expect(again).toMatchObject({ status: 409, body: refused.body });
    expect(again.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('a key is kept a day, one that hangs two minutes', async () => {
    const ask = () => client.call('POST', '/users/day/locations', HOME, { 'idempotency-key': 'key-4' });
    const first = await ask();
    await database().query("update idempotency_keys set status = null where key = 'key-4'");
    const running = await ask();
    expect(running).toMatchObject({ status: 409 });
    expect(running.headers['retry-after']).toBe('1');
    api.moveRealTo(START_MS + 2 * MINUTE_MS);
    const second = await ask();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    api.moveRealTo(START_MS + 3 * DAY_MS);
    // The token is as old as the key.
    const later = await api.raw('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `grant_type=client_credentials&client_id=${client.clientId}&client_secret=${client.clientSecret}`,
    });
    const third = await api.raw('POST', '/users/day/locations', {
      headers: {
        authorization: `Bearer ${later.body.access_token}`,
        'content-type': 'application/json',
        'idempotency-key': 'key-4',
      },
      payload: JSON.stringify({ ...HOME, name: 'Other' }),
    });
    expect(third.status).toBe(201);
    const keys = await database().query<{ key: string }>('select key from idempotency_keys');
    expect(keys).toEqual([{ key: 'key-4' }]);
    api.moveRealTo(START_MS);
  });

  it('two requests at once with one key are carried out once', async () => {
    const ask = () => client.call('POST', '/users/at-once/locations', HOME, { 'idempotency-key': 'key-5' });
    const statuses = (await Promise.all([ask(), ask(), ask(), ask()])).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect((await client.call('GET', '/users/at-once/locations')).body.data).toHaveLength(1);
  });

  it('deleting a vehicle deletes its policies and keeps its settled sessions', async () => {
    const { policyId, vehicleId, locationId } = await makeHome(client, 'gone');
    expect(await client.call('DELETE', `/vehicles/${vehicleId}`)).toMatchObject({ status: 204, body: '' });
    for (const url of [
      `/vehicles/${vehicleId}`,
      `/vehicles/${vehicleId}/commands`,
      `/flex/vehicle-policies/${policyId}`,
    ]) {
      expect(await client.call('GET', url)).toMatchObject({ status: 404 });
    }
    const rows = await database().query<{ count: number }>(
      `select (select count(*) from lanes where vehicle_id = $1) + (select count(*) from inbox where vehicle_id = $1)
            + (select count(*) from sessions where vehicle_id = $1) as count`,
      [vehicleId],
    );
    expect(rows).toEqual([{ count: 0 }]);
    expect(await client.call('DELETE', `/locations/${locationId}`)).toMatchObject({ status: 204 });
  });

  it('PATCH of a vehicle changes what is named, null is learned again', async () => {
    const { vehicleId } = await makeHome(client, 'car');
    const changed = await client.call('PATCH', `/vehicles/${vehicleId}`, {
      information: { displayName: 'Red' },
      power: 11,
      batteryCapacity: null,
      capabilities: { stopCharging: { isCapable: false } },
    });
    expect(changed.body).toMatchObject({
      information: { brand: 'Volvo', model: null, displayName: 'Red' },
      power: 11,
      batteryCapacity: null,
      capabilities: { startCharging: { isCapable: true }, stopCharging: { isCapable: false } },
      connector: { type: 'http' },
    });
  });

  it('a vehicle may be held to a power: to 6 A a phase where nothing else is said', async () => {
    const { vehicleId } = await makeHome(client, 'held');
    const url = `/vehicles/${vehicleId}`;
    const setPowerAfter = async (patch: object) => {
      const { status, body } = await client.call('PATCH', url, patch);
      return status === 200 ? body.capabilities.setPower : body.issues;
    };
    const able = (leastPower?: number | null) => ({
      capabilities: { setPower: { isCapable: true, leastPower } },
    });
    expect((await client.call('GET', url)).body.capabilities.setPower).toEqual({
      isCapable: false,
      leastPower: null,
    });
    for (const [patch, leastPower] of [
      [able(), 4.14],
      [{ power: 7.4 }, 1.38],
      [{ power: 1.2 }, 1.2],
      [{ power: 22 }, 4.14],
      [able(6), 6],
      [{ power: 11, capabilities: { stopCharging: { isCapable: true } } }, 6],
      [able(null), 4.14],
    ] as const) {
      expect(await setPowerAfter(patch), JSON.stringify(patch)).toEqual({ isCapable: true, leastPower });
    }
    expect(await setPowerAfter(able(11.5))).toEqual([
      {
        path: 'capabilities.setPower.leastPower',
        message: "expected at most the vehicle's power, 11 kW, got 11.5 kW",
      },
    ]);
    expect(await setPowerAfter({ capabilities: { setPower: { isCapable: false, leastPower: 4 } } })).toEqual([
      {
        path: 'capabilities.setPower.leastPower',
        message: 'expected no leastPower of a vehicle that cannot be held to a power',
      },
    ]);
    expect(await setPowerAfter(able(0))).toMatchObject([{ message: 'expected more than 0 kW' }]);
    expect(await setPowerAfter({ capabilities: { setPower: { isCapable: false } } })).toEqual({
      isCapable: false,
      leastPower: null,
    });
  });

  it('exports everything of a user, and erases it without a trace', async () => {
    const userId = 'erased "user"/ü';
    const path = encodeURIComponent(userId);
    const { vehicleId, policyId } = await makeHome(client, path);
    await client.call('POST', `/users/${path}/locations`, HOME, { 'idempotency-key': 'key-6' });
    const observations = [{ vehicleId, observedAt: '2025-06-10T17:00:00Z', batteryLevel: 50 }];
    await client.call('POST', '/telemetry', { observations });
    const kept = await makeHome(client, 'kept');
    const { body } = await client.call('GET', `/users/${path}/export`);
    expect(body).toMatchObject({
      userId,
      locations: [{ userId }, { userId }],
      vehicles: [{ id: vehicleId }],
      policies: [{ id: policyId }],
      sessions: [{ policyId, state: 'UPCOMING' }],
    });
    expect(body.inputs.map((input: { kind: string }) => input.kind).sort()).toEqual([
      'location-set',
      'policy-set',
      'reading',
    ]);
    expect(body.events).toMatchObject([{ event: 'flex:session:updated', userId }]);

    expect(await client.call('DELETE', `/users/${path}`)).toMatchObject({ status: 204 });
    expect(await client.call('GET', `/users/${path}/export`)).toMatchObject({ status: 404 });
    expect(await client.call('DELETE', `/users/${path}`)).toMatchObject({ status: 404 });
    const tables = await database().query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const rows = await database().query(
        `select 1 from "${name}" t where position($1 in t::text) > 0 or position('erased' in t::text) > 0`,
        [vehicleId],
      );
      expect([name, rows.length]).toEqual([name, 0]);
    }
    expect(await client.call('GET', `/vehicles/${kept.vehicleId}`)).toMatchObject({ status: 200 });
  });
});
