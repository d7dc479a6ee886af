import type {
  Changed,
  HistoryBlock,
  HistoryCause,
  HistoryEntry,
  HistoryState,
  Why,
  WhyCode,
} from '../domain/history.ts';
import type { Session } from '../domain/session.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { zoneOf } from './aim.ts';
import type { Effects } from './effects.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { sessionWith } from './parts.ts';
import { slidBlocks } from './slid-blocks.ts';
import { viewOf } from './view.ts';
import { whyNow } from './why.ts';

/** A step as it would have been without what was told of cars in it. */
export interface Undisturbed {
  readonly lane: Lane;
  readonly cause: HistoryCause;
}

/**
 * The session with its history brought up to now: where state, target, outcome, error, the plan or the reason for
 * charging or not charging changed since the last entry, a new one says what did it. No change, no entry.
 * @param undisturbed asked where there is an entry: null where nothing was told of cars.
 */
export function recordHistory(
  lane: Lane,
  session: CurrentSession,
  view: Session,
  cause: HistoryCause,
  undisturbed: () => Undisturbed | null,
  effects: Effects,
): CurrentSession {
  if (effects.context.settings?.isHistoryOn === false) {
    return session;
  }
  const after = historyState(lane, session, view, effects);
  const before = session.history;
  if (before !== null && !hasChanged(before, after, cause, effects.nowMs)) {
    return session;
  }
  const zone = zoneOf(lane, session.locationId);
  const brought = before === null ? null : broughtBy(session, before, after, undisturbed(), effects);
  effects.history.push(entryOf(session.id, before, after, brought ?? cause, zone, effects));
  return sessionWith(session, { history: after });
}

/** The last entry of a session that is settled, with the reason that it was. */
export function recordSettlement(
  lane: Lane,
  session: CurrentSession,
  view: Session,
  why: Why,
  cause: HistoryCause,
  effects: Effects,
): void {
  if (effects.context.settings?.isHistoryOn === false) {
    return;
  }
  const after: HistoryState = {
    count: (session.history?.count ?? 0) + 1,
    state: view.state,
    target: view.target,
    outcome: view.outcome?.state ?? null,
    error: view.error?.code ?? null,
    plannedBlocks: [],
    plannedCost: null,
    why,
  };
  const zone = zoneOf(lane, session.locationId);
  effects.history.push(entryOf(session.id, session.history, after, cause, zone, effects));
}

function historyState(lane: Lane, session: CurrentSession, view: Session, effects: Effects): HistoryState {
  const prices = effects.context.pricesAt(session.locationId);
  const isPlanned = view.state !== 'UPCOMING' && lane.visit?.unpluggedAtMs === null;
  const planned = isPlanned ? view.blocks.filter(({ endAtMs }) => endAtMs > effects.nowMs) : [];
  return {
    count: (session.history?.count ?? 0) + 1,
    state: view.state,
    target: view.target,
    outcome: view.outcome?.state ?? null,
    error: view.error?.code ?? null,
    plannedBlocks: planned.map(({ type, startAtMs, endAtMs }) => ({ type, startAtMs, endAtMs })),
    plannedCost: isPlanned ? (session.plan?.plan.cost ?? null) : null,
    why: whyNow(lane, session, prices, effects.nowMs),
  };
}

/**
 * What really brought a change that came with news of a car: where the step would have brought the same without them,
 * what it then was set off by, which mostly is the clock. Null where the news did it.
 */
function broughtBy(
  session: CurrentSession,
  before: HistoryState,
  after: HistoryState,
  undisturbed: Undisturbed | null,
  effects: Effects,
): HistoryCause | null {
  const same = undisturbed?.lane.current[session.policyId];
  if (undisturbed === null || same?.id !== session.id) {
    return null;
  }
  const { lane, cause } = undisturbed;
  const view = viewOf(lane, same, effects.context.pricesAt, effects.nowMs);
  const silent = historyState(lane, same, view, effects);
  // That nothing was heard for long is because the news were left out.
  const isJustSilent = silent.error === 'TELEMETRY_STALE' && before.error === after.error;
  const without = isJustSilent ? { ...silent, error: after.error } : silent;
  return hasChanged(before, without, cause, effects.nowMs) &&
    !hasChanged(without, after, cause, effects.nowMs)
    ? cause
    : null;
}

