import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../app/create-client.ts';
import { simulator } from '../sim/simulator.ts';
import { openTestSandbox, type TestSandbox } from '../sim/testing/sandbox-world.ts';
import { readEvents } from '../store/events.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { buildServer } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are read by hand
type Body = any;

const HERE = { latitude: 59.9139, longitude: 10.7522 };
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', chargeRate: 0 };
const CHARGING = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', chargeRate: 7.4 };

/** The same evening as in evening.test.ts: here everything that integrators are told of it, and nothing else. */
describeOnDatabases('the events of the scripted evening', (database) => {
  let world: TestSandbox;
  let app: FastifyInstance;
  let token: string;
  let clientId: string;
  let vehicleId: string;
  let policyId: string;
  /** Events up to here were looked at. */
  let position = 0;
  const lastBodies = new Map<string, Body>();
  /** Sessions by the order in which they were first told of. */
  const names: string[] = [];

  beforeAll(async () => {
    world = await openTestSandbox(database(), Date.parse('2025-06-10T12:00:00Z'));
    // The times of events at the end of a quarter hour are spread by the vehicle's id.
    let idCount = 0;
    const newId = (): string => {
      idCount += 1;
      return `00000000-0000-7000-8000-${String(idCount).padStart(12, '0')}`;
    };
    app = buildServer(
      { ...world.deps, newId },
      { simulator, world: { sandbox: world.sandbox, demoClient: null } },
    );
    const created = await createClient(world.deps, 'evening');
    clientId = created.clientId;
    const answer = await app.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${created.clientSecret}`).toString('base64')}`,
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

  async function call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': world.deps.newId() };
    const answer = await app.inject({ method, url, payload, headers });
    expect({ url, body: answer.body, isDone: answer.statusCode < 300 }).toMatchObject({ isDone: true });
    return answer.body === '' ? null : (answer.json() as Body);
  }

  async function putPrices(tomorrowFactor: number): Promise<void> {
    const values = Array.from({ length: 72 }, (_none, hour) => ({
      at: new Date(Date.parse('2025-06-10T00:00:00Z') + hour * 3_600_000).toISOString(),
      rate: (hour % 24 >= 2 && hour % 24 < 6 ? 0.05 : 0.25) * (hour < 48 ? 1 : tomorrowFactor),
    }));
    await call('PUT', '/flex/tariffs/zone:NO1/timeseries', { to: '2025-06-13T00:00:00Z', values });
  }

  const moveTo = (now: string) => call('PUT', '/sandbox/clock', { now });

  async function report(now: string, observation: object): Promise<void> {
    await moveTo(now);
    await call('POST', '/telemetry', { observations: [{ vehicleId, observedAt: now, ...observation }] });
    await moveTo(now);
  }

  /** What was told since the last call, a line an event. */
  async function told(): Promise<string[]> {
    await moveTo((await call('GET', '/sandbox/clock')).now);
    const events = await readEvents(database(), {
      clientId,
      afterPosition: position,
      kinds: null,
      limitCount: 100,
      limitBytes: 10_000_000,
    });
    position = events.at(-1)?.position ?? position;
    return events.map(({ kind, sequence, body }) => line(kind, sequence, JSON.parse(body)));
  }

  /** When, which session, its state and sequence, then the parts of the session that differ from the last event. */
  function line(kind: string, sequence: number | null, body: Body): string {
    const at = body.createdAt.slice(5, 19).replace('T', ' ');
    if (kind === 'flex:command:requested') return `${at} ${kind} ${body.command.kind} ${body.command.cause}`;
    const id = body.session?.id ?? body.sessionId;
    if (!names.includes(id)) names.push(id);
    const name = `#${names.indexOf(id) + 1}`;
    if (kind !== 'flex:session:updated') return `${at} ${kind} ${name}`;
    const { session } = body;
    const before = lastBodies.get(id);
    lastBodies.set(id, session);
    expect(body.sequence).toBe(sequence);
    const parts =
      before === undefined
        ? ['new']
        : Object.keys(session)
            .filter((key) => JSON.stringify(session[key]) !== JSON.stringify(before[key]))
            .map((key) => shown(key, session[key]));
    return `${at} ${name}/${sequence} ${session.state}: ${parts.join(' ')}`;
  }

  /** What is worth a word beside that it changed. */
  function shown(key: string, now: Body): string {
    if (key === 'error') return `error=${now.latest?.code ?? 'none'}`;
    if (key === 'outcome') return `outcome=${now.latest?.state ?? 'none'}`;
    if (key === 'blocks') return `blocks=${now.length}`;
    return key;
  }

  it('are these, and no others', async () => {
    const location = await call('POST', '/users/anna/locations', {
      name: 'Home',
      ...HERE,
      timezoneName: 'UTC',
      zone: 'NO1',
    });
    await call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    await putPrices(1);
    vehicleId = (await call('POST', '/users/anna/vehicles', { batteryCapacity: 60, power: 7.4 })).id;
    const policy = { vehicleId, locationId: location.id, batteryReserve: 40 };
    policyId = (await call('POST', '/flex/vehicle-policies', policy)).id;
    expect(await told()).toEqual(['06-10 12:00:00 #1/1 UPCOMING: new']);

    // Plugged in below the reserve: it charges at once, and the rest is planned for the cheap hours.
    await report('2025-06-10T22:15:00Z', { ...IDLE, ...HERE, batteryLevel: 35, energyMeter: 1000 });
    expect
      .soft(await told())
      .toEqual([
        '06-10 22:15:00 flex:command:requested START RESERVE',
        '06-10 22:15:00 #1/2 ACTIVE:BATTERY_RESERVE: state pluggedInAt blocks=2 statistics outcome=ON_TRACK valuation',
      ]);
    const began = { ...CHARGING, batteryLevel: 35, energyMeter: 1000 };
    await report('2025-06-10T22:15:30Z', began);
    expect(await told()).toEqual([]);

    // The same reading once more.
    const again = await call('POST', '/telemetry', {
      observations: [{ vehicleId, observedAt: '2025-06-10T22:15:30Z', ...began }],
    });
    expect(again).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await told()).toEqual([]);

    // What moves with every reading is told once, at the end of the quarter hour; that the reserve is full, at once.
    await report('2025-06-10T22:30:00Z', { ...CHARGING, batteryLevel: 38, energyMeter: 1001.788 });
    expect(await told()).toEqual([]);
    await report('2025-06-10T22:42:00Z', { ...CHARGING, batteryLevel: 40, energyMeter: 1003.268 });
    expect
      .soft(await told())
      .toEqual([
        '06-10 22:30:49 #1/3 ACTIVE:BATTERY_RESERVE: blocks=2 statistics valuation',
        '06-10 22:42:00 #1/4 ACTIVE:REGULAR: state blocks=3 statistics valuation',
      ]);
    await report('2025-06-10T22:43:00Z', { ...IDLE, batteryLevel: 40, energyMeter: 1003.33 });
    expect
      .soft(await told())
      .toEqual([
        '06-10 22:42:31 flex:command:requested STOP PLAN',
        '06-10 22:42:31 #1/5 ACTIVE:REGULAR: blocks=2',
        '06-10 22:43:00 #1/6 ACTIVE:REGULAR: blocks=3 statistics outcome=ON_TRACK valuation',
      ]);

    // Planned anew, with the same prices, and with others on a day that the plan does not reach.
    await moveTo('2025-06-10T23:50:00Z');
    expect(await told()).toEqual([]);
    await putPrices(1);
    await moveTo('2025-06-10T23:51:00Z');
    expect(await told()).toEqual([]);
    await putPrices(1.1);
    await moveTo('2025-06-10T23:52:00Z');
    expect(await told()).toEqual([]);

    // In the cheap hours, after hours without a reading.
    await report('2025-06-11T02:24:00Z', { ...CHARGING, batteryLevel: 40, energyMeter: 1003.33 });
    expect(await told()).toEqual([
      '06-11 01:43:00 #1/7 ACTIVE:REGULAR: statistics error=TELEMETRY_STALE',
      '06-11 02:23:47 flex:command:requested START PLAN',
      '06-11 02:24:00 #1/8 ACTIVE:REGULAR: blocks=3 statistics error=none',
    ]);
    await report('2025-06-11T02:50:00Z', { ...CHARGING, batteryLevel: 45, energyMeter: 1006.537 });
    expect(await told()).toEqual([
      '06-11 02:39:00 #1/9 ACTIVE:REGULAR: blocks=3 statistics error=TELEMETRY_STALE',
      '06-11 02:50:00 #1/10 ACTIVE:REGULAR: blocks=3 statistics error=none valuation',
    ]);

    const { id } = await call('GET', `/flex/vehicle-policies/${policyId}/session`);
    const override = { type: 'IMMEDIATE_START', minimumChargeTarget: 90 };
    await call('PUT', `/flex/sessions/${id}/target`, override);
    expect
      .soft(await told())
      .toEqual(['06-11 02:50:00 #1/11 ACTIVE:IMMEDIATE_START: state blocks=4 target outcome=ON_TRACK']);
    await report('2025-06-11T03:20:00Z', { ...CHARGING, batteryLevel: 51, energyMeter: 1010.237 });
    expect(await told()).toEqual([
      '06-11 03:05:00 #1/12 ACTIVE:IMMEDIATE_START: blocks=4 statistics error=TELEMETRY_STALE',
      '06-11 03:20:00 #1/13 ACTIVE:IMMEDIATE_START: blocks=4 statistics error=none valuation',
    ]);

    // Out at 53 of 90 %: missed. It may come back for five minutes; then it is settled, and the next one is there.
    const out = { isPluggedIn: false, batteryLevel: 53, energyMeter: 1011.437 };
    await report('2025-06-11T03:30:00Z', out);
    expect
      .soft(await told())
      .toEqual(['06-11 03:30:00 #1/14 ACTIVE:REGULAR: state blocks=4 statistics outcome=ON_TRACK valuation']);
    await report('2025-06-11T03:32:00Z', out);
    expect(await told()).toEqual([]);
    await moveTo('2025-06-11T03:35:00Z');
    expect
      .soft(await told())
      .toEqual([
        '06-11 03:35:00 #1/15 SETTLED: state pluggedOutAt outcome=MISSED',
        '06-11 03:35:00 #2/1 UPCOMING: new',
      ]);

    // A late reading of the settled session.
    const late = await call('POST', '/telemetry', {
      observations: [
        { vehicleId, observedAt: '2025-06-11T03:10:00Z', ...CHARGING, batteryLevel: 49, energyMeter: 1009 },
      ],
    });
    expect(late).toMatchObject({ accepted: 1, rejected: [] });
    await moveTo('2025-06-11T06:59:00Z');
    expect(await told()).toEqual([]);

    // The next deadline, then a charge elsewhere, which nobody managed: one event, when it is over.
    await moveTo('2025-06-11T07:00:00Z');
    expect(await told()).toEqual(['06-11 07:00:00 #2/2 UPCOMING: target']);
    const away = { latitude: 60.39, longitude: 5.32 };
    await report('2025-06-11T10:00:00Z', { ...CHARGING, ...away, batteryLevel: 40, energyMeter: 1011.437 });
    await report('2025-06-11T11:00:00Z', { ...CHARGING, ...away, batteryLevel: 51, energyMeter: 1018.837 });
    await report('2025-06-11T11:05:00Z', { isPluggedIn: false, ...away, energyMeter: 1019.437 });
    await moveTo('2025-06-11T13:00:00Z');
    expect(await told()).toEqual(['06-11 11:10:00 #3/1 SETTLED: new']);

    await call('DELETE', `/flex/vehicle-policies/${policyId}`);
    expect(await told()).toEqual(['06-11 13:00:00 flex:session:deleted #2']);
  });
});
