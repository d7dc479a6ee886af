import type { Why, WhyCode } from '../domain/history.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import { averagePrice } from '../domain/price-series.ts';
import { restrictionIntervals } from '../domain/schedule.ts';
import { MINUTE_MS } from '../domain/units.ts';
import type { PlanBlock } from '../planner/problem.ts';
import { goalPercent, limitOf, takesNoMore, zoneOf } from './aim.ts';
import { isBelievedCharging, levelByEnergy } from './believed-state.ts';
import type { LocationPrices } from './contract.ts';
import type { Control, CurrentSession, Lane, StoredPlan, Together, Visit } from './lane.ts';
import { knownKw } from './may-draw.ts';
import { plannedSlots } from './planned-slots.ts';
import { isCheaperLater } from './run-on.ts';

/** Why the car of a session charges now, or does not: the one reason that a driver would want to hear. */
export function whyNow(
  lane: Lane,
  session: CurrentSession,
  prices: LocationPrices | null,
  nowMs: number,
): Why {
  const { visit } = lane;
  if (visit === null || !session.isActive) {
    return withoutCar(session, visit);
  }
  if (visit.unpluggedAtMs !== null) {
    return { ...reason('JUST_UNPLUGGED', session), atMs: visit.graceUntilMs };
  }
  return isBelievedCharging(lane)
    ? { ...whyCharging(lane, session, prices, nowMs), ...contactOf(lane, session) }
    : whyIdle(lane, session, prices, nowMs);
}

/** The reason of a session that is over. */
export function whySettled(atMs: number): Why {
  return { ...EMPTY, code: 'SETTLED', atMs };
}

function withoutCar(session: CurrentSession, visit: Visit | null): Why {
  if (visit === null || visit.unpluggedAtMs !== null) {
    return reason('WAITING_FOR_PLUG', session);
  }
  return visit.place.kind === 'pending'
    ? { ...reason('PLACE_UNKNOWN', session), atMs: visit.place.untilMs }
    : reason('PLUGGED_IN_ELSEWHERE', session);
}

/** What a charge is told with that nobody sees at present. */
function contactOf({ observed }: Lane, { errors }: CurrentSession): Pick<Why, 'contact'> {
  if (observed.isReachable?.value === false) {
    return { contact: 'UNREACHABLE' };
  }
  return errors.TELEMETRY_STALE === undefined ? {} : { contact: 'SILENT' };
}

function whyCharging(lane: Lane, session: CurrentSession, prices: LocationPrices | null, nowMs: number): Why {
  const { control } = lane;
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('CHARGING_LEFT_ALONE', session), atMs: nextStart(session, nowMs) };
  }
  if (control.wanted === 'free') {
    return { ...reason('CHARGING_MEASURED', session), atMs: control.letRunUntilMs };
  }
  if (control.wanted === 'off') {
    return { ...reason('CHARGING_UNWANTED', session), ...(lane.vehicle.canStop ? againOf(control) : {}) };
  }
  return withHeld(lane, session.plan?.together, whyWanted(lane, session, prices, nowMs));
}

/** The reason with the power that the car is held to, where that is less than it takes. */
function withHeld(lane: Lane, together: Together | undefined, why: Why): Why {
  const { power } = lane.control;
  if (power === undefined || power.toKw === null || !power.isBound) {
    return why;
  }
  const fullKw = Math.round(knownKw(lane) * 10) / 10;
  if (power.toKw >= fullKw) {
    return why;
  }
  const held = { powerKw: power.toKw, fullKw };
  const sharedWithIds = together?.sharedWithIds;
  if (together === undefined || sharedWithIds === undefined) {
    return { ...why, held };
  }
  const isShare = SHARED_INSTEAD.has(why.code);
  return {
    ...why,
    ...(isShare ? { code: 'CHARGING_SHARED' } : {}),
    ...(isShare || why.vehicleIds === undefined ? othersOf(together.limitKw, sharedWithIds) : {}),
    held,
  };
}

/** Reasons that a car which shares the power would be told wrongly, or less clearly. */
const SHARED_INSTEAD: ReadonlySet<WhyCode> = new Set<WhyCode>([
  'CHARGING_IN_TURN',
  'CHARGING_PLANNED',
  'CHARGING_IN_ALLOWED_HOUR',
  'CHARGING_JUST_ENOUGH_TIME',
]);

