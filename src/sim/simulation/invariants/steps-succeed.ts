import type { Invariant } from '../checker.ts';

/** A lane whose step throws is left out by the service; in a simulation nothing is there that could excuse it. */
export function stepsSucceed(): Invariant {
  return (fact) => {
    if (fact.kind !== 'shown') return [];
    return fact.lanes.flatMap(({ vehicleId, fault }) =>
      fault === null ? [] : [{ vehicleId, sessionId: null, text: `its step could not be taken: ${fault}` }],
    );
  };
}
