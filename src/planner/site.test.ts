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

  test('limit 0: nobody charges, and every plan says so', () => {
    const slots = hourly([3, 1, 2, 1]);
    const made = site(0, [car('a', { needHours: 1, slots }), car('b', { needHours: 2, slots })]);
    expect(rows(made, 4)).toEqual(['....', '....']);
    expect(made.yields.map(({ reason }) => reason)).toEqual(['LIMIT', 'LIMIT']);
  });

  test('the cheap hours go where they are worth most', () => {
    // b can only be ready if it has one of the first two hours; a gives way to it though the hour is its cheapest.
    const slots = hourly([9, 1, 9, 3]);
    const made = site(1, [
      car('a', { needHours: 1, slots }),
      car('b', { needHours: 1, slots, readyByMs: 2 * HOUR_MS }),
    ]);
    expect(rows(made, 4)).toEqual(['.#..', '...#']);
    expect(made.cost).toBe(4);
    expect(made.lowerBound).toBeGreaterThan(3.9);
    expect(made.yields).toEqual([{ id: 'a', to: ['b'], reason: 'COST' }]);
  });

  test('two may charge at once, three may not', () => {
    const slots = hourly([5, 1, 1, 5]);
    const made = site(
      2.5,
      ['a', 'b', 'c'].map((id) => car(id, { needHours: 2, slots })),
    );
    const [a = '', b = '', c = ''] = rows(made, 4);
    for (let i = 0; i < 4; i++) expect(`${a[i]}${b[i]}${c[i]}`).not.toBe('###');
    expect(made.cost).toBe(14);
  });

  test('three cars, two at a time, and no hour to spare: one of them pauses', () => {
    const slots = hourly([1, 1, 1]);
    const made = site(
      2,
      ['a', 'b', 'c'].map((id) => car(id, { needHours: 2, slots })),
    );
    expect([...made.plans.values()].map((each) => each.feasible)).toEqual([true, true, true]);
    expect(rows(made, 3).sort()).toEqual(['##.', '#.#', '.##']);
  });

  test('deadlines that no order of the cars in turn keeps are kept where they can be', () => {
    // a and b leave seven hours before the deadline of the others: one too few for c, just enough for d.
    const slots = hourly([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const made = site(2.5, [
      car('d', { needHours: 7, slots, levelPercent: 4, targetPercent: 74 }),
      car('c', { needHours: 8, slots, levelPercent: 2, targetPercent: 82, isCharging: true }),
      car('b', { needHours: 7, slots, readyByMs: 8 * HOUR_MS }),
      car('a', { needHours: 4, slots, readyByMs: 5 * HOUR_MS }),
    ]);
    const ready = [...made.plans].filter(([, each]) => each.feasible).map(([id]) => id);
    expect(ready).toEqual(['a', 'b', 'd']);
  });

  test('a start cost keeps runs together beside each other', () => {
    const slots = hourly([1, 2, 1, 2]);
    const made = site(1, [
      car('a', { needHours: 2, slots, startCost: 5 }),
      car('b', { needHours: 2, slots, startCost: 5 }),
    ]);
    expect(rows(made, 4).sort()).toEqual(['##..', '..##'].sort());
    expect(made.cost).toBe(16);
  });

  test('restrictions before cost', () => {
    const slots = hourly([1, 5, 6, 9]);
    const restrictions = [{ startAtMs: 0, endAtMs: HOUR_MS }];
    const made = site(1, [
      car('a', { needHours: 1, slots, restrictions }),
      car('b', { needHours: 2, slots, restrictions }),
    ]);
    const [a = '', b = ''] = rows(made, 4);
    expect([a[0], b[0]]).toEqual(['.', '.']);
    expect(made.cost).toBe(20);
  });

  test('the last minutes before readyBy stay part of a run', () => {
    const slots = hourly([1, 1, 1, 9]);
    const made = site(1, [
      car('a', { needHours: 2, slots, preconditionMs: HOUR_MS }),
      car('b', { needHours: 2, slots, readyByMs: 4 * HOUR_MS }),
    ]);
    expect(rows(made, 4)[0]?.[3]).toBe('#');
    expect(made.plans.get('b')?.feasible).toBe(true);
  });

  test('above the target where it is cheap enough and there is power left', () => {
    const slots = hourly([1, 1, 1, 9]);
    const made = site(1, [
      car('a', { needHours: 1, slots }),
      car('b', { needHours: 1, slots, opportunisticPrice: 2, chargeLimitPercent: 100 }),
    ]);
    const [a = '', b = ''] = rows(made, 4);
    expect(a.replaceAll('.', '')).toBe('#');
    expect(b.replaceAll('.', '')).toBe('##');
    expect(b[3]).toBe('.');
  });
});

