import type { Query } from '../store/database.ts';
import { insertLane } from '../store/lanes.ts';
import { readUserLocations } from '../store/locations.ts';
import { lockUser } from '../store/users.ts';
import { insertVehicle, readVehicle, type VehicleView } from '../store/vehicles.ts';
import { fromWireVehicle, patchedInformation, vehicleIssue } from '../wire/patched-vehicle.ts';
import type { SimulatedConnector, VehicleIn } from '../wire/vehicle.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Makes the car that a simulated connector describes; there is one in a sandbox only. */
export interface Simulator {
  create(
    tx: Query,
    clientId: string,
    vehicleId: string,
    connector: SimulatedConnector,
    nowMs: number,
  ): Promise<void>;
}

/** A new vehicle of a user, and its lane, which knows the user's locations. */
export async function createVehicle(
  deps: Deps,
  simulator: Simulator | null,
  clientId: string,
  userId: string,
  body: VehicleIn,
): Promise<Result<VehicleView>> {
  const connector = body.connector ?? { type: 'http' };
  if (connector.type === 'simulated' && simulator === null) {
    const message = 'expected "http": simulated vehicles are there in a sandbox only';
    return no('bad-request', 'The connector is not available here.', [{ path: 'connector.type', message }]);
  }
  const nowMs = deps.clock.nowMs();
  const vehicle = fromWireVehicle(body, deps.newId(), userId);
  const issue = vehicleIssue(vehicle);
  if (issue !== null) return no('bad-request', 'The least power is above the power.', [issue]);
  const information = patchedInformation(null, body.information);
  return decide(deps.database, async (tx) => {
    await lockUser(tx, clientId, userId);
    await insertVehicle(tx, clientId, { vehicle, information, connector }, nowMs);
    const locations = await readUserLocations(tx, clientId, userId);
    await insertLane(tx, { clientId, userId, vehicle, locations, nowMs });
    if (connector.type === 'simulated') await simulator?.create(tx, clientId, vehicle.id, connector, nowMs);
    const view = await readVehicle(tx, clientId, vehicle.id);
    return view === null ? no('not-found', `There is no vehicle ${vehicle.id}.`) : yes(view);
  });
}
