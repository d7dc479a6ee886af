import {
  COMMAND_EXPIRY_MAX_MS,
  COMMAND_RETRY_DELAYS_MS,
  COMMANDS_PER_WINDOW_MAX_COUNT,
  COMMANDS_WINDOW_MS,
  INTERFERENCE_CORRECTIONS_MAX_COUNT,
  INTERFERENCE_WINDOW_MS,
} from '../domain/rules.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import { takesNoMore } from './aim.ts';
import { isBelievedCharging, isStopBelieved } from './believed-state.ts';
import type { Command, CommandCause, CommandKind, CommandState } from './contract.ts';
import type { Effects } from './effects.ts';
import { hasPower, inSteps, leastPowerKw, powerAfterPlugOut, withoutStart, withPower } from './held-power.ts';
import type { Control, CurrentSession, Held, Lane } from './lane.ts';
import { IDLE_CONTROL } from './new-lane.ts';
import { laneWith, visitWith } from './parts.ts';

/** What is wanted of the car now, why, and until when the command for it makes sense. */
export interface Wish {
  readonly wanted: Control['wanted'];
  readonly cause: CommandCause;
  readonly sessionId: string | null;
  /** What the car is to be held to while it charges, kW in the steps of commands; null: all that it takes. */
  readonly powerKw: number | null;
  /** The next instant at which the wish may change. */
  readonly edgeAtMs: number | null;
}

/** What the plan of the session that is being charged wants at an instant; nothing where the car is not ours. */
export function wishOf(lane: Lane, session: CurrentSession | null, nowMs: number): Wish {
  const { visit, control } = lane;
  if (visit === null || visit.unpluggedAtMs !== null) {
    return NO_WISH;
  }
  if (session === null) {
    const isReleasing =
      control.releaseUntilMs !== null && nowMs < control.releaseUntilMs && !takesNoMore(lane);
    return isReleasing || isHeldBack(lane)
      ? { ...NO_WISH, wanted: 'on', cause: 'RELEASE', edgeAtMs: control.releaseUntilMs }
      : NO_WISH;
  }
  const blocks = session.plan?.plan.blocks ?? [];
  const edgeAtMs = nextEdge(blocks, nowMs);
  const running = blocks.find((block) => block.startAtMs <= nowMs && nowMs < block.endAtMs);
  if (running !== undefined && !takesNoMore(lane)) {
    const isHeld = running.powerKw !== undefined && leastPowerKw(lane) !== null;
    const powerKw = isHeld ? inSteps(running.powerKw) : null;
    const cause = causeOfStart(session, running.type);
    return { wanted: 'on', cause, sessionId: session.id, powerKw, edgeAtMs };
  }
  if (control.letRunUntilMs !== null && nowMs < control.letRunUntilMs) {
    return { ...NO_WISH, sessionId: session.id, edgeAtMs };
  }
  const cause = session.aim.isMet ? 'TARGET_MET' : 'PLAN';
  return { wanted: 'off', cause, sessionId: session.id, powerKw: null, edgeAtMs };
}

/** A car that nobody plans for charges with a power that it was held to: that is taken away. */
function isHeldBack({ observed, control }: Lane): boolean {
  return observed.isCharging?.value === true && !hasPower(control, null);
}

/**
 * The lane with its command ledger moved on: a command is sent when what is wanted and what the car does differ,
 * sent again while they do, confirmed by telemetry, dropped when it is overtaken. A car that charges with another power
 * than is wanted is sent a start with that one. A car that goes its own way is
 * corrected a few times and then left alone until the next edge (engine.md §3, sessions.md §6).
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
    control: command(control, kind, cause, wish, isHeardAgain, isAnswered(lane), effects),
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
    ? command(on, 'START', wish.cause, wish, isHeardAgain, false, effects)
    : { ...dropCommand(on, effects), held };
}

/** What a connector answered. A confirmed stop ends the power that is held from the last reading. */
export function takeResult(
  lane: Lane,
  commandId: string,
  outcome: 'CONFIRMED' | 'FAILED',
  reason: string | null,
  atMs: number,
  effects: Effects,
): Lane {
  const { command: open, failureCount } = lane.control;
  if (open === null || open.id !== commandId || open.state !== 'PENDING') {
    return lane;
  }
  const answered = record({ ...open, state: outcome, finishedAtMs: atMs, detail: reason }, effects);
  const failures = outcome === 'FAILED' ? failureCount + 1 : failureCount;
  const told = { ...lane.control, command: answered, failureCount: failures };
  const isStarted = outcome === 'CONFIRMED' && open.kind === 'START';
  const control = isStarted ? withPower(told, open.powerKw ?? null, atMs) : told;
  const { visit } = lane;
  const hasStopped = outcome === 'CONFIRMED' && open.kind === 'STOP';
  return hasStopped && visit !== null
    ? laneWith(lane, {
        control: { ...control, stoppedAtMs: atMs },
        visit: visitWith(visit, { counter: { ...visit.counter, stoppedAtMs: atMs } }),
      })
    : laneWith(lane, { control });
}

