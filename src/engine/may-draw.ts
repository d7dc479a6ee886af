import { COMMAND_EXPIRY_MAX_MS, VOLTAGE_RATIO } from '../domain/rules.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { mostPowerFromKw } from '../planner/charge-curve.ts';
import type { PlanProblem } from '../planner/problem.ts';
import { isPowerUnknown, knownPower, planningPower, toldPower } from './car.ts';
import type { Command } from './contract.ts';
import { drawnOf, drawnRatio, SAME_POWER_RATIO } from './drawn.ts';
import { holdingBack, leastPowerKw, mostOfHeldKw, ownBelowKw, unfinishedStart } from './held-power.ts';
import type { Lane } from './lane.ts';
import { isFresh } from './observe.ts';

/**
 * What the lane's car may be drawing now at the plug, kW, from all that is known of it; 0 where it draws nothing for
 * certain. It counts as charging
 * - by a reading, until a later one, or the connector's confirmation of a stop, says otherwise; a car that is silent
 *   until the stop that it was sent can no longer reach it does not;
 * - while a start that was sent may still reach it, and after one that was confirmed.
 * Held to a power it may be drawing that, what a start on its way allows, or what it reports, whichever is most.
 * @param oursKw what it is planned with now, kW; null where it is not ours to command. Then it counts with the power
 * that it reports, and with what it is known to draw here where it is silent.
 */
export function mayDrawKw(lane: Lane, oursKw: number | null, nowMs: number): number {
  const { visit, observed } = lane;
  if (visit === null || visit.unpluggedAtMs !== null) {
    return 0;
  }
  if (observed.isCharging?.value === true) {
    if (isStopConfirmed(lane) || (!isFresh(lane.observed, nowMs) && hasStopExpired(lane, nowMs))) {
      return 0;
    }
    return oursKw === null
      ? (reportedKw(lane, nowMs) ?? knownKw(lane))
      : heldTo(lane, boundKw(lane, nowMs), oursKw, nowMs);
  }
  const starts = startsOnTheWay(lane, nowMs);
  return starts.length === 0 ? 0 : heldTo(lane, mostOf(starts), oursKw ?? knownKw(lane), nowMs);
}

/**
 * What a car that is held to a power may draw, kW: all of that where it is not known to take less, though it is planned with
 * less. Held to nothing (infinite) it counts with what it is planned with.
 */
export function heldTo(lane: Lane, toKw: number, fullKw: number, nowMs: number): number {
  const isOpen = Number.isFinite(toKw) && !isFullKnown(lane, toKw) && !isSeenBelow(lane, nowMs);
  return isOpen ? toKw : Math.min(fullKw, toKw);
}

/**
 * Whether it is known what the car takes, told or measured here, or that its charger gives no more than so much. A car that is
 * only on or off counts with what is believed: it can be told nothing.
 */
export function isFullKnown(lane: Lane, toKw: number): boolean {
  const place = placeOf(lane);
  const charger = lane.locations.find(({ id }) => id === place)?.chargerPowerKw ?? null;
  return leastPowerKw(lane) === null || !isPowerUnknown(lane, place) || (charger !== null && charger <= toKw);
}

/** Whether the car is seen to draw clearly less than it was told, once it had a minute to begin: that is its own power. */
function isSeenBelow({ control: { power }, observed }: Lane, nowMs: number): boolean {
  const { powerKw, isCharging } = observed;
  return (
    power !== undefined &&
    power.toKw !== null &&
    power.isTold &&
    powerKw !== null &&
    powerKw.atMs >= power.sinceMs + MINUTE_MS &&
    isCharging?.value === true &&
    isFresh(observed, nowMs) &&
    powerKw.value < ownBelowKw(power.toKw)
  );
}

/** When what the car may be drawing ends by itself, though nothing more is heard of it; null where only a reading tells. */
export function drawEndsAtMs(lane: Lane, nowMs: number): number | null {
  const { command } = lane.control;
  if (lane.observed.isCharging?.value !== true) {
    const starts = startsOnTheWay(lane, nowMs);
    const untilMs = Math.max(...starts.map((start) => start.untilMs));
    return Number.isFinite(untilMs) ? untilMs : null;
  }
  return command?.kind === 'STOP'
    ? Math.max(nowMs + 1, stopExpiresAtMs(command))
    : (lane.control.mayTake?.untilMs ?? null);
}

/** A car that was told to stop, had the time to, and is seen charging all the same: nobody can count on it. */
export function disobeys(lane: Lane, nowMs: number): boolean {
  return (
    lane.control.wanted === 'off' &&
    lane.observed.isCharging?.value === true &&
    isFresh(lane.observed, nowMs) &&
    hasStopExpired(lane, nowMs)
  );
}

/**
 * The share of its charge curve that a car is planned with under a limit: above 1 where it may draw more than the curve
 * says, as that is a cautious one, it reports more, or was seen to draw more at this place. What differs by no more than how
 * power is rounded is the same: what it reports is then what is known of it, and that what the curve says. A car that was
 * measured a little above the limit counts as the limit: it charges at that very connection, whose fuse counts amperes while
 * the voltage varies, and would else never charge again.
 */
