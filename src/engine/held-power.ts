import { HELD_TOLERANCE_KW, HELD_TOLERANCE_RATIO } from '../domain/rules.ts';
import { canBeHeld } from '../domain/vehicle.ts';
import type { Command } from './contract.ts';
import type { Control, Lane } from './lane.ts';

/** The least power that a plan may hold the car to, kW, in the steps of commands; null where it is only on or off. */
export function leastPowerKw({ vehicle, control }: Lane): number | null {
  const { leastPowerKw: least } = vehicle;
  return typeof least !== 'number' || !canBeHeld(vehicle) || control.ignoresPower === true
    ? null
    : Math.ceil(least * STEPS_PER_KW - ROUNDING) / STEPS_PER_KW;
}

/** A planned power in the steps of commands, rounded down: the sum of all cars must not be more than planned. */
export function inSteps(powerKw: number): number {
  return Math.floor(powerKw * STEPS_PER_KW + ROUNDING) / STEPS_PER_KW;
}

const STEPS_PER_KW = 10;
const ROUNDING = 1e-6;

/** More than this is not what the car was told to draw at most. */
export function mostOfHeldKw(toKw: number): number {
  return toKw + Math.max(HELD_TOLERANCE_KW, HELD_TOLERANCE_RATIO * toKw);
}

/** Less than this is the car's own power, and not the one that it is held to. */
export function ownBelowKw(toKw: number): number {
  return toKw * (1 - HELD_TOLERANCE_RATIO);
}

/** A power that may hold the car back now. */
export interface HoldingBack {
  readonly toKw: number;
  /** It is known to be in force, and no other is on its way. */
  readonly isCertain: boolean;
}

/** What may hold the car back, the least of what it was told and what is on its way; null for nothing. */
export function holdingBack({ power, command }: Control): HoldingBack | null {
  const sent = unfinishedStart(command)?.powerKw ?? null;
  const toKw = Math.min(sent ?? Number.POSITIVE_INFINITY, power?.toKw ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(toKw)
    ? { toKw, isCertain: power?.isTold === true && (sent === null || sent === power.toKw) }
    : null;
}

/** A start that was sent, and of which no answer says that it was carried out. */
export function unfinishedStart(command: Command | null): Command | null {
  return command?.kind === 'START' && command.state !== 'CONFIRMED' ? command : null;
}

/** Whether nothing has to be sent for a charging car to draw what is wanted; null: all that it takes. */
export function hasPower({ power, command }: Control, wantedKw: number | null): boolean {
  const sent = unfinishedStart(command);
  const isOther = sent !== null && (sent.powerKw ?? null) !== wantedKw;
  if (power === undefined) {
    return wantedKw === null && sent?.powerKw === undefined;
  }
  return power.isTold && power.toKw === wantedKw && !isOther;
}

/**
 * Control after a power was confirmed or seen. A car that was never held needs no such mark to take all. That it draws
 * more than it was told is not over by an answer: only a reading ends it.
 */
export function withPower(control: Control, toKw: number | null, sinceMs: number): Control {
  if (toKw === null && control.power === undefined) {
    return control;
  }
  return { ...control, power: { toKw, sinceMs, isBound: true, isTold: true, edgeAtMs: null } };
}

/** Control whose start is given up while it may still be on its way, or have arrived unseen. */
export function withoutStart(control: Control, nowMs: number): Control {
  const sent = unfinishedStart(control.command);
  const { power } = control;
  if (sent === null || sent.state === 'FAILED' || (sent.powerKw === undefined && power === undefined)) {
    return control;
  }
  const sentKw = sent.powerKw ?? null;
  const unsure =
    (power === undefined || power.toKw === null) && sentKw !== null
      ? { toKw: sentKw, sinceMs: nowMs, isBound: false, edgeAtMs: null }
      : power;
  const given = unsure === undefined ? control : { ...control, power: { ...unsure, isTold: false } };
  return sent.expiresAtMs <= nowMs
    ? given
    : { ...given, mayTake: highest(control.mayTake, { powerKw: sentKw, untilMs: sent.expiresAtMs }) };
}

type MayTake = NonNullable<Control['mayTake']>;

function highest(known: MayTake | undefined, given: MayTake): MayTake {
  if (known === undefined) {
    return given;
  }
  const isAll = known.powerKw === null || given.powerKw === null;
  return {
    powerKw: isAll ? null : Math.max(known.powerKw ?? 0, given.powerKw ?? 0),
    untilMs: Math.max(known.untilMs, given.untilMs),
  };
}

/** What outlives a plug-out. Many chargers keep a power, and many do not: it may hold, and is told anew. */
export function powerAfterPlugOut({ power }: Control): Pick<Control, 'power'> {
  if (power === undefined || power.toKw === null) {
    return {};
  }
  return power.isBound || power.isTold ? { power: { ...power, isBound: false, isTold: false } } : { power };
}
