import type { LaneInput, Refusal } from '../engine/contract.ts';
import type { Query } from '../store/database.ts';
import { appendInputs } from '../store/inputs.ts';
import type { Deps } from './deps.ts';
import { no, type Result, yes } from './result.ts';
import { stepLanesNow } from './run-lanes.ts';

/** A person's inputs to one lane, and its step, in the caller's transaction: what they did can be read at once. */
export async function applyInputs(
  tx: Query,
  deps: Deps,
  clientId: string,
  vehicleId: string,
  inputs: readonly LaneInput[],
): Promise<Result<null>> {
  await appendInputs(
    tx,
    inputs.map((input) => ({ clientId, vehicleId, input, observedAtMs: input.receivedAtMs, priority: 0 })),
  );
  const { refusals } = await stepLanesNow(tx, deps, [{ clientId, vehicleId }]);
  const [refusal] = refusals;
  return refusal === undefined ? yes(null) : refused(refusal);
}

/** The same input to many lanes, which take it in soon after. */
export async function spreadInput(
  tx: Query,
  clientId: string,
  vehicleIds: readonly string[],
  input: LaneInput,
): Promise<void> {
  if (vehicleIds.length === 0) return;
  const { receivedAtMs: observedAtMs } = input;
  await appendInputs(
    tx,
    vehicleIds.map((vehicleId) => ({ clientId, vehicleId, input, observedAtMs, priority: 0 })),
  );
}

function refused({ reason, detail }: Refusal): Result<null> {
  switch (reason) {
    case 'session-settled':
      return no('conflict', detail);
    case 'session-unknown':
      return no('not-found', detail);
    case 'ready-by-past':
    case 'ready-by-too-far':
      return no('bad-request', detail, [{ path: 'readyBy', message: detail }]);
  }
}
