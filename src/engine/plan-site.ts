import type { Policy } from '../domain/policy.ts';
import { REPLAN_GAIN_RATIO } from '../domain/rules.ts';
import { needOf } from '../planner/need.ts';
import type { PlanBlock, PlanProblem } from '../planner/problem.ts';
import { runsOf } from '../planner/runs.ts';
import { fitsLimit, type Load, loadOf, sumOf } from '../planner/site/load.ts';
import { planSite, type SitePlan } from '../planner/site.ts';
import { onWholeMs } from '../planner/whole-ms.ts';
import { chargedFirst, withoutFirst } from './charged-first.ts';
import type { Effects } from './effects.ts';
import { holdingBack } from './held-power.ts';
import type { CurrentSession, Lane, OtherRun, StoredPlan, Together } from './lane.ts';
import { sessionWith } from './parts.ts';
import { marginOf, plannedCar } from './planned-car.ts';
import { replan, targetIdOf, waitingBasis, withoutBlip } from './planning.ts';
import { isSiteOnCourse, lackWh, type SiteCourse, siteCourse } from './site-course.ts';

/** A session that is planned together with others, and what it is planned from. */
export interface SiteSession {
  readonly lane: Lane;
  readonly session: CurrentSession;
  readonly policy: Policy;
  readonly effects: Effects;
  /** Its curve is what the car may draw, never a cautious one. */
  readonly problem: PlanProblem;
  /** The most that it draws by that curve, from the present level on. */
  readonly powerNowKw: number;
  /** The least that it can be held to; null where it is only on or off. */
  readonly leastPowerKw: number | null;
}

/** What the cars of a site may draw. */
export interface SitePower {
  /** The location's limit, as drivers know it. */
  readonly limitKw: number;
  /** What is left of it by cars that draw there and are not ours to command. */
  readonly freeKw: number;
  /** Those cars. */
  readonly takenByVehicleIds: readonly string[];
}

/**
 * The active sessions of one site with plans that stay below what is free at every instant, in the order given. Each
 * gets its plan alone, kept or new, where all of them fit: each is the best of its own, so they are the best together,
 * and where a car alone needs no new plan it needs none here. Else they are planned as one. Such a plan stands while
 * all cars wait and nothing it was made from has changed: waiting only takes choices away, so what is then the best is no
 * cheaper, and a plan near the best (decision 0009) would not be replaced for less than 2 %. Once one of them charges it
 * stands while it is carried out as it was made (site-course.ts).
 */
export function planTogether(sessions: readonly SiteSession[], power: SitePower): readonly CurrentSession[] {
  const bases = basesOf(sessions, power);
  if (sessions.length > 0 && sessions.every((each, index) => stillWaits(each, bases[index]))) {
    return sessions.map(({ session }) => session);
  }
  const course = siteCourse(sessions, power);
  if (isSiteOnCourse(sessions, course)) {
    return sessions.map(({ session }) => session);
  }
  const cars = sessions.map(carOf);
  const limitKw = Math.max(0, power.freeKw);
  if (fitsLimit(sumOf(cars.map(loadAlone)), limitKw)) {
    return cars.map(({ alone }) => alone);
  }
  const [first] = sessions;
  const found = planSite({
    nowMs: first?.effects.nowMs ?? 0,
    cars: cars.map(({ lane, session, problem, leastPowerKw }) => ({
      id: lane.vehicle.id,
      leastPowerKw,
      isHeldBack: leastPowerKw !== null && holdingBack(lane.control) !== null,
      problem: chargedFirst(problem, session.aim),
      old: keepable(session, problem.nowMs),
    })),
    limitKw,
    replanGain: first?.effects.context.settings?.replanGainRatio ?? REPLAN_GAIN_RATIO,
  });
  return cars.map((car, index) => withPlan(car, found, power, bases[index] ?? '', course));
}

/** Of each car, with what is free and who shares it. */
function basesOf(sessions: readonly SiteSession[], { freeKw, limitKw }: SitePower): readonly string[] {
  const ids = sessions.map(({ lane }) => lane.vehicle.id).join();
  // Another car's least power counts in every plan here.
  const least = sessions.map(({ leastPowerKw }) => leastPowerKw ?? '').join('');
  return sessions.map(
    ({ lane, session, policy, effects, powerNowKw }) =>
      `${limitKw}|${freeKw}|${powerNowKw.toFixed(2)}|${ids}${least}|${waitingBasis(lane, session, policy, effects)}`,
  );
}

