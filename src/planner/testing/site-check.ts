import type { Plan } from '../problem.ts';
import type { SitePlan } from '../site.ts';
import type { SiteCase } from './site-cases.ts';
import { restrictedWeight, ruleOrder, settledSteps, siteMilp, stepsOf } from './site-milp.ts';

/** What a solver says of a model: `bound` is proven; `cost` is null where it found nothing. */
export interface Solution {
  readonly status: 'OPTIMAL' | 'INFEASIBLE' | 'TIME';
  readonly cost: number | null;
  readonly bound: number;
}

export type Solver = (model: string, gapMost: number) => Solution;

/** How a joint plan compares with the solver. */
export interface Verdict {
  /** What is wrong with the plan by itself, or beside the solver's; empty for nothing. */
  readonly faults: readonly string[];
  readonly kind: 'COMPARED' | 'UNPROVEN' | 'SOME_LATE' | 'UNDECIDED';
  /** Cost above the solver's best (or its bound, where unproven) as a share; null where there is none. */
  readonly excess: number | null;
}

/** Up to so many cars the kept deadlines must be the very ones that the rule gives. */
const EXACT_CARS_MAX = 4;

/** What parts of steps may save. */
const FINER_RATIO = 0.005;

/** Checks one joint plan: by itself, then against the solver. Shares no code with the planner. */
export function checkSite(given: SiteCase, made: SitePlan, solve: Solver): Verdict {
  const faults = faultsOf(given, made);
  const all = new Set(given.cars.map((car) => car.id));
  const gap = 1e-4 * scaleOf(given);
  const best = solve(siteMilp(given, all, false), gap);
  const missed = given.cars.filter((car) => made.plans.get(car.id)?.feasible !== true).map((car) => car.id);
  if (best.status === 'TIME' && best.cost === null) {
    return { faults, kind: 'UNDECIDED', excess: null };
  }
  if (best.status === 'INFEASIBLE') {
    const kept = keptByRule(given, solve);
    if (kept === null) return { faults, kind: 'UNDECIDED', excess: null };
    const wrong = [...kept].filter((id) => missed.includes(id));
    if (wrong.length > 0 && given.cars.length <= EXACT_CARS_MAX)
      faults.push(`the rule keeps ${wrong}, the plan not`);
    return { faults, kind: 'SOME_LATE', excess: null };
  }
  if (missed.length > 0) {
    if (given.cars.length <= EXACT_CARS_MAX)
      faults.push(`misses ${missed}, and the solver keeps every deadline`);
    return { faults, kind: 'COMPARED', excess: null };
  }
  const ours = countedOf(given, made);
  const against = best.status === 'OPTIMAL' ? (best.cost ?? 0) : best.bound;
  const excess = (ours - against) / Math.max(Math.abs(moneyOf(given, against)), 0.1 * scaleOf(given));
  // A car that can be held may charge for a part of a step, which the solver cannot.
  const finer = given.cars.some(({ leastKw }) => leastKw !== undefined) ? FINER_RATIO * scaleOf(given) : 0;
  if (best.status === 'OPTIMAL' && ours < against - 2 * gap - 1e-6 - finer)
    faults.push(`cheaper than the best: ${ours} < ${against}`);
  if (best.status === 'OPTIMAL' && made.lowerBound > moneyOf(given, against) + 1e-6)
    faults.push(`lower bound ${made.lowerBound} above the best ${moneyOf(given, against)}`);
  return { faults, kind: best.status === 'OPTIMAL' ? 'COMPARED' : 'UNPROVEN', excess };
}

/** Whether the limit binds: the cars' plans alone would be above it. */
export function isBinding(given: SiteCase, alone: readonly Plan[]): boolean {
  return heaviestKw(given, alone) > given.problem.limitKw + 1e-6;
}

/** What is wrong with a joint plan by itself. */
function faultsOf(given: SiteCase, made: SitePlan): string[] {
  const { problem, stepMs } = given;
  const faults: string[] = [];
  const plans = given.cars.map((car) => made.plans.get(car.id));
  if (plans.some((plan) => plan === undefined)) return ['a car has no plan'];
  const heaviest = heaviestKw(
    given,
    plans.filter((plan) => plan !== undefined),
  );
  if (heaviest > problem.limitKw + 1e-6)
    faults.push(`${heaviest} kW at once, the limit is ${problem.limitKw}`);
  if (made.lowerBound > made.cost + 1e-6)
    faults.push(`lower bound ${made.lowerBound} above cost ${made.cost}`);
  for (const [i, car] of given.cars.entries()) {
    const own = problem.cars[i]?.problem;
    const plan = plans[i];
    if (own === undefined || plan === undefined) continue;
    const runs = runsOf(plan);
    const charged = chargedKwh(given, i, plan);
    const wanted = (car.powerKw * car.needSteps * stepMs) / 3_600_000;
    if (Math.abs(charged - wanted) > 1e-4) faults.push(`${car.id} charges ${charged} kWh of ${wanted}`);
    for (const { startAtMs, powerKw } of plan.blocks) {
      if (powerKw === undefined) continue;
      const isBelow = powerKw < (car.leastKw ?? car.powerKw) - 1e-9;
      if (isBelow || powerKw >= car.powerKw)
        faults.push(`${car.id} is held to ${powerKw} kW at ${startAtMs}`);
    }
    const last = runs.at(-1)?.[1] ?? 0;
    if (plan.feasible !== last <= (own.readyByMs ?? 0))
      faults.push(`${car.id} says feasible: ${plan.feasible}`);
    const minRun = Math.ceil(Math.min(own.minRunMs, car.needSteps * stepMs, car.steps * stepMs) / stepMs);
    const settled = settledSteps(given, i, minRun) * stepMs;
    const first = runs[0];
    if (settled > 0 && (first === undefined || first[0] > own.nowMs || first[1] < own.nowMs + settled)) {
      faults.push(`${car.id} does not charge what is settled`);
    }
    const reserved = own.nowMs + car.reserveSteps * stepMs;
    if (plan.blocks.some((block) => block.startAtMs < reserved && block.powerKw !== undefined))
      faults.push(`${car.id} charges its reserve with less than there is`);
    const leastMs = Math.floor(Math.min(own.minRunMs, car.needSteps * stepMs, car.steps * stepMs));
    for (const [n, [start, end]] of runs.entries()) {
      const isUnderWay = own.isCharging && start === own.nowMs;
      if (!isUnderWay && end - start < leastMs) faults.push(`${car.id} has a run of ${end - start} ms`);
      const before = n > 0 ? runs[n - 1]?.[1] : own.isCharging && !isUnderWay ? own.nowMs : undefined;
      if (before !== undefined && start - before < own.minRunMs)
        faults.push(`${car.id} has a pause of ${start - before} ms`);
    }
  }
  return faults;
}

