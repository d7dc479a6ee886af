import { HOUR_MS } from '../../domain/units.ts';
import { between, randomFor } from '../random.ts';
import type { Api } from './api.ts';
import { createMeteredCar, type MeteredCar } from './metered-car.ts';

export interface WorldOptions {
  readonly api: Api;
  readonly seed: number;
  readonly vehicleCount: number;
  readonly startMs: number;
  readonly pricesUntilMs: number;
}

const ZONE = 'NO1';
/** Every so many-th car has no policy. */
const UNMANAGED_EVERY = 5;

/** Prices, and homes with a car each, made through the API. */
export async function makeWorld(options: WorldOptions): Promise<MeteredCar[]> {
  const { api, seed, vehicleCount, startMs } = options;
  await writePrices(options);
  const cars: MeteredCar[] = [];
  for (let index = 0; index < vehicleCount; index++) {
    const user = `/users/crash-${index}`;
    const locationId = await idOf(api, `${user}/locations`, {
      name: `Home ${index}`,
      latitude: 59.9 + index / 100,
      longitude: 10.7,
      timezoneName: 'Europe/Oslo',
      zone: ZONE,
    });
    const vehicleId = await idOf(api, `${user}/vehicles`, { batteryCapacity: 75 });
    const policyId =
      index % UNMANAGED_EVERY === UNMANAGED_EVERY - 1
        ? null
        : await idOf(api, '/flex/vehicle-policies', { vehicleId, locationId });
    const random = randomFor(seed, 'car', index);
    cars.push(createMeteredCar({ vehicleId, locationId, policyId, startMs, random }));
  }
  return cars;
}

async function writePrices({ api, seed, startMs, pricesUntilMs }: WorldOptions): Promise<void> {
  const path = `/flex/tariffs/${encodeURIComponent(`zone:${ZONE}`)}`;
  await api.must('POST', path, { direction: 'import', currency: 'NOK', per: 'kWh' });
  const random = randomFor(seed, 'prices');
  const firstMs = Math.floor(startMs / HOUR_MS) * HOUR_MS;
  const at = (hour: number) => new Date(firstMs + hour * HOUR_MS).toISOString();
  const hours = Math.ceil((pricesUntilMs - firstMs) / HOUR_MS);
  const values = Array.from({ length: hours }, (_none, hour) => ({
    at: at(hour),
    rate: Number(between(random, -0.1, 2).toFixed(4)),
  }));
  await api.must('PUT', `${path}/timeseries`, { to: at(hours), values });
}

async function idOf(api: Api, path: string, body: object): Promise<string> {
  return String(Reflect.get(Object(await api.must('POST', path, body)), 'id'));
}
