import {
  COMMAND_FAILED_SHOWN_FROM_COUNT,
  STALE_WHILE_BUSY_MS,
  STALE_WHILE_IDLE_MS,
} from '../domain/rules.ts';
import { SESSION_ERROR_CODES, type SessionError, type SessionErrorCode } from '../domain/session.ts';
import { limitOf, takesNoMore } from './aim.ts';
import { isBelievedCharging, isStopBelieved } from './believed-state.ts';
import type { CurrentSession, Lane } from './lane.ts';

export type ErrorsSince = CurrentSession['errors'];

/** Which errors hold now, each with the instant since when it has held; the same object where nothing has changed. */
export function errorsOf(lane: Lane, session: CurrentSession, nowMs: number): ErrorsSince {
  const held: Partial<Record<SessionErrorCode, number>> = {};
  let hasChanged = false;
  for (const code of SESSION_ERROR_CODES) {
    const sinceMs = session.errors[code];
    if (CONDITIONS[code](lane, session, nowMs)) {
      held[code] = sinceMs ?? nowMs;
    }
    hasChanged ||= held[code] !== sinceMs;
  }
  return hasChanged ? held : session.errors;
}

/** The gravest of the errors that hold. */
export function gravestError(lane: Lane, session: CurrentSession): SessionError | null {
  for (const code of SESSION_ERROR_CODES) {
    const occurredAtMs = session.errors[code];
    if (occurredAtMs !== undefined) {
      return { code, message: MESSAGES[code](lane, session), occurredAtMs };
    }
  }
  return null;
}

/** When a silent car's readings become stale; null where they are already, or nothing was heard yet. */
export function staleAtMs(lane: Lane, nowMs: number): number | null {
  const heardAtMs = lane.observed.lastHeardAtMs;
  if (heardAtMs === null) {
    return null;
  }
  const atMs = heardAtMs + staleAfterMs(lane);
  return atMs > nowMs ? atMs : null;
}

type Condition = (lane: Lane, session: CurrentSession, nowMs: number) => boolean;

const CONDITIONS: Readonly<Record<SessionErrorCode, Condition>> = {
  FAULT: (lane) => lane.observed.delivery?.value === 'PLUGGED_IN:FAULT',
  NO_POWER: (lane) => lane.observed.delivery?.value === 'PLUGGED_IN:NO_POWER',
  VEHICLE_UNREACHABLE: (lane) => lane.observed.isReachable?.value === false,
  // A car that charges, and not with the power that was asked for, has started.
  START_FAILED: (lane) => hasFailed(lane, 'START') && lane.observed.isCharging?.value !== true,
  STOP_FAILED: (lane) => hasFailed(lane, 'STOP'),
  CHARGE_INTERRUPTED: (lane) => {
    const { control, observed } = lane;
    const isOff = observed.isCharging?.value === false;
    return control.wanted === 'on' && isOff && control.deviatedAtMs.length > 0 && !control.isFollowed;
  },
  INTERFERENCE: (lane) => lane.control.leftAloneUntilMs !== null,
  CAPABILITY_BLOCKED: (lane) => !lane.vehicle.canStart || !lane.vehicle.canStop,
  TELEMETRY_STALE: (lane, _session, nowMs) => {
    const heardAtMs = lane.observed.lastHeardAtMs;
    return heardAtMs !== null && nowMs - heardAtMs >= staleAfterMs(lane);
  },
  CHARGE_LIMIT_BELOW_TARGET: (lane, session) => {
    const { target } = session.aim;
    return target !== null && limitOf(lane) < target.targetPercent;
  },
  BATTERY_LEVEL_UNKNOWN: (lane) => lane.observed.levelPercent === null,
  PRICES_UNAVAILABLE: (_lane, session) => session.plan?.plan.isWithoutPrices === true && !session.aim.isMet,
};

const MESSAGES: Readonly<Record<SessionErrorCode, (lane: Lane, session: CurrentSession) => string>> = {
  FAULT: () =>
    'The car or the charger reports a fault. Look at the display of the charger and plug in again.',
  NO_POWER: () => 'The car is plugged in and gets no power. Check the charger and its fuse.',
  VEHICLE_UNREACHABLE: () => 'The car cannot be reached. Commands are sent again as soon as it is heard of.',
  START_FAILED: () => 'The car did not start charging after repeated attempts. They go on while it matters.',
  STOP_FAILED: () => 'The car did not stop charging after repeated attempts. They go on while it matters.',
  CHARGE_INTERRUPTED: () => 'The charge stopped by itself and is being started again.',
  INTERFERENCE: () =>
    'The car starts and stops by itself. It is left alone until the next planned change; check its own timer.',
  CAPABILITY_BLOCKED: () =>
    'The car does not take start and stop commands. Check the permissions of its account.',
  TELEMETRY_STALE: () => 'The car has not reported for some time. The last plan goes on.',
  CHARGE_LIMIT_BELOW_TARGET: (lane, session) =>
    `The car's own charge limit of ${limitOf(lane)} % is below the target of ${session.aim.target?.targetPercent ?? 0} %.`,
  BATTERY_LEVEL_UNKNOWN: () =>
    'The car does not tell its battery level. Energy is counted from an assumed level.',
  PRICES_UNAVAILABLE: () => 'No price is known before the deadline. The car is charged at once.',
};

function hasFailed(lane: Lane, kind: 'START' | 'STOP'): boolean {
  const { command, failureCount } = lane.control;
  return command?.kind === kind && failureCount >= COMMAND_FAILED_SHOWN_FROM_COUNT;
}

function staleAfterMs(lane: Lane): number {
  const isBusy = isBelievedCharging(lane) || (lane.control.command !== null && !isStopBelieved(lane));
  return isBusy && !takesNoMore(lane) ? STALE_WHILE_BUSY_MS : STALE_WHILE_IDLE_MS;
}
