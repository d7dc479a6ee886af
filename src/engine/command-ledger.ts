import {
  COMMAND_EXPIRY_MAX_MS,
  COMMAND_RETRY_DELAYS_MS,
  COMMANDS_PER_WINDOW_MAX_COUNT,
  COMMANDS_WINDOW_MS,
} from '../domain/rules.ts';
import type { Command, CommandCause, CommandKind } from './contract.ts';
import type { Effects } from './effects.ts';
import { withoutStart, withPower } from './held-power.ts';
import type { Control, Lane } from './lane.ts';
import { laneWith, visitWith } from './parts.ts';
import type { Wish } from './wish.ts';

/** What is sent to a car whose wish and doing differ. */
export interface Sending {
  readonly kind: CommandKind;
  readonly cause: CommandCause;
  /** The vehicle was silent or unreachable, and a reading has come: waiting for the next try is over. */
  readonly isHeardAgain: boolean;
  /** The last attempt was confirmed, and nothing since shows that the car did otherwise: it is no failed one. */
  readonly isAnswered: boolean;
}

/**
 * Control with the command that a wish asks for: a new one, the next attempt of the one under way, or nothing while
 * that waits for its turn or an hour's commands are used up (engine.md §3).
 */
export function sendCommand(
  control: Control,
  wish: Wish,
  { kind, cause, isHeardAgain, isAnswered }: Sending,
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
  recordCommand(sent, effects);
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

/** Notes a command as changed in this step, to be stored; gives it back. */
export function recordCommand(changed: Command, effects: Effects): Command {
  effects.commands.set(changed.id, changed);
  return changed;
}

/** The command under way is no longer wanted: one that nobody answered yet is dropped. */
export function dropCommand(control: Control, effects: Effects): Control {
  const open = control.command;
  if (open === null) {
    return control;
  }
  if (open.state === 'PENDING') {
    recordCommand({ ...open, state: 'DROPPED', finishedAtMs: effects.nowMs }, effects);
  }
  const without = withoutStart(control, effects.nowMs);
  return { ...without, command: null, nextAttemptAtMs: null, failureCount: 0 };
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
  const answered = recordCommand({ ...open, state: outcome, finishedAtMs: atMs, detail: reason }, effects);
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
