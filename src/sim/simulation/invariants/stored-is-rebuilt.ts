import type { Invariant } from '../checker.ts';

/** What is stored of a session is what its log gives when its steps are done again: the service's own replay says so. */
export function storedIsRebuilt(): Invariant {
  return (fact) => {
    if (fact.kind !== 'replayed' || fact.outcome === 'same') return [];
    const { vehicleId, sessionId, outcome, detail } = fact;
    return [{ vehicleId, sessionId, text: `rebuilt from its log it is ${outcome}: ${detail}` }];
  };
}
