import { createClient } from '../app/create-client.ts';
import { createLocation } from '../app/create-location.ts';
import { createPolicy } from '../app/create-policy.ts';
import { createVehicle } from '../app/create-vehicle.ts';
import type { Deps } from '../app/deps.ts';
import { recordTelemetry } from '../app/record-telemetry.ts';
import type { Result } from '../app/result.ts';
import { runDueLanes } from '../app/run-lanes.ts';
import { DAY_MS } from '../domain/units.ts';

/** Homes made at once: as many as there are connections to make them on. */
const AT_ONCE = 8;
const READINGS_AT_ONCE = 500;
const LANES_AT_ONCE = 100;

/** Homes of one zone, each with a car that was just plugged in, its session open and planned. */
export async function openSessions(
  deps: Deps,
  zone: string,
  count: number,
  random: () => number,
): Promise<void> {
  const { clientId } = await createClient(deps, 'bench');
  const vehicleIds: string[] = [];
  let next = 0;
  const makeSome = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      vehicleIds.push(await makeHome(deps, clientId, zone, index, random));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, makeSome));
  for (let from = 0; from < count; from += READINGS_AT_ONCE) {
    const observations = vehicleIds.slice(from, from + READINGS_AT_ONCE).map((vehicleId) => ({
      vehicleId,
      observedAt: new Date(deps.clock.nowMs()).toISOString(),
      isPluggedIn: true,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
      batteryLevel: 15 + Math.floor(50 * random()),
      isReachable: true,
    }));
    const [outcome] = await recordTelemetry(deps, [{ clientId, observations }], DAY_MS);
    if (outcome?.accepted !== observations.length) {
      throw new Error(`expected every reading to be taken, got ${JSON.stringify(outcome)}`);
    }
  }
  while ((await runDueLanes(deps, LANES_AT_ONCE)) > 0);
}

async function makeHome(
  deps: Deps,
  clientId: string,
  zone: string,
  index: number,
  random: () => number,
): Promise<string> {
  const userId = `user-${index}`;
  const location = taken(
    await createLocation(deps, clientId, userId, {
      name: 'Home',
      latitude: 55 + random(),
      longitude: 10 + random(),
      timezoneName: 'Europe/Copenhagen',
      zone,
    }),
  );
  const vehicle = taken(
    await createVehicle(deps, null, clientId, userId, {
      information: { displayName: `car ${index}` },
      batteryCapacity: 40 + Math.floor(40 * random()),
      power: [3.6, 7.4, 11][index % 3] ?? 7.4,
    }),
  );
  const { id: vehicleId } = vehicle.vehicle;
  taken(await createPolicy(deps, clientId, { vehicleId, locationId: location.id }));
  return vehicleId;
}

function taken<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`expected it to be made: ${result.no.detail}`);
  return result.value;
}
