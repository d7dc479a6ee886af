import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import {
  courseFrom,
  curveFromPower,
  energyAfterWh,
  levelAfterPercent,
  powerAtKw,
  powerRangeKw,
  timeToEnergyMs,
  timeToLevelMs,
} from './charge-curve.ts';

const battery = (curve: Parameters<typeof powerAtKw>[0]) => ({ capacityWh: 50_000, efficiency: 0.9, curve });

test('constant power: energy is power times time, level what reaches the battery', () => {
  const course = courseFrom(20, battery([{ levelPercent: 0, powerKw: 10 }]));
  expect(energyAfterWh(course, HOUR_MS)).toBeCloseTo(10_000, 6);
  expect(levelAfterPercent(course, HOUR_MS)).toBeCloseTo(38, 9);
  expect(timeToLevelMs(course, 38)).toBeCloseTo(HOUR_MS, 3);
  expect(timeToEnergyMs(course, 5000)).toBeCloseTo(HOUR_MS / 2, 3);
});

test.each([
  { what: 'reached already', level: 10, ms: 0 },
  { what: 'above full', level: 101, ms: Number.POSITIVE_INFINITY },
])('time to a level $what', ({ level, ms }) => {
  expect(timeToLevelMs(courseFrom(20, battery([{ levelPercent: 0, powerKw: 10 }])), level)).toBe(ms);
});

test('power that falls to nothing never gets there', () => {
  const course = courseFrom(
    20,
    battery([
      { levelPercent: 0, powerKw: 10 },
      { levelPercent: 60, powerKw: 0 },
    ]),
  );
  expect(timeToLevelMs(course, 60)).toBe(Number.POSITIVE_INFINITY);
  expect(timeToLevelMs(course, 59)).toBeLessThan(1000 * HOUR_MS);
  expect(levelAfterPercent(course, 1e12)).toBeLessThanOrEqual(60);
});

test('the first guess is constant to 80 % and a tenth at full', () => {
  const curve = curveFromPower(11);
  expect([0, 50, 80, 90, 100].map((level) => powerAtKw(curve, level))).toEqual([11, 11, 11, 6.05, 1.1]);
  const course = courseFrom(50, battery(curve));
  expect(powerRangeKw(course, 80)).toEqual({ maxKw: 11, minKw: 11 });
  expect(powerRangeKw(course, 90).minKw).toBeCloseTo(6.05, 9);
});

describe('for any curve', () => {
  const curves = fc
    .uniqueArray(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 })
    .chain((levels) =>
      fc.tuple(
        ...levels
          .sort((a, b) => a - b)
          .map((levelPercent) =>
            fc
              .double({ min: 2, max: 50, noNaN: true })
              .map((powerKw) => ({ levelPercent: levelPercent * 10, powerKw })),
          ),
      ),
    );

  test('time and level are each other reversed, and the level rises by the power', () => {
    fc.assert(
      fc.property(
        curves,
        fc.double({ min: 0, max: 99, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (curve, from, share) => {
          const course = courseFrom(from, battery(curve));
          const to = from + share * (100 - from);
          const timeMs = timeToLevelMs(course, to);
          expect(levelAfterPercent(course, timeMs)).toBeCloseTo(to, 6);
          // The level rises by the power there: over a second the curve is straight but for a corner.
          const atMs = timeMs * 0.7;
          const risePercent = levelAfterPercent(course, atMs + 1000) - levelAfterPercent(course, atMs);
          const powerKw = powerAtKw(curve, levelAfterPercent(course, atMs + 500));
          if (timeMs > 4000) expect((risePercent * 50_000 * 3.6) / 0.9 / 100).toBeCloseTo(powerKw, 1);
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });
});