function hasChanged(before: HistoryState, after: HistoryState, cause: HistoryCause, nowMs: number): boolean {
  const wasPlanned = slidBlocks(before, after, nowMs);
  const hasMoved = haveBlocksMoved(wasPlanned, after.plannedBlocks, blockMovedMs(after.why));
  return (
    hasPriceChanged(before, after, cause) ||
    before.state !== after.state ||
    before.target?.id !== after.target?.id ||
    before.outcome !== after.outcome ||
    before.error !== after.error ||
    hasMoved ||
    hasWhyChanged(before.why, after.why, !hasMoved)
  );
}

/** What moves by less than this is the same plan, as drivers see it. */
const MOVED_MS = 5 * MINUTE_MS;

/** A charge at once goes on whatever its end: that end is a guess, which taper moves by minutes at each reading. */
const MOVED_AT_ONCE_MS = 60 * MINUTE_MS;
const AT_ONCE: ReadonlySet<WhyCode> = new Set<WhyCode>(['CHARGING_IMMEDIATE', 'CHARGING_LATE']);

/**
 * The end of all charging follows each reading, up to half an hour for a point of level at a low power: no sentence says it,
 * but of a run that goes on for a while.
 */
const END_MOVED_MS = 30 * MINUTE_MS;
const END_SAID: ReadonlySet<WhyCode> = new Set<WhyCode>(['CHARGING_RUN_ON', 'CHARGING_LEFT_ALONE']);

function movedMs(why: Why): number {
  if (ASKED_AGAIN.has(why.code)) return MINUTE_MS;
  const isUnsaid = why.code.startsWith('CHARGING') && !END_SAID.has(why.code);
  return isUnsaid ? Math.max(END_MOVED_MS, blockMovedMs(why)) : blockMovedMs(why);
}

function blockMovedMs({ code }: Why): number {
  return AT_ONCE.has(code) ? MOVED_AT_ONCE_MS : MOVED_MS;
}

/** @param isSamePlan the blocks are where they were: what the plan charges then for does not change by itself. */
function hasWhyChanged(before: Why, after: Why, isSamePlan: boolean): boolean {
  const isSameCode = before.code === after.code || (isSamePlan && isPlanned(before) && isPlanned(after));
  return (
    !isSameCode ||
    before.percent !== after.percent ||
    before.readyByMs !== after.readyByMs ||
    (areAttemptsSaid(after) && before.attempts !== after.attempts) ||
    before.contact !== after.contact ||
    before.limitKw !== after.limitKw ||
    areOthers(before, after) ||
    before.held?.powerKw !== after.held?.powerKw ||
    isFar(before.atMs, after.atMs, movedMs(after))
  );
}

/** Whether other cars are named; in which order is no news. */
function areOthers({ vehicleIds: before }: Why, { vehicleIds: after }: Why): boolean {
  return [...(before ?? [])].sort().join() !== [...(after ?? [])].sort().join();
}

/** Reasons whose sentence counts the attempts, and those whose sentence says when the next one follows. */
const ATTEMPTS_SAID: ReadonlySet<WhyCode> = new Set<WhyCode>(['START_REFUSED', 'CHARGING_UNWANTED']);
const ASKED_AGAIN: ReadonlySet<WhyCode> = new Set<WhyCode>([...ATTEMPTS_SAID, 'UNREACHABLE']);

/** Of a car that cannot be reached it is said when it is asked again, not how often. */
function areAttemptsSaid({ code, contact }: Why): boolean {
  return ATTEMPTS_SAID.has(code) && contact !== 'UNREACHABLE';
}

