import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { NOON_MS } from './testing/bench.ts';
import { Checker } from './testing/checker.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

const RUNS = 5;
/** Plans made together cost milliseconds each, and a night has hundreds. */
const LIMIT_MS = 240_000;

/** Whole minutes in the evening. */
const evening = (from: number, to: number) =>
  fc.integer({ min: from * 60, max: to * 60 }).map((minute) => NOON_MS + minute * MINUTE_MS);

const car = fc.record({
  powerKw: fc.constantFrom(3.7, 7.4, 11),
  levelPercent: fc.integer({ min: 40, max: 85 }),
  capacityWh: fc.constantFrom(36_000, 60_000),
  plugInAtMs: evening(0, 10),
  plugOutAtMs: evening(12, 20),
  delayMs: fc.constantFrom(0, 0, 20_000, 3 * MINUTE_MS, 20 * MINUTE_MS),
  reportsEveryMs: fc.constantFrom(10 * MINUTE_MS, 15 * MINUTE_MS, 40 * MINUTE_MS),
  policy: fc.record({
    batteryReserve: fc.integer({ min: 0, max: 60 }),
    minRunMinutes: fc.constantFrom(5, 15, 30),
  }),
});

const change = fc.oneof(
  fc.record({ kind: fc.constant('immediate' as const), target: fc.integer({ min: 50, max: 100 }) }),
  fc.record({ kind: fc.constant('regular' as const), hours: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('cleared' as const) }),
);

const story = fc.record({
  maxPowerKw: fc.constantFrom(7.4, 11, 12, 15, 22),
  cars: fc.array(car, { minLength: 2, maxLength: 3 }),
  changes: fc.array(fc.record({ atMs: evening(1, 14), car: fc.nat(2), change }), { maxLength: 4 }),
});
type Story = typeof story extends fc.Arbitrary<infer One> ? One : never;

describe('several cars under one limit, whatever happens', () => {
  test(
    'cars that obey, however late, never draw more than the limit together; sessions stay in order',
    () => {
      fc.assert(
        fc.property(story, (given) => {
          const world = worldOf(given, []);
          live(world, given);
          for (const { kw } of world.draws) {
            expect(kw).toBeLessThanOrEqual(given.maxPowerKw + 1e-6);
          }
          check(world);
        }),
        { numRuns: RUNS, seed: 4242 },
      );
    },
    LIMIT_MS,
  );

  test(
    'beside a car that does as it likes the others draw no more than is left, but for the moment of its start',
    () => {
      fc.assert(
        fc.property(story, evening(0, 14), fc.constantFrom(3.7, 7.4), (given, plugInAtMs, powerKw) => {
          const rogue: CarOfTest = {
            id: 'rogue',
            powerKw,
            levelPercent: 20,
            plugInAtMs,
            policy: null,
            startsAtPlugIn: true,
          };
          const prompt = { ...given, cars: given.cars.map((each) => ({ ...each, delayMs: 0 })) };
          const world = worldOf(prompt, [rogue]);
          live(world, prompt);
          // The world is quiet after each instant: whoever had to stop has stopped.
          for (const { kw, ids } of world.draws) {
            const isAlone = ids.length === 1 && ids[0] === 'rogue';
            expect(isAlone ? 0 : kw).toBeLessThanOrEqual(given.maxPowerKw + 1e-6);
          }
          check(world);
        }),
        { numRuns: 3, seed: 99 },
      );
    },
    LIMIT_MS,
  );

  test(
    'the same story gives the same steps, to the byte',
    () => {
      fc.assert(
        fc.property(story, (given) => {
          const [one, other] = [worldOf(given, []), worldOf(given, [])];
          live(one, given);
          live(other, given);
          expect(JSON.stringify(other.steps)).toBe(JSON.stringify(one.steps));
        }),
        { numRuns: 2, seed: 7 },
      );
    },
    LIMIT_MS,
  );
});

function worldOf(given: Story, more: readonly CarOfTest[]): SiteWorld {
  const cars = given.cars.map((each, index) => ({ ...each, id: `car ${index}` }));
  return siteWorldOf({ maxPowerKw: given.maxPowerKw, cars: [...cars, ...more] });
}

function live(world: SiteWorld, { changes, cars }: Story): void {
  for (const { atMs, car, change } of [...changes].sort((one, other) => one.atMs - other.atMs)) {
    world.runUntil(atMs);
    const id = `car ${car % cars.length}`;
    const sessionId = Object.values(world.lane(id).current)[0]?.id ?? 'gone';
    switch (change.kind) {
      case 'immediate':
        world.happen(id, {
          kind: 'target-set',
          sessionId,
          override: { kind: 'IMMEDIATE_START', targetPercent: change.target },
        });
        break;
      case 'regular': {
        const readyByMs = atMs + change.hours * HOUR_MS;
        const override = { kind: 'REGULAR', targetPercent: 90, readyByMs, reservePercent: null } as const;
        world.happen(id, { kind: 'target-set', sessionId, override });
        break;
      }
      case 'cleared':
        world.happen(id, { kind: 'target-cleared', sessionId });
    }
  }
  world.runUntil(NOON_MS + 22 * HOUR_MS);
}

function check(world: SiteWorld): void {
  const checkers = new Map<string, Checker>();
  for (const { id, atMs, result } of world.steps) {
    const checker = checkers.get(id) ?? new Checker();
    checkers.set(id, checker);
    checker.check(result);
    expect(result.timerAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs);
  }
}
