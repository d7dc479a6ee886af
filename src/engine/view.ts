import type { BlockType, Session, SessionState, Valuation } from '../domain/session.ts';
import { valuate } from '../domain/valuation.ts';
import { decidedState, outcomeOf } from './aim.ts';
import { closeBlocks, shownBlocks } from './blocks.ts';
import type { LocationPrices } from './contract.ts';
import { gravestError } from './errors.ts';
import type { Account, CurrentSession, Lane, Visit } from './lane.ts';
import { outcomeNow } from './predict.ts';

/** The current session as others see it now. */
export function viewOf(
  lane: Lane,
  session: CurrentSession,
  pricesAt: (locationId: string) => LocationPrices | null,
  nowMs: number,
): Session {
  const { visit, vehicle } = lane;
  if (!session.isActive || visit === null) {
    return upcomingView(lane, session);
  }
  const plan = visit.unpluggedAtMs === null ? (session.plan?.plan ?? null) : null;
  return {
    id: session.id,
    policyId: session.policyId,
    vehicleId: vehicle.id,
    locationId: session.locationId,
    userId: vehicle.userId,
    // Unplugged, and the replug grace runs: nothing is charged for anything.
    state: visit.unpluggedAtMs === null ? stateOf(session) : 'ACTIVE:REGULAR',
    pluggedInAtMs: visit.pluggedInAtMs,
    pluggedOutAtMs: null,
    blocks: shownBlocks(session.blocks, plan, plannedType(session), nowMs),
    aggregated: aggregatedOf(visit.account),
    steps: visit.account.steps,
    target: session.aim.target,
    outcome: outcomeNow(lane, session),
    error: gravestError(lane, session),
    valuation: valuationOf(
      visit.account,
      visit.pluggedInAtMs,
      visit.counter.untilMs,
      pricesAt(session.locationId),
    ),
  };
}

function upcomingView({ vehicle }: Lane, session: CurrentSession): Session {
  return {
    id: session.id,
    policyId: session.policyId,
    vehicleId: vehicle.id,
    locationId: session.locationId,
    userId: vehicle.userId,
    state: 'UPCOMING',
    pluggedInAtMs: null,
    pluggedOutAtMs: null,
    blocks: [],
    aggregated: null,
    steps: [],
    target: session.aim.target,
    outcome: null,
    error: null,
    valuation: null,
  };
}

/** The session as it is settled: only what was observed, and the last target that was decided. */
export function settledView(
  lane: Lane,
  session: CurrentSession,
  visit: Visit,
  pluggedOutAtMs: number,
  prices: LocationPrices | null,
): Session {
  const { aim } = session;
  const isDecided = aim.state === 'REACHED' || aim.state === 'MISSED';
  const level = visit.account.levelToPercent;
  const present =
    aim.target === null ? null : { target: aim.target, outcome: presentOutcome(session, level) };
  const shown = isDecided ? present : (session.decided ?? present);
  return {
    id: session.id,
    policyId: session.policyId,
    vehicleId: lane.vehicle.id,
    locationId: session.locationId,
    userId: lane.vehicle.userId,
    state: 'SETTLED',
    pluggedInAtMs: visit.pluggedInAtMs,
    pluggedOutAtMs,
    blocks: closeBlocks(session.blocks).map(({ type, startAtMs, endAtMs, energyWh }) => ({
      type,
      startAtMs,
      endAtMs: Math.min(endAtMs, pluggedOutAtMs),
      energyWh,
    })),
    aggregated: aggregatedOf(visit.account),
    steps: visit.account.steps,
    target: shown?.target ?? null,
    outcome: shown?.outcome ?? null,
    error: gravestError(lane, { ...session, errors: heldAt(session.errors, pluggedOutAtMs) }),
    valuation: valuationOf(visit.account, visit.pluggedInAtMs, pluggedOutAtMs, prices),
  };
}

/** The record of a stretch of charging that nobody managed. */
export function unmanagedView(
  lane: Lane,
  id: string,
  visit: Visit,
  account: Account,
  pluggedOutAtMs: number,
  prices: LocationPrices | null,
): Session {
  return {
    id,
    policyId: null,
    vehicleId: lane.vehicle.id,
    locationId: visit.place.kind === 'at' ? visit.place.locationId : null,
    userId: lane.vehicle.userId,
    state: 'SETTLED',
    pluggedInAtMs: account.fromMs,
    pluggedOutAtMs,
    blocks: [],
    aggregated: aggregatedOf(account),
    steps: account.steps,
    target: null,
    outcome: null,
    error: null,
    valuation: valuationOf(account, account.fromMs, pluggedOutAtMs, prices),
  };
}

/** What came up after plug-out is not the session's. */
function heldAt(errors: CurrentSession['errors'], atMs: number): CurrentSession['errors'] {
  return Object.fromEntries(Object.entries(errors).filter(([, sinceMs]) => sinceMs <= atMs));
}

/** What the system does now (sessions.md §3, sub-state). */
function stateOf(session: CurrentSession): SessionState {
  return `ACTIVE:${typeOf(session)}`;
}

/** The type of the charging that is seen now. */
export function typeOf(session: CurrentSession): BlockType {
  if (session.aim.target?.kind === 'IMMEDIATE_START' && !session.aim.isMet) {
    return 'IMMEDIATE_START';
  }
  return session.isFillingReserve ? 'BATTERY_RESERVE' : 'REGULAR';
}

/** The type of what is planned beyond the reserve. */
function plannedType(session: CurrentSession): BlockType {
  return session.aim.target?.kind === 'IMMEDIATE_START' ? 'IMMEDIATE_START' : 'REGULAR';
}

function presentOutcome(session: CurrentSession, level: number | null) {
  const { aim } = session;
  if (aim.target === null) {
    return null;
  }
  if (aim.state === 'REACHED' || aim.state === 'MISSED') {
    return outcomeOf(aim.target, aim, aim.state);
  }
  const decided = { ...aim, decidedLevelPercent: level };
  return outcomeOf(aim.target, decided, decidedState(level, aim.target));
}

function aggregatedOf({ energyWh, levelFromPercent, levelToPercent }: Account) {
  return { energyWh, levelFromPercent, levelToPercent };
}

function valuationOf(
  account: Account,
  pluggedInAtMs: number,
  endAtMs: number,
  prices: LocationPrices | null,
): Valuation | null {
  if (prices === null) {
    return null;
  }
  return valuate({
    steps: account.steps,
    slots: prices.slots,
    currency: prices.currency,
    pluggedInAtMs,
    endAtMs,
    meanPowerKw: account.energyWh === 0 ? null : account.weightedPower / account.energyWh,
    energyWh: account.energyWh,
  });
}
