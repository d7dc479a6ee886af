import {
  COMMANDS_KEPT_COUNT,
  COMMANDS_PER_WINDOW_MAX_COUNT,
  COMMANDS_WINDOW_MS,
  HELD_LESS_MIN_MS,
  HELD_NEWS_KW,
  HELD_NEWS_RATIO,
} from '../domain/rules.ts';
import { ownBelowKw, unfinishedStart } from './held-power.ts';
import type { Control, Lane } from './lane.ts';

/** What decides whether a car may stay at the power that it has. */
export interface PowerRoom {
  /** The most that it takes now, kW. */
  readonly fullKw: number;
  /** Whether there is not so much for it, with what others there draw or are to draw now. */
  readonly isTooMuch: (powerKw: number) => boolean;
  /** What it is told in place of all that it takes, where that is not known to fit, kW in the steps of commands. */
  readonly insteadKw?: number;
}

/** A car that shares its connection with nobody. */
export const ROOM_FOR_ALL: PowerRoom = { fullKw: Number.POSITIVE_INFINITY, isTooMuch: () => false };

/**
 * The power that is wanted of a car whose plan has one: what it has already, where the difference is not worth a command.
 * Free power wobbles with what other cars report, and a command an answer. What is too much goes down at once; a small gain
 * waits for the plan's next edge, and any gain where few commands are left in this hour. Less that is there for all the same
 * must last to be worth it. Null: all that it takes.
 * @param edgeAtMs until when the plan has this power; null: no end is known.
 */
export function settledPower(
  lane: Lane,
  wantedKw: number | null,
  edgeAtMs: number | null,
  { fullKw, isTooMuch, insteadKw }: PowerRoom,
  nowMs: number,
): number | null {
  const { control } = lane;
  const isCharging = lane.observed.isCharging?.value === true;
  const present = presentPower(control, isCharging);
  // A car that charges with all that it takes shows how much that is.
  const isShown = present === null && isCharging;
  const plannedKw = wantedKw === null && !isShown ? (insteadKw ?? null) : wantedKw;
  if (present === undefined || present === plannedKw) {
    return plannedKw;
  }
  if (plannedKw === null && present !== null && fullKw < ownBelowKw(present)) {
    return present;
  }
  const fromKw = present ?? fullKw;
  const toKw = plannedKw ?? fullKw;
  const isOther = isNews(fromKw, toKw) || isEdge(control, nowMs);
  if (toKw < fromKw) {
    const lasts = edgeAtMs === null || edgeAtMs - nowMs > HELD_LESS_MIN_MS;
    return isTooMuch(fromKw) || (isOther && lasts) ? plannedKw : present;
  }
  return isOther && hasCommandsLeft(control, nowMs) ? plannedKw : present;
}

/** The power that the car has or was just sent; undefined where it must be told in any case. */
function presentPower({ command, power }: Control, isCharging: boolean): number | null | undefined {
  const sent = unfinishedStart(command);
  if (sent !== null) {
    return sent.powerKw ?? null;
  }
  const isStarted = isCharging || command?.kind === 'START';
  if (!isStarted || power?.isTold === false) {
    return undefined;
  }
  return power?.toKw ?? null;
}

function isNews(fromKw: number, toKw: number): boolean {
  return Math.abs(toKw - fromKw) >= Math.min(HELD_NEWS_KW, HELD_NEWS_RATIO * fromKw) - ROUNDING_KW;
}

const ROUNDING_KW = 1e-6;

function isEdge({ power }: Control, nowMs: number): boolean {
  const edgeAtMs = power?.edgeAtMs ?? null;
  return edgeAtMs !== null && edgeAtMs <= nowMs;
}

function hasCommandsLeft({ sentAtMs }: Control, nowMs: number): boolean {
  const recent = sentAtMs.filter((atMs) => nowMs - atMs < COMMANDS_WINDOW_MS);
  return recent.length < COMMANDS_PER_WINDOW_MAX_COUNT - COMMANDS_KEPT_COUNT;
}
