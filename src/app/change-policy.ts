import type { Policy } from '../domain/policy.ts';
import { checkPolicy } from '../domain/policy-rules.ts';
import { lockPolicy, type PolicyView, readPolicy, updatePolicy } from '../store/policies.ts';
import { type PolicyPatch, patchedPolicySettings } from '../wire/policy.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** A policy's settings, changed; its session takes them up in the same transaction. */
export async function changePolicy(
  deps: Deps,
  clientId: string,
  policyId: string,
  isWanted: (version: number) => boolean,
  patch: PolicyPatch,
): Promise<Result<PolicyView>> {
  const missing = no('not-found', `There is no vehicle policy ${policyId}.`);
  return decide(deps.database, async (tx) => {
    const old = await lockPolicy(tx, clientId, policyId);
    if (old === null) return missing;
    if (!isWanted(old.version)) {
      return no('precondition-failed', `The policy was changed since: its version is now ${old.version}.`);
    }
    const settings = patchedPolicySettings(old, patch);
    const issues = checkPolicy(settings);
    if (issues.length > 0) return no('bad-request', 'The policy would not be in order.', issues);
    const policy: Policy = { ...old, ...settings, version: old.version + 1 };
    await updatePolicy(tx, clientId, policy);
    const stepped = await applyInputs(tx, deps, clientId, old.vehicleId, [
      { kind: 'policy-set', policy, receivedAtMs: deps.clock.nowMs() },
    ]);
    if (!stepped.ok) return stepped;
    const view = await readPolicy(tx, clientId, policyId);
    return view === null ? missing : yes(view);
  });
}
