import { expectOk, type TestWorld } from './world.ts';

export interface TestHome {
  readonly locationId: string;
  readonly vehicleId: string;
  readonly policyId: string;
}

/** A location in Oslo, a simulated car of 60 kWh and 11 kW there, and a policy for the two. */
export async function makeHome({ api }: TestWorld, userId: string, displayName: string): Promise<TestHome> {
  const path = { userId };
  const location = expectOk(
    await api.call('POST /users/{userId}/locations', {
      path,
      body: {
        name: `${userId}'s house`,
        latitude: 59.91,
        longitude: 10.75,
        timezoneName: 'Europe/Oslo',
        zone: 'NO1',
      },
    }),
  );
  const vehicle = expectOk(
    await api.call('POST /users/{userId}/vehicles', {
      path,
      body: {
        information: { brand: 'Volvo', model: 'EX30', displayName },
        connector: { type: 'simulated', batteryCapacity: 60, power: 11, batteryLevel: 50 },
      },
    }),
  );
  const body = { vehicleId: vehicle.id, locationId: location.id };
  const policy = expectOk(await api.call('POST /flex/vehicle-policies', { body }));
  return { locationId: location.id, vehicleId: vehicle.id, policyId: policy.id };
}

/** Hourly prices of the zone NO1 from `from` on; the last holds for a day. */
export async function pushPrices({ api }: TestWorld, from: string, rates: readonly number[]): Promise<void> {
  const tariffId = 'zone:NO1';
  const HOUR_MS = 3_600_000;
  const fromMs = Date.parse(from);
  const instant = (index: number): string => new Date(fromMs + index * HOUR_MS).toISOString();
  await api.call('POST /flex/tariffs/{tariffId}', {
    path: { tariffId },
    body: { direction: 'import', currency: 'EUR', per: 'kWh' },
  });
  expectOk(
    await api.call('PUT /flex/tariffs/{tariffId}/timeseries', {
      path: { tariffId },
      header: { 'Idempotency-Key': `prices-${from}` },
      body: {
        to: instant(rates.length + 24),
        values: rates.map((rate, index) => ({ at: instant(index), rate })),
      },
    }),
  );
}

/** Plugs the car in at its home, or out. */
export async function plug(
  { api }: TestWorld,
  { vehicleId, locationId }: TestHome,
  isPluggedIn: boolean,
  more: object = {},
): Promise<void> {
  const body = { isPluggedIn, ...(isPluggedIn ? { locationId } : {}), ...more };
  expectOk(await api.call('PATCH /sandbox/vehicles/{vehicleId}', { path: { vehicleId }, body }));
}

/** Moves the sandbox's clock; everything due until then has been done. */
export async function moveClock({ api }: TestWorld, now: string): Promise<void> {
  expectOk(await api.call('PUT /sandbox/clock', { body: { now } }));
}
