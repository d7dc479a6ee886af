import { HOUR_MS } from '../../domain/units.ts';
import { plan } from '../plan.ts';
import type { Plan, PlanProblem } from '../problem.ts';
import type { AnyCase } from './any-case.ts';
import { isBetter, whyIllegal } from './brute-force.ts';
import { type Counted, countsAs, type Runs } from './counts-as.ts';
import { type Feature, featuresOf } from './features.ts';
import { stepPrices } from './step-oracle.ts';

/** The best that a schedule of the case's steps can do; null when none keeps the rules. */
export type Reference = (given: AnyCase, prices: readonly number[]) => Counted | null;

export interface Checked {
  /** What is wrong with the plan, in words; null when it is legal, stated truly, and as good as the reference. */
  readonly mismatch: string | null;
  readonly features: readonly Feature[];
  /** It was also compared with odd milliseconds at both ends of the window. */
  readonly isAlsoOffGrid: boolean;
}

/** With taper a plan may be this share of what is paid dearer than the best (engine.md, "Exact means"). */
const TAPER_RATIO = 1e-3;
/** The planner rounds a need up to a millisecond; with taper the simulated energy is off by as little. */
const TAPER_TOLERANCE_MS = 100;

/** A plan beside the best of all schedules on the case's grid. */
export function checkCase(given: AnyCase, referenceOf: Reference): Checked {
  const { problem, needMs, endAtMs } = given;
  const made = plan(problem);
  const runs = runsOf(made);
  const prices = stepPrices(given);
  const reference = prices.length === 0 ? null : referenceOf(given, prices);
  const features = featuresOf(given, { made, runs, fits: reference !== null });
  const isTapering = problem.curve.length > 1;
  const toleranceMs = isTapering ? TAPER_TOLERANCE_MS : 0;
  const untrue = whyUntrue(given, made, runs);
  if (untrue !== null) return { mismatch: untrue, features, isAlsoOffGrid: false };
  if (reference === null) {
    return { mismatch: whyNotAtOnce(given, made, runs, toleranceMs), features, isAlsoOffGrid: false };
  }
  const isOffGrid = canBeOffGrid(given);
  const mismatch =
    whyIllegal(given, runs, toleranceMs) ??
    (made.feasible ? null : 'a schedule fits, and the plan is said to be infeasible') ??
    whyWorse(given, countsAs(given, prices, runs), reference, toleranceMs) ??
    (made.lowerBound > reference.cost + costTolerance(given, reference) && isPlain(given)
      ? `the bound ${made.lowerBound} is above the best cost ${reference.cost}`
      : null) ??
    (isOffGrid ? whyWorseOffGrid(given, reference) : null) ??
    (needMs > endAtMs - problem.nowMs ? 'the reference found a schedule where none can be' : null);
  return { mismatch, features, isAlsoOffGrid: isOffGrid };
}

/** Runs as the plan has them: touching blocks of different types are one. */
export function runsOf(made: Plan): Runs {
  const runs: [number, number][] = [];
  for (const block of made.blocks) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === block.startAtMs) last[1] = block.endAtMs;
    else runs.push([block.startAtMs, block.endAtMs]);
  }
  return runs;
}

function whyWorse(given: AnyCase, ours: Counted, best: Counted, toleranceMs: number): string | null {
  const tolerance = costTolerance(given, best);
  const isSame =
    Math.abs(ours.missedMs - best.missedMs) <= toleranceMs &&
    Math.abs(ours.restrictedMs - best.restrictedMs) <= toleranceMs;
  if (!isSame) {
    const word = isBetter(ours, best) ? 'better' : 'worse';
    return `${word} than the best: ${JSON.stringify(ours)}, best ${JSON.stringify(best)}`;
  }
  if (ours.cost > best.cost + tolerance) return `dearer than the best: ${ours.cost}, best ${best.cost}`;
  // At constant power the grid holds an optimum. With taper a finer edge may be better.
  const isTooGood = given.problem.curve.length === 1 && ours.cost < best.cost - tolerance;
  return isTooGood ? `cheaper than the best: ${ours.cost}, best ${best.cost}` : null;
}

function costTolerance(given: AnyCase, { cost }: Counted): number {
  if (given.problem.curve.length === 1) return 1e-6 * Math.max(1, Math.abs(cost));
  // With prices of both signs a cost near zero says nothing of what is paid: energy at the mean of their sizes does.
  const sizes = given.problem.slots.map(({ price }) => Math.abs(price ?? 0));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
  return TAPER_RATIO * Math.max(Math.abs(cost), given.energyKwh(given.needMs) * mean) + 1e-9;
}