/** Reasons that follow from the plan and its prices alone. */
const PLANNED: ReadonlySet<WhyCode> = new Set<WhyCode>([
  'CHARGING_PLANNED',
  'CHARGING_IN_ALLOWED_HOUR',
  'CHARGING_IN_FORECAST_HOUR',
  'CHARGING_IN_UNPRICED_HOUR',
  'CHARGING_RUN_ON',
]);

function isPlanned({ code }: Why): boolean {
  return PLANNED.has(code);
}

/** A block that has begun or ended as planned is no change of the plan; one that moved, came or went otherwise is. */
function haveBlocksMoved(
  before: readonly HistoryBlock[],
  after: readonly HistoryBlock[],
  leastMs: number,
): boolean {
  const offset = before.length - after.length;
  return (
    offset < 0 ||
    after.some((block, index) => {
      const was = before[index + offset];
      const byMs = index === after.length - 1 ? Math.max(END_MOVED_MS, leastMs) : leastMs;
      return (
        was === undefined ||
        was.type !== block.type ||
        isFar(was.startAtMs, block.startAtMs, leastMs) ||
        isFar(was.endAtMs, block.endAtMs, byMs)
      );
    })
  );
}

/**
 * Whether the price or the cost that was told last is no longer true: of an hour that is waited for, and, once new
 * prices came, of everything. What a running charge still costs moves by itself and is no news.
 */
function hasPriceChanged(before: HistoryState, after: HistoryState, cause: HistoryCause): boolean {
  const isWaiting = PRICE_AWAITED.has(after.why.code);
  return (
    ((cause === 'PRICES' || isWaiting) && isOther(before.why.price, after.why.price)) ||
    (cause === 'PRICES' && isOther(before.plannedCost, after.plannedCost))
  );
}

/** Reasons whose sentence says what the hours cost that are waited for. */
const PRICE_AWAITED: ReadonlySet<WhyCode> = new Set<WhyCode>([
  'WAITING_FOR_CHEAP_HOUR',
  'WAITING_FOR_ALLOWED_HOUR',
  'WAITING_FOR_DEPARTURE',
]);

/** Prices and costs that differ by less than this say the same to a driver. */
const SAME_PRICE_RATIO = 0.02;

function isOther(before: number | null, after: number | null): boolean {
  if (before === null || after === null) return before !== after;
  return Math.abs(after - before) > SAME_PRICE_RATIO * Math.max(Math.abs(before), Math.abs(after));
}

function isFar(before: number | null, after: number | null, leastMs: number): boolean {
  return before === null || after === null ? before !== after : Math.abs(after - before) >= leastMs;
}

function entryOf(
  sessionId: string,
  before: HistoryState | null,
  after: HistoryState,
  cause: HistoryCause,
  zone: string,
  effects: Effects,
): HistoryEntry {
  const blocks = { before: before?.plannedBlocks ?? [], after: after.plannedBlocks };
  const cost = { before: before?.plannedCost ?? null, after: after.plannedCost };
  const hasNewPlan = haveBlocksMoved(blocks.before, blocks.after, blockMovedMs(after.why));
  const hasNewCost = hasNewPlan || (cause === 'PRICES' && isOther(cost.before, cost.after));
  return {
    id: effects.context.newId(),
    sessionId,
    number: after.count,
    atMs: effects.nowMs,
    cause,
    why: after.why,
    state: changed(before?.state ?? after.state, after.state),
    target:
      before?.target?.id === after.target?.id
        ? null
        : { before: before?.target ?? null, after: after.target },
    outcome: changed(before?.outcome ?? null, after.outcome),
    error: changed(before?.error ?? null, after.error),
    plannedBlocks: hasNewPlan ? blocks : null,
    plannedCost: hasNewCost ? cost : null,
    zone,
  };
}

function changed<Value>(before: Value, after: Value): Changed<Value> | null {
  return before === after ? null : { before, after };
}
