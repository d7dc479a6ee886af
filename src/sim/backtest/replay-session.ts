import type { PriceSlot } from '../../domain/price.ts';
import { indexEndingAfter } from '../../domain/price-series.ts';
import type { Session } from '../../domain/session.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import type { LaneInput } from '../../engine/contract.ts';
import { MILLIJOULES_PER_WH } from '../charge-model.ts';
import {
  advanceTo,
  levelPercentOf,
  meterMillijoulesOf,
  nextEventAtMs,
  type Plant,
  plugIn,
  plugOut,
  reading,
} from '../plant.ts';
import { type Random, randomFor } from '../random.ts';
import { departureAtMs } from './departure.ts';
import { nextLocalTimeMs } from './publication.ts';
import {
  noCounts,
  noRisk,
  prepareCar,
  type ReplayCar,
  type ReplayCounts,
  type ReplayRisk,
  stepCar,
} from './replay-car.ts';
import { PLANT_KINDS } from './replay-plant.ts';
import { TARGET_PERCENT } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';
import type { PricedSession } from './usable-sessions.ts';

/** How one session went, by the plant's meter and the price file, and by the engine's own account beside them. */
export interface Replayed {
  readonly readyByMs: number;
  /** When the car left: at the recorded plug-out, or earlier than anybody was told. */
  readonly leftAtMs: number;
  /** What was said of the target at readyBy, or at plug-out when the car left before. */
  readonly risk: Readonly<ReplayRisk>;
  /** The level at readyBy, or at plug-out when the car left before. */
  readonly levelPercent: number;
  readonly meterWh: number;
  readonly cost: number;
  readonly engineWh: number;
  /** Null where the engine has no valuation. */
  readonly engineCost: number | null;
  readonly counts: ReplayCounts;
}

/** Drives one recorded session through the engine as telemetry, commands obeyed by the simulated car. */
export function replaySession(car: ReplayCar, priced: PricedSession): Replayed {
  const { session } = priced;
  runTimersUntil(car, session.pluggedInAtMs);
  prepareCar(car, session);
  car.counts = noCounts();
  car.settled = [];
  car.risk = noRisk();
  const readyByMs = readyByOf(session, car.rules.readyBy, car.rules.publication.timezone);
  const meterBefore = meterMillijoulesOf(car.plant);
  const drive: Drive = { car, random: randomFor('backtest', session.id), slots: priced.slots, cost: 0 };

  arrive(drive, session, readyByMs);
  const leftAtMs = departureAtMs(session, readyByMs, car.rules.earlyRatio);
  const checkAtMs = Math.min(readyByMs, leftAtMs);
  runUntil(drive, checkAtMs);
  moveTo(drive, checkAtMs);
  const levelPercent = levelPercentOf(car.plant);
  const risk = { ...car.risk };
  runUntil(drive, leftAtMs);
  leave(drive, leftAtMs);

  return {
    readyByMs,
    leftAtMs,
    risk,
    levelPercent,
    meterWh: (meterMillijoulesOf(car.plant) - meterBefore) / MILLIJOULES_PER_WH,
    cost: drive.cost,
    ...engineAccount(car.settled),
    counts: car.counts,
  };
}

function readyByOf(session: RecordedSession, readyBy: string, timezone: string): number {
  return readyBy === 'plug-out'
    ? session.pluggedOutAtMs
    : nextLocalTimeMs(timezone, readyBy, session.pluggedInAtMs);
}

interface Drive {
  readonly car: ReplayCar;
  readonly random: Random;
  readonly slots: readonly PriceSlot[];
  cost: number;
}

/** Steps at one instant: each command brings a reading, which may bring a command. More is a loop of the engine's. */
const STEPS_AT_ONCE_MAX_COUNT = 20;
/** A session must have settled so long after plug-out. */
const SETTLED_AFTER_MAX_MS = 2 * HOUR_MS;

function arrive(drive: Drive, session: RecordedSession, readyByMs: number): void {
  const { car } = drive;
  const atMs = session.pluggedInAtMs;
  car.plant = plugIn(car.plant, atMs, `${car.lane.vehicle.id}-home`);
  const current = car.lane.current[car.policyId];
  if (current === undefined) throw new Error('the engine has no session for the policy');
  const override: LaneInput = {
    kind: 'target-set',
    sessionId: current.id,
    override: { kind: 'REGULAR', targetPercent: TARGET_PERCENT, readyByMs, reservePercent: null },
    receivedAtMs: atMs,
  };
  step(drive, atMs, [...readings(drive, atMs), override]);
}

function leave(drive: Drive, atMs: number): void {
  const { car } = drive;
  moveTo(drive, atMs);
  car.plant = plugOut(car.plant, atMs);
  step(drive, atMs, readings(drive, atMs));
  while (car.lane.visit !== null) {
    const nextMs = Math.min(car.timerAtMs ?? Number.POSITIVE_INFINITY, nextReadingAtMs(car));
    if (nextMs > atMs + SETTLED_AFTER_MAX_MS) throw new Error('the session does not settle after plug-out');
    stepNext(drive, nextMs);
  }
}

