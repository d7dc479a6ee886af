import type { Interval } from '../domain/interval.ts';
import { TAPER_FROM_PERCENT } from '../domain/rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { capacityOf, efficiencyOf } from './car.ts';
import type { Lane, Visit } from './lane.ts';

/** What an interval of steady charging tells of the car's power at a place, and a visit's levels of its capacity. */
export function learn(lane: Lane, visit: Visit, flow: Interval, flowedWh: number): Lane {
  const durationMs = flow.endAtMs - flow.startAtMs;
  if (visit.place.kind !== 'at' || durationMs < SAMPLE_MIN_MS || flowedWh === 0) {
    return learnCapacity(lane, visit);
  }
  const level = visit.beliefPercent;
  // What is measured in the taper is not the car's power.
  if (level !== null && level > TAPER_FROM_PERCENT) {
    return lane;
  }
  const { locationId } = visit.place;
  const sampleKw = flowedWh / 1000 / (durationMs / HOUR_MS);
  const known = lane.learned[locationId];
  const share =
    known === undefined ? 1 : Math.max(durationMs / (known.measuredMs + durationMs), durationMs / MEMORY_MS);
  const powerKw =
    known === undefined ? sampleKw : known.powerKw + (sampleKw - known.powerKw) * Math.min(1, share);
  const measuredMs = (known?.measuredMs ?? 0) + durationMs;
  const learned = { ...lane.learned, [locationId]: { powerKw, measuredMs } };
  return learnCapacity({ ...lane, learned }, visit);
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
  return isNews ? { ...lane, learnedCapacityWh: Math.round(toldWh) } : lane;
}

const SAMPLE_MIN_MS = MINUTE_MS;
/** Old measurements fade over this much charging. */
const MEMORY_MS = 10 * HOUR_MS;
const RISE_MIN_PERCENT = 15;
const CAPACITY_NEWS_RATIO = 0.03;
