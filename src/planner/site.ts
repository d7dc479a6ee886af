import { needOf } from './need.ts';
import { plan } from './plan.ts';
import type { Plan, PlanProblem } from './problem.ts';
import { runsOf } from './runs.ts';
import { FEW } from './site/groups.ts';
import { keptHeld } from './site/held-keep.ts';
import { heldLoad } from './site/held-load.ts';
import type { HeldRun } from './site/held-run.ts';
import { runsIn } from './site/held-runs.ts';
import { leastOf } from './site/held-settle.ts';
import { solveHeld } from './site/held-solve.ts';
import { stateHeld } from './site/held-state.ts';
import { keptSite } from './site/keep-site.ts';
import { fitsLimit, loadOf, sumOf } from './site/load.ts';
import { inOrder } from './site/order.ts';
import type { Solved, SolveRules } from './site/solve.ts';
import { solveSite } from './site/solve.ts';
import { stateSite } from './site/state-site.ts';

/** A car that is on, at the power of its curve, or off; where `leastPowerKw` is given, at any power between. */
export interface SiteCar {
  readonly id: string;
  /** The least power that it can be held to while it charges, kW; null or absent for a car that is on or off. */
  readonly leastPowerKw?: number | null;
  /** It charges with less than it takes: it keeps its turn for a shorter time. */
  readonly isHeldBack?: boolean;
  /** All cars of a site have the same `nowMs`. */
  readonly problem: PlanProblem;
  /** What is left of the kept plan's runs, ascending; null for none. */
  readonly old: readonly HeldRun[] | null;
}

/** Find schedules of several cars at one location whose power together never exceeds what the location allows. */
export interface SiteProblem {
  readonly nowMs: number;
  readonly cars: readonly SiteCar[];
  /** The location's limit less what cars draw there that we do not control; at or below 0 nobody charges. */
  readonly limitKw: number;
  /** The old joint plan stays unless the saving is more than this share of the remaining cost; 0 for any saving. */
  readonly replanGain: number;
}

/**
 * Why a car gets less, or gets it later, than it would alone. DEADLINE: its deadline cannot be kept beside those that
 * come first, whose deadlines are earlier. LEVEL: the same, where the first of those has the same deadline and goes first
 * by its level. IN_TIME: it would go before them by the rule, but theirs can be kept and its own cannot. COST: at other
 * times or with less power than alone, as that is cheapest for all, or as a charge of theirs is too short to be stopped. LIMIT: its power alone, or the least that it can be held to, is above the limit.
 */
export type YieldReason = 'DEADLINE' | 'LEVEL' | 'IN_TIME' | 'COST' | 'LIMIT';

export interface SiteYield {
  readonly id: string;
  /** The cars that charge when this one would charge if it were alone; empty for LIMIT. */
  readonly to: readonly string[];
  readonly reason: YieldReason;
}

export interface SitePlan {
  /** A plan for every car, each a true statement of its own schedule. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** In the order of the rule (site/order.ts): earliest deadline first, then lowest level. */
  readonly yields: readonly SiteYield[];
  /** The old joint plan was kept, but for the ends of its last runs. */
  readonly kept: boolean;
  /** The plans' costs together. */
  readonly cost: number;
  /** No joint plan that meets the same needs under the limit can cost less. */
  readonly lowerBound: number;
}

/**
 * Plans the cars of one location together. There is always a plan for each. The power of a car at a time is that of its
 * curve at the time charged by then, the highest within a step where it changes.
 */
export function planSite(problem: SiteProblem): SitePlan {
  const order = inOrder(problem.cars);
  const alone = new Map(order.map((car) => [car.id, aloneAt(problem, car)]));
  const { found, made } = freshPlan(problem, order, alone);
  const isHeld = order.some((car) => leastOf(car) !== null);
  const old = (isHeld ? keptHeld : keptSite)(problem, order, made);
  return old === null ? made : stateSite(problem, order, alone, { ...found, runs: old, kept: true });
}

/** A car's plan alone: where it can be held to a power and takes more than the limit, its plan under the limit. */
function aloneAt(problem: SiteProblem, car: SiteCar): Plan {
  const own = plan(car.problem);
  const need = needOf(car.problem);
  const leastKw = leastOf(car);
  if (leastKw === null || leastKw > problem.limitKw) return own;
  if (fitsLimit(loadOf(need.course, runsOf(own.blocks)), problem.limitKw)) return own;
  const only = { ...problem, cars: [car] };
  const planBy = (rules: SolveRules) =>
    stateHeld(car.problem, need, solveHeld(only, [car], rules).runs.get(car.id) ?? []);
  const made = planBy(ON_QUARTERS);
  if (made.feasible) return made;
  const atOnce = planBy({ ...ON_QUARTERS, atOnce: new Set([car.id]) });
  return atOnce.feasible ? atOnce : made;
}

interface Fresh {
  readonly found: Omit<Solved, 'isExact'>;
  readonly made: SitePlan;
}

/**
 * The cars' own plans where these fit together; else the joint plan on quarter hours. Where that misses a deadline which
 * can be kept alone, others are tried: the same on finer cells, of few cars; with all that miss theirs charged at once;
 * with the first of them charged at once. One is better than another where it keeps the deadline of the first car in the
 * rule's order of which only one does.
 */
function freshPlan(problem: SiteProblem, order: readonly SiteCar[], alone: ReadonlyMap<string, Plan>): Fresh {
  const together = fitTogether(problem, alone);
  const freshOf = (found: Fresh['found']): Fresh => ({
    found,
    made: stateSite(problem, order, alone, { ...found, kept: false }),
  });
  if (together !== null) return freshOf(together);
  const solve = order.some((car) => leastOf(car) !== null) ? solveHeld : solveSite;
  const first = solve(problem, order, ON_QUARTERS);
  let best = freshOf(first);
  const missedBy = ({ made }: Fresh) =>
    order.flatMap(({ id }) =>
      alone.get(id)?.feasible === true && made.plans.get(id)?.feasible === false ? [id] : [],
    );
  const isFine = !first.isExact && order.length <= FEW;
  const tries: readonly ((missed: readonly string[]) => SolveRules | null)[] = [
    () => (isFine ? { ...ON_QUARTERS, isFine } : null),
    (missed) => ({ ...ON_QUARTERS, atOnce: new Set(missed) }),
    (missed) => (missed.length > 1 ? { ...ON_QUARTERS, atOnce: new Set(missed.slice(0, 1)) } : null),
  ];
  for (const rulesFor of tries) {
    const missed = missedBy(best);
    const rules = missed.length === 0 ? null : rulesFor(missed);
    if (rules === null) continue;
    const other = freshOf(solve(problem, order, rules));
    const missedToo = missedBy(other);
    const differs = order.find(({ id }) => missedToo.includes(id) !== missed.includes(id));
    if (differs !== undefined && missed.includes(differs.id)) best = other;
  }
  return best;
}

const ON_QUARTERS: SolveRules = { isFine: false, atOnce: new Set() };

/** The runs of the cars' own plans, where these fit under the limit together. */
function fitTogether(
  { cars, limitKw }: SiteProblem,
  alone: ReadonlyMap<string, Plan>,
): { readonly runs: ReadonlyMap<string, readonly HeldRun[]>; readonly lowerBound: null } | null {
  const runs = new Map(cars.map(({ id }) => [id, runsIn(alone.get(id)?.blocks ?? [])]));
  const loads = cars.map(({ id, problem }) => heldLoad(needOf(problem).course, runs.get(id) ?? []));
  return fitsLimit(sumOf(loads), limitKw) ? { runs, lowerBound: null } : null;
}
