import type { Why, WhyCode } from '../domain/history.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import { averagePrice } from '../domain/price-series.ts';
import { restrictionIntervals } from '../domain/schedule.ts';
import { zoneOf } from './aim.ts';
import type { LocationPrices } from './contract.ts';
import type { Control, CurrentSession, Lane } from './lane.ts';

export function othersOf(
  limitKw: number,
  vehicleIds: readonly string[],
): Pick<Why, 'limitKw' | 'vehicleIds'> {
  return { limitKw, vehicleIds };
}

/** The attempts that failed and, after them, whether one is under way and when the next one follows. */
export function againOf({
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

export function priceOf(
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

/** When a car that is left alone is taken in hand again; null where no instant is known. */
export function leftAloneUntil({ leftAloneUntilMs }: Control): number | null {
  return leftAloneUntilMs === Number.MAX_SAFE_INTEGER ? null : leftAloneUntilMs;
}

/** When the policy avoids charging between two instants. */
export function avoidedBetween(
  lane: Lane,
  session: CurrentSession,
  fromMs: number,
  toMs: number,
): Interval[] {
  const windows = policyOf(lane, session)?.restrictionSchedule ?? [];
  return restrictionIntervals(windows, zoneOf(lane, session.locationId), fromMs, toMs);
}

export function reserveOf(lane: Lane, session: CurrentSession): number | null {
  return policyOf(lane, session)?.batteryReserve ?? null;
}

export function policyOf(lane: Lane, session: CurrentSession): Policy | undefined {
  return lane.policies.find(({ id }) => id === session.policyId);
}

export const EMPTY = {
  atMs: null,
  percent: null,
  readyByMs: null,
  price: null,
  currency: null,
  attempts: null,
} as const;

export function reason(code: WhyCode, { aim: { target } }: CurrentSession): Why {
  return {
    ...EMPTY,
    code,
    percent: target?.targetPercent ?? null,
    readyByMs: target?.kind === 'REGULAR' ? target.readyByMs : null,
  };
}
