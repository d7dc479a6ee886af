import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { apiRoutes } from './server.ts';
import { HOME, type Method, makeHome, makeTestApi, type TestApi, type TestClient } from './testing.ts';

/** Bodies that are in order, so that nothing but the id can be refused. */
const BODIES: Readonly<Record<string, unknown>> = {
  'PUT /flex/sessions/{sessionId}/target': { type: 'IMMEDIATE_START', minimumChargeTarget: 80 },
  'PATCH /flex/vehicle-policies/{policyId}': { batteryReserve: 10 },
  'PUT /locations/{locationId}': HOME,
  'POST /flex/locations/{locationId}': { zoneId: 'NO2' },
  'PATCH /vehicles/{vehicleId}': { power: 7 },
  'POST /commands/{commandId}/result': { outcome: 'CONFIRMED' },
  'PATCH /webhooks/{webhookId}': {},
  'POST /webhooks/{webhookId}/replay': { from: '2025-06-10T18:00:00Z' },
  'PUT /flex/tariffs/{tariffId}/timeseries': {
    to: '2025-06-12T00:00:00Z',
    values: [{ at: '2025-06-11T00:00:00Z', rate: 1 }],
  },
  'PUT /flex/locations/{locationId}/tariff-formulas': {
    direction: 'import',
    variables: { spot: 'mine' },
    formula: 'spot',
  },
};

/** These take a new id of the client's own, or are lists, which are empty. */
const NEVER_404 = [
  'POST /flex/tariffs/{tariffId}',
  'POST /users/{userId}/locations',
  'GET /users/{userId}/locations',
  'POST /users/{userId}/vehicles',
  'GET /users/{userId}/vehicles',
];

const withIds = apiRoutes.filter(({ spec }) => spec.path.includes('{'));
const named = withIds.map(({ spec }) => [`${spec.method} ${spec.path}`, spec] as const);

