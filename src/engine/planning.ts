import type { Policy } from '../domain/policy.ts';
import { POWER_HOLD_MS, REPLAN_GAIN_RATIO } from '../domain/rules.ts';
import { restrictionIntervals } from '../domain/schedule.ts';
import { DAY_MS, HOUR_MS } from '../domain/units.ts';
import { keepOrReplace } from '../planner/keep.ts';
import { plan } from '../planner/plan.ts';
import type { Plan, PlanBlock, PlanProblem } from '../planner/problem.ts';
import { onWholeMs } from '../planner/whole-ms.ts';
import { goalPercent, limitOf, takesNoMore, zoneOf } from './aim.ts';
import { heldPercent, isBelievedCharging, isStopBelieved } from './believed-state.ts';
import { capacityOf, chargingTimeMs, efficiencyOf, planningCurve } from './car.ts';
import type { EngineSettings, LocationPrices } from './contract.ts';
import type { Effects } from './effects.ts';
import type { CurrentSession, Lane, StoredPlan, Visit } from './lane.ts';
import { metAtDeparture } from './met-at-departure.ts';
import { isFresh } from './observe.ts';
import { areSameCourse, BLIP_MS, isOnCourse } from './on-course.ts';
import { sessionWith } from './parts.ts';
import { marginOf, plannedCar } from './planned-car.ts';
import { plannedSlots } from './planned-slots.ts';

/**
 * The active session with the plan that is best now. No plan is made where the last one is still the best: where
 * nothing it was made from has changed and none of its blocks has begun, for waiting only takes choices away, and where
 * the car charges just as it says.
 */
export function replan(
  lane: Lane,
  session: CurrentSession,
  policy: Policy,
  effects: Effects,
): CurrentSession {
  const { visit } = lane;
  if (visit === null) {
    return session;
  }
  const { nowMs, context } = effects;
  const isCharging = isBelievedCharging(lane);
  if (isCharging && session.plan?.targetId === targetIdOf(session) && !isFresh(lane.observed, nowMs)) {
    // Without fresh readings control goes on by the last plan.
    return session;
  }
  const prices = context.pricesAt(session.locationId);
  const settings = context.settings ?? {};
  const frame = frameOf(lane, session, policy, prices);
  const begins = session.plan?.plan.blocks[0]?.startAtMs ?? Number.POSITIVE_INFINITY;
  const isWaiting = session.plan !== null && nowMs < begins && !isCharging;
  if (isWaiting && session.plan.basis === basisOf(lane, visit, session, frame)) {
    return session;
  }
  if (
    isCharging &&
    settings.alwaysPlan !== true &&
    isStillBest(lane, visit, session, policy, settings, frame, nowMs)
  ) {
    return session;
  }
  const problem = problemOf(lane, visit, session, policy, effects);
  effects.planCount += 1;
  const fresh = plan(problem);
  const old = session.plan;
  const isKeepable = old !== null && old.targetId === targetIdOf(session) && !isAtOnce(session);
  const gain = settings.replanGainRatio ?? REPLAN_GAIN_RATIO;
  const chosen = isKeepable ? keepOrReplace(old.plan.blocks, problem, fresh, gain).plan : fresh;
  const steady = withoutBlip(metAtDeparture(chosen, problem));
  const stored: StoredPlan = {
    madeAtMs: nowMs,
    targetId: targetIdOf(session),
    marginMs: problem.marginMs,
    marginReason: marginOf(lane, session, settings, problem).reason,
    car: plannedCar(lane, session, problem),
    plan: onWholeMs(steady),
    basis: basisOf(lane, visit, session, frame),
    frame,
    isBest: areSameCourse(steady.blocks, fresh.blocks),
  };
  return sessionWith(session, { plan: stored });
}

/**
 * The plan without a first run of a few seconds before a pause: energy is known to the Wh, so that in a tight plan its
 * last bit would start and stop the car again and again, until no command is left for the run that matters; and a car
 * that charges is not kept on for it. A few seconds after the reserve, which come and go with every reading, are the
 * reserve's.
 */
