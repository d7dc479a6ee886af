import type { Policy } from '../domain/policy.ts';
import { MISSED_NO_POWER_MS, NEXT_TARGET_PERCENT, TARGET_AGAIN_PERCENT } from '../domain/rules.ts';
import { nextDeadline } from '../domain/schedule.ts';
import type { Outcome, OutcomeState, Target } from '../domain/session.ts';
import { levelByEnergy } from './believed-state.ts';
import type { Override } from './contract.ts';
import type { Aim, CurrentSession, Lane } from './lane.ts';
import { sessionWith } from './parts.ts';
import { judgeReserve, passReserve } from './reserve.ts';

/** An aim at nothing: no deadline in the schedule. */
export const NO_AIM: Aim = {
  target: null,
  isMet: false,
  isLate: false,
  state: null,
  endsAtMs: null,
  reachedAtMs: null,
  decidedLevelPercent: null,
  safeSinceMs: null,
};

/** The session aiming at the policy's first deadline after an instant; an unchanged target keeps its id. */
export function aimAtPolicy(
  lane: Lane,
  session: CurrentSession,
  policy: Policy,
  afterMs: number,
): CurrentSession {
  const deadline = nextDeadline(policy.schedule, zoneOf(lane, policy.locationId), afterMs);
  if (deadline === null) {
    return session.aim.target === null ? session : sessionWith(session, { aim: NO_AIM });
  }
  const target = {
    kind: 'REGULAR',
    source: 'POLICY',
    reservePercent: policy.batteryReserve,
    targetPercent: deadline.minimumChargeTarget,
    readyByMs: deadline.atMs,
  } as const;
  const old = session.aim.target;
  const isSame =
    old?.kind === 'REGULAR' &&
    old.source === 'POLICY' &&
    old.reservePercent === target.reservePercent &&
    old.targetPercent === target.targetPercent &&
    old.readyByMs === target.readyByMs;
  return isSame ? session : withTarget(session, { ...target, id: session.lastTargetId + 1 }, null);
}

/** The session aiming at what a person asked for. An immediate target outlives one deadline of the policy, not two. */
export function aimAtOverride(
  lane: Lane,
  session: CurrentSession,
  policy: Policy,
  override: Override,
  nowMs: number,
): CurrentSession {
  const id = session.lastTargetId + 1;
  if (override.kind === 'IMMEDIATE_START') {
    const zone = zoneOf(lane, policy.locationId);
    const first = nextDeadline(policy.schedule, zone, nowMs);
    const second = first === null ? null : nextDeadline(policy.schedule, zone, first.atMs);
    const target = { kind: 'IMMEDIATE_START', id, targetPercent: override.targetPercent } as const;
    return withTarget(session, target, second?.atMs ?? null);
  }
  const target = {
    kind: 'REGULAR',
    id,
    source: 'OVERRIDE',
    reservePercent: Math.min(override.reservePercent ?? policy.batteryReserve, override.targetPercent),
    targetPercent: override.targetPercent,
    readyByMs: override.readyByMs,
  } as const;
  return withTarget(session, target, null);
}

export function isOverride(target: Target | null): boolean {
  return target !== null && (target.kind === 'IMMEDIATE_START' || target.source === 'OVERRIDE');
}

/** What control charges to: the target, capped by the car's own limit; null without a target. */
export function goalPercent(lane: Lane, target: Target | null): number | null {
  return target === null ? null : Math.min(target.targetPercent, limitOf(lane));
}

/** The car's own limit of charging, percent. */
export function limitOf(lane: Lane): number {
  return lane.observed.chargeLimitPercent?.value ?? 100;
}

/** The car says that it takes no more, or stands at its limit. */
export function takesNoMore(lane: Lane): boolean {
  const level = lane.observed.levelPercent?.value ?? null;
  return (
    lane.observed.delivery?.value === 'PLUGGED_IN:COMPLETE' || (level !== null && level >= limitOf(lane))
  );
}