function heaviestKw(given: SiteCase, plans: readonly Plan[]): number {
  let heaviest = 0;
  for (const { startAtMs: atMs } of plans.flatMap((plan) => plan.blocks)) {
    let sum = 0;
    for (const [i, { blocks }] of plans.entries()) {
      const block = blocks.find(({ startAtMs, endAtMs }) => startAtMs <= atMs && atMs < endAtMs);
      if (block !== undefined) sum += block.powerKw ?? given.cars[i]?.powerKw ?? 0;
    }
    heaviest = Math.max(heaviest, sum);
  }
  return heaviest;
}

/** The deadlines that the rule keeps: of cars that go first one by one, each whose deadline can be kept beside theirs. */
function keptByRule(given: SiteCase, solve: Solver): ReadonlySet<string> | null {
  let kept = new Set<string>();
  for (const car of ruleOrder(given)) {
    const more = new Set([...kept, car.id]);
    const { status, cost } = solve(siteMilp(given, more, true), 0);
    if (status === 'TIME' && cost === null) return null;
    if (status !== 'INFEASIBLE') kept = more;
  }
  return kept;
}

/** Cost, starts and restrictions of the plans, by the prices of the steps. */
function countedOf(given: SiteCase, made: SitePlan): number {
  const { problem, stepMs } = given;
  const weight = restrictedWeight(given);
  let counted = 0;
  for (const [i, car] of given.cars.entries()) {
    const plan = made.plans.get(car.id);
    const own = problem.cars[i]?.problem;
    if (plan === undefined || own === undefined) continue;
    const { prices, isRestricted } = stepsOf(given, i);
    const runs = runsOf(plan);
    counted += own.startCost * (runs.length - (own.isCharging && runs[0]?.[0] === own.nowMs ? 1 : 0));
    for (const [t, price] of prices.entries()) {
      const at = problem.nowMs + t * stepMs;
      const { kwh, ms } = within(car.powerKw, plan, at, at + stepMs);
      // The solver knows whole steps only of a car that can be held to a power.
      const share = car.leastKw === undefined ? ms / stepMs : Math.ceil(ms / stepMs);
      counted += price * kwh + (isRestricted[t] ? weight * share : 0);
    }
  }
  return counted;
}

/** Energy that a plan charges, kWh. */
function chargedKwh({ cars, problem }: SiteCase, index: number, plan: Plan): number {
  return within(cars[index]?.powerKw ?? 0, plan, problem.nowMs, Number.MAX_SAFE_INTEGER).kwh;
}

/** Energy and time that a plan charges between two instants. */
function within(
  mostKw: number,
  { blocks }: Plan,
  fromMs: number,
  untilMs: number,
): { kwh: number; ms: number } {
  let kwh = 0;
  let sum = 0;
  for (const { startAtMs, endAtMs, powerKw } of blocks) {
    const ms = Math.max(0, Math.min(endAtMs, untilMs) - Math.max(startAtMs, fromMs));
    kwh += ((powerKw ?? mostKw) * ms) / 3_600_000;
    sum += ms;
  }
  return { kwh, ms: sum };
}

/** A counted cost without its restrictions, as near as whole steps tell. */
function moneyOf(given: SiteCase, counted: number): number {
  const weight = restrictedWeight(given);
  return counted - weight * Math.max(0, Math.floor(counted / weight));
}

function scaleOf(given: SiteCase): number {
  let scale = 0;
  for (const [i, car] of given.cars.entries()) {
    const { prices } = stepsOf(given, i);
    const mean = prices.reduce((sum, price) => sum + Math.abs(price), 0) / Math.max(1, prices.length);
    scale += (mean * car.powerKw * car.needSteps * given.stepMs) / 3_600_000;
  }
  return scale;
}

function runsOf(plan: Plan): [number, number][] {
  const runs: [number, number][] = [];
  for (const { startAtMs, endAtMs } of plan.blocks) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === startAtMs) last[1] = endAtMs;
    else runs.push([startAtMs, endAtMs]);
  }
  return runs;
}