export function withoutBlip(found: Plan): Plan {
  const [first, next, third] = found.blocks;
  if (first === undefined || next === undefined) {
    return found;
  }
  if (next.startAtMs > first.endAtMs) {
    return first.endAtMs - first.startAtMs < BLIP_MS ? { ...found, blocks: found.blocks.slice(1) } : found;
  }
  const isTail =
    first.type === 'BATTERY_RESERVE' &&
    next.endAtMs - next.startAtMs < BLIP_MS &&
    (third === undefined || third.startAtMs > next.endAtMs);
  return isTail ? { ...found, blocks: [joined(first, next), ...found.blocks.slice(2)] } : found;
}

function joined(block: PlanBlock, next: PlanBlock): PlanBlock {
  const energyWh = block.energyWh + next.energyWh;
  return { ...block, endAtMs: next.endAtMs, energyWh, cost: block.cost + next.cost };
}

/** Whether the car charges as its plan says, and that was the best plan and still has everything it was made for. */
function isStillBest(
  lane: Lane,
  visit: Visit,
  session: CurrentSession,
  policy: Policy,
  settings: EngineSettings,
  frame: string,
  nowMs: number,
): boolean {
  const { plan: old, aim } = session;
  const isSimple =
    !isAtOnce(session) &&
    !aim.isMet &&
    !session.isFillingReserve &&
    policy.preconditionMinutes === 0 &&
    policy.opportunisticPrice === null;
  if (old === null || !old.isBest || old.frame !== frame || !old.plan.feasible || !isSimple) {
    return false;
  }
  const goal = goalPercent(lane, aim.target);
  const levelPercent = levelNow(lane, visit, session, nowMs);
  const neededMs = goal === null ? 0 : chargingTimeMs(lane, session.locationId, levelPercent, goal);
  const { marginMs } = marginOf(lane, session, settings, {
    levelPercent,
    targetPercent: goal ?? levelPercent,
  });
  return marginMs === old.marginMs && isOnCourse(old.plan.blocks, neededMs, nowMs);
}

/** Whether the session charges as fast as it can: an immediate target, or one whose readyBy has passed unmet. */
export function isAtOnce(session: CurrentSession): boolean {
  return session.aim.target?.kind === 'IMMEDIATE_START' || session.aim.isLate;
}

/**
 * The problem as the planner is given it.
 * @param heldMaxMs so long a silent car that was charging is taken to have gone on with it.
 */
export function problemOf(
  lane: Lane,
  visit: Visit,
  session: CurrentSession,
  policy: Policy,
  { context, nowMs }: Effects,
  heldMaxMs: number = POWER_HOLD_MS,
): PlanProblem {
  const prices = context.pricesAt(session.locationId);
  const settings = context.settings ?? {};
  const { target } = session.aim;
  const isFull = takesNoMore(lane);
  const levelPercent = levelNow(lane, visit, session, nowMs, heldMaxMs);
  const goal = session.aim.isMet || isFull ? null : goalPercent(lane, target);
  const readyByMs = isAtOnce(session) ? nowMs : target?.kind === 'REGULAR' ? target.readyByMs : null;
  const neededMs = chargingTimeMs(lane, session.locationId, levelPercent, goal ?? levelPercent);
  const targetPercent = goal ?? Math.min(levelPercent, 100);
  const { marginMs } = marginOf(lane, session, settings, { levelPercent, targetPercent });
  const horizonMs = (readyByMs ?? nowMs) + Math.min(neededMs, HORIZON_MAX_MS) + HOUR_MS;
  const zone = zoneOf(lane, session.locationId);
  return {
    nowMs,
    readyByMs,
    marginMs,
    levelPercent,
    reservePercent: session.isFillingReserve && !isFull ? reserveLevel(session, policy) : 0,
    targetPercent,
    chargeLimitPercent: isFull ? Math.min(levelPercent, 100) : limitOf(lane),
    capacityWh: capacityOf(lane),
    efficiency: efficiencyOf(lane),
    curve: planningCurve(lane, session.locationId),
    isCharging: isBelievedCharging(lane),
    stateSinceMs: stateSince(lane, visit),
    startedByItself: lane.control.isOwnRun,
    slots: plannedSlots(prices, zone, nowMs, horizonMs, settings.isForecastOn ?? true),
    startCost: policy.startCost,
    minRunMs: policy.minRunMinutes * 60_000,
    opportunisticPrice: policy.opportunisticPrice,
    preconditionMs: isAtOnce(session) ? 0 : policy.preconditionMinutes * 60_000,
    restrictions: isAtOnce(session)
      ? []
      : restrictionIntervals(policy.restrictionSchedule, zone, nowMs, horizonMs),
    prefer: policy.prefer,
  };
}

