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
 * before it leave power; then runs under way that are too short to be stopped; then all that the cars `atOnce` need, of
 * one that charges as its run under way. A run under way that finds no power is stopped.
 */
export function settledCars(
  { nowMs, limitKw }: SiteProblem,
  order: readonly SiteCar[],
  atOnce: ReadonlySet<string>,
): SettledCar[] {
  const wanted = order.map((car) => {
    const { problem } = car;
    const need = needOf(problem);
    const totalMs = totalFor(need, problem.readyByMs ?? nowMs, nowMs);
    const endAtMs = problem.readyByMs ?? Number.POSITIVE_INFINITY;
    const minRunMs = Math.min(problem.minRunMs, totalMs, Math.max(0, endAtMs - nowMs));
    const isPower = peakKw(need.course, 0, totalMs) <= limitKw + 1e-6;
    const settledMs = atOnce.has(car.id) ? totalMs : Math.min(totalMs, settledFor(problem, need, minRunMs));
    return { car, need, totalMs: isPower ? totalMs : 0, settledMs: isPower ? settledMs : 0 };
  });
  let taken: Load = NO_LOAD;
  const settled = new Map<string, Interval>();
  for (const each of inTurn(wanted)) {
    if (each.settledMs === 0) continue;
    const { course } = each.need;
    const powerKw = peakKw(course, 0, each.settledMs);
    const fromMs = soonestMs(each.car, each.need, nowMs);
    const startAtMs = firstRoom(fromMs, each.settledMs, fullTimes(taken, limitKw, powerKw));
    const run = { startAtMs, endAtMs: startAtMs + each.settledMs };
    const load = sumOf([taken, loadOf(course, [run])]);
    if ((startAtMs > nowMs && !mayWait(each, atOnce)) || !fitsLimit(load, limitKw)) continue;
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

/** Cars as they are settled: those with a reserve, then those that charge, then the others. */
export function inTurn<T extends Wanting>(wanted: readonly T[]): readonly T[] {
  const rank = ({ car, need }: T) => (need.reserveMs > 0 ? 0 : car.problem.isCharging ? 1 : 2);
  return [...wanted].sort((a, b) => rank(a) - rank(b));
}

/** Whether what is settled may wait for power: a run under way that finds none is stopped instead. */
export function mayWait({ car, need }: Wanting, atOnce: ReadonlySet<string>): boolean {
  return need.reserveMs > 0 || atOnce.has(car.id);
}

/** When a car may charge at the soonest: a reserve does not wait for the end of a pause. */
export function soonestMs({ problem }: SiteCar, need: Need, nowMs: number): number {
  return need.reserveMs > 0 ? nowMs : nowMs + pauseLeftMs(problem, need);
}

type Wanting = Pick<SettledCar, 'car' | 'need'>;

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