/** Whether a car waits by a plan that was made together with others from all that is known now. */
function stillWaits({ lane, session, effects }: SiteSession, basis: string | undefined): boolean {
  const { plan } = session;
  const beginsAtMs = plan?.plan.blocks[0]?.startAtMs ?? Number.POSITIVE_INFINITY;
  return (
    effects.context.settings?.alwaysPlan !== true &&
    plan?.together !== undefined &&
    plan.together.basis === basis &&
    lane.observed.isCharging?.value !== true &&
    effects.nowMs < beginsAtMs
  );
}

/** One of the cars, and its session with the plan that it would have alone. */
interface Car extends SiteSession {
  readonly alone: CurrentSession;
}

function carOf(planned: SiteSession): Car {
  const { lane, session, policy, effects } = planned;
  return { ...planned, alone: replan(lane, session, policy, effects) };
}

function loadAlone({ problem, alone }: Car): Load {
  return loadOf(needOf(problem).course, runsOf(remaining(alone.plan?.plan.blocks ?? [], problem.nowMs)));
}

/** The blocks of a plan for the same target, from now on: what a new plan changes only for a gain. */
function keepable(session: CurrentSession, nowMs: number): readonly PlanBlock[] | null {
  const { plan } = session;
  return plan === null || plan.targetId !== targetIdOf(session) ? null : remaining(plan.plan.blocks, nowMs);
}

function remaining(blocks: readonly PlanBlock[], nowMs: number): PlanBlock[] {
  return blocks
    .filter(({ endAtMs }) => endAtMs > nowMs)
    .map((block) => ({ ...block, startAtMs: Math.max(block.startAtMs, nowMs) }));
}

function withPlan(
  car: Car,
  found: SitePlan,
  power: SitePower,
  basis: string,
  course: SiteCourse,
): CurrentSession {
  const { lane, session, problem, alone, effects } = car;
  const made = found.plans.get(lane.vehicle.id);
  if (made === undefined) {
    return alone;
  }
  effects.planCount += 1;
  const stored: StoredPlan = {
    madeAtMs: effects.nowMs,
    targetId: targetIdOf(session),
    marginMs: problem.marginMs,
    marginReason: marginOf(lane, session, effects.context.settings ?? {}, problem).reason,
    car: plannedCar(lane, session, problem),
    plan: onWholeMs(withoutBlip({ ...made, blocks: withoutFirst(made.blocks, problem) })),
    // Nothing equals these: alone it is planned anew.
    basis: '',
    frame: '',
    isBest: false,
    together: {
      ...togetherOf(lane.vehicle.id, alone, found, power, basis),
      others: othersOf(lane.vehicle.id, found),
      takenByVehicleIds: power.takenByVehicleIds,
      course: { ...course, lackWh: lackWh(made, problem) },
    },
  };
  return sessionWith(session, { plan: stored });
}

/** When the others are to charge; blocks that touch are one run. */
function othersOf(id: string, { plans }: SitePlan): readonly OtherRun[] {
  return [...plans].flatMap(([vehicleId, plan]) =>
    vehicleId === id
      ? []
      : runsOf(onWholeMs(plan).blocks).map(({ startAtMs, endAtMs }) => ({
          vehicleId,
          startAtMs,
          endAtMs,
          isInTime: plan.feasible,
        })),
  );
}

function togetherOf(
  id: string,
  alone: CurrentSession,
  found: SitePlan,
  power: SitePower,
  basis: string,
): Together {
  const yielded = found.yields.find((each) => each.id === id);
  const { limitKw, takenByVehicleIds } = power;
  if (yielded === undefined) {
    return { limitKw, basis, yields: null };
  }
  const { reason, to } = yielded;
  const toVehicleIds = reason === 'LIMIT' ? takenByVehicleIds : to;
  const aloneAtMs = alone.plan?.plan.blocks[0]?.startAtMs ?? null;
  return { limitKw, basis, yields: { reason, toVehicleIds, aloneAtMs } };
}
