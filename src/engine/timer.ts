import {
  AT_RISK_RECOVERY_MS,
  HELD_OBEYED_WITHIN_MS,
  MISSED_NO_POWER_MS,
  SILENT_VISIT_END_MS,
} from '../domain/rules.ts';
import { staleAtMs } from './errors.ts';
import type { CurrentSession, Lane } from './lane.ts';

/** When the lane must be stepped though nothing is reported: the first of all that waits for time; null for nothing. */
export function nextTimer(lane: Lane, nowMs: number): number | null {
  let earliestMs = Number.POSITIVE_INFINITY;
  const consider = (atMs: number | null | undefined): void => {
    if (atMs !== null && atMs !== undefined && atMs > nowMs && atMs < earliestMs) {
      earliestMs = atMs;
    }
  };
  const sessions = Object.values(lane.current);
  for (const session of sessions) {
    considerSession(session, consider);
  }
  const { visit, control, observed } = lane;
  if (visit !== null) {
    consider(visit.graceUntilMs);
    consider(visit.place.kind === 'pending' ? visit.place.untilMs : null);
    consider(observed.lastHeardAtMs === null ? null : observed.lastHeardAtMs + SILENT_VISIT_END_MS);
    consider(visit.noPowerSinceMs === null ? null : visit.noPowerSinceMs + MISSED_NO_POWER_MS);
    consider(control.command === null ? null : control.nextAttemptAtMs);
    consider(control.letRunUntilMs);
    consider(control.held?.untilMs);
    consider(control.releaseUntilMs);
    consider(control.mayTake?.untilMs);
    consider(control.overSinceMs === undefined ? null : control.overSinceMs + HELD_OBEYED_WITHIN_MS);
    consider(control.leftAloneUntilMs);
    consider(sessions.some((session) => session.isActive) ? staleAtMs(lane, nowMs) : null);
  }
  return Number.isFinite(earliestMs) && earliestMs < Number.MAX_SAFE_INTEGER ? Math.ceil(earliestMs) : null;
}

function considerSession(session: CurrentSession, consider: (atMs: number | null | undefined) => void): void {
  const { aim, plan } = session;
  consider(aim.target?.kind === 'REGULAR' ? aim.target.readyByMs : null);
  consider(aim.endsAtMs);
  consider(session.tellAtMs);
  consider(aim.safeSinceMs === null ? null : aim.safeSinceMs + AT_RISK_RECOVERY_MS);
  for (const block of plan?.plan.blocks ?? []) {
    consider(block.startAtMs);
    consider(block.endAtMs);
  }
}