/** Why a car that charges is to do so. */
function whyWanted(lane: Lane, session: CurrentSession, prices: LocationPrices | null, nowMs: number): Why {
  const { aim, plan } = session;
  const block = plan?.plan.blocks.find(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
  const until = { atMs: block?.endAtMs ?? null };
  const goal = goalOf(lane, session);
  const cost = priceOf(wholeBlock(session, block), prices);
  if (aim.target?.kind === 'IMMEDIATE_START') {
    return { ...reason('CHARGING_IMMEDIATE', session), ...until, ...goal };
  }
  if (session.isFillingReserve) {
    const percent = aim.target?.reservePercent ?? reserveOf(lane, session);
    return { ...reason('CHARGING_RESERVE', session), ...until, percent };
  }
  if (aim.isLate) {
    return { ...reason('CHARGING_LATE', session), ...until };
  }
  if (plan?.plan.isWithoutPrices === true) {
    return { ...reason('CHARGING_WITHOUT_PRICES', session), ...until };
  }
  if (aim.isMet) {
    // Nothing else charges a car whose target is met.
    return { ...reason('CHARGING_ABOVE_TARGET', session), ...until, ...cost };
  }
  const isLate = plan?.plan.feasible === false;
  const beside = plan?.together?.yields ?? null;
  if (plan?.together !== undefined && beside !== null && beside.reason !== 'LIMIT') {
    const code = isLate ? 'CHARGING_NOT_ENOUGH_POWER' : 'CHARGING_IN_TURN';
    const others = othersOf(plan.together.limitKw, beside.toVehicleIds);
    return { ...reason(code, session), ...until, ...goal, ...cost, ...others };
  }
  if (isLate) {
    return { ...reason('CHARGING_NO_TIME_LEFT', session), ...until, ...goal, ...cost };
  }
  const planned = plannedCode(lane, session, block, prices, nowMs);
  return { ...reason(planned, session), ...until, ...goal, ...cost };
}

/** Why a plan that keeps its deadline charges now: because it must, or because it is cheap. */
function plannedCode(
  lane: Lane,
  session: CurrentSession,
  block: PlanBlock | undefined,
  prices: LocationPrices | null,
  nowMs: number,
): WhyCode {
  if (nowMs >= chargedInFromMs(lane, session)) {
    return 'CHARGING_TO_DEPARTURE';
  }
  if (hasJustTime(session.plan)) {
    return 'CHARGING_JUST_ENOUGH_TIME';
  }
  const { target } = session.aim;
  const untilMs = target?.kind === 'REGULAR' ? target.readyByMs : nowMs;
  const avoided = avoidedBetween(lane, session, lane.visit?.pluggedInAtMs ?? nowMs, untilMs);
  const stored = session.plan;
  const isRunOn =
    stored !== null &&
    block !== undefined &&
    isCheaperLater(stored, block, {
      slots: plannedSlots(prices, zoneOf(lane, session.locationId), nowMs, untilMs, true),
      avoided,
      nowMs,
      untilMs: untilMs - stored.marginMs,
    });
  return isRunOn ? 'CHARGING_RUN_ON' : avoided.length > 0 ? 'CHARGING_IN_ALLOWED_HOUR' : 'CHARGING_PLANNED';
}

/** Whether the charge began no sooner than it had to. As long as it goes on as planned that does not change. */
function hasJustTime(plan: StoredPlan | null): boolean {
  const latestMs = plan?.plan.latestSafeStartMs ?? null;
  // Beside other cars there may be time enough after them: the latest start of a plan made together is no such limit.
  if (plan === null || latestMs === null || plan.together !== undefined) {
    return false;
  }
  return latestMs <= Math.max(plan.madeAtMs, plan.plan.blocks[0]?.startAtMs ?? 0);
}

/** When the last minutes before departure begin that the policy asks to be charged in; readyBy where it asks for none. */
export function chargedInFromMs(lane: Lane, session: CurrentSession): number {
  const { target } = session.aim;
  const { preconditionMinutes = 0 } = policyOf(lane, session) ?? {};
  return target?.kind === 'REGULAR'
    ? target.readyByMs - preconditionMinutes * MINUTE_MS
    : Number.POSITIVE_INFINITY;
}

function whyIdle(lane: Lane, session: CurrentSession, prices: LocationPrices | null, nowMs: number): Why {
  const { observed, control } = lane;
  const { aim } = session;
  if (observed.delivery?.value === 'PLUGGED_IN:FAULT') {
    return reason('FAULT', session);
  }
  if (observed.delivery?.value === 'PLUGGED_IN:NO_POWER') {
    return reason('NO_POWER', session);
  }
  if (control.wanted === 'on') {
    return whyNotStarted(lane, session, nowMs);
  }
  if (takesNoMore(lane)) {
    const isAtLimit = (observed.levelPercent?.value ?? 0) >= limitOf(lane) && limitOf(lane) < 100;
    return isAtLimit
      ? { ...reason('AT_LIMIT', session), percent: limitOf(lane) }
      : reason('CAR_COMPLETE', session);
  }
  const block = session.plan?.plan.blocks.find(({ startAtMs }) => startAtMs > nowMs);
  const yielding = whyYielding(session, session.plan?.together, block);
  if (yielding !== null) {
    return yielding;
  }
  if (block !== undefined) {
    const code = waitingCode(lane, session, block, prices);
    return { ...reason(code, session), atMs: block.startAtMs, ...priceOf(block, prices) };
  }
  if (aim.target === null) {
    return { ...reason('NO_DEADLINE', session), percent: reserveOf(lane, session) };
  }
  if (aim.isMet && limitOf(lane) < aim.target.targetPercent) {
    return { ...reason('AT_LIMIT', session), percent: limitOf(lane) };
  }
  const level = levelByEnergy(lane, session.locationId, nowMs);
  const isMet = aim.isMet || (level !== null && level >= aim.target.targetPercent);
  return reason(isMet ? 'TARGET_MET' : 'NOTHING_PLANNED', session);
}

/** Why a car waits for others under the location's limit; null where it would not charge sooner alone. */
function whyYielding(
  session: CurrentSession,
  together: Together | undefined,
  block: PlanBlock | undefined,
): Why | null {
  const { yields, limitKw } = together ?? { yields: null, limitKw: 0 };
  if (yields === null || yields.aloneAtMs === null) {
    return null;
  }
  const { reason: why, toVehicleIds, aloneAtMs } = yields;
  if (block !== undefined && block.startAtMs < aloneAtMs + SOONER_MS) {
    return null;
  }
  const code = why === 'LIMIT' && toVehicleIds.length === 0 ? 'CONNECTION_TOO_SMALL' : YIELDING_CODES[why];
  return {
    ...reason(code, session),
    ...othersOf(limitKw, toVehicleIds),
    atMs: block?.startAtMs ?? null,
  };
}

/** A car that alone would start no more than this sooner does not wait for others. */
const SOONER_MS = MINUTE_MS;

const YIELDING_CODES = {
  COST: 'WAITING_FOR_OTHER_CAR',
  DEADLINE: 'WAITING_FOR_EARLIER_CAR',
  LEVEL: 'WAITING_ITS_TURN',
  IN_TIME: 'WAITING_FOR_CAR_IN_TIME',
  LIMIT: 'CONNECTION_IN_USE',
} as const;

function othersOf(limitKw: number, vehicleIds: readonly string[]): Pick<Why, 'limitKw' | 'vehicleIds'> {
  return { limitKw, vehicleIds };
}

function whyNotStarted(lane: Lane, session: CurrentSession, nowMs: number): Why {
  const { control, observed } = lane;
  if (!lane.vehicle.canStart) {
    return reason('CANNOT_COMMAND', session);
  }
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('LEFT_ALONE', session), atMs: nextStart(session, nowMs) };
  }
  if (control.held !== undefined) {
    const { limitKw, byVehicleIds, isSlowing } = control.held;
    const code = isSlowing === true ? 'WAITING_FOR_ROOM' : 'WAITING_FOR_OTHER_TO_STOP';
    return { ...reason(code, session), ...othersOf(limitKw, byVehicleIds) };
  }
  if (observed.isReachable?.value === false) {
    return { ...reason('UNREACHABLE', session), ...againOf(control), atMs: control.nextAttemptAtMs };
  }
  return control.failureCount > 0
    ? { ...reason('START_REFUSED', session), ...againOf(control) }
    : reason('STARTING', session);
}

