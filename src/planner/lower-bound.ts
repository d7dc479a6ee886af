import { HOUR_MS } from '../domain/units.ts';
import { levelAfterPercent, powerRangeKw } from './charge-curve.ts';
import type { Need } from './need.ts';
import { chargedKwh } from './need.ts';
import type { PlanProblem } from './problem.ts';
import { cutByPrice } from './timeline.ts';

/** What a plan is made of, as far as its bound needs it. */
export interface Planned {
  readonly totalMs: number;
  /** When its last run ends. */
  readonly endAtMs: number;
  /** Energy that it takes, after the reserve, at times without a price. */
  readonly unpricedKwh: number;
}

/**
 * What no schedule for the same need can cost less than. The reserve costs what it costs, as it is charged at now. The
 * rest of the energy is filled into the cheapest slots at the curve's highest power, without regard to runs, pauses and
 * restrictions; one start is added when the car must start. Energy without a price is stated as free: where slots have
 * none, the bound is that of all schedules that take no more such energy than the plan does.
 * Where charging above the target is wanted, the bound may take energy at negative prices up to the limit too.
 * An optimal plan may lie above it.
 */
export function lowerBound(problem: PlanProblem, need: Need, planned: Planned): number {
  const { totalMs } = planned;
  if (totalMs <= 0) return 0;
  const { nowMs, readyByMs } = problem;
  const reserveMs = Math.min(need.reserveMs, totalMs);
  const reserve = cutByPrice({ startAtMs: nowMs, endAtMs: nowMs + reserveMs }, problem.slots);
  let cost = problem.isCharging ? 0 : problem.startCost;
  let doneKwh = 0;
  for (let i = 0; i < reserve.price.length; i++) {
    const untilKwh = chargedKwh(need, (reserve.edgesMs[i + 1] ?? nowMs) - nowMs, totalMs);
    cost += (reserve.price[i] ?? 0) * (untilKwh - doneKwh);
    doneKwh = untilKwh;
  }

  const leastKwh = chargedKwh(need, Math.min(need.wholeMs, totalMs), Math.min(need.wholeMs, totalMs));
  const mostKwh = need.mostMs > need.wholeMs ? chargedKwh(need, need.mostMs, need.mostMs) : leastKwh;
  const endAtMs = Math.max(planned.endAtMs, readyByMs ?? planned.endAtMs);
  const rest = cutByPrice({ startAtMs: nowMs + reserveMs, endAtMs }, problem.slots);
  const maxKw = powerRangeKw(
    need.course,
    Math.max(need.mostPercent, levelAfterPercent(need.course, totalMs)),
  ).maxKw;
  const order = rest.price
    .map((price, i) => ({ price: price ?? 0, isPriced: price !== null, i }))
    .sort((x, y) => x.price - y.price);
  let mustKwh = leastKwh - doneKwh;
  let mayKwh = mostKwh - doneKwh;
  let unpricedKwh = planned.unpricedKwh;
  for (const { price, isPriced, i } of order) {
    if (mustKwh <= 0 && (price >= 0 || mayKwh <= 0)) break;
    const lengthMs = (rest.edgesMs[i + 1] ?? 0) - (rest.edgesMs[i] ?? 0);
    const powerKwh = (maxKw * lengthMs) / HOUR_MS;
    const fitsKwh = isPriced ? powerKwh : Math.min(powerKwh, unpricedKwh);
    const takenKwh = Math.min(fitsKwh, price < 0 ? mayKwh : mustKwh);
    cost += price * takenKwh;
    mustKwh -= takenKwh;
    mayKwh -= takenKwh;
    if (!isPriced) unpricedKwh -= takenKwh;
  }
  return cost;
}
