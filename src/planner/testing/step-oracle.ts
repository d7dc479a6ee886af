import type { GridCase } from './cases.ts';
import type { Counted } from './counts-as.ts';

/** Above every cost that a case can have, and small enough to add up without loss. */
const FAR = 1e4;
/** Above the restrictions of every case: they have fewer steps than this many times FAR. */
const MISS = 200 * FAR;

/**
 * The optimum of a grid case by plain enumeration of (step, charged, on or off, age): slow, and written apart from the
 * planner so that the two can be compared. Null when the need does not fit.
 */
export function stepOracle(given: GridCase): Counted | null {
  const { problem, stepMs, energyKwh } = given;
  const steps = (given.endAtMs - problem.nowMs) / stepMs;
  const need = given.needMs / stepMs;
  const reserve = given.reserveMs / stepMs;
  if (need > steps) return null;
  const minimum = problem.minRunMs / stepMs;
  const minRun = Math.min(minimum, need, steps);
  const price = stepPrices(given);
  const restricted = Array.from({ length: steps }, (_, i) => {
    const at = problem.nowMs + i * stepMs;
    return i >= reserve && problem.restrictions.some((each) => each.startAtMs <= at && each.endAtMs > at);
  });
  // The last minutes before readyBy belong to a run, as far as that can be.
  const mustFrom = steps - Math.min(problem.preconditionMs / stepMs, need);
  const ages = Math.max(1, Math.ceil(Math.max(minimum, minRun)));
  const kwhOf = Array.from({ length: need }, (_, k) => energyKwh((k + 1) * stepMs) - energyKwh(k * stepMs));
  const index = (charged: number, on: number, age: number) => (charged * 2 + on) * (ages + 1) + age;
  const size = (need + 1) * 2 * (ages + 1);
  let value = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const ageNow =
    problem.stateSinceMs === null ? ages : Math.min(ages, (problem.nowMs - problem.stateSinceMs) / stepMs);
  const isFree = problem.startedByItself;
  // A wait has no age, a reserve to fill ends a pause, and a run that the car began itself may be stopped at once.
  const isAged = problem.isCharging ? !isFree : problem.stateSinceMs !== null && reserve === 0;
  value[index(0, problem.isCharging ? 1 : 0, isAged ? ageNow : ages)] = 0;
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    const put = (at: number, cost: number) => {
      if (cost < (next[at] ?? 0)) next[at] = cost;
    };
    for (let charged = 0; charged <= need; charged++) {
      const charge = (kwhOf[charged] ?? 0) * (price[step] ?? 0) + (restricted[step] ? FAR : 0);
      for (let on = 0; on < 2; on++) {
        for (let age = 0; age <= ages; age++) {
          const cost = value[index(charged, on, age)] ?? 0;
          if (cost === Number.POSITIVE_INFINITY) continue;
          const older = Math.min(ages, age + 1);
          const canTurn = on === 1 ? age >= minRun : age >= minimum;
          const mustCharge = step < reserve;
          if (on === 1 || canTurn) {
            if (charged < need) {
              put(
                index(charged + 1, 1, on === 1 ? older : 1),
                cost + charge + (on === 1 ? 0 : problem.startCost),
              );
            }
          }
          const missed = step >= mustFrom ? MISS : 0;
          if (!mustCharge && (on === 0 || canTurn))
            put(index(charged, 0, on === 0 ? older : 1), cost + missed);
        }
      }
    }
    value = next;
  }
  let best = Number.POSITIVE_INFINITY;
  for (let age = 0; age <= ages; age++) {
    best = Math.min(best, value[index(need, 0, age)] ?? best);
    if (age >= minRun) best = Math.min(best, value[index(need, 1, age)] ?? best);
  }
  if (best === Number.POSITIVE_INFINITY) return null;
  const count = Math.abs(Math.round(best / FAR));
  const missed = Math.floor(count / (MISS / FAR));
  return {
    missedMs: missed * stepMs,
    restrictedMs: (count - missed * (MISS / FAR)) * stepMs,
    cost: best - count * FAR,
  };
}

/** Price of each step as the planner is asked to count it: a missing one is dearer than every other. */
export function stepPrices(given: GridCase): number[] {
  const { problem, stepMs } = given;
  const steps = Math.round((given.endAtMs - problem.nowMs) / stepMs);
  const raw = Array.from({ length: steps }, (_, i) => {
    const at = problem.nowMs + i * stepMs;
    return problem.slots.find((slot) => slot.startAtMs <= at && slot.endAtMs > at)?.price ?? null;
  });
  const known = raw.filter((each) => each !== null);
  const dearest = Math.max(...known);
  const missing =
    known.length === 0 ? 0 : dearest + Math.max(dearest - Math.min(...known), Math.abs(dearest), 1e-3);
  return raw.map((each) => each ?? missing);
}
