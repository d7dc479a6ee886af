import type { HistoryCause } from '../domain/history.ts';
import type { Policy } from '../domain/policy.ts';
import { PASSED_OVER_MS, UNMANAGED_ENERGY_MIN_WH } from '../domain/rules.ts';
import { newAccount } from './account.ts';
import { aimAtPolicy, goalPercent, judgeLevel, NO_AIM } from './aim.ts';
import { chargingTimeMs } from './car.ts';
import { releaseControl } from './control.ts';
import type { Effects } from './effects.ts';
import { recordSettlement } from './history.ts';
import type { CurrentSession, Lane, ObservedBlock, Visit } from './lane.ts';
import { laneWith, sessionWith, visitWith } from './parts.ts';
import { tell } from './tell.ts';
import { settledView, unmanagedView } from './view.ts';
import { whySettled } from './why.ts';

/** The lane with a new upcoming session of a policy, aiming at the first deadline from now on. */
export function openSession(lane: Lane, policy: Policy, effects: Effects): Lane {
  const session: CurrentSession = {
    id: effects.context.newId(),
    policyId: policy.id,
    locationId: policy.locationId,
    sequence: 0,
    isActive: false,
    lastTargetId: 0,
    aim: NO_AIM,
    decided: null,
    isFillingReserve: false,
    reserveCountedPercent: null,
    blocks: [],
    plan: null,
    errors: {},
    told: null,
    history: null,
    tellAtMs: null,
    storedHash: null,
  };
  return withSession(lane, aimAtPolicy(lane, session, policy, effects.nowMs));
}

/** The session that the visit belongs to; null while it is away, pending, or at a place without a policy. */
export function activeSession(lane: Lane): CurrentSession | null {
  return Object.values(lane.current).find((session) => session.isActive) ?? null;
}

/** Makes the session at the visit's place active, where there is a policy and the car is plugged in. */
export function attach(lane: Lane, isPolicyNew: boolean, effects: Effects): Lane {
  const { visit } = lane;
  if (
    visit === null ||
    visit.unpluggedAtMs !== null ||
    visit.place.kind !== 'at' ||
    activeSession(lane) !== null
  ) {
    return lane;
  }
  const { locationId } = visit.place;
  const policy = lane.policies.find((candidate) => candidate.locationId === locationId);
  const upcoming = policy === undefined ? undefined : lane.current[policy.id];
  if (policy === undefined || upcoming === undefined) {
    return lane;
  }
  // What was charged before there was a policy is an unmanaged record; what was charged while the place was not
  // known yet belongs to the session.
  const recorded = isPolicyNew ? recordUnmanaged(lane, visit, effects.nowMs, effects) : visit;
  const blocks = isPolicyNew ? runningFrom(visit.pendingBlocks, visit.counter.untilMs) : visit.pendingBlocks;
  const managed: Visit = visitWith(recorded, { unmanaged: null, pendingBlocks: [] });
  const believed =
    managed.beliefPercent === null ? visitWith(managed, { beliefPercent: policy.batteryReserve }) : managed;
  const attached = laneWith(lane, { visit: believed });
  const active = judgeLevel(attached, sessionWith(upcoming, { isActive: true, blocks }), effects.nowMs, true);
  return withSession(attached, passOver(attached, active, policy, believed));
}

/**
 * Settles the active session as of an instant and opens the policy's next one, in the same step.
 * @param cause what ended it.
 */
export function settle(
  lane: Lane,
  session: CurrentSession,
  pluggedOutAtMs: number,
  cause: HistoryCause,
  effects: Effects,
): Lane {
  const { visit } = lane;
  const policy = lane.policies.find((candidate) => candidate.id === session.policyId);
  if (visit === null) {
    return lane;
  }
  const prices = effects.context.pricesAt(session.locationId);
  const view = settledView(lane, session, visit, pluggedOutAtMs, prices);
  tell(session, view, { visitId: visit.id, isShown: true, hidesVisit: true }, effects);
  recordSettlement(lane, session, view, whySettled(pluggedOutAtMs), cause, effects);
  const without = laneWith(withoutSession(lane, session.policyId), {
    visit: visitWith(visit, { hasManagedRecord: true }),
    control: releaseControl(lane.control, effects),
  });
  return policy === undefined ? without : openSession(without, policy, effects);
}

