import type { Interval } from '../../domain/interval.ts';
import { DAY_MS } from '../../domain/units.ts';
import type { Need } from '../need.ts';
import { needOf } from '../need.ts';
import { pauseLeftMs, settledFor } from '../plan.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, NO_LOAD, peakKw, sumOf } from './load.ts';

/** A car with what leaves no choice: its reserve, and the least of a run under way. */
export interface SettledCar {
  readonly car: SiteCar;
  readonly need: Need;
  /** Time of charging that it wants in all, ms. */
  readonly totalMs: number;
  /** Charging that is settled; null for none. */
  readonly settled: Interval | null;
  /** Before this it may not charge, but for what is settled. */
  readonly openAtMs: number;
  /** It charges at `openAtMs` and may go on. */
  readonly isOn: boolean;
}

/**
 * What is settled for each car, within the limit: reserves first, in the order of the rule, each as soon as those
 * before it leave power; then runs under way that are too short to be stopped. One that finds no power is stopped.
 */
export function settledCars({ nowMs, limitKw }: SiteProblem, order: readonly SiteCar[]): SettledCar[] {
  const wanted = order.map((car) => {
    const { problem } = car;
    const need = needOf(problem);
    const totalMs = totalFor(need, problem.readyByMs ?? nowMs, nowMs);
    const endAtMs = problem.readyByMs ?? Number.POSITIVE_INFINITY;
    const minRunMs = Math.min(problem.minRunMs, totalMs, Math.max(0, endAtMs - nowMs));
    const isPower = peakKw(need.course, 0, totalMs) <= limitKw + 1e-6;
    const settledMs = isPower ? Math.min(totalMs, settledFor(problem, need, minRunMs)) : 0;
    return { car, need, totalMs: isPower ? totalMs : 0, settledMs };
  });
  let taken: Load = NO_LOAD;
  const settled = new Map<string, Interval>();
  const hasReserve = (each: (typeof wanted)[number]) => each.need.reserveMs > 0;
  for (const each of [...wanted.filter(hasReserve), ...wanted.filter((other) => !hasReserve(other))]) {
    if (each.settledMs === 0) continue;
    const { course, reserveMs } = each.need;
    const powerKw = peakKw(course, 0, each.settledMs);
    const startAtMs = firstRoom(nowMs, each.settledMs, fullTimes(taken, limitKw, powerKw));
    const run = { startAtMs, endAtMs: startAtMs + each.settledMs };
    const load = sumOf([taken, loadOf(course, [run])]);
    if ((startAtMs > nowMs && reserveMs === 0) || !fitsLimit(load, limitKw)) continue;
    taken = load;
    settled.set(each.car.id, run);
  }
  return wanted.map(({ car, need, totalMs, settledMs }) => {
    const run = settled.get(car.id) ?? null;
    const { isCharging, minRunMs } = car.problem;
    const isStopped = isCharging && run === null && settledMs > 0;
    const waitMs = isStopped ? minRunMs : pauseLeftMs(car.problem, need);
    return {
      car,
      need,
      totalMs,
      settled: run,
      openAtMs: run?.endAtMs ?? nowMs + waitMs,
      isOn: run !== null || (isCharging && !isStopped),
    };
  });
}

/** Time of charging in all; a target that the curve never reaches is charged for as long as it may help. */
export function totalFor(need: Need, readyByMs: number, nowMs: number): number {
  return Number.isFinite(need.wholeMs) ? need.wholeMs : Math.max(readyByMs - nowMs, DAY_MS);
}

/** The first instant from which on a length is free of full times. */
export function firstRoom(nowMs: number, lengthMs: number, full: readonly Interval[]): number {
  let at = nowMs;
  for (const { startAtMs, endAtMs } of full) {
    if (startAtMs < at + lengthMs && endAtMs > at) at = endAtMs;
  }
  return at;
}
