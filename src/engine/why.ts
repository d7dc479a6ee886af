import type { Why, WhyCode } from '../domain/history.ts';
import { averagePrice } from '../domain/price-series.ts';
import { MINUTE_MS } from '../domain/units.ts';
import type { PlanBlock } from '../planner/problem.ts';
import { limitOf, takesNoMore, zoneOf } from './aim.ts';
import { isBelievedCharging, levelByEnergy } from './believed-state.ts';
import type { LocationPrices } from './contract.ts';
import type { CurrentSession, Lane, Visit } from './lane.ts';
import { plannedSlots } from './planned-slots.ts';
import { contactOf, whyCharging } from './why-charging.ts';
import { departureRunFromMs } from './why-departure.ts';
import {
  againOf,
  avoidedBetween,
  EMPTY,
  leftAloneUntil,
  othersOf,
  priceOf,
  reason,
  reserveOf,
} from './why-parts.ts';

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
    return whyNotStarted(lane, session);
  }
  if (takesNoMore(lane)) {
    const isComplete = observed.delivery?.value === 'PLUGGED_IN:COMPLETE';
    const isAtLimit = (observed.levelPercent?.value ?? 0) >= limitOf(lane);
    return isAtLimit && (limitOf(lane) < 100 || !isComplete)
      ? { ...reason('AT_LIMIT', session), percent: limitOf(lane) }
      : reason('CAR_COMPLETE', session);
  }
  const block = session.plan?.plan.blocks.find(({ startAtMs }) => startAtMs > nowMs);
  const yielding = whyYielding(session, block, prices, nowMs);
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

/** Why a car waits for others under the location's limit; null where it would charge at the same times alone. */
function whyYielding(
  session: CurrentSession,
  block: PlanBlock | undefined,
  prices: LocationPrices | null,
  nowMs: number,
): Why | null {
  const { yields, limitKw, others } = session.plan?.together ?? { yields: null, limitKw: 0 };
  if (yields === null || yields.aloneAtMs === null) {
    return null;
  }
  const { reason: why, toVehicleIds, aloneAtMs } = yields;
  const atMs = block?.startAtMs ?? null;
  const isLater = atMs === null || atMs >= aloneAtMs + SOONER_MS;
  const of = (code: WhyCode, vehicleIds: readonly string[]): Why => ({
    ...reason(code, session),
    ...othersOf(limitKw, vehicleIds),
    atMs,
  });
  if (why === 'LIMIT') {
    return isLater
      ? of(toVehicleIds.length === 0 ? 'CONNECTION_TOO_SMALL' : YIELDING_CODES.LIMIT, toVehicleIds)
      : null;
  }
  if (toVehicleIds.length === 0) {
    return null;
  }
  // Only who charges before this car goes first: what is said of one car is never said of the other too.
  const runs = (others ?? []).filter(
    ({ vehicleId, startAtMs, endAtMs }) =>
      toVehicleIds.includes(vehicleId) && endAtMs > nowMs && startAtMs < (atMs ?? Number.POSITIVE_INFINITY),
  );
  const inTime = runs.filter(({ isInTime }) => isInTime);
  const first = new Set(
    (why === 'IN_TIME' && inTime.length > 0 ? inTime : runs).map(({ vehicleId }) => vehicleId),
  );
  if (!isLater || first.size === 0) {
    return { ...of('WAITING_FOR_FREE_HOUR', toVehicleIds), ...priceOf(block, prices) };
  }
  const code = why === 'IN_TIME' && inTime.length === 0 ? YIELDING_CODES.COST : YIELDING_CODES[why];
  return of(
    code,
    toVehicleIds.filter((id) => first.has(id)),
  );
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

function whyNotStarted(lane: Lane, session: CurrentSession): Why {
  const { control, observed } = lane;
  if (!lane.vehicle.canStart) {
    return reason('CANNOT_COMMAND', session);
  }
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('LEFT_ALONE', session), atMs: leftAloneUntil(control) };
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

/** What is known of the price that is waited for. */
function waitingCode(
  lane: Lane,
  session: CurrentSession,
  block: PlanBlock,
  prices: LocationPrices | null,
): WhyCode {
  if (block.startAtMs >= departureRunFromMs(lane, session)) {
    return 'WAITING_FOR_DEPARTURE';
  }
  const known = prices === null ? null : averagePrice(prices.slots, block.startAtMs, block.endAtMs);
  if (known !== null) {
    const { target } = session.aim;
    const untilMs = target?.kind === 'REGULAR' ? target.readyByMs : block.endAtMs;
    // From plug-in on: that some hours are passed does not change what is said.
    return avoidedBetween(lane, session, lane.visit?.pluggedInAtMs ?? block.startAtMs, untilMs).length > 0
      ? 'WAITING_FOR_ALLOWED_HOUR'
      : 'WAITING_FOR_CHEAP_HOUR';
  }
  const planned = plannedSlots(
    prices,
    zoneOf(lane, session.locationId),
    block.startAtMs,
    block.endAtMs,
    true,
  );
  const isExpected = averagePrice(planned, block.startAtMs, block.endAtMs) !== null;
  return isExpected ? 'WAITING_FOR_FORECAST_HOUR' : 'WAITING_FOR_PRICES';
}
