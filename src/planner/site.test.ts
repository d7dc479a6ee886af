import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import type { SiteCar, SitePlan } from './site.ts';
import { planSite } from './site.ts';
import type { Wanted } from './testing/drawn.ts';
import { drawn, hourly, problemWith } from './testing/drawn.ts';

const car = (id: string, wanted: Wanted): SiteCar => ({
  id,
  problem: problemWith({ powerKw: 1, ...wanted }),
  old: null,
  powerLeastKw: null,
});

const site = (limitKw: number, cars: readonly SiteCar[]): SitePlan =>
  planSite({ nowMs: 0, cars, limitKw, replanGain: 0.02 });

const rows = (made: SitePlan, hours: number): string[] =>
  [...made.plans.values()].map((each) => drawn(each, hours * HOUR_MS, 60));

describe('pictures: a letter is an hour; cars of 1 kW in their order', () => {
  test('both fit: each as alone', () => {
    const slots = hourly([3, 1, 2, 1]);
    const made = site(2, [car('a', { needHours: 1, slots }), car('b', { needHours: 2, slots })]);
    expect(rows(made, 4)).toEqual(['...#', '.#.#']);
    expect(made.yields).toEqual([]);
    expect(made.cost).toBe(3);
  });

  test('never more than the limit at once', () => {
    const slots = hourly([3, 1, 2, 1]);
    const made = site(1, [car('a', { needHours: 2, slots }), car('b', { needHours: 2, slots })]);
    const [a = '', b = ''] = rows(made, 4);
    for (let i = 0; i < 4; i++) expect(`${a[i]}${b[i]}`).not.toBe('##');
    expect([...made.plans.values()].every((each) => each.feasible)).toBe(true);
  });

  test('a car whose power is above the limit does not charge, and it is said so', () => {
    const slots = hourly([3, 1, 2, 1]);
    const made = site(1.5, [
      car('a', { needHours: 1, powerKw: 2, slots }),
      car('b', { needHours: 2, slots }),
    ]);
    expect(rows(made, 4)).toEqual(['....', '.#.#']);
    expect(made.plans.get('a')?.feasible).toBe(false);
    expect(made.yields).toEqual([{ id: 'a', to: [], reason: 'LIMIT' }]);
  });

  test('of two that cannot both be ready the one with the later deadline yields', () => {
    const slots = hourly([1, 1, 1, 1]);
    const made = site(1, [
      car('late', { needHours: 3, slots, readyByMs: 4 * HOUR_MS }),
      car('soon', { needHours: 2, slots, readyByMs: 3 * HOUR_MS }),
    ]);
    expect(made.plans.get('soon')?.feasible).toBe(true);
    expect(made.plans.get('late')?.feasible).toBe(false);
    expect(made.yields.find((each) => each.id === 'late')).toEqual({
      id: 'late',
      to: ['soon'],
      reason: 'DEADLINE',
    });
  });
});
