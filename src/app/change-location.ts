import type { Location } from '../domain/location.ts';
import type { Query } from '../store/database.ts';
import { lockLocation, updateLocation } from '../store/locations.ts';
import { readVehiclesWithPolicyAt } from '../store/policies.ts';
import { appendPricesChanged } from '../store/price-changes.ts';
import { lockUser } from '../store/users.ts';
import { readUserVehicleIds } from '../store/vehicles.ts';
import { spreadInput } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';
import { stepLanesNow } from './run-lanes.ts';

/** A home has no more; a fleet's other lanes follow within moments, those at a limited location with these. */
const STEPPED_AT_ONCE_MAX_COUNT = 4;

/**
 * A location as `change` makes it of what is there. The cars with a policy there are stepped at once, so that a
 * changed time zone or limit shows in their sessions; a changed zone has new prices.
 */
export async function changeLocation(
  deps: Deps,
  clientId: string,
  locationId: string,
  isWanted: (version: number) => boolean,
  change: (old: Location) => Location,
): Promise<Result<Location>> {
  const nowMs = deps.clock.nowMs();
  return decide(deps.database, async (tx) => {
    const old = await lockLocation(tx, clientId, locationId, 'update');
    if (old === null) return no('not-found', `There is no location ${locationId}.`);
    if (!isWanted(old.version)) {
      return no('precondition-failed', `The location was changed since: its version is now ${old.version}.`);
    }
    const location = { ...change(old), version: old.version + 1 };
    await updateLocation(tx, clientId, location);
    await tellLanes(tx, deps, clientId, location, nowMs);
    if (location.zone !== old.zone) {
      await appendPricesChanged(tx, { kind: 'location', clientId, locationId }, nowMs);
    }
    return yes(location);
  });
}

async function tellLanes(
  tx: Query,
  deps: Deps,
  clientId: string,
  location: Location,
  nowMs: number,
): Promise<void> {
  await lockUser(tx, clientId, location.userId);
  const vehicleIds = await readUserVehicleIds(tx, clientId, location.userId);
  await spreadInput(tx, clientId, vehicleIds, { kind: 'location-set', location, receivedAtMs: nowMs });
  const limit = STEPPED_AT_ONCE_MAX_COUNT;
  const stepped = await readVehiclesWithPolicyAt(tx, clientId, location.id, limit);
  await stepLanesNow(
    tx,
    deps,
    stepped.map((vehicleId) => ({ clientId, vehicleId })),
  );
}
