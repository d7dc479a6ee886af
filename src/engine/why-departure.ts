import { MINUTE_MS, SECOND_MS } from '../domain/units.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { policyOf } from './why-parts.ts';

/** When the last minutes before departure begin that the policy asks to be charged in; readyBy where it asks for none. */
export function chargedInFromMs(lane: Lane, session: CurrentSession): number {
  const { target } = session.aim;
  const { preconditionMinutes = 0 } = policyOf(lane, session) ?? {};
  return target?.kind === 'REGULAR'
    ? target.readyByMs - preconditionMinutes * MINUTE_MS
    : Number.POSITIVE_INFINITY;
}

/**
 * A run that begins from here on is there for the departure: the policy's last minutes, or a minimum run where that is
 * longer. Infinity where the policy asks for none.
 */
export function departureRunFromMs(lane: Lane, session: CurrentSession): number {
  const { preconditionMinutes = 0, minRunMinutes = 0 } = policyOf(lane, session) ?? {};
  // Edges of plans are rounded down, and one second is none to a driver.
  const beforeMs = Math.max(0, minRunMinutes - preconditionMinutes) * MINUTE_MS + SECOND_MS;
  return preconditionMinutes === 0 ? Number.POSITIVE_INFINITY : chargedInFromMs(lane, session) - beforeMs;
}
