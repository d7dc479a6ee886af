import { countPoliciesAt, deleteLocation as deleteRow, lockLocation } from '../store/locations.ts';
import { readUserVehicleIds } from '../store/vehicles.ts';
import { spreadInput } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Takes a location away that has no policies; sessions that were there keep its id. */
export async function deleteLocation(
  deps: Deps,
  clientId: string,
  locationId: string,
  isWanted: (version: number) => boolean,
): Promise<Result<null>> {
  const nowMs = deps.clock.nowMs();
  return decide(deps.database, async (tx) => {
    const location = await lockLocation(tx, clientId, locationId, 'update');
    if (location === null) return no('not-found', `There is no location ${locationId}.`);
    if (!isWanted(location.version)) {
      return no(
        'precondition-failed',
        `The location was changed since: its version is now ${location.version}.`,
      );
    }
    const count = await countPoliciesAt(tx, clientId, locationId);
    if (count > 0) {
      return no(
        'conflict',
        `${count === 1 ? 'A policy charges' : `${count} policies charge`} at this location.`,
      );
    }
    await deleteRow(tx, clientId, locationId);
    const vehicleIds = await readUserVehicleIds(tx, clientId, location.userId);
    await spreadInput(tx, clientId, vehicleIds, {
      kind: 'location-deleted',
      locationId,
      receivedAtMs: nowMs,
    });
    return yes(null);
  });
}
