import type { HistoryCause } from '../domain/history.ts';
import type { Policy } from '../domain/policy.ts';
import { OVERRIDE_HORIZON_MS, SILENT_VISIT_END_MS } from '../domain/rules.ts';
import { unreachable } from '../domain/unreachable.ts';
import { aimAtOverride, aimAtPolicy, isOverride, judgeLevel, passTime } from './aim.ts';
import { splitBlocks } from './blocks.ts';
import type { Advance, LaneContext, LaneInput } from './contract.ts';
import { releaseControl, steer, takeResult, wishOf } from './control.ts';
import { type Effects, newEffects, outputsOf } from './effects.ts';
import { errorsOf } from './errors.ts';
import { causeOf, recordHistory } from './history.ts';
import { inOrder } from './in-order.ts';
import type { CurrentSession, Lane } from './lane.ts';
import {
  activeSession,
  attach,
  beginUnmanaged,
  openSession,
  settle,
  withoutSession,
  withSession,
} from './lifecycle.ts';
import { isAtOnce, replan } from './planning.ts';
import { judgeRisk } from './predict.ts';
import { tell } from './tell.ts';
import { nextTimer } from './timer.ts';
import { isToldAlready, noteTold } from './told-already.ts';
import { typeOf, viewOf } from './view.ts';
import { passVisitTime, takeReading } from './visit.ts';

/**
 * Moves one vehicle's lane on: takes the inputs in, lets time pass to now, plans, steers the car, and says what must be
 * stored, told and sent. Pure: the same arguments give the same result, to the byte.
 * @param inputs in the order of their arrival; readings are taken in by their own times.
 * @param now the database's time; an instant before the lane's last step counts as that step's.
 */
export function advance(
  lane: Lane,
  inputs: readonly LaneInput[],
  context: LaneContext,
  now: number,
): Advance {
  const nowMs = Math.max(now, lane.steppedAtMs);
  const effects = newEffects(context, nowMs);
  const isHeardAgain = isSilentOrUnreachable(lane, nowMs) && inputs.some(isReachableReading);
  let moved = lane;
  for (const { input, index } of inOrder(inputs)) {
    moved = takeInput(moved, input, index, effects);
  }
  // After the inputs: a replug that was reported in time counts though it is taken in late.
  moved = passVisitTime(moved, SILENT_VISIT_END_MS, effects);
  moved = passTargets(moved, effects);
  moved = control(moved, isHeardAgain, effects);
  moved = tellAll(lane, { ...moved, steppedAtMs: nowMs }, causeOf(lane, moved, inputs), effects);
  return { lane: moved, timerAtMs: nextTimer(moved, nowMs), ...outputsOf(effects) };
}

function takeInput(lane: Lane, input: LaneInput, inputIndex: number, effects: Effects): Lane {
  switch (input.kind) {
    case 'reading':
      return takeReading(lane, input.reading, Math.min(input.receivedAtMs, effects.nowMs), effects);
    case 'target-set':
      return setTarget(lane, input, inputIndex, effects);
    case 'target-cleared':
      return clearTarget(lane, input.sessionId, inputIndex, effects);
    case 'policy-set':
      return setPolicy(lane, input.policy, effects);
    case 'policy-deleted':
      return deletePolicy(lane, input.policyId, effects);
    case 'location-set': {
      const others = lane.locations.filter((location) => location.id !== input.location.id);
      return attach(reaim({ ...lane, locations: [...others, input.location] }, effects), false, effects);
    }
    case 'location-deleted':
      return { ...lane, locations: lane.locations.filter((location) => location.id !== input.locationId) };
    case 'vehicle-set':
      return { ...lane, vehicle: input.vehicle };
    case 'prices-changed':
      return lane;
    case 'command-result':
      return takeResult(lane, input.commandId, input.outcome, input.reason, input.receivedAtMs, effects);
    default:
      return unreachable(input);
  }
}

function setTarget(
  lane: Lane,
  { sessionId, override }: Extract<LaneInput, { kind: 'target-set' }>,
  inputIndex: number,
  effects: Effects,
): Lane {
  const { nowMs } = effects;
  const found = findSession(lane, sessionId);
  if (found === null) {
    effects.refusals.push({ inputIndex, reason: 'session-settled', detail: 'the session is settled' });
    return lane;
  }
  if (override.kind === 'REGULAR' && override.readyByMs <= nowMs) {
    effects.refusals.push({ inputIndex, reason: 'ready-by-past', detail: 'readyBy must be in the future' });
    return lane;
  }
  if (override.kind === 'REGULAR' && override.readyByMs > nowMs + OVERRIDE_HORIZON_MS) {
    effects.refusals.push({
      inputIndex,
      reason: 'ready-by-too-far',
      detail: 'readyBy must be within 7 days',
    });
    return lane;
  }
  const aimed = aimAtOverride(lane, found.session, found.policy, override, nowMs);
  return freeAgain(withSession(lane, rejudged(lane, aimed, nowMs)));
}

