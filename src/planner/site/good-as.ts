import { MINUTE_MS } from '../../domain/units.ts';
import { whyReplace } from '../keep.ts';
import type { Need } from '../need.ts';
import type { Plan, PlanProblem } from '../problem.ts';

/** A fresh joint plan that has a car ready sooner by no more than this has it so by chance [ours]. */
const NOISE_MS = 5 * MINUTE_MS;

/**
 * Whether a kept plan of one of several cars does what the fresh one does: targets, reserve, minimum runs and
 * restrictions; what they cost is compared over all cars. The fresh one lies on cells that are others from reading to
 * reading, so that a car which cannot be in time anyway is sooner by one plan now and by the other in five minutes.
 */
export function isGoodAs(problem: PlanProblem, need: Need, kept: Plan, fresh: Plan): boolean {
  const tolerance = { replanGain: Number.POSITIVE_INFINITY, noiseMs: NOISE_MS };
  return whyReplace(problem, need, kept, fresh, tolerance) === null;
}
