import type { Reading } from '../domain/reading.ts';
import { MINUTE_MS } from '../domain/units.ts';
import type { Observed, Visit } from './lane.ts';

/** The steps in which cars tell their level, coarsest first: until a level lies between them, the coarsest is taken. */
export const LEVEL_STEPS_PERCENT: readonly number[] = [10, 5, 2, 1, 0.1];

/** What a reading tells of the level besides the level that was believed before it. */
export interface LevelNews {
  /** Energy at the plug since then. */
  readonly flowedWh: number;
  readonly levelPercent: number | null;
  /** The step in which the car tells its level. */
  readonly levelStepPercent: number;
  /** The deepest fall between two readings of this visit (`noiseAfter`). */
  readonly noisePercent: number;
  readonly capacityWh: number;
  readonly efficiency: number;
}

/** The level between readings in steps: counted on by energy, and held within what the reading can mean. */
export function believe(believed: number | null, news: LevelNews): number | null {
  const { flowedWh, levelPercent, levelStepPercent, noisePercent, capacityWh, efficiency } = news;
  if (believed === null) {
    return levelPercent;
  }
  const counted = believed + (flowedWh * efficiency * 100) / capacityWh;
  if (levelPercent === null) {
    return Math.min(100, counted);
  }
  // A level may also have been cut off, and lie up to a step higher. Of whole percents that is not believed: stopped
  // half a point too early a car starts again, half a point too late costs minutes. Of tenths it would only move plans,
  // and of coarser steps than a point, what energy tells within them would be lost.
  const above = levelStepPercent === 1 ? 0.5 : levelStepPercent * CUT_OFF_RATIO;
  // A level that fell was off by half the fall at least, once up and once down.
  const off = noisePercent / 2;
  return Math.min(levelPercent + above + off, Math.max(levelPercent - levelStepPercent / 2 - off, counted));
}

/**
 * The deepest fall of the level from one reading to the next in a visit, with this reading: a car that is plugged in
 * loses nothing from minute to minute, so that what fell is what its level may be off. What fell in a longer time, or
 * deeper than noise does, is gone.
 */
export function noiseAfter({ levelNoisePercent = 0 }: Visit, before: Observed, reading: Reading): number {
  const last = before.levelPercent;
  if (last === null || reading.observedAtMs - last.atMs > NOISE_WITHIN_MS) return levelNoisePercent;
  const fellPercent = last.value - (reading.levelPercent ?? last.value);
  return fellPercent > NOISE_MAX_PERCENT ? levelNoisePercent : Math.max(levelNoisePercent, fellPercent);
}

const NOISE_WITHIN_MS = 15 * MINUTE_MS;

/** A point to each side. */
const NOISE_MAX_PERCENT = 2;

/** A level that was cut off lies less than a step above what was read. */
const CUT_OFF_RATIO = 0.99;

/**
 * What energy that was counted by the power of the reading before is to be multiplied with, where this reading tells
 * the power too: in the taper it fell in between, and the level rose less than that energy says.
 */
export function meanOverHeld(visit: Visit, before: Observed, reading: Reading, isCharging: boolean): number {
  const fromKw = before.powerKw?.value ?? 0;
  const toKw = reading.powerKw ?? 0;
  const isMetered = (reading.meterWh ?? null) !== null && visit.counter.meterLastWh !== null;
  const isBetween = isCharging && before.isCharging?.value === true && fromKw > 0 && toKw > 0;
  return isBetween && !isMetered && toKw < fromKw ? (fromKw + toKw) / 2 / fromKw : 1;
}
