import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { HOME, type Method, makeHome, makeTestApi, type TestApi, type TestClient } from './testing.ts';

interface Row {
  readonly does: string;
  readonly call: readonly [Method, string, unknown?];
  readonly status: number;
  /** Where, of the first issue, and a part of what it says. */
  readonly path?: string;
  readonly says?: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const POLICY = '/flex/vehicle-policies/{policyId}';
const TARGET = '/flex/sessions/{sessionId}/target';
const TIMESERIES = '/flex/tariffs/spot/timeseries';
const FORMULAS = '/flex/locations/{locationId}/tariff-formulas';
const LIST = '/flex/vehicle-policies/sessions';

const ROWS: readonly Row[] = [
  // Policies
  {
    does: 'a deadline of 25:00',
    call: ['PATCH', POLICY, { schedule: { monday: { deadline: '25:00', minimumChargeTarget: 80 } } }],
    status: 400,
    path: 'schedule.monday.deadline',
    says: '"25:00"',
  },
  {
    does: 'a target of 101',
    call: ['PATCH', POLICY, { schedule: { monday: { deadline: '07:00', minimumChargeTarget: 101 } } }],
    status: 400,
    path: 'schedule.monday.minimumChargeTarget',
    says: '0 to 100',
  },
  {
    does: 'a target of 79.5',
    call: ['PATCH', POLICY, { schedule: { monday: { deadline: '07:00', minimumChargeTarget: 79.5 } } }],
    status: 400,
    path: 'schedule.monday.minimumChargeTarget',
    says: 'whole number',
  },
  {
    does: 'a reserve above the targets',
    call: ['PATCH', POLICY, { batteryReserve: 90 }],
    status: 400,
    path: 'schedule.monday.minimumChargeTarget',
    says: 'at least the battery reserve, 90',
  },
  {
    does: 'a wrong type',
    call: ['PATCH', POLICY, { batteryReserve: '20' }],
    status: 400,
    path: 'batteryReserve',
  },
  {
    does: 'an unknown field',
    call: ['PATCH', POLICY, { batteryReserv: 20 }],
    status: 400,
    path: 'batteryReserv',
    says: 'unknown field',
  },
  {
    does: 'an unknown weekday',
    call: ['PATCH', POLICY, { schedule: { someday: null } }],
    status: 400,
    path: 'schedule.someday',
    says: 'unknown field',
  },
  {
    does: 'a window on weekday 7',
    call: [
      'PATCH',
      POLICY,
      { restrictionSchedule: [{ type: 'GRID', startTime: '17:00', endTime: '20:00', weekdays: [7] }] },
    ],
    status: 400,
    path: 'restrictionSchedule.0.weekdays.0',
    says: '6 (Sunday)',
  },
  { does: 'a list instead of an object', call: ['PATCH', POLICY, []], status: 400, path: '' },
  { does: 'no body', call: ['POST', '/flex/vehicle-policies'], status: 400, path: '' },
  {
    does: 'a vehicle that is no uuid',
    call: ['POST', '/flex/vehicle-policies', { vehicleId: 'car', locationId: NOBODY }],
    status: 400,
    path: 'vehicleId',
    says: 'uuid',
  },
  {
    does: 'an unknown vehicle',
    call: ['POST', '/flex/vehicle-policies', { vehicleId: NOBODY, locationId: NOBODY }],
    status: 404,
    path: 'vehicleId',
  },
  {
    does: 'a second policy for the same two',
    call: ['POST', '/flex/vehicle-policies', { vehicleId: '{vehicleId}', locationId: '{locationId}' }],
    status: 409,
  },
  {
    does: "another user's location",
    call: ['POST', '/flex/vehicle-policies', { vehicleId: '{vehicleId}', locationId: '{otherLocationId}' }],
    status: 400,
    path: 'locationId',
    says: "vehicle's user",
  },
  // Overview and downloads
  {
    does: 'an overview by cost',
    call: ['GET', '/flex/overview?cost=1'],
    status: 400,
    path: 'cost',
    says: 'unknown',
  },
  {
    does: 'an overview of settled',
    call: ['GET', '/flex/overview?state=SETTLED'],
    status: 400,
    path: 'state',
  },
  {
    does: 'pages of totals',
    call: ['GET', '/flex/overview/totals?pageSize=5'],
    status: 400,
    path: 'pageSize',
    says: 'unknown field',
  },
  { does: 'an unknown kind', call: ['GET', `${LIST}?kind=both`], status: 400, path: 'kind', says: 'managed' },
  {
    does: 'a download by pages',
    call: ['GET', '/flex/vehicle-policies/sessions.csv?after=x'],
    status: 400,
    path: 'after',
  },
  {
    does: 'months of no zone',
    call: ['GET', '/flex/vehicle-policies/sessions/totals?timezoneName=Oslo'],
    status: 400,
    path: 'timezoneName',
    says: 'IANA',
  },
  { does: 'names of no id', call: ['GET', '/vehicles?ids=a,b'], status: 400, path: 'ids.0', says: 'uuid' },
  // Targets
  {
    does: 'a readyBy that is past',
    call: ['PUT', TARGET, { type: 'REGULAR', minimumChargeTarget: 80, readyBy: '2025-06-10T17:59:59Z' }],
    status: 400,
    path: 'readyBy',
  },
  {
    does: 'a readyBy beyond 7 days',
    call: ['PUT', TARGET, { type: 'REGULAR', minimumChargeTarget: 80, readyBy: '2025-06-17T18:00:01Z' }],
    status: 400,
    path: 'readyBy',
  },
  {
    does: 'a readyBy without an offset',
    call: ['PUT', TARGET, { type: 'REGULAR', minimumChargeTarget: 80, readyBy: '2025-06-11T07:00:00' }],
    status: 400,
    path: 'readyBy',
    says: 'offset',
  },
  {
    does: 'no readyBy',
    call: ['PUT', TARGET, { type: 'REGULAR', minimumChargeTarget: 80 }],
    status: 400,
    path: 'readyBy',
  },
  {
    does: 'an unknown type',
    call: ['PUT', TARGET, { type: 'ASAP', minimumChargeTarget: 80 }],
    status: 400,
    path: 'type',
    says: '"IMMEDIATE_START", "REGULAR"',
  },
  {
    does: 'a field of the other type',
    call: ['PUT', TARGET, { type: 'IMMEDIATE_START', minimumChargeTarget: 80, batteryReserve: 20 }],
    status: 400,
    path: 'batteryReserve',
    says: 'unknown field',
  },
  {
    does: 'a reserve above the target',
    call: [
      'PUT',
      TARGET,
      { type: 'REGULAR', minimumChargeTarget: 30, batteryReserve: 40, readyBy: '2025-06-11T07:00:00Z' },
    ],
    status: 400,
    path: 'batteryReserve',
    says: 'at most',
  },
  {
    does: 'a session that is not there',
    call: ['PUT', `/flex/sessions/${NOBODY}/target`, { type: 'IMMEDIATE_START', minimumChargeTarget: 80 }],
    status: 404,
  },
  // Lists
  {
    does: 'both cursors',
    call: ['GET', `${LIST}?after=a&before=b`],
    status: 400,
    path: 'before',
    says: 'got both',
  },
  {
    does: 'a made-up cursor',
    call: ['GET', `${LIST}?after=cursor_abc123`],
    status: 400,
    path: 'after',
    says: 'cursor',
  },
  {
    does: 'a cursor of another list',
    call: ['GET', `${LIST}?before=${cursor([0, NOBODY])}`],
    status: 400,
    path: 'before',
  },
  {
    does: 'a cursor with a huge instant',
    call: ['GET', `${LIST}?after=${cursor([0, 1e300, NOBODY])}`],
    status: 400,
    path: 'after',
  },
  {
    does: 'a cursor with SQL in it',
    call: ['GET', `/vehicles?after=${cursor([0, "' or true"])}`],
    status: 400,
    path: 'after',
  },
  { does: 'a page of 0', call: ['GET', `${LIST}?pageSize=0`], status: 400, path: 'pageSize' },
  { does: 'a page of 101', call: ['GET', `${LIST}?pageSize=101`], status: 400, path: 'pageSize' },
  { does: 'a page of one and a half', call: ['GET', `${LIST}?pageSize=1.5`], status: 400, path: 'pageSize' },
  { does: 'a malformed instant', call: ['GET', `${LIST}?from=yesterday`], status: 400, path: 'from' },
  {
    does: 'a 30th of February',
    call: ['GET', `${LIST}?from=2025-02-30T00:00:00Z`],
    status: 400,
    path: 'from',
  },
  { does: 'a filter that is no uuid', call: ['GET', `${LIST}?policyId=mine`], status: 400, path: 'policyId' },
  {
    does: 'an unknown filter',
    call: ['GET', `${LIST}?policy=x`],
    status: 400,
    path: 'policy',
    says: 'unknown field',
  },
  { does: 'a filter twice', call: ['GET', `${LIST}?userId=a&userId=b`], status: 400, path: 'userId' },
  { does: 'an unknown state', call: ['GET', '/flex/sessions?state=SETTLED'], status: 400, path: 'state' },
  // Locations and vehicles
  {
    does: 'a latitude of 91',
    call: ['PUT', '/locations/{locationId}', { ...HOME, latitude: 91 }],
    status: 400,
    path: 'latitude',
  },
  {
    does: 'an unknown time zone',
    call: ['PUT', '/locations/{locationId}', { ...HOME, timezoneName: 'Europe/Atlantis' }],
    status: 400,
    path: 'timezoneName',
    says: 'IANA',
  },
  {
    does: 'a bare offset as time zone',
    call: ['PUT', '/locations/{locationId}', { ...HOME, timezoneName: '+01:00' }],
    status: 400,
    path: 'timezoneName',
  },
  {
    does: 'a zero byte in a name',
    call: ['PUT', '/locations/{locationId}', { ...HOME, name: 'a\u0000b' }],
    status: 400,
    path: 'name',
    says: 'control',
  },
  {
    does: 'half a surrogate in a name',
    call: ['PUT', '/locations/{locationId}', { ...HOME, name: 'a\ud800' }],
    status: 400,
    path: 'name',
  },
  {
    does: 'a user id with a zero byte',
    call: ['POST', '/users/a%00b/locations', HOME],
    status: 400,
    path: 'userId',
  },
  { does: 'a malformed escape in the path', call: ['GET', '/users/%zz/locations'], status: 400 },
  { does: 'a location with a policy deleted', call: ['DELETE', '/locations/{locationId}'], status: 409 },
  {
    does: 'a simulated car outside a sandbox',
    call: [
      'POST',
      '/users/u/vehicles',
      { connector: { type: 'simulated', batteryCapacity: 60, power: 11, batteryLevel: 50 } },
    ],
    status: 400,
    path: 'connector.type',
    says: 'sandbox',
  },
  {
    does: 'an unknown connector',
    call: ['POST', '/users/u/vehicles', { connector: { type: 'mqtt' } }],
    status: 400,
    path: 'connector.type',
    says: '"http", "simulated"',
  },
  {
    does: 'a battery of 0 kWh',
    call: ['PATCH', '/vehicles/{vehicleId}', { batteryCapacity: 0 }],
    status: 400,
    path: 'batteryCapacity',
  },
  // Telemetry
  {
    does: 'no observations',
    call: ['POST', '/telemetry', { observations: [] }],
    status: 400,
    path: 'observations',
    says: '1 to 1000',
  },
  {
    does: '1001 observations',
    call: ['POST', '/telemetry', { observations: Array.from({ length: 1001 }, () => ({})) }],
    status: 400,
    path: 'observations',
    says: '1 to 1000',
  },
  {
    does: 'nothing but a future observation',
    call: ['POST', '/telemetry', observation({ observedAt: '2025-06-10T18:05:01Z' })],
    status: 400,
    path: 'observations.0.observedAt',
    says: '5 min in the future',
  },
  {
    does: 'nothing but an old observation',
    call: ['POST', '/telemetry', observation({ observedAt: '2025-03-01T00:00:00Z' })],
    status: 400,
    path: 'observations.0.observedAt',
    says: 'retention',
  },
  {
    does: 'nothing but an unknown vehicle',
    call: ['POST', '/telemetry', observation({ vehicleId: NOBODY })],
    status: 400,
    path: 'observations.0.vehicleId',
    says: 'unknown vehicle',
  },
  {
    does: 'nothing but a level of 101',
    call: ['POST', '/telemetry', observation({ batteryLevel: 101 })],
    status: 400,
    path: 'observations.0.batteryLevel',
    says: 'malformed',
  },
  {
    does: 'nothing but a latitude alone',
    call: ['POST', '/telemetry', observation({ latitude: 59 })],
    status: 400,
    path: 'observations.0.latitude',
    says: 'together',
  },
  {
    does: 'nothing but an unknown field',
    call: ['POST', '/telemetry', observation({ soc: 40 })],
    status: 400,
    path: 'observations.0',
  },
  // Tariffs
  {
    does: 'another tariff under the id',
    call: ['POST', '/flex/tariffs/spot', { direction: 'import', currency: 'NOK', per: 'kWh' }],
    status: 409,
  },
  {
    does: 'a currency in small letters',
    call: ['POST', '/flex/tariffs/new', { direction: 'import', currency: 'eur', per: 'kWh' }],
    status: 400,
    path: 'currency',
  },
  {
    does: 'a price per MWh',
    call: ['POST', '/flex/tariffs/new', { direction: 'import', currency: 'EUR', per: 'MWh' }],
    status: 400,
    path: 'per',
  },
  {
    does: 'a tariff id with a slash',
    call: ['POST', '/flex/tariffs/a%2Fb', { direction: 'import', currency: 'EUR', per: 'kWh' }],
    status: 400,
    path: 'tariffId',
  },
  {
    does: 'rates of an unknown tariff',
    call: ['PUT', '/flex/tariffs/none/timeseries', rates('2025-06-11T00:00:00Z')],
    status: 404,
  },
  {
    does: 'rates that descend',
    call: ['PUT', TIMESERIES, rates('2025-06-11T01:00:00Z', '2025-06-11T00:00:00Z')],
    status: 400,
    path: 'values.1.at',
    says: 'ascending',
  },
  {
    does: 'two rates at once',
    call: ['PUT', TIMESERIES, rates('2025-06-11T01:00:00Z', '2025-06-11T03:00:00+02:00')],
    status: 400,
    path: 'values.1.at',
    says: 'ascending',
  },
  {
    does: 'rates after their end',
    call: ['PUT', TIMESERIES, rates('2025-06-12T00:00:00Z')],
    status: 400,
    path: 'to',
  },
  {
    does: 'rates without an offset',
    call: ['PUT', TIMESERIES, rates('2025-06-11T00:00:00')],
    status: 400,
    path: 'values.0.at',
    says: 'offset',
  },
  { does: 'no rates', call: ['PUT', TIMESERIES, rates()], status: 400, path: 'values' },
  {
    does: 'a formula with a typo',
    call: [
      'PUT',
      FORMULAS,
      { direction: 'import', variables: { spot: 'spot' }, formula: 'spot * 1.25 + sopt' },
    ],
    status: 400,
    path: 'formula',
    says: 'position 14',
  },
  {
    does: 'a formula with a bracket open',
    call: ['PUT', FORMULAS, { direction: 'import', variables: { spot: 'spot' }, formula: '(spot' }],
    status: 400,
    path: 'formula',
    says: 'position 5',
  },
  {
    does: 'a formula over an unknown tariff',
    call: ['PUT', FORMULAS, { direction: 'import', variables: { spot: 'none' }, formula: 'spot' }],
    status: 400,
    path: 'variables.spot',
    says: 'no tariff none',
  },
  {
    does: 'a formula over two currencies',
    call: [
      'PUT',
      FORMULAS,
      { direction: 'import', variables: { spot: 'spot', grid: 'grid' }, formula: 'spot + grid' },
    ],
    status: 400,
    path: 'variables',
    says: 'one currency',
  },
  {
    does: 'a formula without a tariff',
    call: ['PUT', FORMULAS, { direction: 'import', variables: {}, formula: '0.25' }],
    status: 400,
    path: 'variables',
  },
  {
    does: 'an export tariff for import',
    call: ['PUT', FORMULAS, { direction: 'import', variables: { out: 'out' }, formula: 'out' }],
    status: 400,
    path: 'variables.out',
    says: 'for export',
  },
  {
    does: 'a span backwards',
    call: ['GET', `${TIMESERIES}?from=2025-06-11T00:00:00Z&to=2025-06-11T00:00:00Z`],
    status: 400,
    path: 'to',
  },
  {
    does: 'a span of two years',
    call: ['GET', `${TIMESERIES}?from=2023-06-11T00:00:00Z&to=2025-06-11T00:00:00Z`],
    status: 400,
    path: 'to',
    says: '400 days',
  },
  {
    does: 'the price of a place without one',
    call: ['GET', '/flex/locations/{locationId}/resolved-tariff'],
    status: 404,
  },
];

describeOnDatabases('bad input', (database) => {
  let api: TestApi;
  let client: TestClient;
  let ids: Record<string, string>;
  let before: string;

  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    const home = await makeHome(client);
    const other = await client.call('POST', '/users/user-2/locations', HOME);
    const session = await client.call('GET', `/flex/vehicle-policies/${home.policyId}/session`);
    for (const [id, direction, currency] of [
      ['spot', 'import', 'EUR'],
      ['grid', 'import', 'NOK'],
      ['out', 'export', 'EUR'],
    ]) {
      await client.call('POST', `/flex/tariffs/${id}`, { direction, currency, per: 'kWh' });
    }
    ids = { ...home, otherLocationId: other.body.id, sessionId: session.body.id };
    before = await everything();
  });
  afterAll(() => api.close());

