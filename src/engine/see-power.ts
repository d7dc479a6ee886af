import { COMMAND_FAILED_SHOWN_FROM_COUNT, HELD_OBEYED_WITHIN_MS } from '../domain/rules.ts';
import { MINUTE_MS } from '../domain/units.ts';
import type { Command } from './contract.ts';
import type { Effects } from './effects.ts';
import { mostOfHeldKw, ownBelowKw, unfinishedStart, withPower } from './held-power.ts';
import type { Control, Lane } from './lane.ts';
import { knownKw } from './may-draw.ts';
import { isFresh } from './observe.ts';
import { laneWith } from './parts.ts';

/**
 * The lane with what its last reading says of the power that the car was told: a lowered power is confirmed where the car
 * draws no more, a raised one where it draws more than before or less than either by itself; a car that draws more than it
 * was told is told again, and after a quarter of an hour no longer relied upon, as is one that refuses. Lanes of cars that are never held stay
 * as they are.
 */
export function seePower(lane: Lane, effects: Effects): Lane {
  const { control, visit } = lane;
  const isNeverHeld =
    control.power === undefined &&
    control.mayTake === undefined &&
    control.overSinceMs === undefined &&
    control.command?.powerKw === undefined;
  if (isNeverHeld || visit === null || visit.unpluggedAtMs !== null) {
    return lane;
  }
  const current = withoutExpired(control, effects.nowMs);
  if (isRefused(lane, effects.nowMs)) {
    return laneWith(lane, { control: ignoring(current) });
  }
  const seenAtMs = lane.observed.powerKw?.atMs ?? Number.NEGATIVE_INFINITY;
  const drawnKw = lane.observed.isCharging?.value === true ? (lane.observed.powerKw?.value ?? null) : null;
  if (drawnKw === null) {
    return laneWith(lane, { control: withOver(current, lane, null, effects.nowMs) });
  }
  const confirmed = isConfirmed(lane, current, drawnKw, seenAtMs)
    ? withConfirmed(current, seenAtMs, effects)
    : current;
  const seen = withOver(confirmed, lane, { kw: drawnKw, atMs: seenAtMs }, effects.nowMs);
  return laneWith(lane, { control: seen });
}

interface Drawn {
  readonly kw: number;
  readonly atMs: number;
}

/** A start that was given up can arrive no longer. It may have, after the one that came later: that one is told again. */
function withoutExpired(control: Control, nowMs: number): Control {
  if (control.mayTake === undefined || control.mayTake.untilMs > nowMs) {
    return control;
  }
  const { mayTake: _over, power, ...others } = control;
  return power === undefined ? others : { ...others, power: { ...power, isTold: false } };
}

/** Whether the car draws as the start that is under way asks. */
function isConfirmed(lane: Lane, { command, power }: Control, drawnKw: number, seenAtMs: number): boolean {
  const sent = unfinishedStart(command);
  if (sent === null || sent.state !== 'PENDING' || seenAtMs < sent.attemptedAtMs) {
    return false;
  }
  const beforeKw = power?.toKw ?? null;
  const askedKw = sent.powerKw ?? null;
  if (askedKw !== null && (beforeKw === null || askedKw <= beforeKw)) {
    return drawnKw <= mostOfHeldKw(askedKw);
  }
  return beforeKw !== null && isRaised(drawnKw, beforeKw, askedKw ?? knownKw(lane));
}

/** Nearer to the new power than to the old one; or what it takes by itself is below both. */
function isRaised(drawnKw: number, beforeKw: number, askedKw: number): boolean {
  const middleKw = Math.min((beforeKw + askedKw) / 2, mostOfHeldKw(beforeKw));
  return askedKw <= beforeKw || drawnKw > middleKw || drawnKw < ownBelowKw(beforeKw);
}

function withConfirmed(control: Control, atMs: number, effects: Effects): Control {
  const { command } = control;
  if (command === null) {
    return control;
  }
  const done: Command = { ...command, state: 'CONFIRMED', finishedAtMs: effects.nowMs };
  effects.commands.set(done.id, done);
  return { ...withPower(control, command.powerKw ?? null, atMs), command: done };
}

/** A car that can be reached has said no to a power again and again: it is asked to start without one. */
function isRefused({ control, observed }: Lane, nowMs: number): boolean {
  const { command, failureCount } = control;
  return (
    command?.powerKw !== undefined &&
    command.state === 'FAILED' &&
    failureCount >= COMMAND_FAILED_SHOWN_FROM_COUNT &&
    observed.isReachable?.value !== false &&
    isFresh(observed, nowMs)
  );
}

/** Control with whether, and since when, the car draws more than it was told. */
function withOver(control: Control, lane: Lane, drawn: Drawn | null, nowMs: number): Control {
  const told = toldOf(control);
  if (told === null) {
    return withoutOver(control);
  }
  const heard = isFresh(lane.observed, nowMs);
  if (drawn === null || drawn.atMs < told.atMs) {
    // Heard of, and not a word of its power: that it obeys cannot be seen.
    const isUnseen = told.isUnanswered && heard && (lane.observed.lastReadingAtMs ?? 0) > told.atMs;
    const isLate = nowMs - told.atMs >= HELD_OBEYED_WITHIN_MS;
    return isUnseen && isLate && lane.observed.isCharging?.value === true ? ignoring(control) : control;
  }
  if (drawn.kw <= mostOfHeldKw(told.kw)) {
    return withoutOver(control);
  }
  const overSinceMs = control.overSinceMs ?? (told.isUnanswered ? told.atMs : drawn.atMs);
  if (heard && nowMs - overSinceMs >= HELD_OBEYED_WITHIN_MS) {
    return ignoring(control);
  }
  const { power } = control;
  // A charger needs a moment: what is seen before says nothing against an answer.
  const isBroken =
    power !== undefined && power.toKw === told.kw && drawn.atMs >= power.sinceMs + SETTLED_AFTER_MS;
  return isBroken
    ? { ...control, overSinceMs, power: { ...power, isBound: false, isTold: false } }
    : { ...control, overSinceMs };
}

const SETTLED_AFTER_MS = MINUTE_MS;

/** The power that the car should draw no more than by now, and since when. */
function toldOf({ command, power }: Control): (Drawn & { readonly isUnanswered: boolean }) | null {
  const sent = unfinishedStart(command);
  if (sent !== null) {
    return sent.powerKw === undefined
      ? null
      : { kw: sent.powerKw, atMs: sent.createdAtMs, isUnanswered: true };
  }
  return power === undefined || power.toKw === null || !power.isBound
    ? null
    : { kw: power.toKw, atMs: power.sinceMs, isUnanswered: false };
}

function withoutOver(control: Control): Control {
  if (control.overSinceMs === undefined) {
    return control;
  }
  const { overSinceMs: _over, ...others } = control;
  return others;
}

function ignoring(control: Control): Control {
  const { power } = control;
  const known = power === undefined ? {} : { power: { ...power, isBound: false } };
  return { ...withoutOver(control), ...known, ignoresPower: true };
}
