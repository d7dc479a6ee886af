import type { CurrentSession, Lane, Visit } from './lane.ts';

// Copies with some parts exchanged; a part that is left out, or undefined, stays. Every key is written out, in the order
// of the type: so all copies have one shape. Of values that are spread into each other again and again nearly each has a
// shape of its own, and they are made and read several times more slowly (docs/decisions/0014-speed.md).

export function laneWith(
  lane: Lane,
  {
    vehicle = lane.vehicle,
    locations = lane.locations,
    policies = lane.policies,
    steppedAtMs = lane.steppedAtMs,
    observed = lane.observed,
    visit = lane.visit,
    lastPlace = lane.lastPlace,
    current = lane.current,
    control = lane.control,
    learned = lane.learned,
    learnedCapacityWh = lane.learnedCapacityWh,
    chargeLimits = lane.chargeLimits,
  }: Partial<Lane>,
): Required<Lane> {
  return {
    vehicle,
    locations,
    policies,
    steppedAtMs,
    observed,
    visit,
    lastPlace,
    current,
    control,
    learned,
    learnedCapacityWh,
    chargeLimits,
  };
}

export function visitWith(
  visit: Visit,
  {
    id = visit.id,
    pluggedInAtMs = visit.pluggedInAtMs,
    place = visit.place,
    odometerKm = visit.odometerKm,
    lastPluggedAtMs = visit.lastPluggedAtMs,
    unpluggedAtMs = visit.unpluggedAtMs,
    graceUntilMs = visit.graceUntilMs,
    counter = visit.counter,
    account = visit.account,
    unmanaged = visit.unmanaged,
    pendingBlocks = visit.pendingBlocks,
    hasManagedRecord = visit.hasManagedRecord,
    risingFrom = visit.risingFrom,
    beliefPercent = visit.beliefPercent,
    levelNoisePercent = visit.levelNoisePercent ?? 0,
    noPowerSinceMs = visit.noPowerSinceMs,
  }: Partial<Visit>,
): Required<Visit> {
  return {
    id,
    pluggedInAtMs,
    place,
    odometerKm,
    lastPluggedAtMs,
    unpluggedAtMs,
    graceUntilMs,
    counter,
    account,
    unmanaged,
    pendingBlocks,
    hasManagedRecord,
    risingFrom,
    beliefPercent,
    levelNoisePercent,
    noPowerSinceMs,
  };
}

export function sessionWith(
  session: CurrentSession,
  {
    id = session.id,
    policyId = session.policyId,
    locationId = session.locationId,
    sequence = session.sequence,
    isActive = session.isActive,
    lastTargetId = session.lastTargetId,
    aim = session.aim,
    decided = session.decided,
    isFillingReserve = session.isFillingReserve,
    reserveCountedPercent = session.reserveCountedPercent ?? null,
    blocks = session.blocks,
    plan = session.plan,
    errors = session.errors,
    told = session.told,
    history = session.history,
    tellAtMs = session.tellAtMs,
    storedHash = session.storedHash,
  }: Partial<CurrentSession>,
): Required<CurrentSession> {
  return {
    id,
    policyId,
    locationId,
    sequence,
    isActive,
    lastTargetId,
    aim,
    decided,
    isFillingReserve,
    reserveCountedPercent,
    blocks,
    plan,
    errors,
    told,
    history,
    tellAtMs,
    storedHash,
  };
}

/** The same session where its blocks are the same. */
export function withBlocks(session: CurrentSession, blocks: CurrentSession['blocks']): CurrentSession {
  return blocks === session.blocks ? session : sessionWith(session, { blocks });
}