function clearTarget(lane: Lane, sessionId: string, inputIndex: number, effects: Effects): Lane {
  const found = findSession(lane, sessionId);
  if (found === null) {
    effects.refusals.push({ inputIndex, reason: 'session-settled', detail: 'the session is settled' });
    return lane;
  }
  if (!isOverride(found.session.aim.target)) {
    return lane;
  }
  const aimed = aimAtPolicy(lane, found.session, found.policy, effects.nowMs);
  return freeAgain(withSession(lane, rejudged(lane, aimed, effects.nowMs)));
}

function setPolicy(lane: Lane, policy: Policy, effects: Effects): Lane {
  const others = lane.policies.filter((other) => other.id !== policy.id);
  const held: Lane = { ...lane, policies: [...others, policy] };
  if (held.current[policy.id] === undefined) {
    return attach(openSession(held, policy, effects), true, effects);
  }
  return reaim(held, effects);
}

function deletePolicy(lane: Lane, policyId: string, effects: Effects): Lane {
  const session = lane.current[policyId];
  const without: Lane = { ...lane, policies: lane.policies.filter((policy) => policy.id !== policyId) };
  if (session === undefined) {
    return without;
  }
  if (session.storedHash === null && !session.isActive) {
    // It was opened in this very step: nobody has heard of it.
    return withoutSession(without, policyId);
  }
  if (!session.isActive || lane.visit === null) {
    effects.deletedSessionIds.push(session.id);
    effects.events.push({ kind: 'session-deleted', sessionId: session.id, policyId });
    return withoutSession(without, policyId);
  }
  const hasStoppedIt = lane.control.hasStoppedIt || lane.control.wanted === 'off';
  const isUnplugged = lane.visit.unpluggedAtMs !== null;
  const endAtMs = lane.visit.unpluggedAtMs ?? effects.nowMs;
  const settled = settle(without, session, endAtMs, effects);
  if (settled.visit === null || isUnplugged) {
    return { ...settled, visit: null, control: releaseControl(settled.control, effects) };
  }
  // The rest is a visit of its own; a car that we stopped is started again.
  const isCharging = lane.observed.isCharging?.value === true;
  const fresh = beginUnmanaged({ ...settled.visit, id: effects.context.newId() }, effects.nowMs);
  const visit = {
    ...fresh,
    pluggedInAtMs: effects.nowMs,
    lastPluggedAtMs: effects.nowMs,
    account: fresh.unmanaged ?? fresh.account,
    hasManagedRecord: false,
    pendingBlocks: [],
  };
  const releaseUntilMs = hasStoppedIt && !isCharging ? effects.nowMs + RELEASE_MS : null;
  return { ...settled, visit, control: { ...settled.control, releaseUntilMs } };
}

/** So long a car that we had stopped is asked to start again when control is given up. */
const RELEASE_MS = 30 * 60_000;

/** Targets that follow the weekly schedules, after a policy or a location has changed; overrides are not touched. */
function reaim(lane: Lane, effects: Effects): Lane {
  let moved = lane;
  for (const session of Object.values(lane.current)) {
    const policy = lane.policies.find((candidate) => candidate.id === session.policyId);
    if (policy !== undefined && !isOverride(session.aim.target) && !session.aim.isLate) {
      const aimed = aimAtPolicy(lane, session, policy, effects.nowMs);
      moved = withSession(moved, aimed === session ? session : rejudged(lane, aimed, effects.nowMs));
    }
  }
  return moved;
}

function rejudged(lane: Lane, session: CurrentSession, nowMs: number): CurrentSession {
  return session.isActive ? judgeLevel(lane, session, nowMs, false) : session;
}

function passTargets(lane: Lane, effects: Effects): Lane {
  let moved = lane;
  for (const session of Object.values(lane.current)) {
    const policy = lane.policies.find((candidate) => candidate.id === session.policyId);
    const isInGrace = session.isActive && lane.visit !== null && lane.visit.unpluggedAtMs !== null;
    if (policy !== undefined && !isInGrace) {
      const passed = passTime(moved, session, policy, effects.nowMs);
      const isNew = passed.aim.target?.id !== session.aim.target?.id;
      moved = isNew ? freeAgain(withSession(moved, passed)) : withSession(moved, passed);
    }
  }
  return moved;
}

