import type { Call } from './api.ts';
import type { Fact } from './facts.ts';
import type { Fault } from './faults.ts';
import type { Queue } from './queue.ts';
import type { Tally } from './tally.ts';

/** What the parts of one simulated world have in common. */
export interface Parts {
  /** The service's API. */
  readonly call: Call;
  /** All that is left to chance comes from it. */
  readonly seed: number;
  /** What may go wrong in this world. */
  readonly faults: ReadonlySet<Fault>;
  /** What is to happen, at its instants. */
  readonly queue: Queue;
  readonly bornMs: number;
  readonly endMs: number;
  readonly nowMs: () => number;
  /** Tells the checker. */
  readonly note: (fact: Fact) => void;
  readonly tally: Tally;
}
