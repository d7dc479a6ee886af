import type { Session } from '../domain/session.ts';
import type { LaneInput, Override } from '../engine/contract.ts';
import { readSession } from '../store/session-reads.ts';
import type { TargetIn } from '../wire/target.ts';
import { applyInputs } from './apply-inputs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Overrides the target of one session; gives the session as it is after the step. */
export async function setTarget(
  deps: Deps,
  clientId: string,
  sessionId: string,
  body: TargetIn,
): Promise<Result<Session>> {
  if (body.type === 'REGULAR' && (body.batteryReserve ?? 0) > body.minimumChargeTarget) {
    const message = `expected at most the minimumChargeTarget, ${body.minimumChargeTarget}, got ${body.batteryReserve}`;
    return no('bad-request', 'The battery reserve is above the target.', [
      { path: 'batteryReserve', message },
    ]);
  }
  const receivedAtMs = deps.clock.nowMs();
  return changeTarget(deps, clientId, sessionId, {
    kind: 'target-set',
    sessionId,
    override: toOverride(body),
    receivedAtMs,
  });
}

/** Takes an override away; without one the session stays as it is. */
export async function clearTarget(deps: Deps, clientId: string, sessionId: string): Promise<Result<Session>> {
  const receivedAtMs = deps.clock.nowMs();
  return changeTarget(deps, clientId, sessionId, { kind: 'target-cleared', sessionId, receivedAtMs });
}

async function changeTarget(
  deps: Deps,
  clientId: string,
  sessionId: string,
  input: LaneInput,
): Promise<Result<Session>> {
  const missing = no('not-found', `There is no session ${sessionId}.`);
  return decide(deps.database, async (tx) => {
    const before = await readSession(tx, clientId, sessionId);
    if (before === null) return missing;
    // A settled session needs no step to be refused, and its vehicle may be gone.
    if (before.state === 'SETTLED')
      return no('conflict', 'The session is settled: nothing of it changes any more.');
    const stepped = await applyInputs(tx, deps, clientId, before.vehicleId, [input]);
    if (!stepped.ok) return stepped;
    const session = await readSession(tx, clientId, sessionId);
    return session === null ? missing : yes(session);
  });
}

function toOverride(body: TargetIn): Override {
  switch (body.type) {
    case 'IMMEDIATE_START':
      return { kind: 'IMMEDIATE_START', targetPercent: body.minimumChargeTarget };
    case 'REGULAR':
      return {
        kind: 'REGULAR',
        targetPercent: body.minimumChargeTarget,
        readyByMs: body.readyBy,
        reservePercent: body.batteryReserve ?? null,
      };
  }
}
