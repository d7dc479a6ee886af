import { QUARTER_HOUR_SPREAD_MS } from '../domain/rules.ts';
import type { Session, Target } from '../domain/session.ts';
import { MINUTE_MS, QUARTER_HOUR_MS, quarterHourOf } from '../domain/units.ts';
import type { Effects } from './effects.ts';
import type { CurrentSession, Told } from './lane.ts';
import { sessionWith } from './parts.ts';

export interface Telling {
  readonly visitId: string | null;
  readonly isShown: boolean;
  readonly hidesVisit: boolean;
}

/**
 * Stores the session where it changed, and tells it: at once where more than what moves with every reading changed,
 * else once at the end of the quarter hour (webhooks.md). No change, no event.
 */
export function tell(session: CurrentSession, view: Session, how: Telling, effects: Effects): CurrentSession {
  const hash = hashOf(view);
  if (hash === session.storedHash && session.tellAtMs === null) {
    return session;
  }
  const { nowMs } = effects;
  const isNews = session.told === null || hasNews(session.told, view);
  const isDue = session.tellAtMs !== null && nowMs >= session.tellAtMs && hash !== session.told?.hash;
  const isTold = isNews || isDue;
  const sequence = session.sequence + (isTold ? 1 : 0);
  if (isTold) {
    effects.events.push({ kind: 'session-updated', session: view, sequence });
  }
  if (isTold || hash !== session.storedHash) {
    effects.sessions.push({ session: view, sequence, isNew: session.storedHash === null, ...how });
  }
  const isOpen = !isTold && hash !== session.told?.hash;
  const tellAtMs = isOpen ? (session.tellAtMs ?? quarterEnd(nowMs, view.vehicleId)) : null;
  const told = isTold ? toldOf(view, hash) : session.told;
  return sessionWith(session, { sequence, storedHash: hash, told, tellAtMs });
}

/** Whether something changed that is told at once: state, blocks, target, decided outcome, error, or a prediction much. */
function hasNews(told: Told, view: Session): boolean {
  return (
    told.state !== view.state ||
    told.pluggedInAtMs !== view.pluggedInAtMs ||
    told.pluggedOutAtMs !== view.pluggedOutAtMs ||
    told.errorCode !== (view.error?.code ?? null) ||
    targetText(told.target) !== targetText(view.target) ||
    hasOutcomeNews(told, view) ||
    hasBlockNews(told, view)
  );
}

function hasOutcomeNews(told: Told, view: Session): boolean {
  const [before, now] = [told.outcome, view.outcome];
  if (before === null || now === null) {
    return before !== now;
  }
  return (
    before.state !== now.state ||
    before.targetId !== now.targetId ||
    isFar(before.levelAtReadyByPercent, now.levelAtReadyByPercent, NEWS_PERCENT) ||
    isFar(before.reachedAtMs, now.reachedAtMs, NEWS_MS)
  );
}

function hasBlockNews(told: Told, view: Session): boolean {
  return (
    told.blocks.length !== view.blocks.length ||
    told.blocks.some((before, index) => {
      const now = view.blocks[index];
      return (
        now === undefined ||
        now.type !== before.type ||
        isFar(before.startAtMs, now.startAtMs, NEWS_MS) ||
        isFar(before.endAtMs, now.endAtMs, NEWS_MS)
      );
    })
  );
}

const NEWS_PERCENT = 1;
const NEWS_MS = 5 * MINUTE_MS;

function isFar(before: number | null, now: number | null, least: number): boolean {
  return before === null || now === null ? before !== now : Math.abs(now - before) >= least;
}

function toldOf(view: Session, hash: string): Told {
  return {
    state: view.state,
    pluggedInAtMs: view.pluggedInAtMs,
    pluggedOutAtMs: view.pluggedOutAtMs,
    blocks: view.blocks.map(({ type, startAtMs, endAtMs }) => ({ type, startAtMs, endAtMs })),
    target: view.target,
    outcome: view.outcome,
    errorCode: view.error?.code ?? null,
    hash,
  };
}

/** The end of the quarter hour, spread so that not every lane is due at once. */
function quarterEnd(nowMs: number, vehicleId: string): number {
  const spreadMs = (fnv1a(vehicleId) / 2 ** 32) * QUARTER_HOUR_SPREAD_MS;
  return quarterHourOf(nowMs) + QUARTER_HOUR_MS + Math.floor(spreadMs);
}

/** 64 bits of two FNV-1a hashes with different starts: enough to tell one session's versions apart. */
function hashOf(view: Session): string {
  const text = textOf(view);
  let one = FNV_OFFSET;
  let other = OTHER_OFFSET;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, FNV_PRIME);
    other = Math.imul(other ^ unit, FNV_PRIME);
  }
  return `${(one >>> 0).toString(36)}-${(other >>> 0).toString(36)}`;
}

/**
 * All values of a view in one order, as JSON has them. A lane that was stored and read again has the keys of its objects
 * in another: that is no change. Rows of numbers are most of it, and printed here in half the time of JSON.stringify.
 */
function textOf(view: Session): string {
  const { aggregated, outcome, error, valuation } = view;
  const names = [view.id, view.policyId, view.vehicleId, view.locationId, view.userId, view.state];
  const blocks = view.blocks.map(
    ({ type, startAtMs, endAtMs, energyWh }) => `["${type}",${startAtMs},${endAtMs},${energyWh}]`,
  );
  const energy =
    aggregated && `[${aggregated.energyWh},${aggregated.levelFromPercent},${aggregated.levelToPercent}]`;
  const steps = view.steps.map(
    ({ startAtMs, energyWh, levelPercent }) => `[${startAtMs},${energyWh},${levelPercent}]`,
  );
  const rest = [
    targetText(view.target),
    outcome && [
      outcome.targetId,
      outcome.kind,
      outcome.state,
      outcome.levelAtReadyByPercent,
      outcome.reachedAtMs,
    ],
    error && [error.code, error.message, error.occurredAtMs],
    valuation && [valuation.currency, valuation.actualMicros, valuation.baselineMicros],
  ];
  const times = `${view.pluggedInAtMs},${view.pluggedOutAtMs}`;
  const rows = `[${blocks.join()}],${energy},[${steps.join()}]`;
  return `${JSON.stringify(names).slice(0, -1)},${times},${rows},${JSON.stringify(rest).slice(1)}`;
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  const { id, targetPercent } = target;
  return target.kind === 'IMMEDIATE_START'
    ? `now ${id} ${targetPercent}`
    : `by ${id} ${targetPercent} ${target.source} ${target.reservePercent} ${target.readyByMs}`;
}

const FNV_OFFSET = 0x811c9dc5;
const OTHER_OFFSET = 0x5bd1e995;
const FNV_PRIME = 0x01000193;

function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}
