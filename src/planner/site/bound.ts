import { powerRangeKw } from '../charge-curve.ts';
import { endPercent } from '../need.ts';
import { plan } from '../plan.ts';
import type { PlanProblem } from '../problem.ts';
import type { Cells } from './cells.ts';
import type { Dual } from './duals.ts';
import type { SettledCar } from './settle.ts';

/** A car that is to be ready in time, and what power costs it besides, per cell. */
export interface PricedCar {
  readonly given: SettledCar;
  readonly surcharge: Float64Array;
  /** It can be held to a power: what it surcharges is per kW, and nothing tells its cost alone but its bound. */
  readonly isHeld?: boolean;
}

/**
 * What no joint plan that keeps these deadlines can cost less than, in continuous time: each car planned exactly and
 * alone where power costs what it costs in the cells, less what all the power under the limit would be worth. True for
 * any prices of power. Prices are left out in cells in which something is settled, as the limit is another there; and
 * restrictions, margins, last minutes and charging above the target are left out altogether, which only lowers it.
 */
export function priceBound(cars: readonly PricedCar[], dual: Pick<Dual, 'refund'>, cells: Cells): number {
  const settledUntilMs = Math.max(0, ...cars.map(({ given }) => given.settled?.endAtMs ?? 0));
  // Settled charging may have grown to the end of its cell: the first that counts begins after it.
  let first = 0;
  while (first < cells.count && (cells.edgesMs[first] ?? 0) < settledUntilMs) first++;
  let bound = -(dual.refund[first] ?? 0);
  for (const { given, surcharge, isHeld = false } of cars) {
    const { problem } = given.car;
    const { maxKw, minKw } = powerRangeKw(given.need.course, endPercent(given.need, given.totalMs));
    const isConstant = maxKw === minKw && !isHeld;
    const isPriced =
      problem.slots.every((slot) => slot.price !== null) &&
      coversTime(problem) &&
      problem.opportunisticPrice === null;
    if (!isPriced) {
      bound += plan(problem).lowerBound;
      continue;
    }
    const perKwh = (cell: number) => {
      const hours = ((cells.edgesMs[cell + 1] ?? 0) - (cells.edgesMs[cell] ?? 0)) / 3_600_000;
      return cell < first || hours === 0 ? 0 : (surcharge[cell] ?? 0) / hours / (isConstant ? maxKw : 1);
    };
    const made = plan(relaxed(problem, cells, perKwh));
    // With taper the planner is near the best only, and held cars may do better than on or off; its bound is proven.
    bound += isConstant ? made.cost : made.lowerBound;
  }
  return bound;
}

/** The problem with dearer slots, and without what is no cost. */
function relaxed(problem: PlanProblem, cells: Cells, perKwh: (cell: number) => number): PlanProblem {
  const slots: PlanProblem['slots'][number][] = [];
  let cell = 0;
  for (const slot of problem.slots) {
    let at = Math.max(slot.startAtMs, problem.nowMs);
    while (at < slot.endAtMs) {
      while (cell < cells.count && (cells.edgesMs[cell + 1] ?? 0) <= at) cell++;
      const until = cell < cells.count ? Math.min(slot.endAtMs, cells.edgesMs[cell + 1] ?? 0) : slot.endAtMs;
      const price = (slot.price ?? 0) + (cell < cells.count ? perKwh(cell) : 0);
      slots.push({ startAtMs: at, endAtMs: until, price, provenance: slot.provenance });
      at = until;
    }
  }
  return { ...problem, slots, restrictions: [], marginMs: 0, preconditionMs: 0 };
}

/** Whether the slots cover the time until readyBy without a hole. */
function coversTime({ slots, nowMs, readyByMs }: PlanProblem): boolean {
  let at = nowMs;
  for (const slot of slots) if (slot.startAtMs <= at && slot.endAtMs > at) at = slot.endAtMs;
  return at >= (readyByMs ?? nowMs);
}
