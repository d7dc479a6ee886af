import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { NOON_MS } from './testing/bench.ts';
import { Checker } from './testing/checker.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Plans made together cost milliseconds each, and a night has hundreds. */
const LIMIT_MS = 240_000;

const evening = (from: number, to: number) =>
  fc.integer({ min: from * 60, max: to * 60 }).map((minute) => NOON_MS + minute * MINUTE_MS);

/** Some can be held, some cannot; commands come late or never, powers are told or not, answers come or not. */
const car = fc.record({
  powerKw: fc.constantFrom(7.4, 11, 22),
  leastPowerKw: fc.constantFrom(1.38, 4.14, 4.14, undefined),
  levelPercent: fc.integer({ min: 40, max: 85 }),
  capacityWh: fc.constantFrom(36_000, 60_000),
  plugInAtMs: evening(4, 10),
  plugOutAtMs: evening(15, 20),
  delayMs: fc.constantFrom(0, 0, 20_000, 3 * MINUTE_MS, 20 * MINUTE_MS),
  reportsEveryMs: fc.constantFrom(5 * MINUTE_MS, 10 * MINUTE_MS, 15 * MINUTE_MS, 40 * MINUTE_MS),
  answers: fc.boolean(),
  hidesPower: fc.constantFrom(false, false, true),
  policy: fc.record({ batteryReserve: fc.integer({ min: 0, max: 60 }) }),
});

const change = fc.record({
  atMs: evening(6, 14),
  car: fc.nat(2),
  targetPercent: fc.integer({ min: 60, max: 100 }),
});

const story = fc.record({
  maxPowerKw: fc.constantFrom(7.4, 11, 12, 17, 22),
  cars: fc.array(car, { minLength: 2, maxLength: 3 }),
  changes: fc.array(change, { maxLength: 4 }),
});
type Story = typeof story extends fc.Arbitrary<infer One> ? One : never;

describe('cars that can be held to a power, whatever happens', () => {
  test(
    'cars that obey, however late, never draw more than the limit together; commands stay few',
    () => {
      fc.assert(
        fc.property(story, (given) => {
          const world = lived(given);
          for (const { kw, atMs } of world.draws) {
            expect(kw, new Date(atMs).toISOString()).toBeLessThanOrEqual(given.maxPowerKw + 1e-6);
          }
          check(world);
        }),
        { numRuns: 8, seed: 77 },
      );
    },
    LIMIT_MS,
  );

  test(
    'a car that does not hold what it was told is over the limit no longer than a quarter of an hour and a reading',
    () => {
      fc.assert(
        fc.property(story, fc.constantFrom('refuses', 'ignores', 'denies'), (given, fault) => {
          const cars = given.cars.map((each, index) => ({
            ...each,
            delayMs: 0,
            reportsEveryMs: 5 * MINUTE_MS,
            ...(index > 0 ? {} : { leastPowerKw: 1.38, hidesPower: false, ...FAULTS[fault] }),
          }));
          const world = lived({ ...given, cars });
          expect(longestOverMs(world, given.maxPowerKw)).toBeLessThanOrEqual(21 * MINUTE_MS);
          check(world);
        }),
        { numRuns: 5, seed: 5 },
      );
    },
    LIMIT_MS,
  );
});

const FAULTS = {
  refuses: { refusesPower: true, answers: true },
  ignores: { ignoresPower: true, answers: false },
  denies: { ignoresPower: true, answers: true },
} as const;

/** The longest time without a break in which the cars drew more than the limit. */
function longestOverMs({ draws }: SiteWorld, maxPowerKw: number): number {
  let longestMs = 0;
  let sinceMs: number | null = null;
  for (const { atMs, kw } of draws) {
    sinceMs = kw > maxPowerKw + 1e-6 ? (sinceMs ?? atMs) : null;
    longestMs = Math.max(longestMs, sinceMs === null ? 0 : atMs - sinceMs);
  }
  return longestMs;
}

/** A story whose cars may have more to them. */
interface Lived extends Omit<Story, 'cars'> {
  readonly cars: readonly Omit<CarOfTest, 'id'>[];
}

function lived({ cars, changes, maxPowerKw }: Lived): SiteWorld {
  const world = siteWorldOf({
    maxPowerKw,
    cars: cars.map((each, index) => ({ ...each, id: `car ${index}` })),
  });
  for (const { atMs, car, targetPercent } of [...changes].sort((one, other) => one.atMs - other.atMs)) {
    world.runUntil(atMs);
    const id = `car ${car % cars.length}`;
    const sessionId = Object.values(world.lane(id).current)[0]?.id ?? 'gone';
    const override = { kind: 'IMMEDIATE_START', targetPercent } as const;
    world.happen(id, { kind: 'target-set', sessionId, override });
  }
  world.runUntil(NOON_MS + 22 * 60 * MINUTE_MS);
  return world;
}

function check(world: SiteWorld): void {
  const checkers = new Map<string, Checker>();
  const sent = new Map<string, number[]>();
  for (const { id, atMs, result } of world.steps) {
    const checker = checkers.get(id) ?? new Checker();
    checkers.set(id, checker);
    checker.check(result);
    expect(result.timerAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs);
    const attempts = result.events.filter(({ kind }) => kind === 'command-requested').map(() => atMs);
    const recent = [...(sent.get(id) ?? []), ...attempts].filter((each) => atMs - each < 60 * MINUTE_MS);
    expect(recent.length).toBeLessThanOrEqual(12);
    sent.set(id, recent);
  }
}
