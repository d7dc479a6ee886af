import type { Place } from './open-edges.ts';
import { leastAt } from './open-edges.ts';
import type { Relaxed, Sweep } from './relaxed.ts';
import { costBefore } from './relaxed.ts';

/** What charging costs, and bounds of it, as the search over turns asks for them. Times as in a lattice. */
export interface TurnCosts {
  /**
   * What charging all the time counts until an instant, up to a number that is the same for all instants of one `key`: the
   * time left to charge at an instant plus that instant, which stays the same while the car charges. Keys have indexes.
   */
  readonly before: (index: number, key: number, atMs: number) => number;
  /** From here on `may` is asked about starts, or stops, at a place. */
  readonly aim: (place: Place, isStop: boolean, limit: number) => void;
  /** Whether a turn there that counts `cost` from there on may belong to a schedule within the limit, by one bound. */
  readonly may: (restMs: number, cost: number) => boolean;
  /** The same by every bound. */
  readonly isWithin: (place: Place, isStop: boolean, restMs: number, cost: number, limit: number) => boolean;
}

/** At constant power; the last sweep is the one that rules out most. */
export function constantCosts(relaxed: Relaxed, sweeps: readonly Sweep[], needMs: number): TurnCosts {
  const { worth, on, off } = sweeps[sweeps.length - 1] as Sweep;
  let room = 0;
  return {
    before: (_index, _key, atMs) => costBefore(relaxed, atMs),
    aim: (place, isStop, limit) => {
      room = limit - leastAt(isStop ? on : off, place) - worth * needMs;
    },
    may: (restMs, cost) => cost - worth * restMs <= room,
    isWithin: (place, isStop, restMs, cost, limit) => {
      const chargedMs = needMs - restMs;
      if (cost === Number.POSITIVE_INFINITY || chargedMs < 0) return false;
      for (let i = sweeps.length - 1; i >= 0; i--) {
        const sweep = sweeps[i] as Sweep;
        const before = leastAt(isStop ? sweep.on : sweep.off, place);
        if (before + sweep.worth * chargedMs + cost > limit) return false;
      }
      return true;
    },
  };
}
