import { plan } from '../plan.ts';
import type { Plan } from '../problem.ts';
import type { AnyCase } from './any-case.ts';
import type { Runs } from './counts-as.ts';

/** What can make a plan hard. A suite counts how often each occurred: what never occurs is not tested. */
export const FEATURES = {
  'an odd first slot': ({ problem }) =>
    problem.slots.some((slot) => slot.startAtMs < problem.nowMs && problem.nowMs < slot.endAtMs),
  'a need of no whole number of slots': ({ problem, needMs }) =>
    needMs % Math.min(...problem.slots.map(lengthOf)) !== 0,
  'a run that only ends on a price edge': (given, { runs }) =>
    runs.some(([startMs, endMs]) => isPriceEdge(given, endMs) && !isPriceEdge(given, startMs)),
  'a gap between slots': ({ problem: { slots } }) =>
    slots.some((slot, i) => slot.endAtMs < (slots[i + 1]?.startAtMs ?? slot.endAtMs)),
  'a slot without a price': ({ problem }) => problem.slots.some(({ price }) => price === null),
  'no price up to the end': ({ problem, endAtMs }) =>
    (problem.slots.at(-1)?.endAtMs ?? Number.NEGATIVE_INFINITY) < endAtMs,
  'slots of unequal length': ({ givenSlots }) => new Set(givenSlots.map(lengthOf)).size > 1,
  'slots of two resolutions that overlap': ({ givenSlots }) =>
    givenSlots.some((one) =>
      givenSlots.some(
        (other) => other !== one && other.startAtMs < one.endAtMs && one.startAtMs < other.endAtMs,
      ),
    ),
  'negative prices': ({ problem }) => problem.slots.some(({ price }) => (price ?? 0) < 0),
  'equal prices': ({ problem: { slots } }) => new Set(slots.map(({ price }) => price)).size < slots.length,
  'power that changes with the level': ({ problem }) => problem.curve.length > 1,
  'charging for some minutes already': ({ problem }) => problem.isCharging && problem.stateSinceMs !== null,
  'a charge that the car began itself': ({ problem }) => problem.startedByItself,
  'a pause under way': ({ problem, reserveMs }) =>
    !problem.isCharging && problem.stateSinceMs !== null && problem.minRunMs > 0 && reserveMs === 0,
  'a reserve': ({ reserveMs }) => reserveMs > 0,
  'a margin': ({ problem }) => problem.marginMs > 0,
  'start cost, minimum run and pause at once': ({ problem }, { runs }) =>
    problem.startCost > 0 && problem.minRunMs > 0 && runs.length > 1,
  'a minimum run or pause that binds': ({ problem }, { made }) =>
    problem.minRunMs > 0 && plan({ ...problem, minRunMs: 0 }).cost < made.cost - 1e-6,
  'two or more starts': (_, { made }) => made.starts > 1,
  'minutes before departure that must be charged in': ({ problem }) => problem.preconditionMs > 0,
  'a restriction': ({ problem }) => problem.restrictions.length > 0,
  'charging above the target is wanted': ({ problem }) => problem.opportunisticPrice !== null,
  'charged above the target': ({ needMs }, { runs }) => chargedMs(runs) > needMs + 1000,
  'early is preferred': ({ problem }) => problem.prefer === 'early',
  'no schedule fits': (_, { fits }) => !fits,
} as const satisfies Readonly<Record<string, (given: AnyCase, made: Made) => boolean>>;

export type Feature = keyof typeof FEATURES;

export interface Made {
  readonly made: Plan;
  readonly runs: Runs;
  /** There is a schedule that meets the need in time and keeps the rules. */
  readonly fits: boolean;
}

export function featuresOf(given: AnyCase, made: Made): readonly Feature[] {
  const names = Object.keys(FEATURES) as Feature[];
  return names.filter((name) => FEATURES[name](given, made));
}

function isPriceEdge({ problem: { slots } }: AnyCase, atMs: number): boolean {
  return slots.some(({ startAtMs, endAtMs }) => startAtMs === atMs || endAtMs === atMs);
}

function lengthOf({ startAtMs, endAtMs }: { readonly startAtMs: number; readonly endAtMs: number }): number {
  return endAtMs - startAtMs;
}

function chargedMs(runs: Runs): number {
  return runs.reduce((sum, [startMs, endMs]) => sum + endMs - startMs, 0);
}
