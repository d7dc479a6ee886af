import { lockVehicle, readVehicle, updateVehicle, type VehicleView } from '../store/vehicles.ts';
import { patchedInformation, patchedVehicle, vehicleIssue } from '../wire/patched-vehicle.ts';
import type { VehiclePatch } from '../wire/vehicle.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** What is told of a vehicle, changed; its session is planned anew with it. */
export async function changeVehicle(
  deps: Deps,
  clientId: string,
  vehicleId: string,
  patch: VehiclePatch,
): Promise<Result<VehicleView>> {
  const missing = no('not-found', `There is no vehicle ${vehicleId}.`);
  return decide(deps.database, async (tx) => {
    const old = await lockVehicle(tx, clientId, vehicleId, 'update');
    if (old === null) return missing;
    const vehicle = patchedVehicle(old.vehicle, patch);
    const issue = vehicleIssue(vehicle);
    if (issue !== null) return no('bad-request', 'The least power is above the power.', [issue]);
    const information = patchedInformation(old.information, patch.information);
    await updateVehicle(tx, clientId, { vehicle, information, connector: old.connector });
    const stepped = await applyInputs(tx, deps, clientId, vehicleId, [
      { kind: 'vehicle-set', vehicle, receivedAtMs: deps.clock.nowMs() },
    ]);
    if (!stepped.ok) return stepped;
    const view = await readVehicle(tx, clientId, vehicleId);
    return view === null ? missing : yes(view);
  });
}