/** Control of a car that has left or that we no longer charge: what was under way is dropped. */
export function releaseControl(control: Control, effects: Effects): Control {
  const dropped = dropCommand(control, effects);
  return { ...IDLE_CONTROL, sentAtMs: control.sentAtMs, ...powerAfterPlugOut(dropped) };
}

/** Whether a start must wait is decided anew at each step. */
function released(control: Control): Control {
  if (control.held === undefined) {
    return control;
  }
  const { held: _held, ...others } = control;
  return others;
}

const NO_WISH: Wish = { wanted: 'free', cause: 'PLAN', sessionId: null, powerKw: null, edgeAtMs: null };

function causeOfStart(session: CurrentSession, type: 'BATTERY_RESERVE' | 'REGULAR'): CommandCause {
  if (session.aim.target?.kind === 'IMMEDIATE_START') {
    return 'IMMEDIATE';
  }
  if (type === 'BATTERY_RESERVE') {
    return 'RESERVE';
  }
  return session.aim.isLate ? 'MISSED' : 'PLAN';
}

function nextEdge(blocks: readonly { startAtMs: number; endAtMs: number }[], nowMs: number): number | null {
  for (const { startAtMs, endAtMs } of blocks) {
    if (startAtMs > nowMs) {
      return startAtMs;
    }
    if (endAtMs > nowMs) {
      return endAtMs;
    }
  }
  return null;
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
      record({ ...open, state, finishedAtMs: effects.nowMs }, effects);
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

function dropCommand(control: Control, effects: Effects): Control {
  const open = control.command;
  if (open === null) {
    return control;
  }
  if (open.state === 'PENDING') {
    record({ ...open, state: 'DROPPED', finishedAtMs: effects.nowMs }, effects);
  }
  const without = withoutStart(control, effects.nowMs);
  return { ...without, command: null, nextAttemptAtMs: null, failureCount: 0 };
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

function command(
  control: Control,
  kind: CommandKind,
  cause: CommandCause,
  wish: Wish,
  isHeardAgain: boolean,
  isAnswered: boolean,
  effects: Effects,
): Control {
  const { nowMs, context } = effects;
  const powerKw = kind === 'START' ? wish.powerKw : null;
  const isSame = control.command?.kind === kind && (control.command.powerKw ?? null) === powerKw;
  const current = isSame ? control : dropCommand(control, effects);
  const open = current.command;
  const isWaiting = open !== null && current.nextAttemptAtMs !== null && nowMs < current.nextAttemptAtMs;
  if (isWaiting && !(isHeardAgain && open.attemptedAtMs < nowMs)) {
    return current;
  }
  const sentAtMs = current.sentAtMs.filter((atMs) => nowMs - atMs < COMMANDS_WINDOW_MS);
  const oldestMs = sentAtMs[0];
  if (sentAtMs.length >= COMMANDS_PER_WINDOW_MAX_COUNT && oldestMs !== undefined) {
    return { ...current, sentAtMs, nextAttemptAtMs: oldestMs + COMMANDS_WINDOW_MS };
  }
  const attempts = (open?.attempts ?? 0) + 1;
  const expiresAtMs = Math.min(wish.edgeAtMs ?? Number.POSITIVE_INFINITY, nowMs + COMMAND_EXPIRY_MAX_MS);
  const sent: Command = {
    id: open?.id ?? context.newId(),
    sessionId: wish.sessionId,
    kind,
    cause: open?.cause ?? cause,
    ...(powerKw === null ? {} : { powerKw }),
    state: 'PENDING',
    attempts,
    createdAtMs: open?.createdAtMs ?? nowMs,
    attemptedAtMs: nowMs,
    expiresAtMs,
    finishedAtMs: null,
    detail: null,
  };
  record(sent, effects);
  effects.events.push({ kind: 'command-requested', command: sent });
  // An attempt that nobody answered, or that the car did not follow though it was confirmed, has failed too.
  const hasFailed = open !== null && open.state !== 'FAILED' && !isAnswered;
  const failureCount = current.failureCount + (hasFailed ? 1 : 0);
  return {
    ...current,
    command: sent,
    sentAtMs: [...sentAtMs, nowMs],
    nextAttemptAtMs: nowMs + retryDelay(attempts),
    failureCount,
  };
}

function retryDelay(attempts: number): number {
  const last = COMMAND_RETRY_DELAYS_MS.at(-1) ?? COMMAND_EXPIRY_MAX_MS;
  return COMMAND_RETRY_DELAYS_MS[attempts - 1] ?? last;
}

function record(changed: Command, effects: Effects): Command {
  effects.commands.set(changed.id, changed);
  return changed;
}