/** Ends the visit at an instant: the managed session settles, an unmanaged stretch with energy becomes a record. */
export function endVisit(lane: Lane, pluggedOutAtMs: number, effects: Effects): Lane {
  const { visit } = lane;
  if (visit === null) {
    return lane;
  }
  const session = activeSession(lane);
  const settled = session === null ? lane : settle(lane, session, pluggedOutAtMs, 'UNPLUGGED', effects);
  if (session === null) {
    recordUnmanaged(lane, visit, pluggedOutAtMs, effects);
  }
  const locationId = visit.place.kind === 'at' ? visit.place.locationId : null;
  return laneWith(settled, {
    visit: null,
    control: releaseControl(settled.control, effects),
    lastPlace: { locationId, endedAtMs: pluggedOutAtMs, odometerKm: lane.observed.odometerKm?.value ?? null },
  });
}

/** Writes the unmanaged stretch of a visit as a settled session, where energy flowed. */
function recordUnmanaged(lane: Lane, visit: Visit, pluggedOutAtMs: number, effects: Effects): Visit {
  const account = visit.unmanaged;
  if (account === null || account.energyWh < UNMANAGED_ENERGY_MIN_WH) {
    return visit;
  }
  const prices = visit.place.kind === 'at' ? effects.context.pricesAt(visit.place.locationId) : null;
  // A stretch that began when the place was learned can be younger than the last reading that showed it plugged in.
  const endAtMs = Math.max(pluggedOutAtMs, account.fromMs);
  const view = unmanagedView(lane, effects.context.newId(), visit, account, endAtMs, prices);
  effects.events.push({ kind: 'session-updated', session: view, sequence: 1 });
  effects.sessions.push({
    session: view,
    visitId: visit.id,
    sequence: 1,
    isNew: true,
    isShown: !visit.hasManagedRecord,
    hidesVisit: false,
  });
  return visit;
}

/** The visit goes on without a policy: a stretch of its own from an instant. */
export function beginUnmanaged(visit: Visit, fromMs: number): Visit {
  return visitWith(visit, { unmanaged: newAccount(fromMs, visit.account.levelToPercent) });
}

export function withSession(lane: Lane, session: CurrentSession): Lane {
  if (lane.current[session.policyId] === session) {
    return lane;
  }
  return laneWith(lane, { current: { ...lane.current, [session.policyId]: session } });
}

export function withoutSession(lane: Lane, policyId: string): Lane {
  const { [policyId]: _gone, ...current } = lane.current;
  return laneWith(lane, { current });
}

/** A deadline so near to plug-in that it cannot be met is not this visit's: the next one is. */
function passOver(lane: Lane, session: CurrentSession, policy: Policy, visit: Visit): CurrentSession {
  const { target, isMet } = session.aim;
  const goal = goalPercent(lane, target);
  if (target?.kind !== 'REGULAR' || target.source !== 'POLICY' || isMet || goal === null) {
    return session;
  }
  if (target.readyByMs - visit.pluggedInAtMs > PASSED_OVER_MS) {
    return session;
  }
  const needPercent = Math.max(0, goal - (visit.beliefPercent ?? goal));
  const neededMs = chargingTimeMs(lane, session.locationId, goal - needPercent, goal);
  if (visit.pluggedInAtMs + neededMs <= target.readyByMs) {
    return session;
  }
  return judgeLevel(lane, aimAtPolicy(lane, session, policy, target.readyByMs), visit.pluggedInAtMs, true);
}

/** A charge that runs when the policy comes is the session's from where its energy is not counted yet. */
function runningFrom(blocks: readonly ObservedBlock[], countedUntilMs: number): readonly ObservedBlock[] {
  const last = blocks.at(-1);
  const begun = { startAtMs: countedUntilMs, endAtMs: countedUntilMs, energyWh: 0 };
  return last?.isRunning === true ? [{ ...last, ...begun }] : [];
}
