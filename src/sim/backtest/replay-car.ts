import assert from 'node:assert';
import type { Location } from '../../domain/location.ts';
import type { Policy } from '../../domain/policy.ts';
import { REPLUG_GRACE_MS } from '../../domain/rules.ts';
import type { Session } from '../../domain/session.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import type { Vehicle } from '../../domain/vehicle.ts';
import { advance } from '../../engine/advance.ts';
import type { Advance, LaneContext, LaneInput } from '../../engine/contract.ts';
import type { Lane } from '../../engine/lane.ts';
import { newLane } from '../../engine/new-lane.ts';
import { command, createPlant, type Plant, setLevel, setModel } from '../plant.ts';
import type { PriceWindows } from './price-windows.ts';
import { chargeModelOf, PLANT_KINDS } from './replay-plant.ts';
import { EFFICIENCY, type ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';

/** What happened to a car since the counts were last taken. */
export interface ReplayCounts {
  readings: number;
  lostReadings: number;
  advances: number;
  plans: number;
  commands: number;
  starts: number;
}

/** What was said of a target before it was decided. */
export interface ReplayRisk {
  /** AT_RISK since then, and not taken back; null while it is not at risk. */
  sinceMs: number | null;
  wasAnnounced: boolean;
}

/** One car with its lane, moved on in place: a back-test drives thousands of sessions through a few of them. */
export interface ReplayCar {
  readonly rules: ReplayRules;
  readonly windows: PriceWindows;
  readonly policyId: string;
  readonly context: LaneContext;
  lane: Lane;
  plant: Plant;
  nowMs: number;
  timerAtMs: number | null;
  settled: Session[];
  counts: ReplayCounts;
  /** How the target was said to fare since the last plug-in. */
  risk: ReplayRisk;
}

/** Another plug-in before this is the same visit to the engine, or one that it has not settled yet. */
export function freeAgainAtMs(pluggedOutAtMs: number, rules: ReplayRules): number {
  const slowestReadingMs = 3 * PLANT_KINDS[rules.plant].readingEveryMs;
  return pluggedOutAtMs + REPLUG_GRACE_MS + (rules.plant === 'real' ? slowestReadingMs : MINUTE_MS);
}

/** A car that no one has heard of yet, with its policy, a minute before its first session. */
export function newReplayCar(
  session: RecordedSession,
  carId: string,
  rules: ReplayRules,
  windows: PriceWindows,
): ReplayCar {
  const nowMs = session.pluggedInAtMs - MINUTE_MS;
  const location = locationOf(carId, session, rules);
  const policy = policyOf(carId, session, rules, nowMs);
  let ids = 0;
  const car: ReplayCar = {
    rules,
    windows,
    policyId: policy.id,
    context: {
      pricesAt: () => windows.publishedAt(car.nowMs),
      newId: () => {
        ids += 1;
        return `00000000-0000-7000-8000-${ids.toString(16).padStart(12, '0')}`;
      },
      settings: {
        marginMs: rules.marginMs ?? undefined,
        isForecastOn: rules.isForecastOn,
        // Nobody reads the histories of a back-test.
        isHistoryOn: false,
        replanGainRatio: rules.replanGainRatio ?? undefined,
      },
    },
    lane: newLane(vehicleOf(carId, session, rules), [location], nowMs),
    plant: createPlant({
      atMs: nowMs,
      model: chargeModelOf(session, rules.plant),
      levelPercent: session.startPercent,
      locationId: location.id,
      report: PLANT_KINDS[rules.plant].report,
    }),
    nowMs,
    timerAtMs: null,
    settled: [],
    counts: noCounts(),
    risk: noRisk(),
  };
  stepCar(car, nowMs, [{ kind: 'policy-set', policy, receivedAtMs: nowMs }]);
  return car;
}

/** The car a moment before its next session: battery, charger and start level as recorded. */
export function prepareCar(car: ReplayCar, session: RecordedSession): void {
  const model = chargeModelOf(session, car.rules.plant);
  const atMs = Math.max(car.nowMs, session.pluggedInAtMs - MINUTE_MS);
  const isSame = JSON.stringify(model) === JSON.stringify(car.plant.model);
  car.plant = setLevel(isSame ? car.plant : setModel(car.plant, atMs, model), atMs, session.startPercent);
  if (isSame) return;
  const { id, version } = car.lane.vehicle;
  const vehicle = { ...vehicleOf(id, session, car.rules), version: version + 1 };
  stepCar(car, atMs, [{ kind: 'vehicle-set', vehicle, receivedAtMs: atMs }]);
}

/** Gives the engine what happened, carries out at once what it asks for, and tells whether it asked anything. */
export function stepCar(car: ReplayCar, nowMs: number, inputs: readonly LaneInput[]): boolean {
  assert(nowMs >= car.nowMs, 'a back-test goes forward only');
  car.nowMs = nowMs;
  const result = advance(car.lane, inputs, car.context, nowMs);
  car.lane = result.lane;
  car.timerAtMs = result.timerAtMs;
  car.counts.advances += 1;
  car.counts.plans += result.planCount;
  noteRisk(car, nowMs);
  for (const change of result.sessions) {
    if (change.session.state === 'SETTLED') car.settled.push(change.session);
  }
  if (result.refusals.length > 0) throw new Error(`the engine refused: ${JSON.stringify(result.refusals)}`);
  return obey(car, result, nowMs);
}

export function noCounts(): ReplayCounts {
  return { readings: 0, lostReadings: 0, advances: 0, plans: 0, commands: 0, starts: 0 };
}

export function noRisk(): ReplayRisk {
  return { sinceMs: null, wasAnnounced: false };
}

function noteRisk(car: ReplayCar, nowMs: number): void {
  const state = car.lane.current[car.policyId]?.aim.state ?? null;
  if (state === 'AT_RISK') {
    car.risk.sinceMs ??= nowMs;
    car.risk.wasAnnounced = true;
  } else if (state === 'ON_TRACK' || state === 'REACHED') {
    car.risk.sinceMs = null;
  }
}

function obey(car: ReplayCar, result: Advance, nowMs: number): boolean {
  let hasObeyed = false;
  for (const row of result.commands) {
    if (row.state !== 'PENDING' || row.attemptedAtMs !== nowMs) continue;
    car.counts.commands += 1;
    if (row.kind === 'START') car.counts.starts += 1;
    car.plant = command(car.plant, nowMs, row.kind).plant;
    hasObeyed = true;
  }
  return hasObeyed;
}

function vehicleOf(carId: string, session: RecordedSession, rules: ReplayRules): Vehicle {
  return {
    id: carId,
    userId: session.userId,
    version: 1,
    capacityWh: session.capacityWh,
    efficiency: EFFICIENCY,
    powerKw: rules.plant === 'exact' ? session.powerKw : null,
    canStart: true,
    canStop: true,
  };
}

function locationOf(carId: string, session: RecordedSession, rules: ReplayRules): Location {
  return {
    id: `${carId}-home`,
    userId: session.userId,
    version: 1,
    name: 'home',
    latitude: 0,
    longitude: 0,
    timezoneName: rules.publication.timezone,
    zone: null,
    area: null,
    maxPowerKw: null,
    chargerPowerKw: session.powerKw,
  };
}

function policyOf(carId: string, session: RecordedSession, rules: ReplayRules, nowMs: number): Policy {
  return {
    id: `${carId}-policy`,
    vehicleId: carId,
    locationId: `${carId}-home`,
    userId: session.userId,
    version: 1,
    batteryReserve: 0,
    schedule: {},
    restrictionSchedule: [],
    opportunisticPrice: null,
    preconditionMinutes: 0,
    startCost: 0,
    minRunMinutes: rules.minRunMinutes,
    prefer: 'late',
    createdAtMs: nowMs,
  };
}
