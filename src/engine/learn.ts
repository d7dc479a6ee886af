import type { Reading } from '../domain/reading.ts';
import { POWER_HOLD_MS } from '../domain/rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { capacityOf, efficiencyOf, plausiblePowerKw, toldPower } from './car.ts';
import { noteDrawn } from './drawn.ts';
import { holdingBack, ownBelowKw } from './held-power.ts';
import type { Control, Lane, Observed, Visit } from './lane.ts';
import { type PowerSample, withSample } from './learned.ts';
import { CHARGING_MIN_KW } from './observe.ts';
import { laneWith, visitWith } from './parts.ts';

/** One counted reading: the visit and what was known before it, and the energy that it showed. */
export interface Measured {
  readonly visit: Visit;
  readonly before: Observed;
  readonly reading: Reading;
  readonly isCharging: boolean;
  readonly atMs: number;
  readonly energyWh: number;
}

/** What a reading tells of the car's power at a place, and a visit's levels of its capacity. */
export function learn(lane: Lane, visit: Visit, measured: Measured): Lane {
  const { sample, risingFrom } = sampleOf(lane, visit, measured);
  const risen =
    risingFrom === visit.risingFrom ? lane : laneWith(lane, { visit: visitWith(visit, { risingFrom }) });
  const moved = withDrawn(risen, measured, sample);
  if (visit.place.kind !== 'at' || sample === null) {
    return learnCapacity(moved, visit);
  }
  const { locationId } = visit.place;
  const mostKw = plausiblePowerKw(lane, locationId);
  const isPlausible = [sample.fromKw, sample.toKw].every((kw) => kw > CHARGING_MIN_KW && kw <= mostKw);
  if (!isPlausible || !isOwnPower(lane.control, sample, measured.atMs)) {
    return learnCapacity(moved, visit);
  }
  const known = lane.learned[locationId];
  const learned = { ...lane.learned, [locationId]: withSample(known, sample, toldPower(lane, locationId)) };
  return learnCapacity(laneWith(moved, { learned }), visit);
}

function withDrawn(lane: Lane, { reading, isCharging, atMs }: Measured, sample: PowerSample | null): Lane {
  const kw = isCharging ? (reading.powerKw ?? null) : null;
  const own = sample !== null && isOwnPower(lane.control, sample, atMs) ? sample : null;
  return kw === null ? lane : noteDrawn(lane, kw, atMs, own);
}

/** Whether what was measured is what the car takes by itself, and not what it is held to, or was for a part of it. */
function isOwnPower(control: Control, { fromKw, toKw, durationMs }: PowerSample, atMs: number): boolean {
  const { power, mayTake } = control;
  const hasChanged = atMs - durationMs < (power?.sinceMs ?? Number.NEGATIVE_INFINITY);
  // Something that was given up may have reached it.
  const isUnsure = mayTake !== undefined || power?.isTold === false;
  if (hasChanged || isUnsure) {
    return false;
  }
  const holding = holdingBack(control);
  return holding === null || (holding.isCertain && Math.max(fromKw, toKw) < ownBelowKw(holding.toKw));
}

interface Sampled {
  readonly sample: PowerSample | null;
  readonly risingFrom: Visit['risingFrom'];
}

