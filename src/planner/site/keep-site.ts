import type { Interval } from '../../domain/interval.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { keptRuns, worthsOf } from '../keep.ts';
import { needOf } from '../need.ts';
import { TIE } from '../schedule.ts';
import type { SiteCar, SitePlan, SiteProblem } from '../site.ts';
import { statePlan } from '../state-plan.ts';
import { bestBeside } from './beside.ts';
import { isGoodAs } from './good-as.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, peakKw, sumOf } from './load.ts';

/** Noise may let a kept run end so much later that the next car's run waits for it so long, and no longer [ours]. */
const WAIT_MAX_MS = 5 * MINUTE_MS;

type Runs = Map<string, readonly Interval[]>;

/**
 * The old joint plan with only the ends of its last runs moved to the present needs, and a run that would begin before
 * another car's has ended put off for some minutes. A car of which nothing can be kept, as it is new or there was no power
 * for it, gets its best beside the others, none where the fresh plan has none for it. Null where there is nothing to keep,
 * or it would break the limit, miss a target, or cost more than the gain allows: reasons are those of one car
 * (`good-as.ts`), the gain is counted over all.
 */
export function keptSite(
  { limitKw, replanGain }: SiteProblem,
  order: readonly SiteCar[],
  fresh: SitePlan,
): ReadonlyMap<string, readonly Interval[]> | null {
  const runs: Runs = new Map();
  for (const { id, problem, old } of order) {
    if (old === null) continue;
    const kept = keptRuns(old, problem, needOf(problem));
    if (kept !== null) runs.set(id, kept);
  }
  if (runs.size === 0) return null;
  makeWait(order, runs, limitKw);
  for (const car of order) {
    if (runs.has(car.id)) continue;
    const isIdle = (fresh.plans.get(car.id)?.blocks.length ?? 0) === 0;
    const best = isIdle ? [] : bestBeside(car, othersOf(order, runs, car.id), limitKw, null);
    if (best === null) return null;
    runs.set(car.id, best);
  }
  if (!fitsLimit(othersOf(order, runs, null), limitKw)) return null;
  let keptSum = 0;
  let freshSum = 0;
  for (const { id, problem } of order) {
    const freshPlan = fresh.plans.get(id);
    if (freshPlan === undefined) return null;
    const need = needOf(problem);
    const kept = statePlan(problem, need, runs.get(id) ?? []);
    if (!isGoodAs(problem, need, kept, freshPlan)) return null;
    const { keptCost, freshCost } = worthsOf(problem, kept, freshPlan);
    keptSum += keptCost;
    freshSum += freshCost;
  }
  return keptSum - freshSum > Math.max(TIE, replanGain * Math.abs(keptSum)) ? null : runs;
}

/** Puts off runs that begin while another car's run, which ends within minutes, still takes the power. */
function makeWait(order: readonly SiteCar[], runs: Runs, limitKw: number): void {
  for (const { id, problem } of order) {
    const own = runs.get(id);
    if (own === undefined) continue;
    const need = needOf(problem);
    const full = fullTimes(othersOf(order, runs, id), limitKw, peakKw(need.course, 0, need.mostMs));
    const waited = own.map((run) => {
      const time = full.find((each) => each.startAtMs <= run.startAtMs && each.endAtMs > run.startAtMs);
      const waitMs = time === undefined ? 0 : time.endAtMs - run.startAtMs;
      const mayWait = waitMs <= WAIT_MAX_MS && run.startAtMs > problem.nowMs;
      return mayWait ? { startAtMs: run.startAtMs + waitMs, endAtMs: run.endAtMs + waitMs } : run;
    });
    const isApart = waited.every((run, i) => i === 0 || (waited[i - 1]?.endAtMs ?? 0) < run.startAtMs);
    if (isApart) runs.set(id, waited);
  }
}

function othersOf(order: readonly SiteCar[], runs: Runs, id: string | null): Load {
  return sumOf(
    order.flatMap((car) =>
      car.id === id ? [] : [loadOf(needOf(car.problem).course, runs.get(car.id) ?? [])],
    ),
  );
}