/** The level now: what energy tells since the last reading, with the power then held for as long as it may be. */
function levelNow(
  lane: Lane,
  visit: Visit,
  session: CurrentSession,
  nowMs: number,
  heldMaxMs: number = POWER_HOLD_MS,
): number {
  const { observed } = lane;
  const known = observed.levelPercent?.value ?? null;
  const held = heldPercent(lane, visit, session.locationId, nowMs, heldMaxMs);
  const believed = visit.beliefPercent ?? 0;
  const goal = goalPercent(lane, session.aim.target);
  if (known === null || goal === null || known >= goal || session.aim.isMet) {
    return Math.min(100, believed + held);
  }
  // A car that reports less than the goal has a little more to charge, counted from that report on: else the end
  // of the charge would move away from now until the next report.
  const restPercent = observed.levelStepPercent >= 1 ? COARSE_REST_PERCENT : FINE_REST_PERCENT;
  return Math.min(100, Math.min(believed, goal - restPercent) + held);
}

/** Prices beyond this after readyBy change nothing: who needs longer charges now and without a pause. */
const HORIZON_MAX_MS = 7 * DAY_MS;

const COARSE_REST_PERCENT = 0.25;
const FINE_REST_PERCENT = 0.02;

/** A pause is one only after a charge in this visit; before the first run the car just waits. */
function stateSince(lane: Lane, visit: Visit): number | null {
  const { isCharging, chargingSinceMs } = lane.observed;
  if (isStopBelieved(lane)) {
    return lane.control.stoppedAtMs ?? null;
  }
  if (chargingSinceMs === null || isCharging === null) {
    return null;
  }
  const isPause = !isCharging.value && visit.account.energyWh > 0 && chargingSinceMs >= visit.pluggedInAtMs;
  return isCharging.value || isPause ? chargingSinceMs : null;
}

function reserveLevel(session: CurrentSession, policy: Policy): number {
  const { target } = session.aim;
  return target?.kind === 'IMMEDIATE_START' ? 0 : (target?.reservePercent ?? policy.batteryReserve);
}

export function targetIdOf(session: CurrentSession): number | null {
  return session.aim.target?.id ?? null;
}

/** Everything that a plan is made from but the car's charge and the time. */
function frameOf(lane: Lane, session: CurrentSession, policy: Policy, prices: LocationPrices | null): string {
  const curve = planningCurve(lane, session.locationId)
    .map(({ levelPercent, powerKw }) => `${levelPercent}:${powerKw}`)
    .join();
  return `${curve}|${frameWithoutCurve(lane, session, policy, prices)}`;
}

function frameWithoutCurve(
  lane: Lane,
  { aim, isFillingReserve }: CurrentSession,
  policy: Policy,
  prices: LocationPrices | null,
): string {
  const aimed = `${aim.target?.id ?? ''}|${aim.isMet}|${aim.isLate}|${isFillingReserve}`;
  const car = `${takesNoMore(lane)}|${limitOf(lane)}|${capacityOf(lane)}`;
  return `${aimed}|${car}|${policy.version}|${prices?.version ?? ''}`;
}

/** Everything that the plan of a car is made from, but its charge, its curve, the time and other cars. */
export function courseFrame(
  lane: Lane,
  session: CurrentSession,
  policy: Policy,
  { context }: Effects,
): string {
  return frameWithoutCurve(lane, session, policy, context.pricesAt(session.locationId));
}

/** Everything that the plan of a waiting car is made from, but the time and other cars. */
export function waitingBasis(lane: Lane, session: CurrentSession, policy: Policy, effects: Effects): string {
  const prices = effects.context.pricesAt(session.locationId);
  return basisOf(lane, lane.visit, session, frameOf(lane, session, policy, prices));
}

/** Everything that a waiting plan was made from, but the time; with what a car has that was stopped since it told its level. */
function basisOf(lane: Lane, visit: Visit | null, { locationId }: CurrentSession, frame: string): string {
  const { observed } = lane;
  const isCharging = isBelievedCharging(lane);
  const isGuessed = visit !== null && !isCharging;
  const held = isGuessed ? heldPercent(lane, visit, locationId, visit.counter.stoppedAtMs ?? 0) : 0;
  return `${frame}|${isCharging}|${observed.levelPercent?.value ?? ''}|${visit?.beliefPercent ?? ''}|${held}`;
}
