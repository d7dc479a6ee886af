import { AT_RISK_RECOVERY_MS, PREDICTION_ROUNDING_MS } from '../domain/rules.ts';
import type { Outcome, OutcomeState, Target } from '../domain/session.ts';
import { limitOf, outcomeOf, takesNoMore } from './aim.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { sessionWith } from './parts.ts';

/**
 * The session with ON_TRACK or AT_RISK as its plan says: AT_RISK at once, ON_TRACK again only when the risk has been
 * gone for five minutes. What was decided stays (sessions.md §4, outcome).
 */
export function judgeRisk(lane: Lane, session: CurrentSession, nowMs: number): CurrentSession {
  const { aim, plan } = session;
  const isDecided = aim.state === 'REACHED' || aim.state === 'MISSED';
  if (aim.target === null || plan === null || isDecided) {
    return session;
  }
  if (lane.observed.levelPercent === null) {
    return withState(session, 'UNKNOWN', aim.safeSinceMs);
  }
  const isTooLate = !plan.plan.feasible && !aim.isMet;
  const isRisky = aim.target.kind === 'REGULAR' && (isOutOfReach(lane, aim.target) || isTooLate);
  if (isRisky) {
    return withState(session, 'AT_RISK', null);
  }
  if (aim.state !== 'AT_RISK') {
    return withState(session, 'ON_TRACK', null);
  }
  const safeSinceMs = aim.safeSinceMs ?? nowMs;
  return nowMs - safeSinceMs >= AT_RISK_RECOVERY_MS
    ? withState(session, 'ON_TRACK', null)
    : withState(session, 'AT_RISK', safeSinceMs);
}

/** The outcome of an active session: what was decided, or what the plan predicts. */
export function outcomeNow(lane: Lane, session: CurrentSession): Outcome | null {
  const { aim, plan } = session;
  if (aim.target === null || aim.state === null) {
    return null;
  }
  if (aim.state === 'REACHED') {
    return outcomeOf(aim.target, aim, aim.state);
  }
  // A plan that ends at the car's limit reaches the limit, not the target.
  const planned = isOutOfReach(lane, aim.target) ? null : (plan?.plan.reachedAtMs ?? null);
  const predictedAtMs = aim.reachedAtMs ?? roundedUp(planned);
  if (aim.state === 'MISSED') {
    return { ...outcomeOf(aim.target, aim, aim.state), reachedAtMs: predictedAtMs };
  }
  const isLevelKnown = lane.observed.levelPercent !== null && aim.target.kind === 'REGULAR';
  const predicted = plan?.plan.levelAtReadyByPercent ?? null;
  return {
    targetId: aim.target.id,
    kind: aim.target.kind,
    state: aim.state,
    levelAtReadyByPercent: isLevelKnown && predicted !== null ? wholePercent(predicted) : null,
    reachedAtMs: predictedAtMs,
  };
}

/** The car's own limit, or its word that it takes no more, stands below the target. */
function isOutOfReach(lane: Lane, target: Target): boolean {
  const level = lane.observed.levelPercent?.value ?? null;
  return (
    limitOf(lane) < target.targetPercent ||
    (takesNoMore(lane) && level !== null && level < target.targetPercent)
  );
}

function withState(session: CurrentSession, state: OutcomeState, safeSinceMs: number | null): CurrentSession {
  const { aim } = session;
  const isSame = aim.state === state && aim.safeSinceMs === safeSinceMs;
  return isSame ? session : sessionWith(session, { aim: { ...aim, state, safeSinceMs } });
}

/** A predicted 79.9999 is 80: the planner's milliseconds are whole, its levels are not. A predicted 79.5 is not 80. */
function wholePercent(level: number): number {
  return Math.floor(level + LEVEL_TOLERANCE_PERCENT);
}

const LEVEL_TOLERANCE_PERCENT = 0.05;

function roundedUp(atMs: number | null): number | null {
  return atMs === null ? null : Math.ceil(atMs / PREDICTION_ROUNDING_MS) * PREDICTION_ROUNDING_MS;
}
