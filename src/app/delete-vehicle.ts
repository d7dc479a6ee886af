import type { LaneInput } from '../engine/contract.ts';
import { markPolicyDeleted, readVehiclePolicies } from '../store/policies.ts';
import { deleteVehicle as deleteRow, lockVehicle } from '../store/vehicles.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Deletes a vehicle: first each of its policies, with a last step, then all but its settled sessions. */
export async function deleteVehicle(deps: Deps, clientId: string, vehicleId: string): Promise<Result<null>> {
  return decide(deps.database, async (tx) => {
    const vehicle = await lockVehicle(tx, clientId, vehicleId, 'update');
    if (vehicle === null) return no('not-found', `There is no vehicle ${vehicleId}.`);
    const nowMs = deps.clock.nowMs();
    const policies = await readVehiclePolicies(tx, clientId, vehicleId);
    for (const policy of policies) await markPolicyDeleted(tx, clientId, policy.id, nowMs);
    const stepped = await applyInputs(
      tx,
      deps,
      clientId,
      vehicleId,
      policies.map(({ id }): LaneInput => ({ kind: 'policy-deleted', policyId: id, receivedAtMs: nowMs })),
    );
    if (!stepped.ok) return stepped;
    await deleteRow(tx, clientId, vehicleId);
    return yes(null);
  });
}
