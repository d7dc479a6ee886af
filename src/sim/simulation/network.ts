import type { Reading } from '../../domain/reading.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { randomFor } from '../random.ts';
import { must } from './api.ts';
import type { Fact } from './facts.ts';
import type { Fault } from './faults.ts';
import type { Parts } from './parts.ts';
import { contentOf, type Told } from './reading-content.ts';
import type { Resident } from './settle-in.ts';

/** Between the cars and the service: it may lose, delay, repeat and spoil what cars report. */
export interface Network {
  send(from: Resident, readings: readonly Reading[]): void;
  /** What a car kept while it was silent, all at once. */
  sendKept(from: Resident, readings: readonly Reading[]): void;
  /** Posts all that has arrived by now. */
  flush(): Promise<void>;
}

export type NetworkOptions = Omit<Parts, 'bornMs' | 'endMs'>;

interface Observation extends Told {
  readonly vehicleId: string;
  readonly observedAt: string;
}

const LOST_SHARE = 0.02;
const LATE_SHARE = 0.03;
const LATE_MIN_MS = 1 * MINUTE_MS;
const LATE_MAX_MS = 4 * 60 * MINUTE_MS;
const REPEATED_SHARE = 0.03;
const REPEATED_AFTER_MAX_MS = 90 * MINUTE_MS;
const WRONG_SHARE = 0.15;
/** Of the wrong ones: by this many points instead of one. */
const FAR_WRONG_SHARE = 0.02;
const FAR_WRONG_PERCENT = 12;
/** Cars that tell their level in steps, one in so many. */
const COARSE_EVERY = 6;
const COARSE_PERCENT = 5;
const RETRIED_SHARE = 0.05;
/** The API takes so many at once. */
const POST_MAX_COUNT = 1_000;

export function createNetwork(options: NetworkOptions): Network {
  const { call, seed, faults, queue, nowMs, note, tally } = options;
  const arrived: Observation[] = [];
  const counts = new Map<string, number>();
  let postCount = 0;

  function disturb(fault: Fault, vehicleId: string): void {
    tally.happened(fault);
    note({ kind: 'disturbed', vehicleId, atMs: nowMs(), fault });
  }

  function sendOne(from: Resident, reading: Reading): void {
    const { vehicleId } = from;
    const number = (counts.get(vehicleId) ?? 0) + 1;
    counts.set(vehicleId, number);
    const random = randomFor(seed, 'reading', from.index, number);
    const chances = {
      lost: random(),
      late: random(),
      lateBy: random(),
      repeated: random(),
      repeatedAfter: random(),
    };
    const observation = spoilt(from, toObservation(from, reading), random);
    if (faults.has('lost-readings') && chances.lost < LOST_SHARE) {
      disturb('lost-readings', vehicleId);
      return;
    }
    if (faults.has('late-readings') && chances.late < LATE_SHARE) {
      disturb('late-readings', vehicleId);
      // Most are minutes late, few are hours.
      const lateMs = LATE_MIN_MS * (LATE_MAX_MS / LATE_MIN_MS) ** chances.lateBy;
      queue.add(nowMs() + Math.round(lateMs), () => void arrived.push(observation));
      return;
    }
    arrived.push(observation);
    if (faults.has('repeated-readings') && chances.repeated < REPEATED_SHARE) {
      tally.happened('repeated-readings');
      const afterMs = Math.round(chances.repeatedAfter ** 3 * REPEATED_AFTER_MAX_MS);
      queue.add(nowMs() + afterMs, () => void arrived.push(observation));
    }
  }

  /** A level that the car tells wrongly. */
  function spoilt(from: Resident, observation: Observation, random: () => number): Observation {
    const [isWrong, isFar, isMore] = [random() < WRONG_SHARE, random() < FAR_WRONG_SHARE, random() < 0.5];
    const level = observation.batteryLevel;
    if (!faults.has('wrong-levels') || level == null) return observation;
    const isCoarse = from.index % COARSE_EVERY === COARSE_EVERY - 1;
    if (!isWrong && !isCoarse) return observation;
    const byPercent = (isFar ? FAR_WRONG_PERCENT : 1) * (isMore ? 1 : -1);
    const told = isCoarse ? COARSE_PERCENT * Math.floor(level / COARSE_PERCENT) : level + byPercent;
    const batteryLevel = Math.min(100, Math.max(0, told));
    if (batteryLevel !== level) disturb('wrong-levels', from.vehicleId);
    return { ...observation, batteryLevel };
  }

  async function post(observations: readonly Observation[]): Promise<void> {
    postCount += 1;
    const body = { observations };
    const isRetried = faults.has('retried-requests') && randomFor(seed, 'post', postCount)() < RETRIED_SHARE;
    const headers: Record<string, string> = isRetried ? { 'idempotency-key': `readings-${postCount}` } : {};
    const answered = await must(call, 'POST', '/telemetry', body, headers);
    const { accepted, duplicates, rejected } = Object(answered);
    if (rejected?.length !== 0 || accepted + duplicates !== observations.length) {
      throw new Error(`${observations.length} readings were answered ${JSON.stringify(answered)}`);
    }
    tally.counted('readings', accepted);
    tally.counted('readings known already', duplicates);
    for (const observation of observations) note(acknowledged(observation, nowMs()));
    if (!isRetried) return;
    tally.happened('retried-requests');
    const again = await must(call, 'POST', '/telemetry', body, headers);
    const texts = { first: JSON.stringify(answered), second: JSON.stringify(again) };
    note({ kind: 'answered-twice', atMs: nowMs(), what: `POST /telemetry ${postCount}`, ...texts });
  }

  return {
    send(from, readings) {
      for (const reading of readings) sendOne(from, reading);
    },
    sendKept(from, readings) {
      arrived.push(...readings.map((reading) => toObservation(from, reading)));
    },
    async flush() {
      while (arrived.length > 0) await post(arrived.splice(0, POST_MAX_COUNT));
    },
  };
}

function toObservation({ vehicleId, tellsLevel }: Resident, reading: Reading): Observation {
  const observedAt = new Date(reading.observedAtMs).toISOString();
  if (reading.isPluggedIn == null) return { vehicleId, observedAt, isReachable: reading.isReachable };
  return {
    vehicleId,
    observedAt,
    isPluggedIn: reading.isPluggedIn,
    powerDeliveryState: reading.powerDeliveryState,
    ...(tellsLevel ? { batteryLevel: reading.levelPercent, chargeLimit: reading.chargeLimitPercent } : {}),
    chargeRate: reading.powerKw,
    ...(reading.meterWh == null ? {} : { energyMeter: Math.round(reading.meterWh) / 1000 }),
    ...(reading.locationId == null ? {} : { locationId: reading.locationId }),
    isReachable: true,
  };
}

function acknowledged(observation: Observation, atMs: number): Fact {
  const { vehicleId, observedAt } = observation;
  const observedAtMs = Date.parse(observedAt);
  return { kind: 'acknowledged', vehicleId, atMs, observedAtMs, content: contentOf(observation) };
}