  /** All rows of all tables that a request could write. */
  async function everything(): Promise<string> {
    const tables = [
      'locations',
      'vehicles',
      'policies',
      'tariffs',
      'rates',
      'tariff_writes',
      'inputs',
      'inbox',
      'lanes',
      'sessions',
      'commands',
      'events',
    ];
    const found = [];
    for (const table of tables) {
      found.push([table, await database().query(`select t::text as row from ${table} t order by 1`)]);
    }
    return JSON.stringify(found);
  }

  function filled<Value>(value: Value): Value {
    const text = JSON.stringify(value ?? null).replace(
      /\{(\w+)\}/g,
      (whole, name: string) => ids[name] ?? whole,
    );
    return value === undefined ? value : JSON.parse(text);
  }

  it.each(ROWS)('refuses $does', async ({ call: [method, url, body], status, path, says = '' }) => {
    const headers: Record<string, string> = method === 'PUT' ? { 'idempotency-key': api.deps.newId() } : {};
    const answer = await client.call(method, filled(url), filled(body), headers);
    expect(answer.status).toBe(status);
    expect(answer.body.detail.length).toBeGreaterThan(10);
    if (path !== undefined) {
      expect(answer.body.issues[0].path).toBe(path);
      expect(answer.body.issues[0].message).toContain(says);
    }
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.ts|select |insert /);
  });

  it.each([
    ['half a JSON', '{"batteryReserve": 2', 'application/json', 400],
    ['no JSON', 'batteryReserve=20', 'application/json', 400],
    ['a prototype', '{"__proto__": {"batteryReserve": 20}}', 'application/json', 400],
    ['XML', '<batteryReserve>20</batteryReserve>', 'application/xml', 415],
    ['a form', 'batteryReserve=20', 'application/x-www-form-urlencoded', 415],
    ['more than 1 MiB', `{"batteryReserve": 20${' '.repeat(1024 * 1024)}}`, 'application/json', 413],
  ])('refuses %s', async (_does, payload, type, status) => {
    const answer = await api.raw('PATCH', filled(POLICY), {
      headers: { authorization: `Bearer ${client.token}`, 'content-type': type },
      payload,
    });
    expect(answer.status).toBe(status);
    expect(answer.body.detail.length).toBeGreaterThan(10);
  });

  it('takes 4 MiB of telemetry and no more', async () => {
    const ask = (payload: string) =>
      api.raw('POST', '/telemetry', {
        headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
        payload,
      });
    const fits = `{"observations": []${' '.repeat(4 * 1024 * 1024 - 100)}}`;
    expect(await ask(fits)).toMatchObject({ status: 400, body: { issues: [{ path: 'observations' }] } });
    expect(await ask(`${fits}${' '.repeat(100)}`)).toMatchObject({ status: 413 });
  });

  it('stored nothing of all this', async () => {
    expect(await everything()).toBe(before);
  });
});

function cursor(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function observation(change: object): object {
  return { observations: [{ vehicleId: '{vehicleId}', observedAt: '2025-06-10T17:59:00Z', ...change }] };
}

function rates(...ats: readonly string[]): object {
  return { to: '2025-06-12T00:00:00Z', values: ats.map((at) => ({ at, rate: 0.1 })) };
}