/** Power since the reading before, by the best source: the meter, the power that both report, or the level's rise. */
function sampleOf(lane: Lane, visit: Visit, measured: Measured): Sampled {
  const { before, isCharging, reading, atMs, energyWh } = measured;
  if (!isCharging || before.isCharging?.value !== true) {
    return { sample: null, risingFrom: null };
  }
  const { counter, beliefPercent } = measured.visit;
  const durationMs = atMs - counter.untilMs;
  const levels =
    beliefPercent === null || visit.beliefPercent === null
      ? null
      : { fromPercent: beliefPercent, toPercent: Math.max(beliefPercent, visit.beliefPercent) };
  const meterWh = reading.meterWh ?? null;
  if (meterWh !== null && counter.meterLastWh !== null && meterWh >= counter.meterLastWh) {
    const kw = energyWh / 1000 / (durationMs / HOUR_MS);
    const sample = { levels, fromKw: kw, toKw: kw, durationMs };
    return { sample: durationMs >= SAMPLE_MIN_MS ? sample : null, risingFrom: null };
  }
  const fromKw = before.powerKw?.value ?? null;
  const toKw = reading.powerKw ?? null;
  if (fromKw !== null && toKw !== null) {
    const isSteady = (before.powerKw?.atMs ?? 0) >= counter.untilMs && durationMs <= POWER_HOLD_MS;
    const isUsable = isSteady && durationMs >= SAMPLE_MIN_MS;
    return { sample: isUsable ? { levels, fromKw, toKw, durationMs } : null, risingFrom: null };
  }
  return sampleOfRise(lane, visit, measured);
}

/**
 * Power from one step of the level to another: between steps a rounded level says nothing. Each end was reached at some
 * time since the reading before it, so the rise must go on until that is little of its time.
 */
function sampleOfRise(lane: Lane, { risingFrom }: Visit, { before, reading, atMs }: Measured): Sampled {
  const level = reading.levelPercent ?? null;
  const last = before.levelPercent;
  if (level === null || last === null || level === last.value) {
    return { sample: null, risingFrom };
  }
  // Of a level that moved by many of its steps, the last one is the late one.
  const stepShare = Math.min(1, lane.observed.levelStepPercent / Math.abs(level - last.value));
  const lateMs = (atMs - last.atMs) * stepShare;
  const here = { atMs: atMs - lateMs / 2, levelPercent: level, lateMs };
  if (risingFrom === null || level < last.value) {
    return { sample: null, risingFrom: here };
  }
  const risePercent = level - risingFrom.levelPercent;
  const durationMs = here.atMs - risingFrom.atMs;
  const uncertainRatio = (risingFrom.lateMs + lateMs) / 2 / durationMs;
  if (risePercent < RISE_STRETCH_PERCENT || uncertainRatio > RISE_UNCERTAIN_MAX_RATIO) {
    return { sample: null, risingFrom };
  }
  const kw = ((risePercent / 100) * capacityOf(lane)) / efficiencyOf(lane) / 1000 / (durationMs / HOUR_MS);
  const levels = { fromPercent: risingFrom.levelPercent, toPercent: level };
  return { sample: { levels, fromKw: kw, toKw: kw, durationMs, uncertainRatio }, risingFrom: here };
}

/** Where nobody stated a capacity, a rise of many points tells it. */
function learnCapacity(lane: Lane, visit: Visit): Lane {
  const { levelFromPercent, levelToPercent, energyWh } = visit.account;
  if (lane.vehicle.capacityWh !== null || lane.observed.capacityWh !== null) {
    return lane;
  }
  if (
    levelFromPercent === null ||
    levelToPercent === null ||
    levelToPercent - levelFromPercent < RISE_MIN_PERCENT
  ) {
    return lane;
  }
  const toldWh = (energyWh * efficiencyOf(lane) * 100) / (levelToPercent - levelFromPercent);
  const isNews = Math.abs(toldWh - capacityOf(lane)) > CAPACITY_NEWS_RATIO * capacityOf(lane);
  return isNews ? laneWith(lane, { learnedCapacityWh: Math.round(toldWh) }) : lane;
}

const SAMPLE_MIN_MS = MINUTE_MS;
/** A rise by less says little, as rounding is not always the same. */
const RISE_STRETCH_PERCENT = 5;
/** When both ends of a rise were reached must be known to this share of its time: half of what makes a power odd. */
const RISE_UNCERTAIN_MAX_RATIO = 0.1;
const RISE_MIN_PERCENT = 15;
const CAPACITY_NEWS_RATIO = 0.03;
