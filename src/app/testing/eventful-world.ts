import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { buildServer } from '../../http/server.ts';
import { type Random, randomFor } from '../../sim/random.ts';
import { simulator } from '../../sim/simulator.ts';
import { openTestSandbox, settleIn } from '../../sim/testing/sandbox-world.ts';
import type { Database } from '../../store/database.ts';

// Monday, 16:00 in Oslo.
const START_MS = Date.UTC(2026, 0, 5, 15);
const HOME = { latitude: 59.91, longitude: 10.75, timezoneName: 'Europe/Oslo' };

/** What may be asked of a world over HTTP; the answer's body. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers by hand
type Call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) => Promise<any>;

export interface EventfulDays {
  readonly seed: number;
  readonly days: number;
}

/**
 * Lives days in which everything happens that a session may be made from, in a seeded order: cars come and go, at a
 * connection with a limit, at one that gets a limit and loses it, and elsewhere; overrides, edits of policies, locations
 * and formulas, prices that are published twice, refused commands, cars that fall silent; readings that come twice,
 * late and out of order; policies that are made and deleted while the car is plugged in; lanes that rest after a fault;
 * and in the end a vehicle that is deleted. Gives its instant.
 */
export async function liveEventfulDays(database: Database, { seed, days }: EventfulDays) {
  const world = await openTestSandbox(database, START_MS);
  const { sandbox } = world;
  const app = buildServer(world.deps, { simulator, world: { sandbox, demoClient: null } });
  try {
    const { clientId, clientSecret } = await settleIn(world);
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const granted = await app.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    const authorization = `Bearer ${granted.json().access_token}`;
    const call: Call = async (method, url, payload) => {
      const headers = { authorization, 'idempotency-key': world.deps.newId() };
      const answer = await app.inject({
        method,
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      // A refusal is part of the world; a fault is not.
      if (answer.statusCode >= 500) throw new Error(`${method} ${url}: ${answer.body}`);
      return answer.body === '' ? null : answer.json();
    };
    const random = randomFor('eventful', seed);
    const people = await settlePeople(call);
    const endMs = START_MS + days * DAY_MS;
    await publish(call, random, START_MS - 7 * DAY_MS, 9);
    for (let atMs = START_MS; atMs < endMs; atMs += Math.ceil(random() * 50) * MINUTE_MS) {
      await sandbox.advanceTo(atMs);
      for (let turn = 0; turn < 2; turn++) await happening(call, random, people, atMs);
      if (random() < 0.1) await restLane(database, oneOf(people.cars, random).id, atMs + 40 * MINUTE_MS);
    }
    await call('DELETE', `/vehicles/${people.cars[0]?.id}`);
    if (world.complaints.length > 0) throw new Error(world.complaints.join('\n'));
    return { nowMs: sandbox.read().nowMs, clientId };
  } finally {
    await app.close();
    await sandbox.stop();
  }
}

/** As after a step that failed: until then its neighbours step without it. */
async function restLane(database: Database, vehicleId: string, untilMs: number): Promise<void> {
  await database.query('update lanes set fault_count = 1, retry_at = $2 where vehicle_id = $1', [
    vehicleId,
    new Date(untilMs).toISOString(),
  ]);
}

interface Car {
  readonly id: string;
  /** The car is plugged in at a home; null: it leaves. */
  readonly plug: (call: Call, random: Random, atMs: number, locationId: string | null) => Promise<void>;
  readonly homeId: string;
  readonly isSimulated: boolean;
}

interface People {
  readonly cars: readonly Car[];
  readonly homeIds: readonly string[];
}

async function settlePeople(call: Call): Promise<People> {
  const limited = (
    await call('POST', '/users/olga/locations', { ...HOME, name: 'Limited', zone: 'NO1', maxPower: 14 })
  ).id;
  const free = (await call('POST', '/users/finn/locations', { ...HOME, name: 'Free', zone: 'NO1' })).id;
  const cars: Car[] = [];
  for (const [user, homeId, power, canBeHeld, hasPolicy, fault] of [
    ['olga', limited, 11, false, true, null],
    ['olga', limited, 7.4, false, true, null],
    ['olga', limited, 11, true, true, null],
    ['olga', limited, 3.7, false, false, 'starts-at-plug-in'],
    ['finn', free, 11, false, true, null],
    ['finn', free, 7.4, false, true, 'refuses-commands'],
  ] as const) {
    const { id } = await call('POST', `/users/${user}/vehicles`, {
      batteryCapacity: 50,
      power,
      capabilities: { setPower: { isCapable: canBeHeld } },
      connector: {
        type: 'simulated',
        batteryCapacity: 50,
        power,
        batteryLevel: 40,
        readingsEverySeconds: 1200,
        taperFrom: 80,
        faults: fault === null ? [] : [fault],
      },
    });
    if (hasPolicy) await call('POST', '/flex/vehicle-policies', { vehicleId: id, locationId: homeId });
    cars.push({ id, homeId, isSimulated: true, plug: plugSimulated(id) });
  }
  for (const [user, homeId] of [
    ['olga', limited],
    ['finn', free],
  ] as const) {
    const { id } = await call('POST', `/users/${user}/vehicles`, { batteryCapacity: 64 });
    await call('POST', '/flex/vehicle-policies', { vehicleId: id, locationId: homeId });
    cars.push({ id, homeId, isSimulated: false, plug: plugTelling(id) });
  }
  return { cars, homeIds: [limited, free] };
}

function plugSimulated(id: string): Car['plug'] {
  return async (call, random, _atMs, locationId) => {
    const drive = Math.round(random() * 15);
    if (locationId === null) {
      await call('PATCH', `/sandbox/vehicles/${id}`, { isPluggedIn: false });
      await call('PATCH', `/sandbox/vehicles/${id}`, { driveEnergy: drive });
    } else {
      await call('PATCH', `/sandbox/vehicles/${id}`, { isPluggedIn: true, locationId });
    }
  };
}

function plugTelling(vehicleId: string): Car['plug'] {
  return async (call, random, atMs, locationId) => {
    const observation = {
      vehicleId,
      observedAt: new Date(atMs).toISOString(),
      isPluggedIn: locationId !== null,
      powerDeliveryState: locationId === null ? 'UNPLUGGED' : 'PLUGGED_IN:STOPPED',
      batteryLevel: Math.round(random() * 60),
      ...(locationId === null ? {} : { locationId }),
    };
    await call('POST', '/telemetry', { observations: [observation] });
  };
}

async function happening(call: Call, random: Random, { cars, homeIds }: People, atMs: number): Promise<void> {
  const car = oneOf(cars, random);
  const homeId = oneOf(homeIds, random);
  const session = (await call('GET', `/flex/sessions?vehicleId=${car.id}`)).data?.[0];
  const policy = session === undefined ? undefined : session.policyId;
  const target = Math.round(50 + random() * 50);
  switch (Math.floor(random() * 20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return car.plug(call, random, atMs, car.homeId);
    case 4:
    case 5:
      return car.plug(call, random, atMs, null);
    case 6:
    case 7:
    case 8:
    case 9:
      return car.isSimulated ? car.plug(call, random, atMs, car.homeId) : tell(call, random, car.id, atMs);
    case 10:
      return call('PUT', `/flex/sessions/${session?.id}/target`, {
        type: 'IMMEDIATE_START',
        minimumChargeTarget: target,
      });
    case 11: {
      const readyBy = new Date(atMs + (1 + Math.floor(random() * 20)) * HOUR_MS).toISOString();
      return call('PUT', `/flex/sessions/${session?.id}/target`, {
        type: 'REGULAR',
        minimumChargeTarget: target,
        readyBy,
      });
    }
    case 12:
      return call('DELETE', `/flex/sessions/${session?.id}/target`);
    case 13:
      return call('PATCH', `/flex/vehicle-policies/${policy}`, {
        batteryReserve: Math.round(random() * 40),
        schedule: { tuesday: { deadline: '08:30', minimumChargeTarget: target } },
        startCost: random() < 0.5 ? 0.1 : 0,
      });
    case 14:
      return policy === undefined || random() < 0.5
        ? call('POST', '/flex/vehicle-policies', { vehicleId: car.id, locationId: car.homeId })
        : call('DELETE', `/flex/vehicle-policies/${policy}`);
    case 15: {
      const maxPower = random() < 0.3 ? null : 6 + Math.round(random() * 12);
      return call('PUT', `/locations/${homeId}`, {
        ...HOME,
        name: `Home ${maxPower}`,
        zone: 'NO1',
        maxPower,
      });
    }
    case 16:
      return publish(call, random, Math.floor(atMs / HOUR_MS) * HOUR_MS, 2);
    case 17:
      return call('PUT', `/flex/locations/${homeId}/tariff-formulas`, {
        direction: 'import',
        formula: `spot * ${1 + Math.round(random() * 4) / 4} + 0.03`,
        variables: { spot: 'zone:NO1' },
      });
    case 18:
      return call('PATCH', `/sandbox/vehicles/${car.id}`, {
        refusesCommands: random() < 0.5,
        isReachable: random() < 0.7,
        startsAtPlugIn: random() < 0.3,
      });
    default:
      return refuseOrConfirm(call, random, car.id);
  }
}

/** A reading of now, an earlier one that comes late, and perhaps all of it twice. */
async function tell(call: Call, random: Random, vehicleId: string, atMs: number): Promise<void> {
  const isCharging = random() < 0.5;
  const observations = [0, -37].map((minutes) => ({
    vehicleId,
    observedAt: new Date(atMs + minutes * MINUTE_MS).toISOString(),
    isPluggedIn: true,
    powerDeliveryState: isCharging ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED',
    chargeRate: isCharging ? 6.9 : 0,
    batteryLevel: Math.round(30 + random() * 50),
  }));
  await call('POST', '/telemetry', { observations });
  if (random() < 0.5) await call('POST', '/telemetry', { observations });
}

async function refuseOrConfirm(call: Call, random: Random, vehicleId: string): Promise<void> {
  const { data } = await call('GET', `/vehicles/${vehicleId}/commands`);
  const [command] = data ?? [];
  if (command === undefined) return;
  const isFailed = random() < 0.5;
  await call(
    'POST',
    `/commands/${command.id}/result`,
    isFailed ? { state: 'FAILED', reason: 'no' } : { state: 'CONFIRMED' },
  );
}

async function publish(call: Call, random: Random, fromMs: number, days: number): Promise<void> {
  await call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
  const values = Array.from({ length: days * 24 }, (_none, hour) => ({
    at: new Date(fromMs + hour * HOUR_MS).toISOString(),
    rate: Math.round((random() * 0.6 - 0.05) * 1e4) / 1e4,
  }));
  const to = new Date(fromMs + days * DAY_MS).toISOString();
  await call('PUT', '/flex/tariffs/zone:NO1/timeseries', { to, values });
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('expected something to choose from');
  return item;
}
