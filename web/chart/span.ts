import type { Session } from '../data/types.ts';
import { nextHour, thisHour } from '../format/zone.ts';

/** Half-open, epoch ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const HOUR_MS = 3_600_000;
const AHEAD_MIN_MS = 2 * HOUR_MS;
/** Of a car that is not there yet: what could be charged if it came now. */
const UPCOMING_MIN_MS = 12 * HOUR_MS;
const UPCOMING_MAX_MS = 48 * HOUR_MS;
const SPAN_MAX_MS = 8 * 24 * HOUR_MS;

/**
 * The time that a session's chart shows, in whole hours of the location's clock: from plug-in to plug-out, or to the
 * last of deadline and planned block while it is under way; before plug-in from now to the deadline.
 */
export function chartSpan(session: Session, nowMs: number, zone: string): Span {
  const { pluggedInAt, pluggedOutAt, target, blocks } = session;
  const fromMs = thisHour(pluggedInAt === null ? nowMs : Date.parse(pluggedInAt), zone);
  if (pluggedOutAt !== null && session.state === 'SETTLED') {
    return capped(fromMs, nextHour(Date.parse(pluggedOutAt), zone));
  }
  const readyBy = target.latest?.type === 'REGULAR' ? Date.parse(target.latest.readyBy) : nowMs;
  if (pluggedInAt === null) {
    const toMs = Math.min(Math.max(readyBy, nowMs + UPCOMING_MIN_MS), nowMs + UPCOMING_MAX_MS);
    return capped(fromMs, nextHour(toMs, zone));
  }
  const ends = blocks.map(({ endAt }) => Date.parse(endAt));
  return capped(fromMs, nextHour(Math.max(nowMs + AHEAD_MIN_MS, readyBy, ...ends), zone));
}

/** A visit of weeks shows its last days. */
function capped(fromMs: number, toMs: number): Span {
  return { fromMs: Math.max(fromMs, toMs - SPAN_MAX_MS), toMs };
}