describeOnDatabases('tenancy', (database) => {
  let api: TestApi;
  let owner: TestClient;
  let stranger: TestClient;
  let ids: Record<string, string>;

  beforeAll(async () => {
    api = makeTestApi(database());
    owner = await api.newClient();
    stranger = await api.newClient();
    const home = await makeHome(owner);
    const session = await owner.call('GET', `/flex/vehicle-policies/${home.policyId}/session`);
    const commandId = api.deps.newId();
    await database().query(
      `insert into commands (client_id, id, vehicle_id, kind, cause, state, attempts, created_at, attempted_at, expires_at)
       values ($1, $2, $3, 'START', 'PLAN', 'PENDING', 1, '2025-06-10T18:00Z', '2025-06-10T18:00Z', '2025-06-10T18:15Z')`,
      [owner.clientId, commandId, home.vehicleId],
    );
    await owner.call('POST', '/flex/tariffs/mine', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const webhook = await owner.call('POST', '/webhooks', {
      url: 'https://receiver.example/',
      secret: 'a-secret-of-16-c',
    });
    ids = {
      ...home,
      webhookId: webhook.body.id,
      sessionId: session.body.id,
      commandId,
      tariffId: 'mine',
      userId: 'user-1',
    };
  });
  afterAll(() => api.close());

  function urlOf(path: string): string {
    return path.replace(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '');
  }

  it('has an id for each name in a path', () => {
    const names = withIds.flatMap(({ spec }) =>
      [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
    );
    expect(names.filter((name) => ids[name ?? ''] === undefined)).toEqual([]);
  });

  it.each(named)("%s answers 404 for another client's id", async (name, { method, path }) => {
    if (NEVER_404.includes(name)) return;
    const headers: Record<string, string> = { 'idempotency-key': name.replaceAll(' ', '-') };
    const answer = await stranger.call(method as Method, urlOf(path), BODIES[name], headers);
    expect(answer).toMatchObject({ status: 404, body: { type: 'urn:tidewatt:problem:not-found' } });
  });

  it.each(named)('%s answers 404 for what is no id', async (_name, { method, path, body }) => {
    if (!/\{(policy|session|location|vehicle|command|webhook)Id\}/.test(path)) return;
    const url = path.replace(/\{\w+\}/g, 'nonsense');
    const answer = await owner.call(method as Method, url, body === undefined ? undefined : {});
    expect(answer).toMatchObject({ status: 404 });
  });

  it("refuses another client's vehicle and location in a new policy", async () => {
    const own = await makeHome(stranger, 'user-9');
    const { vehicleId, locationId } = ids;
    const vehicle = { vehicleId, locationId: own.locationId };
    expect(await stranger.call('POST', '/flex/vehicle-policies', vehicle)).toMatchObject({
      status: 404,
      body: { issues: [{ path: 'vehicleId' }] },
    });
    const location = { vehicleId: own.vehicleId, locationId };
    expect(await stranger.call('POST', '/flex/vehicle-policies', location)).toMatchObject({
      status: 404,
      body: { issues: [{ path: 'locationId' }] },
    });
  });

  it('shows nothing of another client in lists, and takes none of its ids there', async () => {
    const nobody = await api.newClient();
    const { vehicleId, locationId, policyId } = ids;
    for (const url of [
      '/vehicles',
      '/locations',
      '/flex/vehicle-policies',
      '/webhooks',
      '/flex/sessions',
      '/flex/vehicle-policies/sessions',
      '/users/user-1/vehicles',
      '/users/user-1/locations',
      `/flex/sessions?vehicleId=${vehicleId}`,
      `/flex/sessions?locationId=${locationId}`,
      `/flex/vehicle-policies/sessions?policyId=${policyId}`,
      '/flex/overview',
      `/flex/overview?policyId=${policyId}`,
      `/vehicles?ids=${vehicleId}`,
      `/locations?ids=${locationId}`,
    ]) {
      const answer = await nobody.call('GET', url);
      expect(answer.body).toEqual({ data: [], pagination: { after: null, before: null } });
    }
    const { body: totals } = await nobody.call('GET', `/flex/overview/totals?policyId=${policyId}`);
    expect(totals).toMatchObject({ cars: 0, today: [] });
    const months = '/flex/vehicle-policies/sessions/totals?timezoneName=UTC';
    expect((await nobody.call('GET', months)).body).toEqual({ data: [] });
    const csv = await nobody.call('GET', '/flex/vehicle-policies/sessions.csv');
    expect(csv.body.split('\r\n')).toHaveLength(2);
    expect((await nobody.call('GET', '/auth/session')).body.client.id).toBe(nobody.clientId);
  });

  it('rejects readings of another client, and a place of another user', async () => {
    const own = await makeHome(stranger, 'user-8');
    const reading = { observedAt: '2025-06-10T17:59:00Z', batteryLevel: 50 };
    const observations = [
      { ...reading, vehicleId: ids.vehicleId },
      { ...reading, vehicleId: own.vehicleId },
      { ...reading, vehicleId: own.vehicleId, locationId: ids.locationId },
    ];
    const answer = await stranger.call('POST', '/telemetry', { observations });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 1,
        duplicates: 0,
        rejected: [
          { index: 0, reason: 'unknown vehicle' },
          { index: 2, reason: "locationId is no location of the vehicle's user" },
        ],
      },
    });
  });

  it("left everything of the owner's as it was", async () => {
    expect(await owner.call('GET', `/vehicles/${ids.vehicleId}`)).toMatchObject({
      status: 200,
      body: { power: null },
    });
    expect(await owner.call('GET', `/locations/${ids.locationId}`)).toMatchObject({ body: { zone: 'NO1' } });
    expect(await owner.call('GET', `/flex/vehicle-policies/${ids.policyId}`)).toMatchObject({
      body: { batteryReserve: 20 },
    });
  });
});