/** Reserve and target judged by the present level, which was read at an instant of this visit. */
export function judgeLevel(
  lane: Lane,
  session: CurrentSession,
  atMs: number,
  isAtPlugIn: boolean,
): CurrentSession {
  const level = lane.observed.levelPercent?.value ?? null;
  const { aim } = session;
  if (level === null) {
    return judgeWithoutLevel(lane, session, atMs);
  }
  const filled = judgeReserve(lane, session, level, limitOf(lane), isAtPlugIn);
  const goal = goalPercent(lane, aim.target);
  if (aim.target === null || goal === null) {
    return filled;
  }
  if (aim.isMet) {
    const isWantedAgain = level <= goal - TARGET_AGAIN_PERCENT;
    return isWantedAgain ? sessionWith(filled, { aim: { ...aim, isMet: false } }) : filled;
  }
  if (level < goal) {
    return filled;
  }
  const isReached = level >= aim.target.targetPercent && aim.state !== 'MISSED';
  const met: Aim = {
    ...aim,
    isMet: true,
    reachedAtMs: level >= aim.target.targetPercent ? (aim.reachedAtMs ?? atMs) : aim.reachedAtMs,
    ...(isReached && aim.state !== 'REACHED' ? { state: 'REACHED', decidedLevelPercent: level } : {}),
  };
  return sessionWith(filled, { aim: met });
}

/**
 * The targets that an instant ends: a met one at its readyBy, a missed one once it is met or given up, an immediate
 * one once it is met or the car takes no more; the next deadline's target then begins (sessions.md §4).
 */
export function passTime(lane: Lane, session: CurrentSession, policy: Policy, nowMs: number): CurrentSession {
  let moved = session;
  for (let turn = 0; turn < TURNS_MAX_COUNT; turn++) {
    const next = passOnce(lane, moved, policy, nowMs);
    if (next === moved) {
      return moved;
    }
    moved = next;
  }
  return moved;
}

/**
 * The session after time that passed without a reading, by what energy tells: the reserve is filled; a target that was
 * reached before and asked for more is met again.
 */
export function passEnergy(lane: Lane, session: CurrentSession, nowMs: number): CurrentSession {
  const { visit } = lane;
  if (!session.isActive || visit === null || visit.unpluggedAtMs !== null) {
    return session;
  }
  const filled = passReserve(lane, session, limitOf(lane), nowMs);
  const { aim } = filled;
  const goal = goalPercent(lane, aim.target);
  if (goal === null || aim.isMet || aim.state !== 'REACHED') {
    return filled;
  }
  const level = levelByEnergy(lane, session.locationId, nowMs);
  return level === null || level < goal ? filled : sessionWith(filled, { aim: { ...aim, isMet: true } });
}

/** The outcome as it is shown of a target that is decided; the caller gives predictions for one that is not. */
export function outcomeOf(target: Target, aim: Aim, state: OutcomeState): Outcome {
  return {
    targetId: target.id,
    kind: target.kind,
    state,
    levelAtReadyByPercent: target.kind === 'REGULAR' ? aim.decidedLevelPercent : null,
    reachedAtMs: aim.reachedAtMs,
  };
}

/** Several deadlines can have passed while nobody stepped the lane; more than these wait for the next step. */
const TURNS_MAX_COUNT = 20;

function passOnce(lane: Lane, session: CurrentSession, policy: Policy, nowMs: number): CurrentSession {
  const { aim } = session;
  const { target } = aim;
  if (target === null) {
    return aimAtPolicy(lane, session, policy, nowMs);
  }
  if (!session.isActive) {
    const hasLapsed = target.kind === 'REGULAR' && target.readyByMs <= nowMs;
    return hasLapsed ? aimAtPolicy(lane, session, policy, nowMs) : session;
  }
  const isOver = aim.isMet || takesNoMore(lane) || (aim.endsAtMs !== null && aim.endsAtMs <= nowMs);
  if (target.kind === 'IMMEDIATE_START') {
    const isEnded = isOver || hasNoPower(lane, nowMs);
    return isEnded ? succeed(lane, decide(lane, session, nowMs), policy, nowMs) : session;
  }
  if (target.readyByMs > nowMs) {
    return session;
  }
  const isDecidedMet = aim.isMet && (aim.state === 'REACHED' || aim.state === 'UNKNOWN');
  if (!aim.isLate && !isDecidedMet) {
    const level = levelByEnergy(lane, session.locationId, target.readyByMs);
    if (level !== null && level >= target.targetPercent) {
      // Energy tells that it is met, though no reading has said so yet: the car sleeps, or reports later.
      const met = {
        ...aim,
        isMet: true,
        state: 'REACHED',
        decidedLevelPercent: level,
        reachedAtMs: aim.reachedAtMs ?? target.readyByMs,
      } as const;
      return succeed(lane, decide(lane, sessionWith(session, { aim: met }), nowMs), policy, nowMs);
    }
    const decided = decide(lane, session, nowMs);
    const endsAtMs =
      nextDeadline(policy.schedule, zoneOf(lane, policy.locationId), target.readyByMs)?.atMs ?? null;
    return sessionWith(decided, { aim: { ...decided.aim, isLate: true, endsAtMs } });
  }
  if (aim.isLate && !isOver && !hasNoPower(lane, nowMs)) {
    return session;
  }
  return succeed(lane, decide(lane, session, nowMs), policy, nowMs);
}

