import { describe, expect, test } from 'vitest';
import type { Interval } from '../domain/interval.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { PlanProblem } from './problem.ts';
import type { SiteCar, SitePlan } from './site.ts';
import { planSite } from './site.ts';
import type { Wanted } from './testing/drawn.ts';
import { drawn, hourly, problemWith } from './testing/drawn.ts';
import { siteEvening } from './testing/site-cases.ts';

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

describe('evenings as they come: any second, four cars, some with taper', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('the limit holds at every minute (%i)', (seed) => {
    const evening = siteEvening(seed, 4, 24);
    const made = planSite(evening);
    const series = evening.cars.map(({ id, problem }) => powersOf(problem, made.plans.get(id)?.blocks ?? []));
    for (let minute = 0; minute < MINUTES; minute++) {
      const sum = series.reduce((total, each) => total + (each[minute] ?? 0), 0);
      expect(sum, `minute ${minute}`).toBeLessThan(evening.limitKw + 0.01);
    }
    expect(made.lowerBound).toBeLessThanOrEqual(made.cost + 1e-9);
    for (const { problem, id } of evening.cars) {
      const charged = made.plans.get(id)?.blocks.reduce((wh, block) => wh + block.energyWh, 0) ?? 0;
      const wantedWh =
        ((problem.targetPercent - problem.levelPercent) / 100 / problem.efficiency) * problem.capacityWh;
      expect(charged).toBeCloseTo(wantedWh, 1);
    }
  });
});

const MINUTES = 2 * 24 * 60;

/** Power at each minute of two days, by a simulation in steps of a minute that knows nothing of the planner's curves. */
function powersOf(problem: PlanProblem, blocks: readonly Interval[]): number[] {
  const powers: number[] = [];
  let level = problem.levelPercent;
  for (let minute = 0; minute < MINUTES; minute++) {
    const at = problem.nowMs + minute * MINUTE_MS;
    const until = at + MINUTE_MS;
    const [low, knee, high] = problem.curve;
    let power = low?.powerKw ?? 0;
    if (knee !== undefined && high !== undefined && level > knee.levelPercent) {
      const share = (level - knee.levelPercent) / (high.levelPercent - knee.levelPercent);
      power = knee.powerKw + share * (high.powerKw - knee.powerKw);
    }
    let onMs = 0;
    for (const { startAtMs, endAtMs } of blocks) {
      onMs += Math.max(0, Math.min(endAtMs, until) - Math.max(startAtMs, at));
    }
    powers.push((power * onMs) / MINUTE_MS);
    level += (power * problem.efficiency * onMs) / 36 / problem.capacityWh;
  }
  return powers;
}
