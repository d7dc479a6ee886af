import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOME, makeTestApi, START_MS, type TestApi, type TestClient } from '../http/testing.ts';
import { describeOnDatabases, type TestStore } from '../store/testing/databases.ts';
import { runDueLanes } from './run-lanes.ts';

const MINUTE = 60_000;
const ATTEMPTS_MAX = 10;

/** Lanes at one limited location are claimed together, or not at all, and nobody waits in a circle. */
describeOnDatabases('lanes at a limited location', (database) => {
  let api: TestApi;
  let client: TestClient;
  let nowMs = START_MS;
  let users = 0;

  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    await pushPrices();
  });

  afterEach(async () => {
    // Nobody is left to disturb the next test.
    nowMs += 12 * 60 * MINUTE;
    api.moveTo(nowMs);
    await runAll();
  });

  afterAll(() => api.close());

  it('steps all of them when one has news, and logs who was there', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    const [one, other] = cars;
    await plugIn(one, locationId, 30);
    await plugIn(other, locationId, 40);
    const before = await stepNumbers(cars);
    nowMs += MINUTE;
    api.moveTo(nowMs);
    await tell(one, { batteryLevel: 31, isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED' });
    expect(await runAll()).toBeGreaterThan(0);
    const [log] = await logOf(one);
    expect(log?.site).toEqual({
      locationId,
      limitKw: 11,
      lanes: cars
        .map((vehicleId, index) => ({ vehicleId, stepNumber: before[index], isMoved: true }))
        .sort((a, b) => (a.vehicleId < b.vehicleId ? -1 : 1)),
    });
    const written = await database().query<{ isWhole: boolean }>(
      `select site ? 'lanes' as "isWhole" from steps where vehicle_id = any($1) and at = $2 order by vehicle_id`,
      [cars, new Date(nowMs).toISOString()],
    );
    expect(written.filter(({ isWhole }) => isWhole)).toHaveLength(1);
  });

  it('keeps every lane as it was when a car comes to the others, and not at every step', async () => {
    const { cars, locationId } = await makeHomeOf(3, 11);
    const [one, other, alone] = cars;
    await plugIn(one, locationId, 30);
    expect(await joinsOf(locationId)).toEqual([]);
    await plugIn(other, locationId, 40);
    expect(await joinsOf(locationId)).toEqual([[one, other].sort()]);
    nowMs += MINUTE;
    api.moveTo(nowMs);
    await tell(one, { batteryLevel: 31, isPluggedIn: true });
    await runAll();
    expect(await joinsOf(locationId)).toHaveLength(1);
    await plugIn(alone, locationId, 50);
    expect(await joinsOf(locationId)).toEqual([[one, other].sort(), [...cars].sort()]);
  });

  it('lets lanes of other places go on while somebody holds the location, and steps its own afterwards', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    const elsewhere = await makeHomeOf(1, null);
    await plugIn(cars[0], locationId, 30);
    const free = await holding(`select 1 from locations where id = '${locationId}' for no key update`);
    const [before] = await stepNumbers(cars);
    await tell(cars[0], { batteryLevel: 33, isPluggedIn: true });
    await tell(elsewhere.cars[0], { batteryLevel: 50, isPluggedIn: true, locationId: elsewhere.locationId });
    expect(await runAll()).toBe(1);
    expect((await stepNumbers(cars))[0]).toBe(before);
    await free();
    expect(await runAll()).toBe(1);
    expect((await stepNumbers(cars))[0]).toBe((before ?? 0) + 1);
  });

  it('takes none of them while one is held: half a group would plan with half the truth', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    await plugIn(cars[0], locationId, 30);
    await plugIn(cars[1], locationId, 30);
    const free = await holding(`select 1 from lanes where vehicle_id = '${cars[1]}' for update`);
    const before = await stepNumbers(cars);
    await tell(cars[0], { batteryLevel: 35, isPluggedIn: true });
    expect(await runAll()).toBe(0);
    expect(await stepNumbers(cars)).toEqual(before);
    await free();
    await runAll();
    expect((await stepNumbers(cars))[0]).toBe((before[0] ?? 0) + 1);
  });

  it('does not let a car join a location that somebody else steps; it joins when that is over', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    await plugIn(cars[0], locationId, 20, { type: 'IMMEDIATE_START', minimumChargeTarget: 90 });
    const free = await holding(`select 1 from locations where id = '${locationId}' for no key update`);
    const before = await stepNumbers(cars);
    await tell(cars[1], { batteryLevel: 40, isPluggedIn: true, locationId });
    expect(await runAll()).toBe(0);
    expect(await stepNumbers(cars)).toEqual(before);
    await free();
    await runAll();
    const [log] = await logOf(cars[1]);
    expect(log?.site?.lanes).toHaveLength(2);
    const session = await sessionOf(cars[1]);
    expect(session.state).toBe('ACTIVE:REGULAR');
  });

  it('takes a neighbour that waits after a fault as it stands, and goes on', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    await plugIn(cars[0], locationId, 30);
    await plugIn(cars[1], locationId, 30);
    await database().query(
      `update lanes set fault_count = 1, fault = 'a test', retry_at = $2 where vehicle_id = $1`,
      [cars[1], new Date(nowMs + 60 * MINUTE).toISOString()],
    );
    const before = await stepNumbers(cars);
    await tell(cars[0], { batteryLevel: 36, isPluggedIn: true });
    await runAll();
    expect(await stepNumbers(cars)).toEqual([(before[0] ?? 0) + 1, before[1]]);
    const [log] = await logOf(cars[0]);
    expect(log?.site?.lanes.find(({ vehicleId }) => vehicleId === cars[1])?.isMoved).toBe(false);
  });

  it('answers a person with 503 after two seconds while a worker holds the location, and not before', async () => {
    const { cars, locationId } = await makeHomeOf(2, 11);
    await plugIn(cars[0], locationId, 30);
    const { id } = await sessionOf(cars[0]);
    const free = await holding(`select 1 from locations where id = '${locationId}' for no key update`);
    const target = { type: 'IMMEDIATE_START', minimumChargeTarget: 80 };
    const busy = await client.call('PUT', `/flex/sessions/${id}/target`, target);
    expect(busy.status).toBe(503);
    await free();
    const done = await client.call('PUT', `/flex/sessions/${id}/target`, target);
    expect(done.body.state).toBe('ACTIVE:IMMEDIATE_START');
  });

  it('a limit that is set, changed and taken away counts for every car there at once', async () => {
    const { cars, locationId, put } = await makeHomeOf(2, null);
    const now = { type: 'IMMEDIATE_START', minimumChargeTarget: 90 };
    await plugIn(cars[0], locationId, 20, now);
    await plugIn(cars[1], locationId, 30, now);
    expect(await startsOf(cars)).toEqual([1, 1]);
    await tell(cars[0], { powerDeliveryState: 'PLUGGED_IN:CHARGING', chargeRate: 7 });
    await tell(cars[1], { powerDeliveryState: 'PLUGGED_IN:CHARGING', chargeRate: 7 });
    await runAll();
    await put(11);
    expect(await wantedOf(cars)).toEqual(['on', 'off']);
    await put(14);
    expect(await wantedOf(cars)).toEqual(['on', 'on']);
    await put(5);
    expect(await wantedOf(cars)).toEqual(['off', 'off']);
    await put(null);
    expect(await wantedOf(cars)).toEqual(['on', 'on']);
  });

  it('never waits in a circle: workers, plug-ins and people at the same lanes at once', async () => {
    const homes = [await makeHomeOf(2, 11), await makeHomeOf(3, 16)];
    for (let round = 0; round < 12; round++) {
      nowMs += 7 * MINUTE;
      api.moveTo(nowMs);
      const isIn = round % 3 !== 2;
      const work: Promise<unknown>[] = [];
      for (const { cars, locationId, put } of homes) {
        for (const [index, car] of cars.entries()) {
          const level = 20 + round + index;
          work.push(tell(car, { isPluggedIn: isIn, batteryLevel: level, ...(isIn ? { locationId } : {}) }));
        }
        work.push(overrideOf(cars[round % cars.length]), put(10 + (round % 5)));
      }
      work.push(runAll(), runAll());
      const answers = await Promise.all(work);
      for (const answer of answers) {
        if (typeof answer === 'object') expect(answer).toMatchObject({ isFine: true });
      }
      await runAll();
    }
    const [faults] = await database().query<{ n: number }>(
      'select count(*) as n from lanes where fault is not null',
    );
    expect(faults?.n).toBe(0);
    const [circles] = await database().query<{ n: number }>(
      'select deadlocks as n from pg_stat_database where datname = current_database()',
    );
    expect(circles?.n).toBe(0);
  });

  /** Asks again while a lane is busy, as a client does: on a slow machine a person waits for more than the two seconds. */
  async function insisting<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
      const answer = await ask();
      if (answer.status !== 503) return answer;
    }
    return ask();
  }

  async function pushPrices(): Promise<void> {
    await client.call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    const values = Array.from({ length: 96 * 3 }, (_, hour) => ({
      at: new Date(START_MS - 24 * 60 * MINUTE + hour * 60 * MINUTE).toISOString(),
      rate: hour % 24 < 5 ? 0.05 : 0.3,
    }));
    const to = new Date(START_MS + 260 * 60 * MINUTE).toISOString();
    await client.call('PUT', '/flex/tariffs/zone:NO1/timeseries', { to, values }, { 'idempotency-key': 'p' });
  }

  async function makeHomeOf(count: number, maxPower: number | null) {
    const user = `user-${++users}`;
    const body = { ...HOME, maxPower };
    const { body: home } = await client.call('POST', `/users/${user}/locations`, body);
    const cars: string[] = [];
    for (let index = 0; index < count; index++) {
      const vehicle = await client.call('POST', `/users/${user}/vehicles`, { batteryCapacity: 60, power: 7 });
      cars.push(vehicle.body.id);
      await client.call('POST', '/flex/vehicle-policies', {
        vehicleId: vehicle.body.id,
        locationId: home.id,
      });
    }
    const put = async (limit: number | null) => {
      const answer = await insisting(() =>
        client.call('PUT', `/locations/${home.id}`, { ...HOME, maxPower: limit }),
      );
      return { isFine: answer.status === 200, answer };
    };
    return { cars, locationId: home.id as string, put };
  }

  async function tell(vehicleId: string | undefined, reading: object) {
    const observedAt = new Date(nowMs).toISOString();
    const answer = await client.call('POST', '/telemetry', {
      observations: [{ vehicleId, observedAt, ...reading }],
    });
    return { isFine: answer.status === 202 && answer.body.rejected.length === 0, answer };
  }

  async function plugIn(vehicleId: string | undefined, locationId: string, level: number, target?: object) {
    nowMs += MINUTE;
    api.moveTo(nowMs);
    await tell(vehicleId, {
      isPluggedIn: true,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
      batteryLevel: level,
      locationId,
    });
    await runAll();
    if (target !== undefined) {
      const { id } = await sessionOf(vehicleId);
      await client.call('PUT', `/flex/sessions/${id}/target`, target);
    }
  }

  async function overrideOf(vehicleId: string | undefined) {
    const session = await sessionOf(vehicleId);
    const target = { type: 'IMMEDIATE_START', minimumChargeTarget: 70 };
    const { status } = await insisting(() =>
      client.call('PUT', `/flex/sessions/${session.id}/target`, target),
    );
    // It may have been settled in between.
    return { isFine: status === 200 || status === 409, status };
  }

  async function sessionOf(vehicleId: string | undefined) {
    const { body } = await client.call('GET', `/flex/sessions?vehicleId=${vehicleId}`);
    return body.data[0];
  }

  async function runAll(): Promise<number> {
    let stepped = 0;
    for (let turn = 0; turn < 50; turn++) {
      const count = await runDueLanes(api.deps, 100);
      if (count === 0) break;
      stepped += count;
    }
    return stepped;
  }

  async function stepNumbers(cars: readonly string[]): Promise<number[]> {
    const rows = await database().query<{ vehicle_id: string; step_number: number }>(
      'select vehicle_id, step_number from lanes where vehicle_id = any($1)',
      [cars],
    );
    return cars.map((car) => rows.find((row) => row.vehicle_id === car)?.step_number ?? -1);
  }

  async function startsOf(cars: readonly string[]): Promise<number[]> {
    const rows = await database().query<{ vehicle_id: string; n: number }>(
      `select vehicle_id, count(*) as n from commands where kind = 'START' and vehicle_id = any($1) group by 1`,
      [cars],
    );
    return cars.map((car) => rows.find((row) => row.vehicle_id === car)?.n ?? 0);
  }

  async function wantedOf(cars: readonly string[]): Promise<(string | undefined)[]> {
    const rows = await database().query<{ vehicle_id: string; wanted: string }>(
      `select vehicle_id, state->'control'->>'wanted' as wanted from lanes where vehicle_id = any($1)`,
      [cars],
    );
    return cars.map((car) => rows.find((row) => row.vehicle_id === car)?.wanted);
  }

  interface StepLog {
    readonly site: {
      readonly locationId: string;
      readonly limitKw: number | null;
      readonly lanes: readonly { vehicleId: string; stepNumber: number; isMoved: boolean }[];
    } | null;
  }

  /** The lanes that were kept, for each time that a car came. */
  async function joinsOf(locationId: string): Promise<string[][]> {
    const rows = await database().query<{ ids: string[] }>(
      `select array_agg(j.vehicle_id::text order by j.vehicle_id) as ids
       from site_joins j join lane_states n using (client_id, vehicle_id, step_number)
       where j.location_id = $1 group by j.at order by j.at`,
      [locationId],
    );
    return rows.map(({ ids }) => ids);
  }

  async function logOf(vehicleId: string | undefined): Promise<StepLog[]> {
    // One of the lanes has the log of all; the others name its step.
    return database().query<StepLog>(
      `select coalesce(logged.site, own.site) as site
       from (select * from steps where vehicle_id = $1 order by step_number desc limit 1) own
       left join steps logged on logged.vehicle_id = (own.site #>> '{loggedBy,vehicleId}')::uuid
         and logged.step_number = (own.site #>> '{loggedBy,stepNumber}')::bigint`,
      [vehicleId],
    );
  }

  /** A transaction of somebody else that holds what a statement locks, until it is let go. */
  async function holding(statement: string): Promise<() => Promise<void>> {
    const store: TestStore = database();
    let letGo = (): void => {};
    const wait = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isHeld = (): void => {};
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const done = store.transaction(async (tx) => {
      await tx.query(statement);
      isHeld();
      await wait;
    });
    await held;
    return async () => {
      letGo();
      await done;
    };
  }
});
