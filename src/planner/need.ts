import { DAY_MS, HOUR_MS } from '../domain/units.ts';
import type { ChargeCourse } from './charge-curve.ts';
import { courseFrom, energyAfterWh, timeToLevelMs } from './charge-curve.ts';
import type { PowerLine } from './power-line.ts';
import type { PlanProblem } from './problem.ts';

/** What a problem asks for, in time of charging from its level. Times are whole ms, rounded up; Infinity for never. */
export interface Need {
  readonly course: ChargeCourse;
  /** Charged first, at now, whatever the price. */
  readonly reserveMs: number;
  /** Until the target; 0 without a deadline. */
  readonly targetMs: number;
  /** Until both are met. */
  readonly wholeMs: number;
  /** The most a plan may charge: until the car's limit where charging above the target is wanted, else wholeMs. */
  readonly mostMs: number;
  readonly targetPercent: number;
  readonly wholePercent: number;
  readonly mostPercent: number;
}

export function needOf(problem: PlanProblem): Need {
  const course = courseFrom(problem.levelPercent, problem);
  const limit = Math.min(problem.chargeLimitPercent, 100);
  const hasDeadline = problem.readyByMs !== null;
  const reservePercent = Math.min(problem.reservePercent, limit);
  const targetPercent = Math.min(problem.targetPercent, limit);
  const reserveMs = wholeMs(course, reservePercent);
  const targetMs = hasDeadline ? wholeMs(course, targetPercent) : 0;
  const wholePercent = hasDeadline ? Math.max(reservePercent, targetPercent) : reservePercent;
  const isOpen = hasDeadline && problem.opportunisticPrice !== null;
  const mostPercent = isOpen ? limit : wholePercent;
  const needMs = Math.max(reserveMs, targetMs);
  return {
    course,
    reserveMs,
    targetMs,
    wholeMs: needMs,
    mostMs: isOpen ? Math.max(needMs, wholeMs(course, mostPercent)) : needMs,
    targetPercent,
    wholePercent,
    mostPercent,
  };
}

/** Energy at the plug after a time of charging, in kWh; the part of a millisecond that rounding up adds gives nothing. */
export function chargedKwh(need: Need, chargedMs: number, totalMs: number): number {
  return Math.min(energyAfterWh(need.course, Math.max(0, chargedMs)), energyMostWh(need, totalMs)) / 1000;
}

/** Energy in the last `restMs` of a charge of a total time, kWh; a straight line where the power is constant. */
export function restKwh(need: Need, totalMs: number, constantKw: number | null): (restMs: number) => number {
  if (constantKw !== null) return (restMs) => (constantKw * restMs) / HOUR_MS;
  const whole = chargedKwh(need, totalMs, totalMs);
  return (restMs) => whole - chargedKwh(need, totalMs - restMs, totalMs);
}

/** The power over what is charged after the first `settledMs` of a charge of a total time. */
export function powerLine(need: Need, settledMs: number, totalMs: number): PowerLine {
  const { stretches, whPerPercent, fromPercent } = need.course;
  const settledKwh = chargedKwh(need, settledMs, totalMs);
  const kwh: number[] = [];
  const kw: number[] = [];
  const add = (percent: number, powerKw: number) => {
    kwh.push(((percent - fromPercent) * whPerPercent) / 1000 - settledKwh);
    kw.push(powerKw);
  };
  stretches.forEach(({ levelPercent, powerKw, kwPerPercent }, i) => {
    const endPercent = stretches[i + 1]?.levelPercent ?? Math.max(100, levelPercent);
    add(levelPercent, powerKw);
    add(endPercent, powerKw + kwPerPercent * (endPercent - levelPercent));
  });
  return { kwh, kw };
}

/** The level that a charge of a total time ends at. */
export function endPercent(need: Need, totalMs: number): number {
  return Math.max(need.course.fromPercent, totalMs > need.wholeMs ? need.mostPercent : need.wholePercent);
}

function energyMostWh(need: Need, totalMs: number): number {
  return (endPercent(need, totalMs) - need.course.fromPercent) * need.course.whPerPercent;
}

/** A charge of more than ten years has no end: its instants are soon beyond what a calendar can write. */
const CHARGE_MAX_MS = 3653 * DAY_MS;

function wholeMs(course: ChargeCourse, levelPercent: number): number {
  const neededMs = timeToLevelMs(course, levelPercent);
  if (neededMs > CHARGE_MAX_MS) return Number.POSITIVE_INFINITY;
  // A millionth of a millisecond is rounding of the arithmetic, not a need.
  return Math.max(0, Math.ceil(neededMs - 1e-5));
}
