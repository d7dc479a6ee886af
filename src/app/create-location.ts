import type { Location } from '../domain/location.ts';
import { insertLocation } from '../store/locations.ts';
import { lockUser } from '../store/users.ts';
import { readUserVehicleIds } from '../store/vehicles.ts';
import { fromWireLocation, type LocationIn } from '../wire/location.ts';
import { spreadInput } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, type Result, yes } from './result.ts';

/** A new location of a user; every lane of the user's vehicles learns of it. */
export async function createLocation(
  deps: Deps,
  clientId: string,
  userId: string,
  body: LocationIn,
): Promise<Result<Location>> {
  const nowMs = deps.clock.nowMs();
  const location: Location = { id: deps.newId(), userId, version: 1, ...fromWireLocation(body) };
  return decide(deps.database, async (tx) => {
    await lockUser(tx, clientId, userId);
    await insertLocation(tx, clientId, location, nowMs);
    const vehicleIds = await readUserVehicleIds(tx, clientId, userId);
    await spreadInput(tx, clientId, vehicleIds, { kind: 'location-set', location, receivedAtMs: nowMs });
    return yes(location);
  });
}