/** Everything before an instant: readings, timers, publications, the car's own changes. */
function runUntil(drive: Drive, untilMs: number): void {
  const { car } = drive;
  for (;;) {
    const nextMs = Math.min(
      car.timerAtMs ?? Number.POSITIVE_INFINITY,
      nextReadingAtMs(car),
      nextEventAtMs(car.plant) ?? Number.POSITIVE_INFINITY,
      car.windows.nextPublicationAtMs(car.nowMs),
    );
    if (nextMs >= untilMs) return;
    stepNext(drive, nextMs);
  }
}

/** A timer that is due already is stepped now; time never goes back. */
function stepNext(drive: Drive, nextMs: number): void {
  const { car } = drive;
  const beforeMs = car.nowMs;
  const nowMs = Math.max(nextMs, beforeMs);
  const hasPlantEvent = nextEventAtMs(car.plant) === nowMs;
  const hasPublication = car.windows.nextPublicationAtMs(beforeMs) === nowMs;
  const isReadingDue = nowMs > beforeMs && nowMs % PLANT_KINDS[car.rules.plant].readingEveryMs === 0;
  moveTo(drive, nowMs);
  step(drive, nowMs, [
    ...(hasPublication ? [{ kind: 'prices-changed', receivedAtMs: nowMs } as const] : []),
    ...(hasPlantEvent || isReadingDue ? readings(drive, nowMs) : []),
  ]);
}

function step(drive: Drive, nowMs: number, inputs: readonly LaneInput[]): void {
  let hasChanged = stepCar(drive.car, nowMs, inputs);
  for (let count = 1; hasChanged; count++) {
    if (count > STEPS_AT_ONCE_MAX_COUNT) throw new Error('the engine commands the car without end');
    const after = readings(drive, nowMs);
    if (after.length === 0) return;
    hasChanged = stepCar(drive.car, nowMs, after);
  }
}

/** The reading of now, unless it gets lost on its way. */
function readings(drive: Drive, atMs: number): LaneInput[] {
  const { car } = drive;
  const { lostReadingRatio } = PLANT_KINDS[car.rules.plant];
  if (lostReadingRatio > 0 && drive.random() < lostReadingRatio) {
    car.counts.lostReadings += 1;
    return [];
  }
  car.counts.readings += 1;
  return [{ kind: 'reading', reading: reading(car.plant, atMs), receivedAtMs: atMs }];
}

function nextReadingAtMs(car: ReplayCar): number {
  const everyMs = PLANT_KINDS[car.rules.plant].readingEveryMs;
  return (Math.floor(car.nowMs / everyMs) + 1) * everyMs;
}

/** Moves the plant on, and pays for what it takes on the way at each slot's price. */
function moveTo(drive: Drive, atMs: number): void {
  const { car, slots } = drive;
  let plant = car.plant;
  for (let index = indexEndingAfter(slots, plant.atMs); plant.atMs < atMs; index++) {
    const slot = slots[index];
    const untilMs = Math.min(slot?.endAtMs ?? atMs, atMs);
    const moved = advanceTo(plant, untilMs);
    const takenWh = deliveredWh(plant, moved);
    if (takenWh > 0) {
      if (slot?.price == null) throw new Error('energy was taken at a time without a price');
      drive.cost += (takenWh / 1000) * slot.price;
    }
    plant = moved;
  }
  car.plant = plant;
}

function deliveredWh(before: Plant, after: Plant): number {
  return (meterMillijoulesOf(after) - meterMillijoulesOf(before)) / MILLIJOULES_PER_WH;
}

/** What the engine still wants between two sessions, up to a minute before the next. */
function runTimersUntil(car: ReplayCar, pluggedInAtMs: number): void {
  let count = 0;
  while (car.timerAtMs !== null && car.timerAtMs < pluggedInAtMs - MINUTE_MS) {
    count += 1;
    if (count > 10_000) throw new Error('the engine sets timers without end between two sessions');
    const atMs = Math.max(car.timerAtMs, car.nowMs);
    car.plant = advanceTo(car.plant, atMs);
    stepCar(car, atMs, []);
  }
}

function engineAccount(settled: readonly Session[]): Pick<Replayed, 'engineWh' | 'engineCost'> {
  let engineWh = 0;
  let engineCost: number | null = 0;
  for (const session of settled) {
    engineWh += session.aggregated?.energyWh ?? 0;
    engineCost =
      engineCost === null || session.valuation === null
        ? null
        : engineCost + session.valuation.actualMicros / 1e6;
  }
  return { engineWh, engineCost: settled.length === 0 ? null : engineCost };
}