/** The attempts that failed and, after them, whether one is under way and when the next one follows. */
function againOf({
  command,
  failureCount,
  nextAttemptAtMs,
}: Control): Pick<Why, 'atMs' | 'attempts' | 'isAsked'> {
  if (failureCount === 0) {
    return { atMs: null, attempts: 0 };
  }
  const isAsked = command !== null && command.state !== 'FAILED';
  return { atMs: nextAttemptAtMs, attempts: failureCount, ...(isAsked ? { isAsked } : {}) };
}

/** What is known of the price that is waited for. */
function waitingCode(
  lane: Lane,
  session: CurrentSession,
  block: PlanBlock,
  prices: LocationPrices | null,
): WhyCode {
  const known = prices === null ? null : averagePrice(prices.slots, block.startAtMs, block.endAtMs);
  if (known !== null) {
    const { target } = session.aim;
    const untilMs = target?.kind === 'REGULAR' ? target.readyByMs : block.endAtMs;
    // From plug-in on: that some hours are passed does not change what is said.
    return avoidedBetween(lane, session, lane.visit?.pluggedInAtMs ?? block.startAtMs, untilMs).length > 0
      ? 'WAITING_FOR_ALLOWED_HOUR'
      : 'WAITING_FOR_CHEAP_HOUR';
  }
  return prices === null || prices.slots.length === 0 ? 'WAITING_FOR_PRICES' : 'WAITING_FOR_FORECAST_HOUR';
}