describe('who goes first', () => {
  test('reserves, in the order of the rule; the second as soon as there is power', () => {
    const slots = hourly([9, 9, 1, 1, 1, 1]);
    const made = site(1, [
      car('later', { needHours: 2, reserveHours: 1, slots }),
      car('soon', { needHours: 2, reserveHours: 1, slots, readyByMs: 5 * HOUR_MS }),
    ]);
    expect(rows(made, 6).map((row) => row.slice(0, 2))).toEqual(['R.', '.R']);
    expect([...made.plans.values()].every((each) => each.feasible)).toBe(true);
  });

  test('a reserve comes before a run under way, however short that is', () => {
    const slots = hourly([1, 1, 1, 1, 1, 1]);
    const running = { isCharging: true, stateSinceMs: 0, minRunMs: HOUR_MS };
    const made = site(1, [
      car('running', { needHours: 2, slots, readyByMs: 5 * HOUR_MS, ...running }),
      car('empty', { needHours: 2, reserveHours: 1, slots }),
    ]);
    expect(rows(made, 6).map((row) => row[0])).toEqual(['.', 'R']);
  });

  test('of two that cannot both be ready the one with the later deadline yields', () => {
    const slots = hourly([1, 1, 1, 1]);
    const made = site(1, [
      car('late', { needHours: 3, slots, readyByMs: 4 * HOUR_MS }),
      car('soon', { needHours: 2, slots, readyByMs: 3 * HOUR_MS }),
    ]);
    expect(made.plans.get('soon')?.feasible).toBe(true);
    expect(made.plans.get('late')).toMatchObject({
      feasible: false,
      levelAtReadyByPercent: 20,
      reachedAtMs: 5 * HOUR_MS,
    });
    expect(made.yields.find((each) => each.id === 'late')).toEqual({
      id: 'late',
      to: ['soon'],
      reason: 'DEADLINE',
    });
  });

  test('a deadline that can be kept goes before one that cannot, whoever is first', () => {
    const slots = hourly([1, 1, 1, 1]);
    const made = site(1, [
      car('empty', { needHours: 5, slots, levelPercent: 10, targetPercent: 60 }),
      car('full', { needHours: 3, slots, levelPercent: 20, targetPercent: 50 }),
    ]);
    expect(made.plans.get('full')?.feasible).toBe(true);
    expect(made.yields).toContainEqual({ id: 'empty', to: ['full'], reason: 'IN_TIME' });
  });

  test('of two with the same deadline the one with the higher level yields', () => {
    const slots = hourly([1, 1, 1, 1]);
    const made = site(1, [
      car('full', { needHours: 3, slots, levelPercent: 20, targetPercent: 50 }),
      car('empty', { needHours: 3, slots, levelPercent: 10, targetPercent: 40 }),
    ]);
    expect(made.plans.get('empty')?.feasible).toBe(true);
    expect(made.yields.find((each) => each.id === 'full')).toEqual({
      id: 'full',
      to: ['empty'],
      reason: 'LEVEL',
    });
  });

  test('a car that cannot be ready anyway takes no deadline from another', () => {
    const slots = hourly([1, 1, 1, 1]);
    const made = site(1, [
      car('hopeless', { needHours: 5, slots, readyByMs: 2 * HOUR_MS }),
      car('able', { needHours: 2, slots, readyByMs: 4 * HOUR_MS }),
    ]);
    expect(made.plans.get('able')?.feasible).toBe(true);
    // It charges as soon as that allows.
    expect(rows(made, 7)).toEqual(['##..###', '..##...']);
  });

  test('a run under way goes on until it is long enough', () => {
    const slots = hourly([9, 1, 1, 1]);
    const running = { isCharging: true, stateSinceMs: -HOUR_MS, minRunMs: 2 * HOUR_MS };
    const made = site(1, [car('a', { needHours: 2, slots, ...running }), car('b', { needHours: 1, slots })]);
    expect(rows(made, 4)[0]).toMatch(/^#/);
  });
});

describe('the latest safe start', () => {
  test('heeds the power that is left', () => {
    // Alone a could wait until hour 3, but then b has the power.
    const slots = hourly([2, 2, 9, 1]);
    const made = site(1, [
      car('a', { needHours: 1, slots }),
      car('b', { needHours: 1, slots, preconditionMs: HOUR_MS }),
    ]);
    expect(rows(made, 4)).toEqual(['.#..', '...#']);
    expect(made.plans.get('a')?.latestSafeStartMs).toBe(2 * HOUR_MS);
  });
});

describe('the old joint plan', () => {
  const slots = hourly([4, 2, 1, 2, 4, 4]);
  const both = (changed: Partial<Record<'a' | 'b', Wanted>> = {}) => [
    car('a', { needHours: 2, slots, ...changed.a }),
    car('b', { needHours: 2, slots, ...changed.b }),
  ];
  const withOld = (cars: readonly SiteCar[], made: SitePlan): SiteCar[] =>
    cars.map((each) => ({ ...each, old: made.plans.get(each.id)?.blocks ?? null }));

  test('is kept while it is as good', () => {
    const first = site(1, both());
    const second = site(1, withOld(both(), first));
    expect(second.kept).toBe(true);
    expect(rows(second, 6)).toEqual(rows(first, 6));
  });

  test('noise in a level moves the ends of the last runs only', () => {
    const first = site(1, both());
    const noisy = both({ a: { needHours: 2.05, slots }, b: { needHours: 1.97, slots } });
    const second = site(1, withOld(noisy, first));
    expect(second.kept).toBe(true);
    for (const id of ['a', 'b']) {
      const startsOf = (made: SitePlan) => made.plans.get(id)?.blocks.map((block) => block.startAtMs);
      expect(startsOf(second)?.length).toBe(startsOf(first)?.length);
    }
    expect(rows(second, 6)).toEqual(rows(first, 6));
  });

  test('goes when it saves enough, and stays when it does not', () => {
    const first = site(1, both());
    const dear = hourly([4, 2, 9, 2, 1, 1]);
    const second = site(
      1,
      withOld(both({ a: { needHours: 2, slots: dear }, b: { needHours: 2, slots: dear } }), first),
    );
    expect(second.kept).toBe(false);
    const alike = hourly([4, 2, 1, 2, 4, 1.99]);
    const third = site(
      1,
      withOld(both({ a: { needHours: 2, slots: alike }, b: { needHours: 2, slots: alike } }), first),
    );
    expect(third.kept).toBe(true);
  });

  test('goes when the limit is lower now', () => {
    const wide = site(2, both());
    expect(rows(wide, 6)).toEqual(['..##..', '..##..']);
    const narrow = site(1, withOld(both(), wide));
    expect(narrow.kept).toBe(false);
    const [a = '', b = ''] = rows(narrow, 6);
    for (let i = 0; i < 6; i++) expect(`${a[i]}${b[i]}`).not.toBe('##');
  });

  test('stays beside a car that there is no power for', () => {
    const big = car('big', { powerKw: 2, needHours: 2, slots });
    const first = site(1, [...both(), big]);
    expect(first.plans.get('big')?.blocks).toEqual([]);
    const noisy = both({ a: { needHours: 2.05, slots }, b: { needHours: 1.97, slots } });
    const second = site(1, withOld([...noisy, big], first));
    expect(second.kept).toBe(true);
    expect(rows(second, 6)).toEqual(rows(first, 6));
  });

  test.each([
    { afterMinutes: 4, kept: true },
    { afterMinutes: 8, kept: false },
  ])(
    'of a late car, begun $afterMinutes min later than it might, is kept: $kept',
    ({ afterMinutes, kept }) => {
      const late = car('late', { needHours: 5, slots: hourly([1, 1, 1, 1, 1, 1]), readyByMs: 4 * HOUR_MS });
      const old = [{ startAtMs: afterMinutes * MINUTE_MS, endAtMs: 5 * HOUR_MS }];
      expect(site(1, [{ ...late, old }]).kept).toBe(kept);
    },
  );

  test.each([
    { neededHours: 1, kept: true },
    { neededHours: 1.15, kept: true },
    { neededHours: 1.2, kept: false },
  ])('made for an hour, uses half of a margin of 20 min: $neededHours h are kept: $kept', (row) => {
    const wanted = { needHours: row.neededHours, marginMs: 20 * MINUTE_MS, slots: hourly([1, 1, 1, 1]) };
    const old = [{ startAtMs: 160 * MINUTE_MS, endAtMs: 220 * MINUTE_MS }];
    const made = site(1, [{ ...car('a', wanted), old }]);
    expect(made.kept).toBe(row.kept);
    expect(made.plans.get('a')?.reachedAtMs).toBe((row.kept ? 160 + 60 * row.neededHours : 220) * MINUTE_MS);
  });

  test('stays for the others when a car comes that fits beside it', () => {
    const first = site(1, both());
    const cars = [...withOld(both(), first), car('new', { needHours: 1, slots })];
    const second = site(1, cars);
    expect(second.kept).toBe(true);
    expect(rows(second, 6).slice(0, 2)).toEqual(rows(first, 6));
    expect(second.plans.get('new')?.feasible).toBe(true);
  });
});

test('a car that charges at once goes on with it, however short its run is yet', () => {
  const atOnce = { minRunMs: 15 * MINUTE_MS, readyByMs: 0 };
  const made = site(1, [
    car('on', { ...atOnce, needHours: 2, isCharging: true, stateSinceMs: 0 }),
    car('off', { ...atOnce, needHours: 1, levelPercent: 5, targetPercent: 15 }),
  ]);
  const [on = '', off = ''] = [...made.plans.values()].map((each) => drawn(each, 3 * HOUR_MS, 15));
  expect([on, off]).toEqual(['########....', '........####']);
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
