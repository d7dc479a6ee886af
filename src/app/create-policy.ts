import type { Policy } from '../domain/policy.ts';
import { checkPolicy } from '../domain/policy-rules.ts';
import { lockLocation } from '../store/locations.ts';
import { insertPolicy, type PolicyView, readPolicy } from '../store/policies.ts';
import { lockVehicle } from '../store/vehicles.ts';
import { newPolicySettings, type PolicyPatch } from '../wire/policy.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

export interface NewPolicy extends PolicyPatch {
  readonly vehicleId: string;
  readonly locationId: string;
}

/** A new policy and, in the same transaction, its first session. */
export async function createPolicy(
  deps: Deps,
  clientId: string,
  body: NewPolicy,
): Promise<Result<PolicyView>> {
  const { vehicleId, locationId, ...patch } = body;
  const settings = newPolicySettings(patch);
  const issues = checkPolicy(settings);
  if (issues.length > 0) return no('bad-request', 'The policy is not in order.', issues);
  return decide(deps.database, async (tx) => {
    const vehicle = await lockVehicle(tx, clientId, vehicleId, 'share');
    if (vehicle === null) return unknown('vehicleId', `There is no vehicle ${vehicleId}.`);
    const location = await lockLocation(tx, clientId, locationId, 'share');
    if (location === null) return unknown('locationId', `There is no location ${locationId}.`);
    const { userId } = vehicle.vehicle;
    if (location.userId !== userId) {
      const message = "expected a location of the vehicle's user";
      return no('bad-request', 'Vehicle and location belong to different users.', [
        { path: 'locationId', message },
      ]);
    }
    const nowMs = deps.clock.nowMs();
    const policy: Policy = {
      id: deps.newId(),
      vehicleId,
      locationId,
      userId,
      version: 1,
      ...settings,
      createdAtMs: nowMs,
    };
    if (!(await insertPolicy(tx, clientId, policy))) {
      return no('conflict', 'There is a policy for this vehicle and location already.');
    }
    const stepped = await applyInputs(tx, deps, clientId, vehicleId, [
      { kind: 'policy-set', policy, receivedAtMs: nowMs },
    ]);
    if (!stepped.ok) return stepped;
    const view = await readPolicy(tx, clientId, policy.id);
    return view === null ? no('not-found', `There is no vehicle policy ${policy.id}.`) : yes(view);
  });
}

function unknown(path: string, detail: string): ReturnType<typeof no> {
  return no('not-found', detail, [{ path, message: detail }]);
}
