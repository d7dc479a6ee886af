import type { Location } from '../../domain/location.ts';
import type { Policy } from '../../domain/policy.ts';
import { DEFAULT_POLICY_SETTINGS } from '../../domain/policy-rules.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Vehicle } from '../../domain/vehicle.ts';
import { advance } from '../advance.ts';
import type { Advance, EngineSettings, LaneInput, LocationPrices } from '../contract.ts';
import type { Lane } from '../lane.ts';
import { newLane } from '../new-lane.ts';

/** 2025-06-10 in Oslo: 12:00Z is 14:00. */
export const NOON_MS = Date.UTC(2025, 5, 10, 12);

export const HOME: Location = {
  id: 'home',
  userId: 'anna',
  version: 1,
  name: 'Home',
  latitude: 59.91,
  longitude: 10.75,
  timezoneName: 'UTC',
  zone: 'NO1',
  area: null,
  maxPowerKw: null,
  chargerPowerKw: null,
};

export const CAR: Vehicle = {
  id: 'car',
  userId: 'anna',
  version: 1,
  capacityWh: 60_000,
  efficiency: 0.9,
  powerKw: 7.4,
  canStart: true,
  canStop: true,
};

export function policyOf(change: Partial<Policy> = {}): Policy {
  return {
    ...DEFAULT_POLICY_SETTINGS,
    id: 'policy',
    vehicleId: 'car',
    locationId: 'home',
    userId: 'anna',
    version: 1,
    createdAtMs: NOON_MS,
    ...change,
  };
}

/** Hourly prices from midnight before `NOON_MS`: one day's list, repeated for four days. */
export function pricesOf(day: readonly number[]): LocationPrices {
  const midnightMs = NOON_MS - 12 * 3_600_000;
  const slots = Array.from({ length: 96 }, (_, hour) => ({
    startAtMs: midnightMs + hour * 3_600_000,
    endAtMs: midnightMs + (hour + 1) * 3_600_000,
    price: day[hour % day.length] ?? 0,
    provenance: 'known' as const,
  }));
  return { currency: 'EUR', slots, version: String(day) };
}

/** Dear in the evening, cheap from two to five in the morning. */
export const NIGHT_TARIFF = pricesOf([
  0.2, 0.2, 0.05, 0.05, 0.05, 0.2, 0.3, 0.4, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 0.5, 0.5, 0.5, 0.4,
  0.4, 0.3, 0.3,
]);

/** A lane under test: each call steps it once and keeps what came out. */
export interface Bench {
  readonly lane: () => Lane;
  readonly steps: Advance[];
  /** Steps with inputs at an instant; they arrive then. */
  readonly step: (atMs: number, ...inputs: readonly WithoutArrival[]) => Advance;
  readonly read: (atMs: number, reading: Omit<Reading, 'observedAtMs'>) => Advance;
  /** Runs every timer that is due until an instant. */
  readonly until: (atMs: number) => void;
  /** The session of the policy as it was last stored. */
  readonly session: () => Advance['sessions'][number]['session'];
}

type WithoutArrival = LaneInput extends infer One
  ? One extends LaneInput
    ? Omit<One, 'receivedAtMs'>
    : never
  : never;

export function benchOf(
  given: {
    readonly prices?: LocationPrices | null;
    readonly vehicle?: Vehicle;
    readonly locations?: readonly Location[];
    readonly settings?: EngineSettings;
  } = {},
): Bench {
  let lane = newLane(given.vehicle ?? CAR, given.locations ?? [HOME], NOON_MS);
  let ids = 0;
  let timerAtMs: number | null = null;
  const prices = given.prices === undefined ? NIGHT_TARIFF : given.prices;
  const steps: Advance[] = [];
  const newId = (): string => `id${++ids}`;
  const step: Bench['step'] = (atMs, ...inputs) => {
    const arrived = inputs.map((input) => ({ ...input, receivedAtMs: atMs }) as LaneInput);
    const context = { pricesAt: () => prices, newId, settings: given.settings };
    const result = advance(lane, arrived, context, atMs);
    lane = result.lane;
    timerAtMs = result.timerAtMs;
    steps.push(result);
    return result;
  };
  return {
    lane: () => lane,
    steps,
    step,
    read: (atMs, reading) => step(atMs, { kind: 'reading', reading: { observedAtMs: atMs, ...reading } }),
    until: (atMs) => {
      for (let turn = 0; turn < 10_000 && timerAtMs !== null && timerAtMs <= atMs; turn++) {
        step(timerAtMs);
      }
    },
    session: () => {
      const managed = steps
        .flatMap(({ sessions }) => sessions)
        .filter(({ session }) => session.policyId !== null);
      const last = managed.at(-1);
      if (last === undefined) {
        throw new Error('no managed session was stored');
      }
      return last.session;
    },
  };
}