/** What the plan states is what its blocks give. */
function whyUntrue(given: AnyCase, made: Plan, runs: Runs): string | null {
  const { problem, stepMs, energyKwh } = given;
  const steps = Math.ceil(((runs.at(-1)?.[1] ?? problem.nowMs) - problem.nowMs) / stepMs);
  const known = Array.from({ length: steps }, (_, t) => {
    const at = problem.nowMs + t * stepMs;
    return problem.slots.find((slot) => slot.startAtMs <= at && at < slot.endAtMs)?.price ?? 0;
  });
  const stated = { ...given, problem: { ...problem, opportunisticPrice: null } };
  const { cost } = countsAs(stated, known, runs);
  const tolerance = (problem.curve.length > 1 ? 1e-4 : 1e-6) * Math.max(1, Math.abs(cost));
  if (Math.abs(made.cost - cost) > tolerance) return `states a cost of ${made.cost}, its blocks cost ${cost}`;
  if (made.lowerBound > made.cost) return `states a bound of ${made.lowerBound} above its cost ${made.cost}`;
  const starts = runs.length - (problem.isCharging && runs[0]?.[0] === problem.nowMs ? 1 : 0);
  if (made.starts !== starts) return `states ${made.starts} starts, its blocks have ${starts}`;
  const statedKwh = made.blocks.reduce((sum, { energyWh }) => sum + energyWh / 1000, 0);
  const kwh = energyKwh(runs.reduce((sum, [startMs, endMs]) => sum + endMs - startMs, 0));
  return Math.abs(statedKwh - kwh) > 1e-3 ? `states ${statedKwh} kWh, its blocks give ${kwh}` : null;
}

/** Where no schedule fits, the charge comes as near to the target as power allows: at once. */
function whyNotAtOnce(given: AnyCase, made: Plan, runs: Runs, toleranceMs: number): string | null {
  const { nowMs, readyByMs } = given.problem;
  const [first] = runs;
  const isAtOnce =
    runs.length === 1 &&
    first !== undefined &&
    first[0] === nowMs &&
    Math.abs(first[1] - nowMs - given.needMs) <= toleranceMs;
  if (!isAtOnce) return `no schedule fits, and the plan is not to charge at once: ${JSON.stringify(runs)}`;
  const isInTime = nowMs + given.needMs <= (readyByMs ?? 0);
  return made.feasible === isInTime ? null : `the plan says feasible: ${made.feasible}`;
}

/** No odd end can make a schedule worse where nothing hangs on the ends. */
function canBeOffGrid(given: AnyCase): boolean {
  const { problem, reserveMs } = given;
  return (
    isPlain(given) &&
    !problem.isCharging &&
    problem.stateSinceMs === null &&
    reserveMs === 0 &&
    problem.preconditionMs === 0 &&
    problem.marginMs === 0
  );
}

/** Every instant has a price, and cost is all that counts. */
function isPlain({ problem, endAtMs }: AnyCase): boolean {
  const { slots, nowMs, restrictions, opportunisticPrice } = problem;
  const isCovered =
    slots.every((slot, i) => slot.price !== null && (i === 0 || slots[i - 1]?.endAtMs === slot.startAtMs)) &&
    (slots[0]?.startAtMs ?? Number.POSITIVE_INFINITY) <= nowMs &&
    (slots.at(-1)?.endAtMs ?? 0) >= endAtMs;
  return isCovered && restrictions.length === 0 && opportunisticPrice === null;
}

/** With odd milliseconds added to the window the best schedule still stands: no plan may be dearer than it. */
function whyWorseOffGrid(given: AnyCase, best: Counted): string | null {
  const { problem, needMs } = given;
  const odd: PlanProblem = {
    ...problem,
    nowMs: problem.nowMs - 61_003 - (needMs % 7919),
    readyByMs: (problem.readyByMs ?? 0) + 47_001 + (needMs % 6997),
    slots: withEnds(problem.slots),
  };
  const made = plan(odd);
  const tolerance = costTolerance(given, best);
  if (made.cost > best.cost + tolerance) return `off the grid: ${made.cost}, on it ${best.cost}`;
  return made.lowerBound > made.cost
    ? `off the grid: a bound of ${made.lowerBound} above ${made.cost}`
    : null;
}

/** The slots with the first and the last price held on a while. */
function withEnds(slots: PlanProblem['slots']): PlanProblem['slots'] {
  const last = slots.length - 1;
  return slots.map((slot, i) => ({
    ...slot,
    startAtMs: i === 0 ? slot.startAtMs - HOUR_MS : slot.startAtMs,
    endAtMs: i === last ? slot.endAtMs + HOUR_MS : slot.endAtMs,
  }));
}