/** The session with the present target decided by the present level, if it was not before. */
function decide(lane: Lane, session: CurrentSession, nowMs: number): CurrentSession {
  const { aim } = session;
  const { target } = aim;
  if (target === null) {
    return session;
  }
  const level = lane.observed.levelPercent?.value ?? null;
  const isDecided = aim.state === 'REACHED' || aim.state === 'MISSED';
  const state = isDecided ? aim.state : decidedState(level, target);
  const decidedAim: Aim = {
    ...aim,
    state,
    decidedLevelPercent: aim.decidedLevelPercent ?? level,
    reachedAtMs: state === 'REACHED' ? (aim.reachedAtMs ?? nowMs) : aim.reachedAtMs,
  };
  return sessionWith(session, {
    aim: decidedAim,
    decided: { target, outcome: outcomeOf(target, decidedAim, state) },
  });
}

export function decidedState(level: number | null, target: Target): 'REACHED' | 'MISSED' | 'UNKNOWN' {
  if (level === null) {
    return 'UNKNOWN';
  }
  return level >= target.targetPercent ? 'REACHED' : 'MISSED';
}

/** The policy's next target after one that ended. A level just below it is left as it is: jitter must not start the car. */
function succeed(lane: Lane, session: CurrentSession, policy: Policy, nowMs: number): CurrentSession {
  const wasMet = session.aim.isMet;
  const next = aimAtPolicy(lane, sessionWith(session, { aim: NO_AIM }), policy, nowMs);
  const told = lane.observed.levelPercent?.value ?? null;
  const level = levelByEnergy(lane, session.locationId, nowMs);
  const goal = goalPercent(lane, next.aim.target);
  if (!wasMet || told === null || level === null || goal === null || next.aim.target === null) {
    return judgeLevel(lane, next, nowMs, false);
  }
  if (level > goal - NEXT_TARGET_PERCENT && told < goal) {
    const isReached = goal === next.aim.target.targetPercent;
    const state = isReached
      ? ({ state: 'REACHED', decidedLevelPercent: level, reachedAtMs: nowMs } as const)
      : {};
    return sessionWith(next, { aim: { ...next.aim, isMet: true, ...state } });
  }
  return judgeLevel(lane, next, nowMs, false);
}

/** Without any level: met when the energy counted since the assumed arrival at the reserve says so, or the car. */
function judgeWithoutLevel(lane: Lane, session: CurrentSession, atMs: number): CurrentSession {
  const { aim } = session;
  const goal = goalPercent(lane, aim.target);
  if (goal === null || aim.isMet) {
    return session;
  }
  const isFull = (lane.visit?.beliefPercent ?? 0) >= goal || takesNoMore(lane);
  return isFull
    ? sessionWith(session, { aim: { ...aim, isMet: true, reachedAtMs: atMs, state: 'UNKNOWN' } })
    : session;
}

function hasNoPower(lane: Lane, nowMs: number): boolean {
  const sinceMs = lane.visit?.noPowerSinceMs ?? null;
  return sinceMs !== null && nowMs - sinceMs >= MISSED_NO_POWER_MS;
}

function withTarget(session: CurrentSession, target: Target, endsAtMs: number | null): CurrentSession {
  return sessionWith(session, { lastTargetId: target.id, aim: { ...NO_AIM, target, endsAtMs } });
}

export function zoneOf(lane: Lane, locationId: string): string {
  return lane.locations.find((location) => location.id === locationId)?.timezoneName ?? 'UTC';
}