/** Plans for the active session and makes the car follow. */
function control(lane: Lane, isHeardAgain: boolean, effects: Effects): Lane {
  const session = activeSession(lane);
  const policy = lane.policies.find((candidate) => candidate.id === session?.policyId);
  if (session === null || policy === undefined || lane.visit === null) {
    return lane.visit === null ? lane : steer(lane, wishOf(lane, null, effects.nowMs), isHeardAgain, effects);
  }
  if (lane.visit.unpluggedAtMs !== null) {
    const idle = { ...lane, control: releaseControl(lane.control, effects) };
    // Whoever reports the plug-out is heard of; everything else stays as it held then.
    const { TELEMETRY_STALE: _heard, ...errors } = session.errors;
    return withSession(idle, { ...session, plan: null, errors });
  }
  const planned = judgeRisk(lane, replan(lane, session, policy, effects), effects.nowMs);
  const typed = { ...planned, blocks: splitBlocks(planned.blocks, typeOf(planned)) };
  const steered = steer(withSession(lane, typed), wishOf(lane, typed, effects.nowMs), isHeardAgain, effects);
  const safe = withLatestSafeStart(steered, typed, effects.nowMs);
  const withPower = noteNoPower(safe, typed, effects.nowMs);
  return withSession(withPower, { ...typed, errors: errorsOf(withPower, typed, effects.nowMs) });
}

/** A car that is left alone is taken in hand again at the latest safe start, if that comes before the next edge. */
function withLatestSafeStart(lane: Lane, session: CurrentSession, nowMs: number): Lane {
  const { leftAloneUntilMs } = lane.control;
  const latestMs = session.plan?.plan.latestSafeStartMs ?? null;
  if (leftAloneUntilMs === null || latestMs === null || latestMs <= nowMs || latestMs >= leftAloneUntilMs) {
    return lane;
  }
  return { ...lane, control: { ...lane.control, leftAloneUntilMs: latestMs } };
}

/** Since when charging at once is wanted and no power flows: such a car takes no more after a while. */
function noteNoPower(lane: Lane, session: CurrentSession, nowMs: number): Lane {
  const { visit } = lane;
  if (visit === null) {
    return lane;
  }
  const isWaiting =
    isAtOnce(session) && lane.control.wanted === 'on' && lane.observed.isCharging?.value !== true;
  const noPowerSinceMs = isWaiting ? (visit.noPowerSinceMs ?? nowMs) : null;
  return noPowerSinceMs === visit.noPowerSinceMs ? lane : { ...lane, visit: { ...visit, noPowerSinceMs } };
}

/** Stores, tells and explains each session in which something has changed since the step began with `before`. */
function tellAll(before: Lane, lane: Lane, cause: HistoryCause, effects: Effects): Lane {
  const { context, nowMs } = effects;
  let moved = lane;
  for (const session of Object.values(lane.current)) {
    const prices = session.isActive ? context.pricesAt(session.locationId) : null;
    if (isToldAlready(before.current[session.policyId], lane, session, prices, nowMs)) {
      noteTold(lane, session, prices, nowMs);
      continue;
    }
    const view = viewOf(lane, session, context.pricesAt, nowMs);
    const visitId = session.isActive ? (lane.visit?.id ?? null) : null;
    const known = recordHistory(lane, session, view, cause, effects);
    const told = tell(known, view, { visitId, isShown: true, hidesVisit: false }, effects);
    noteTold(lane, told, prices, nowMs);
    moved = told === session ? moved : withSession(moved, told);
  }
  return moved;
}

/** A new target is a new start: a car that was left alone is taken in hand again. */
function freeAgain(lane: Lane): Lane {
  return lane.control.leftAloneUntilMs === null
    ? lane
    : { ...lane, control: { ...lane.control, leftAloneUntilMs: null, deviatedAtMs: [], isFollowed: false } };
}

function findSession(lane: Lane, sessionId: string): { session: CurrentSession; policy: Policy } | null {
  const session = Object.values(lane.current).find((candidate) => candidate.id === sessionId);
  const policy = lane.policies.find((candidate) => candidate.id === session?.policyId);
  return session === undefined || policy === undefined ? null : { session, policy };
}

function isSilentOrUnreachable(lane: Lane, nowMs: number): boolean {
  const { isReachable, lastHeardAtMs } = lane.observed;
  return isReachable?.value === false || (lastHeardAtMs !== null && nowMs - lastHeardAtMs > HEARD_AGAIN_MS);
}

/** A car that was silent for longer than this is heard of again by its next reading. */
const HEARD_AGAIN_MS = 15 * 60_000;

function isReachableReading(input: LaneInput): boolean {
  return input.kind === 'reading' && input.reading.isReachable !== false;
}
