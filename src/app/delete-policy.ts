import { lockPolicy, markPolicyDeleted } from '../store/policies.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Deletes a policy: its session settles or disappears at once, its settled sessions stay readable. */
export async function deletePolicy(
  deps: Deps,
  clientId: string,
  policyId: string,
  isWanted: (version: number) => boolean,
): Promise<Result<null>> {
  return decide(deps.database, async (tx) => {
    const policy = await lockPolicy(tx, clientId, policyId);
    if (policy === null) return no('not-found', `There is no vehicle policy ${policyId}.`);
    if (!isWanted(policy.version)) {
      return no('precondition-failed', `The policy was changed since: its version is now ${policy.version}.`);
    }
    const nowMs = deps.clock.nowMs();
    await markPolicyDeleted(tx, clientId, policyId, nowMs);
    const stepped = await applyInputs(tx, deps, clientId, policy.vehicleId, [
      { kind: 'policy-deleted', policyId, receivedAtMs: nowMs },
    ]);
    return stepped.ok ? yes(null) : stepped;
  });
}
