import { RESERVE_HYSTERESIS_PERCENT } from '../domain/rules.ts';
import { isBelievedCharging, levelByEnergy } from './believed-state.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { sessionWith } from './parts.ts';

/** How it stands with a session's battery reserve. */
export interface ReserveFill {
  readonly isFilling: boolean;
  /** The reserve that energy told to be filled, percent, though no reading has said so; null where none is. */
  readonly countedPercent: number | null;
}

/** A level that was read, and the reserve then, percent. */
export interface ReserveReading {
  readonly reservePercent: number;
  readonly toldPercent: number;
  /** The level as energy and readings in steps tell it (`belief.ts`), after this reading. */
  readonly believedPercent: number;
  readonly isAtPlugIn: boolean;
}

/** The session after a level was read. @param limitPercent of the car itself: beyond it no reserve is filled. */
export function judgeReserve(
  lane: Lane,
  session: CurrentSession,
  toldPercent: number,
  limitPercent: number,
  isAtPlugIn: boolean,
): CurrentSession {
  const reservePercent = Math.min(reserveOf(lane, session), limitPercent);
  const believedPercent = lane.visit?.beliefPercent ?? toldPercent;
  const reading = { reservePercent, toldPercent, believedPercent, isAtPlugIn };
  return withFill(session, reserveAfterReading(fillOf(session), reading));
}

/**
 * The session after time that passed without a reading: energy may tell that the reserve is filled. While the car still
 * charges, what flows is the reserve's.
 */
export function passReserve(
  lane: Lane,
  session: CurrentSession,
  limitPercent: number,
  nowMs: number,
): CurrentSession {
  const levelPercent = session.isFillingReserve ? levelByEnergy(lane, session.locationId, nowMs) : null;
  const reservePercent = Math.min(reserveOf(lane, session), limitPercent);
  return levelPercent === null || levelPercent < reservePercent
    ? session
    : withFill(session, { isFilling: isBelievedCharging(lane), countedPercent: reservePercent });
}

/**
 * Filling begins below the reserve at plug-in, later 2 points below it, and ends at the reserve (sessions.md §4). A charge
 * that ended there by its energy may be told a point lower by the rounding of the level, and another one by its noise:
 * the reserve stays filled until more is missing than both can explain.
 */
export function reserveAfterReading(before: ReserveFill, reading: ReserveReading): ReserveFill {
  const { reservePercent, toldPercent, believedPercent, isAtPlugIn } = reading;
  if (toldPercent >= reservePercent) {
    return { isFilling: false, countedPercent: null };
  }
  const lowPercent = reservePercent - RESERVE_HYSTERESIS_PERCENT;
  if (!isAtPlugIn && before.countedPercent === reservePercent) {
    const isLow = believedPercent <= lowPercent;
    return { isFilling: isLow, countedPercent: isLow ? null : reservePercent };
  }
  return { isFilling: isAtPlugIn || before.isFilling || toldPercent <= lowPercent, countedPercent: null };
}

function fillOf({ isFillingReserve, reserveCountedPercent = null }: CurrentSession): ReserveFill {
  return { isFilling: isFillingReserve, countedPercent: reserveCountedPercent };
}

function withFill(session: CurrentSession, { isFilling, countedPercent }: ReserveFill): CurrentSession {
  const before = fillOf(session);
  return before.isFilling === isFilling && before.countedPercent === countedPercent
    ? session
    : sessionWith(session, { isFillingReserve: isFilling, reserveCountedPercent: countedPercent });
}

function reserveOf({ policies }: Lane, { aim: { target }, policyId }: CurrentSession): number {
  return target?.kind === 'REGULAR'
    ? target.reservePercent
    : (policies.find(({ id }) => id === policyId)?.batteryReserve ?? 0);
}
