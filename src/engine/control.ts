import { INTERFERENCE_CORRECTIONS_MAX_COUNT, INTERFERENCE_WINDOW_MS } from '../domain/rules.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import { isBelievedCharging, isStopBelieved } from './believed-state.ts';
import { dropCommand, recordCommand, sendCommand } from './command-ledger.ts';
import type { CommandKind, CommandState } from './contract.ts';
import { drawnAfterPlugOut } from './drawn.ts';
import type { Effects } from './effects.ts';
import { hasPower, powerAfterPlugOut, withoutStart } from './held-power.ts';
import type { Control, Held, Lane } from './lane.ts';
import { IDLE_CONTROL } from './new-lane.ts';
import { laneWith } from './parts.ts';
import type { Wish } from './wish.ts';

/**
 * The lane with its command ledger moved on: a command is sent when what is wanted and what the car does differ,
 * sent again while they do, confirmed by telemetry, dropped when it is overtaken. A car that charges with another power
 * than is wanted is sent a start with that one. A car that goes its own way is corrected a few times and then left
 * alone until the next edge (engine.md §3, sessions.md §6).
 * @param isHeardAgain the vehicle was silent or unreachable, and a reading has come.
 * @param holdOf why a start with the wanted power must not be sent now; null where it may.
 */
export function steer(
  lane: Lane,
  wish: Wish,
  isHeardAgain: boolean,
  effects: Effects,
  holdOf: () => Held | null,
): Lane {
  const { nowMs } = effects;
  const isCharging = isBelievedCharging(lane);
  let control = withWish(released(lane.control), wish, nowMs);
  if (isCharging && wish.wanted === 'on' && !hasPower(control, wish.powerKw)) {
    return laneWith(lane, {
      control: changePower(control, lane.vehicle, wish, isHeardAgain, effects, holdOf),
    });
  }
  if (wish.wanted === 'off' && isStopConfirmed(control) && isStopBelieved(lane)) {
    // A car that sleeps after its stop confirms nothing, and is not asked again while nothing says otherwise.
    return laneWith(lane, { control });
  }
  if (
    wish.wanted === 'free' ||
    (isCharging && wish.wanted === 'on') ||
    (!isCharging && wish.wanted === 'off')
  ) {
    return laneWith(lane, { control: withEdge(followed(control, wish, effects), wish, nowMs) });
  }
  const kind: CommandKind = wish.wanted === 'on' ? 'START' : 'STOP';
  if (kind === 'START' ? !lane.vehicle.canStart : !lane.vehicle.canStop) {
    return laneWith(lane, { control: dropCommand(control, effects) });
  }
  control = noteDeviation(control, wish, isCharging, nowMs);
  if (control.leftAloneUntilMs !== null) {
    return laneWith(lane, { control: dropCommand(control, effects) });
  }
  const held = kind === 'START' ? holdOf() : null;
  if (held !== null) {
    return laneWith(lane, { control: { ...dropCommand(control, effects), held } });
  }
  const isCorrection = control.deviatedAtMs.at(-1) === nowMs;
  const cause = isCorrection ? 'CORRECTION' : wish.cause;
  return laneWith(lane, {
    control: sendCommand(control, wish, { kind, cause, isHeardAgain, isAnswered: isAnswered(lane) }, effects),
  });
}

/** Whether the command under way was confirmed, and no reading since shows that the car did otherwise. */
function isAnswered({ control: { command }, observed: { isCharging } }: Lane): boolean {
  return command?.state === 'CONFIRMED' && (command.finishedAtMs ?? 0) >= (isCharging?.atMs ?? 0);
}

function isStopConfirmed({ command }: Control): boolean {
  return command?.kind === 'STOP' && command.state === 'CONFIRMED';
}

