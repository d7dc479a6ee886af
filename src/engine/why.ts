import type { Why, WhyCode } from '../domain/history.ts';
import { averagePrice } from '../domain/price-series.ts';
import type { PlanBlock } from '../planner/problem.ts';
import { limitOf, takesNoMore } from './aim.ts';
import type { LocationPrices } from './contract.ts';
import type { CurrentSession, Lane, Visit } from './lane.ts';

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
  return lane.observed.isCharging?.value === true
    ? whyCharging(lane, session, prices, nowMs)
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

function whyCharging(lane: Lane, session: CurrentSession, prices: LocationPrices | null, nowMs: number): Why {
  const { control } = lane;
  const { aim, plan } = session;
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('CHARGING_LEFT_ALONE', session), atMs: nextStart(session, nowMs) };
  }
  if (control.wanted === 'free') {
    return { ...reason('CHARGING_MEASURED', session), atMs: control.letRunUntilMs };
  }
  if (control.wanted === 'off') {
    return { ...reason('CHARGING_UNWANTED', session), attempts: control.failureCount };
  }
  const block = plan?.plan.blocks.find(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
  const until = { atMs: block?.endAtMs ?? null };
  if (aim.target?.kind === 'IMMEDIATE_START') {
    return { ...reason('CHARGING_IMMEDIATE', session), ...until };
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
  const code = plan?.plan.feasible === false ? 'CHARGING_NO_TIME_LEFT' : 'CHARGING_PLANNED';
  return { ...reason(code, session), ...until, ...priceOf(block, prices) };
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
  if (block !== undefined) {
    return {
      ...reason(waitingCode(block, prices), session),
      atMs: block.startAtMs,
      ...priceOf(block, prices),
    };
  }
  if (aim.target === null) {
    return { ...reason('NO_DEADLINE', session), percent: reserveOf(lane, session) };
  }
  return reason(aim.isMet ? 'TARGET_MET' : 'NOTHING_PLANNED', session);
}

function whyNotStarted(lane: Lane, session: CurrentSession, nowMs: number): Why {
  const { control, observed } = lane;
  if (!lane.vehicle.canStart) {
    return reason('CANNOT_COMMAND', session);
  }
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('LEFT_ALONE', session), atMs: nextStart(session, nowMs) };
  }
  const again = { atMs: control.nextAttemptAtMs, attempts: control.failureCount };
  if (observed.isReachable?.value === false) {
    return { ...reason('UNREACHABLE', session), ...again };
  }
  return control.failureCount > 0
    ? { ...reason('START_REFUSED', session), ...again }
    : reason('STARTING', session);
}

/** What is known of the price that is waited for. */
function waitingCode(block: PlanBlock, prices: LocationPrices | null): WhyCode {
  const known = prices === null ? null : averagePrice(prices.slots, block.startAtMs, block.endAtMs);
  if (known !== null) {
    return 'WAITING_FOR_CHEAP_HOUR';
  }
  return prices === null || prices.slots.length === 0 ? 'WAITING_FOR_PRICES' : 'WAITING_FOR_FORECAST_HOUR';
}

function priceOf(
  block: PlanBlock | undefined,
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

function reserveOf(lane: Lane, session: CurrentSession): number | null {
  return lane.policies.find(({ id }) => id === session.policyId)?.batteryReserve ?? null;
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
