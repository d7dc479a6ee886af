import { HELD_NEWS_KW, SITE_PLAN_MAX_MS } from '../domain/rules.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { powerAtKw } from '../planner/charge-curve.ts';
import type { CurvePoint, Plan, PlanProblem } from '../planner/problem.ts';
import { energyFromWh } from './blocks.ts';
import type { SitePower, SiteSession } from './plan-site.ts';
import { courseFrame } from './planning.ts';

/** What a plan of several cars was made from, but the time, what the cars have charged and their curves. */
export interface SiteCourse {
  readonly frame: string;
  readonly freeKw: number;
}

/** The same with what the plan of one of the cars lacked then: it is no news later. */
export interface SiteCourseOfCar extends SiteCourse {
  /** Wh; absent in plans of an earlier version. */
  readonly lackWh?: number;
}

/** The course of a site as it is now: a plan that was made on another does not stand. */
export function siteCourse(sessions: readonly SiteSession[], { limitKw, freeKw }: SitePower): SiteCourse {
  const cars = sessions.map(
    ({ lane, session, policy, effects, leastPowerKw }) =>
      `${lane.vehicle.id}|${leastPowerKw ?? ''}|${courseFrame(lane, session, policy, effects)}`,
  );
  return { frame: `${limitKw}\n${cars.join('\n')}`, freeKw };
}

/**
 * Whether a plan of several cars is still carried out as it was made: nothing it was made from has changed, there is
 * still the power that it counts on, and what is left of it is what is left to charge, in every car. Cars that share have
 * many plans that are as good as each other, more still where not all can be in time, and going from one to the other at
 * every reading would stop and start them in turns and gain nothing. It is looked for a better one now and then, and at
 * each step before a car's charge ends.
 */
export function isSiteOnCourse(sessions: readonly SiteSession[], course: SiteCourse): boolean {
  return sessions.length > 0 && sessions.every((each) => isCarOnCourse(each, course));
}

function isCarOnCourse(
  { lane, session, problem, effects }: SiteSession,
  { frame, freeKw }: SiteCourse,
): boolean {
  const { plan } = session;
  const course = plan?.together?.course;
  const { nowMs, context } = effects;
  if (plan === null || course === undefined || context.settings?.alwaysPlan === true) {
    return false;
  }
  const isSame = course.frame === frame && freeKw >= course.freeKw && freeKw - course.freeKw < HELD_NEWS_KW;
  if (!isSame || nowMs - plan.madeAtMs >= SITE_PLAN_MAX_MS || !areAlike(plan.car.curve, problem.curve)) {
    return false;
  }
  const blocks = plan.plan.blocks.filter(({ endAtMs }) => endAtMs > nowMs);
  const endAtMs = blocks.at(-1)?.endAtMs ?? Number.POSITIVE_INFINITY;
  const isCharging = lane.observed.isCharging?.value === true;
  if (isCharging && endAtMs - nowMs <= LAST_STRETCH_MS) {
    return false;
  }
  const neededWh = neededOf(problem);
  const toleranceWh = Math.max(TOLERANCE_WH, TOLERANCE_RATIO * neededWh);
  return Math.abs(energyFromWh(blocks, nowMs) + (course.lackWh ?? 0) - neededWh) <= toleranceWh;
}

/** Whether two curves have the same power at every level: while a power is measured, each reading moves it by a little. */
function areAlike(one: readonly CurvePoint[], other: readonly CurvePoint[]): boolean {
  return [...one, ...other].every(({ levelPercent }) => {
    const [a, b] = [powerAtKw(one, levelPercent), powerAtKw(other, levelPercent)];
    return Math.abs(a - b) <= ALIKE_RATIO * Math.max(a, b);
  });
}

/** What a plan leaves uncharged when it is made, Wh: all, where there is no power for the car; what comes too late. */
export function lackWh({ blocks }: Plan, problem: PlanProblem): number {
  return neededOf(problem) - energyFromWh(blocks, problem.nowMs);
}

function neededOf(problem: PlanProblem): number {
  const goalPercent = Math.min(
    Math.max(problem.targetPercent, problem.reservePercent),
    problem.chargeLimitPercent,
  );
  const risePercent = Math.max(0, goalPercent - problem.levelPercent);
  return ((risePercent / 100) * problem.capacityWh) / problem.efficiency;
}

/** Before the end of a charge every reading counts. */
const LAST_STRETCH_MS = 20 * MINUTE_MS;
/** Less than this is powers that are rounded down, and levels that are. */
const TOLERANCE_WH = 300;
const TOLERANCE_RATIO = 0.03;
/** Less than this is how power is measured and rounded. */
const ALIKE_RATIO = 0.02;