/** What a running charge is for is what it costs from its beginning on, not only what is left of it. */
function wholeBlock({ blocks }: CurrentSession, block: PlanBlock | undefined): Interval | undefined {
  const running = blocks.at(-1);
  return block !== undefined && running?.isRunning === true
    ? { startAtMs: Math.min(running.startAtMs, block.startAtMs), endAtMs: block.endAtMs }
    : block;
}

function priceOf(
  block: Interval | undefined,
  prices: LocationPrices | null,
): Pick<Why, 'price' | 'currency'> {
  if (block === undefined || prices === null) {
    return { price: null, currency: null };
  }
  const price = averagePrice(prices.slots, block.startAtMs, block.endAtMs);
  // Digits beyond these are no news to a driver, and must not make an entry of their own.
  return { price: price === null ? null : Math.round(price * 1000) / 1000, currency: prices.currency };
}

function nextStart(session: CurrentSession, nowMs: number): number | null {
  return session.plan?.plan.blocks.find(({ startAtMs }) => startAtMs > nowMs)?.startAtMs ?? null;
}

/** When the policy avoids charging between two instants. */
function avoidedBetween(lane: Lane, session: CurrentSession, fromMs: number, toMs: number): Interval[] {
  const windows = policyOf(lane, session)?.restrictionSchedule ?? [];
  return restrictionIntervals(windows, zoneOf(lane, session.locationId), fromMs, toMs);
}

/** What is charged to: the target, or the car's own limit where that is below it. */
function goalOf(lane: Lane, { aim: { target } }: CurrentSession): Pick<Why, 'percent' | 'isCarLimit'> {
  const percent = goalPercent(lane, target);
  return target !== null && limitOf(lane) < target.targetPercent
    ? { percent, isCarLimit: true }
    : { percent };
}

function reserveOf(lane: Lane, session: CurrentSession): number | null {
  return policyOf(lane, session)?.batteryReserve ?? null;
}

function policyOf(lane: Lane, session: CurrentSession): Policy | undefined {
  return lane.policies.find(({ id }) => id === session.policyId);
}

const EMPTY = {
  atMs: null,
  percent: null,
  readyByMs: null,
  price: null,
  currency: null,
  attempts: null,
} as const;

function reason(code: WhyCode, { aim: { target } }: CurrentSession): Why {
  return {
    ...EMPTY,
    code,
    percent: target?.targetPercent ?? null,
    readyByMs: target?.kind === 'REGULAR' ? target.readyByMs : null,
  };
}
