import type { Fact } from './facts.ts';
import { blocksStand } from './invariants/blocks-stand.ts';
import { connectionsHold } from './invariants/connections-hold.ts';
import { energyIsTrue } from './invariants/energy-is-true.ts';
import { everyChangeIsTold } from './invariants/every-change-is-told.ts';
import { oneCurrent } from './invariants/one-current.ts';
import { readingsCountOnce } from './invariants/readings-count-once.ts';
import { startsHaveCauses } from './invariants/starts-have-causes.ts';
import { stepsSucceed } from './invariants/steps-succeed.ts';
import { storedIsRebuilt } from './invariants/stored-is-rebuilt.ts';
import { targetsAreReached } from './invariants/targets-are-reached.ts';

/** What an invariant has against the world, after a fact. */
export interface Finding {
  readonly vehicleId: string | null;
  readonly sessionId: string | null;
  /** What was expected and what came. */
  readonly text: string;
}

/** One invariant: it is told every fact, in order, and remembers what it needs. */
export type Invariant = (fact: Fact) => readonly Finding[];

/** A finding with the invariant that it breaks, by its name and its number in the specification of the engine. */
export interface Violation extends Finding {
  readonly invariant: string;
  readonly atMs: number;
}

/** Knows nothing of the engine: it judges what is shown by what the specification says and the plant knows. */
export interface Checker {
  take(fact: Fact): readonly Violation[];
  /** Facts judged, each by every invariant. */
  checkCount(): number;
}

export function createChecker(): Checker {
  const invariants: readonly (readonly [string, Invariant])[] = [
    ['0 every step can be taken', stepsSucceed()],
    ['1 one current session', oneCurrent()],
    ['2 blocks stand', blocksStand()],
    ['3 energy is true', energyIsTrue()],
    ['4 every change is told once', everyChangeIsTold()],
    ['5 stored is rebuilt', storedIsRebuilt()],
    ['6 targets are reached or at risk', targetsAreReached()],
    ['7 no start without a cause', startsHaveCauses()],
    ['8 readings count once', readingsCountOnce()],
    ['9 connections hold', connectionsHold()],
  ];
  let checkCount = 0;
  return {
    take(fact) {
      const atMs = 'atMs' in fact ? fact.atMs : 0;
      if (fact.kind === 'shown' || fact.kind === 'delivered') checkCount += invariants.length;
      return invariants.flatMap(([invariant, judge]) =>
        judge(fact).map((finding) => ({ ...finding, invariant, atMs })),
      );
    },
    checkCount: () => checkCount,
  };
}