export function drawRatio(
  lane: Lane,
  { curve, levelPercent }: Pick<PlanProblem, 'curve' | 'levelPercent'>,
  limitKw: number,
  nowMs: number,
): number {
  const curveKw = mostPowerFromKw(curve, levelPercent);
  const reported = lane.observed.isCharging?.value === true ? ownKw(lane, curveKw, nowMs) : null;
  const drawn = drawnOf(lane, limitKw, nowMs);
  const known = knownKw(lane) / planningPower(lane, placeOf(lane));
  const seen = drawn === null ? 0 : drawnRatio(drawn, curve);
  const most = seen > known * SAME_POWER_RATIO ? seen : known;
  const told =
    reported === null || curveKw <= 0 ? most : Math.max(reported / curveKw, drawn === null ? 0 : most);
  const measured = isSame(told, most) ? most : told;
  const ratio = measured <= SAME_POWER_RATIO ? 1 : measured;
  const isMeasured =
    lane.vehicle.powerKw === null || ratio !== 1 || toldPower(lane, placeOf(lane)) <= limitKw;
  const drawnKw = curveKw * ratio;
  return isMeasured && drawnKw > limitKw && drawnKw <= limitKw * VOLTAGE_RATIO ? limitKw / curveKw : ratio;
}

/** Power that is measured wobbles: cars that charge together would be stopped and started by that. */
function isSame(one: number, other: number): boolean {
  return Math.max(one, other) <= SAME_POWER_RATIO * Math.min(one, other);
}

/** The most that the car is known to draw where it is, kW. */
export function knownKw(lane: Lane): number {
  return knownPower(lane, placeOf(lane));
}

function placeOf({ visit }: Lane): string {
  return visit?.place.kind === 'at' ? visit.place.locationId : '';
}

/** The power that a charging car tells, where that is its own and not one that it may be held to. */
function ownKw(lane: Lane, curveKw: number, nowMs: number): number | null {
  const reported = reportedKw(lane, nowMs);
  const isOwn = reported !== null && (reported > curveKw || holdingBack(lane.control) === null);
  return isOwn ? reported : null;
}

/** What a charging car is held to, or may be let draw by what is on its way; infinite where nothing holds it. */
function boundKw(lane: Lane, nowMs: number): number {
  const { power, mayTake } = lane.control;
  if (power === undefined || power.toKw === null || !power.isBound) {
    return Number.POSITIVE_INFINITY;
  }
  const sent = unfinishedStart(lane.control.command);
  const isOnItsWay = sent?.state === 'PENDING' && sent.expiresAtMs > nowMs;
  const sentKw = isOnItsWay ? (sent.powerKw ?? Number.POSITIVE_INFINITY) : 0;
  const mayTakeKw =
    mayTake !== undefined && mayTake.untilMs > nowMs ? (mayTake.powerKw ?? Number.POSITIVE_INFINITY) : 0;
  const heldKw = Math.max(power.toKw, sentKw, mayTakeKw);
  const seen = lane.observed.powerKw;
  const drawnKw = seen !== null && seen.atMs >= power.sinceMs ? (reportedKw(lane, nowMs) ?? 0) : 0;
  return drawnKw > mostOfHeldKw(heldKw) ? drawnKw : heldKw;
}

/** The power that a charging car tells, while that can be relied on; null where it tells none or is silent. */
function reportedKw(lane: Lane, nowMs: number): number | null {
  return isFresh(lane.observed, nowMs) ? (lane.observed.powerKw?.value ?? null) : null;
}

function isStopConfirmed({ control: { command }, observed: { isCharging } }: Lane): boolean {
  return (
    command?.kind === 'STOP' &&
    command.state === 'CONFIRMED' &&
    (command.finishedAtMs ?? 0) >= (isCharging?.atMs ?? Number.NEGATIVE_INFINITY)
  );
}

function hasStopExpired({ control: { command } }: Lane, nowMs: number): boolean {
  return command?.kind === 'STOP' && stopExpiresAtMs(command) <= nowMs;
}

/** Of the first attempt: later ones must not put it off for ever. */
function stopExpiresAtMs(command: Command): number {
  return command.createdAtMs + COMMAND_EXPIRY_MAX_MS;
}

interface Start {
  /** What it lets the car draw; infinite: all that it takes. */
  readonly powerKw: number;
  readonly untilMs: number;
}

/** The starts by which a car that is not seen charging may begin. */
function startsOnTheWay({ control, observed }: Lane, nowMs: number): readonly Start[] {
  const { command, mayTake, mayStartUntilMs } = control;
  const starts: Start[] = [];
  if (mayStartUntilMs !== undefined) {
    starts.push({ powerKw: Number.POSITIVE_INFINITY, untilMs: mayStartUntilMs });
  }
  if (mayTake !== undefined) {
    starts.push({ powerKw: mayTake.powerKw ?? Number.POSITIVE_INFINITY, untilMs: mayTake.untilMs });
  }
  if (command?.kind === 'START' && command.state !== 'FAILED') {
    const isAnswered =
      command.state === 'CONFIRMED' && (command.finishedAtMs ?? 0) >= (observed.isCharging?.atMs ?? 0);
    const untilMs = isAnswered ? Number.POSITIVE_INFINITY : command.expiresAtMs;
    starts.push({ powerKw: command.powerKw ?? Number.POSITIVE_INFINITY, untilMs });
  }
  return starts.filter(({ untilMs }) => untilMs > nowMs);
}

function mostOf(starts: readonly Start[]): number {
  return Math.max(...starts.map(({ powerKw }) => powerKw));
}
