import type { Policy } from '../domain/policy.ts';
import { OVERRIDE_HORIZON_MS, SILENT_VISIT_END_MS } from '../domain/rules.ts';
import { unreachable } from '../domain/unreachable.ts';
import { aimAtOverride, aimAtPolicy, isOverride, judgeLevel, passEnergy, passTime } from './aim.ts';
import { isBelievedCharging } from './believed-state.ts';
import { takeResult } from './command-ledger.ts';
import type { LaneInput } from './contract.ts';
import { releaseControl } from './control.ts';
import type { Effects } from './effects.ts';
import { inOrder } from './in-order.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { attach, beginUnmanaged, openSession, settle, withoutSession, withSession } from './lifecycle.ts';
import { laneWith, visitWith } from './parts.ts';
import { passVisitTime, takeReading } from './visit.ts';

/** The lane after what happened to it and after the time that passed: nothing is planned, commanded or told yet. */
export function takeIn(lane: Lane, inputs: readonly LaneInput[], effects: Effects): Lane {
  let moved = lane;
  for (const { input, index } of inOrder(inputs)) {
    moved = takeInput(moved, input, index, effects);
  }
  // After the inputs: a replug that was reported in time counts though it is taken in late.
  moved = passVisitTime(moved, SILENT_VISIT_END_MS, effects);
  return passTargets(moved, effects);
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
      return attach(
        reaim(laneWith(lane, { locations: [...others, input.location] }), effects),
        false,
        effects,
      );
    }
    case 'location-deleted':
      return laneWith(lane, {
        locations: lane.locations.filter((location) => location.id !== input.locationId),
      });
    case 'vehicle-set':
      return laneWith(lane, { vehicle: input.vehicle });
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
  const held = laneWith(lane, { policies: [...others, policy] });
  if (held.current[policy.id] === undefined) {
    return attach(openSession(held, policy, effects), true, effects);
  }
  return reaim(held, effects);
}

function deletePolicy(lane: Lane, policyId: string, effects: Effects): Lane {
  const session = lane.current[policyId];
  const without = laneWith(lane, { policies: lane.policies.filter((policy) => policy.id !== policyId) });
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
  const settled = settle(without, session, endAtMs, 'POLICY', effects);
  if (settled.visit === null || isUnplugged) {
    return laneWith(settled, { visit: null, control: releaseControl(settled.control, effects) });
  }
  // The rest is a visit of its own; a car that we stopped is started again.
  const isCharging = isBelievedCharging(lane);
  const fresh = beginUnmanaged(visitWith(settled.visit, { id: effects.context.newId() }), effects.nowMs);
  const visit = visitWith(fresh, {
    pluggedInAtMs: effects.nowMs,
    lastPluggedAtMs: effects.nowMs,
    account: fresh.unmanaged ?? fresh.account,
    hasManagedRecord: false,
    pendingBlocks: [],
  });
  const releaseUntilMs = hasStoppedIt && !isCharging ? effects.nowMs + RELEASE_MS : null;
  return laneWith(settled, { visit, control: { ...settled.control, releaseUntilMs } });
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
      const filled = passEnergy(moved, session, effects.nowMs);
      const passed = passTime(moved, filled, policy, effects.nowMs);
      const isNew = passed.aim.target?.id !== session.aim.target?.id;
      moved = isNew ? freeAgain(withSession(moved, passed)) : withSession(moved, passed);
    }
  }
  return moved;
}

/** A new target is a new start: a car that was left alone is taken in hand again. */
function freeAgain(lane: Lane): Lane {
  return lane.control.leftAloneUntilMs === null
    ? lane
    : laneWith(lane, {
        control: { ...lane.control, leftAloneUntilMs: null, deviatedAtMs: [], isFollowed: false },
      });
}

function findSession(lane: Lane, sessionId: string): { session: CurrentSession; policy: Policy } | null {
  const session = Object.values(lane.current).find((candidate) => candidate.id === sessionId);
  const policy = lane.policies.find((candidate) => candidate.id === session?.policyId);
  return session === undefined || policy === undefined ? null : { session, policy };
}