/** Control of a charging car that is to charge with another power. More of it must wait where there is no room. */
function changePower(
  control: Control,
  { canStart }: Vehicle,
  wish: Wish,
  isHeardAgain: boolean,
  effects: Effects,
  holdOf: () => Held | null,
): Control {
  // That it charges is what was wanted; only how fast is not.
  const on = { ...control, isFollowed: true, hasStoppedIt: false };
  if (!canStart || on.leftAloneUntilMs !== null) {
    return dropCommand(on, effects);
  }
  const { power } = on;
  const isMore =
    wish.powerKw === null ||
    (power !== undefined && power.toKw !== null && power.isBound && wish.powerKw > power.toKw);
  const held = isMore ? holdOf() : null;
  return held === null
    ? sendCommand(on, wish, { kind: 'START', cause: wish.cause, isHeardAgain, isAnswered: false }, effects)
    : { ...dropCommand(on, effects), held };
}

/** Control of a car that has left or that we no longer charge: what was under way is dropped. */
export function releaseControl(control: Control, effects: Effects): Control {
  const dropped = dropCommand(control, effects);
  return {
    ...IDLE_CONTROL,
    sentAtMs: control.sentAtMs,
    ...powerAfterPlugOut(dropped),
    ...drawnAfterPlugOut(control),
  };
}

/** Whether a start must wait is decided anew at each step. */
function released(control: Control): Control {
  if (control.held === undefined) {
    return control;
  }
  const { held: _held, ...others } = control;
  return others;
}

function withWish(control: Control, wish: Wish, nowMs: number): Control {
  const isOver = control.leftAloneUntilMs !== null && nowMs >= control.leftAloneUntilMs;
  const rested = isOver
    ? { ...control, leftAloneUntilMs: null, deviatedAtMs: [], isFollowed: false }
    : control;
  return rested.wanted === wish.wanted ? rested : { ...rested, wanted: wish.wanted, isFollowed: false };
}

function followed(control: Control, wish: Wish, effects: Effects): Control {
  const open = control.command;
  const isFollowed = wish.wanted !== 'free';
  const isAtRest = open === null && control.nextAttemptAtMs === null && control.failureCount === 0;
  if (isAtRest && control.isFollowed === isFollowed) {
    return control;
  }
  const isDone = open !== null && isFollowed && (open.kind === 'START') === (wish.wanted === 'on');
  if (open !== null && open.state !== 'DROPPED') {
    const state: CommandState = isDone ? 'CONFIRMED' : open.state === 'PENDING' ? 'DROPPED' : open.state;
    if (state !== open.state) {
      recordCommand({ ...open, state, finishedAtMs: effects.nowMs }, effects);
    }
  }
  const byUs = isDone && open !== null;
  return {
    ...(isDone ? control : withoutStart(control, effects.nowMs)),
    command: null,
    nextAttemptAtMs: null,
    failureCount: 0,
    isFollowed,
    hasStoppedIt: byUs ? open.kind === 'STOP' : control.hasStoppedIt,
    releaseUntilMs: wish.cause === 'RELEASE' && byUs ? null : control.releaseUntilMs,
  };
}

/** Notes the plan's next edge where the one that was noted with the power has passed. */
function withEdge(control: Control, wish: Wish, nowMs: number): Control {
  const { power } = control;
  const isNoted = power === undefined || (power.edgeAtMs !== null && power.edgeAtMs > nowMs);
  return isNoted || power.edgeAtMs === wish.edgeAtMs
    ? control
    : { ...control, power: { ...power, edgeAtMs: wish.edgeAtMs } };
}

/** The car had done what was wanted, and now does otherwise though nothing else is wanted. */
function noteDeviation(control: Control, wish: Wish, isCharging: boolean, nowMs: number): Control {
  const recent = control.deviatedAtMs.filter((atMs) => nowMs - atMs < INTERFERENCE_WINDOW_MS);
  if (!control.isFollowed) {
    return { ...control, deviatedAtMs: recent };
  }
  const isTooMuch = recent.length >= INTERFERENCE_CORRECTIONS_MAX_COUNT;
  return {
    ...control,
    deviatedAtMs: [...recent, nowMs],
    isFollowed: false,
    isOwnRun: isCharging,
    leftAloneUntilMs: isTooMuch ? (wish.edgeAtMs ?? Number.MAX_SAFE_INTEGER) : null,
  };
}
