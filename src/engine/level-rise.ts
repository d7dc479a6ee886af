import type { Reading } from '../domain/reading.ts';
import { POWER_HOLD_MS } from '../domain/rules.ts';
import { energyWh } from '../domain/units.ts';
import type { CarFacts } from './account.ts';
import type { Counter, Observed } from './lane.ts';

/** Where the rise of the level is counted from. */
export type LevelBase = Pick<Counter, 'levelBasePercent' | 'levelBaseAtMs' | 'levelCountedWh'>;

/** What the level's rise shows of energy that no better source counted. */
export interface Risen {
  readonly energyWh: number;
  /** It shows more than the car can have drawn so far: the rest is left for later readings. */
  readonly isLeft: boolean;
}

/** No car takes more: what a rise of the level tells beyond it is a fault of the level. */
export const PLAUSIBLE_MAX_KW = 400;

/**
 * Where the rise that a reading shows is counted from. A fall that one reading shows is jitter; one that two in a row
 * show is a new start.
 * @param idleUntilMs until when the car is known to have drawn nothing; null where it is not.
 */
export function levelBase(
  { levelBasePercent, levelBaseAtMs, levelCountedWh }: Counter,
  before: Observed,
  reading: Reading,
  idleUntilMs: number | null,
): LevelBase {
  const fallenTo = (levelBasePercent ?? 0) - FALL_MIN_PERCENT;
  const last = before.levelPercent;
  const hasFallen = last !== null && last.value < fallenTo && (reading.levelPercent ?? fallenTo) < fallenTo;
  const atMs = Math.max(hasFallen ? last.atMs : levelBaseAtMs, idleUntilMs ?? Number.NEGATIVE_INFINITY);
  return hasFallen
    ? { levelBasePercent: last.value, levelBaseAtMs: atMs, levelCountedWh: 0 }
    : { levelBasePercent, levelBaseAtMs: atMs, levelCountedWh };
}

/** Energy that the level's rise shows beyond what was counted since the level was last this low. */
export function risenEnergy(
  base: LevelBase,
  reading: Reading,
  atMs: number,
  car: CarFacts,
  heldWh: number,
  isChargingAtAnEnd: boolean,
): Risen {
  const level = reading.levelPercent ?? null;
  const risePercent = level === null || base.levelBasePercent === null ? 0 : level - base.levelBasePercent;
  if (!isChargingAtAnEnd && risePercent <= JITTER_PERCENT) {
    return { energyWh: 0, isLeft: false };
  }
  const risenWh = ((risePercent / 100) * car.capacityWh) / car.efficiency;
  const mostWh = energyWh(car.mostKw ?? PLAUSIBLE_MAX_KW, atMs - base.levelBaseAtMs);
  const flowedWh = Math.min(risenWh, mostWh) - base.levelCountedWh - heldWh;
  return { energyWh: Math.max(0, flowedWh), isLeft: risenWh > mostWh };
}

/**
 * Where the next rise is counted from: the highest level so far, once its energy is counted. It may have been reached
 * at any time since the reading before.
 */
export function nextBase(
  { levelBasePercent, levelBaseAtMs, levelCountedWh }: LevelBase,
  reading: Reading,
  addedWh: number,
  isLeft: boolean,
  fromMs: number,
  atMs: number,
): LevelBase {
  const level = reading.levelPercent ?? null;
  if (level === null || (levelBasePercent !== null && (level <= levelBasePercent || isLeft))) {
    return { levelBasePercent, levelBaseAtMs, levelCountedWh: levelCountedWh + addedWh };
  }
  const reachedAtMs = Math.max(levelBaseAtMs, fromMs, atMs - POWER_HOLD_MS);
  return { levelBasePercent: level, levelBaseAtMs: reachedAtMs, levelCountedWh: 0 };
}

/** A level that rose no more than this while nothing was seen to charge is jitter: a point to each side. */
const JITTER_PERCENT = 2;
/** A level that fell more than this is a new start for counting, not jitter. */
const FALL_MIN_PERCENT = 3;
