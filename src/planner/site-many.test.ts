import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { cutOf } from './site/cuts.ts';
import type { SiteCar, SitePlan } from './site.ts';
import { planSite } from './site.ts';
import { hourly, problemWith } from './testing/drawn.ts';

const LIMIT_KW = 60;
/** Ten hours, from eight in the evening until six. */
const NIGHT = hourly([9, 7, 5, 4, 2, 1, 1, 2, 4, 8]);

/** Cars of 4 to 11 kW. */
const nightOf = (count: number, needHours: (i: number) => number): SiteCar[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `car${String(i).padStart(2, '0')}`,
    problem: problemWith({ needHours: needHours(i), powerKw: powerKw(i), slots: NIGHT }),
    old: null,
  }));

const powerKw = (i: number): number => 4 + (i % 8);

const planned = (cars: readonly SiteCar[]): SitePlan =>
  planSite({ nowMs: 0, cars, limitKw: LIMIT_KW, replanGain: 0.02 });

/** The most that all draw together at any time. */
function peakOf(cars: readonly SiteCar[], { plans }: SitePlan): number {
  let peak = 0;
  for (let at = MINUTE_MS / 2; at < 48 * HOUR_MS; at += MINUTE_MS) {
    let sum = 0;
    for (const { id, problem } of cars) {
      const isOn = plans.get(id)?.blocks.some((block) => block.startAtMs <= at && at < block.endAtMs);
      if (isOn === true) sum += problem.curve[0]?.powerKw ?? 0;
    }
    peak = Math.max(peak, sum);
  }
  return peak;
}

const isReady = (made: SitePlan, id: string): boolean => made.plans.get(id)?.feasible === true;

describe('many cars at one limit', () => {
  test.each([
    { name: '10 cars', count: 10, needHours: () => 4, missed: 0 },
    { name: '20 cars', count: 20, needHours: (i: number) => 2 + (i % 3), missed: 0 },
    { name: '32 cars', count: 32, needHours: (i: number) => 1 + (i % 3), missed: 0 },
    { name: '32 cars that need more than there is', count: 32, needHours: () => 4, missed: null },
  ])('$name: a plan for each, never above the limit', ({ count, needHours, missed }) => {
    const cars = nightOf(count, needHours);
    const made = planned(cars);
    expect(made.plans.size).toBe(count);
    expect(peakOf(cars, made)).toBeLessThanOrEqual(LIMIT_KW + 1e-6);
    expect(made.lowerBound).toBeLessThanOrEqual(made.cost + 1e-9);
    const late = cars.filter(({ id }) => !isReady(made, id));
    if (missed !== null) expect(late).toHaveLength(missed);
    for (const { id, problem } of cars) {
      const wh = made.plans.get(id)?.blocks.reduce((sum, block) => sum + block.energyWh, 0) ?? 0;
      expect(wh).toBeCloseTo((problem.targetPercent / 100) * problem.capacityWh, 1);
    }
  });

  test('twelve that cannot all be ready at the same time: those with the lowest levels are', () => {
    // Five charge at once, for ten hours in all: each needs five, so ten of them can be ready.
    const cars = Array.from({ length: 12 }, (_, i): SiteCar => {
      const levelPercent = 1 + ((i * 5) % 12);
      return {
        id: `at${levelPercent}`,
        problem: problemWith({
          needHours: 5,
          powerKw: 11,
          slots: NIGHT,
          levelPercent,
          targetPercent: levelPercent + 50,
        }),
        old: null,
      };
    });
    const made = planned(cars);
    expect(peakOf(cars, made)).toBeLessThanOrEqual(LIMIT_KW);
    expect(cars.flatMap(({ id }) => (isReady(made, id) ? [] : [id])).sort()).toEqual(['at11', 'at12']);
    const reasons = made.yields.filter(({ id }) => id === 'at11' || id === 'at12');
    expect(reasons.map(({ reason }) => reason)).toEqual(['LEVEL', 'LEVEL']);
  });
});

describe('the limit as weights', () => {
  test.each([
    {
      name: 'three of which no two fit weigh the whole',
      powers: [4, 5, 6],
      room: 8,
      weights: [6, 6, 6],
      most: 6,
    },
    {
      name: 'cars that are not there do not count',
      powers: [...Array(30).fill(0), 4, 5],
      room: 8,
      weights: [...Array(30).fill(0), 5, 5],
      most: 5,
    },
    {
      name: 'of more than ten the limit as it is',
      powers: Array(32).fill(7),
      room: 60,
      weights: Array(32).fill(7),
      most: 60,
    },
    {
      name: 'no room is none, not less',
      powers: Array(32).fill(7),
      room: -1,
      weights: Array(32).fill(7),
      most: 0,
    },
  ])('$name', ({ powers, room, weights, most }) => {
    expect(cutOf(powers, room)).toEqual({ weights, most });
  });
});
