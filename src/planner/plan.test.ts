import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { plan } from './plan.ts';
import type { Plan, PlanProblem } from './problem.ts';
import { gridCase } from './testing/cases.ts';
import { drawn, hourly, problemWith } from './testing/drawn.ts';

describe('published cases: 1 kW, prices per hour 20 60 10 80 40 90', () => {
  const prices = [20, 60, 10, 80, 40, 90];
  test.each([
    { hours: 1, nowHour: 0, cost: 10, picture: '....##......' },
    { hours: 2, nowHour: 0, cost: 30, picture: '##..##......' },
    { hours: 1.5, nowHour: 0, cost: 20, picture: '.#..##......' },
    { hours: 2, nowHour: 0.5, cost: 40, picture: '.#..##...#..' },
  ])('$hours h from $nowHour', ({ hours, nowHour, cost, picture }) => {
    const made = plan(problemWith({ needHours: hours, nowMs: nowHour * HOUR_MS, slots: hourly(prices) }));
    expect(made.cost).toBeCloseTo(cost, 9);
    expect(drawn(made, 6 * HOUR_MS, 30)).toBe(picture);
  });
});

describe('pictures: a letter is half an hour, # charges, R fills the reserve', () => {
  test.each<{ what: string; prices: number[]; problem: Parameters<typeof problemWith>[0]; picture: string }>([
    { what: 'the cheapest hours', prices: [3, 1, 3, 1], problem: { needHours: 2 }, picture: '..##..##' },
    {
      what: 'equal prices: as late as possible',
      prices: [1, 1, 1, 1],
      problem: { needHours: 1.5 },
      picture: '.....###',
    },
    {
      what: 'equal prices, early wanted',
      prices: [1, 1, 1, 1],
      problem: { needHours: 1.5, prefer: 'early' },
      picture: '###.....',
    },
    {
      what: 'equal prices at or below zero: early',
      prices: [0, 0, -1, -1],
      problem: { needHours: 1 },
      picture: '....##..',
    },
    {
      what: 'a start cost joins the runs',
      prices: [1, 2, 1, 5],
      problem: { needHours: 2, startCost: 3 },
      picture: '..####..',
    },
    {
      what: 'a charge at now is no start',
      prices: [2, 5, 2, 5],
      problem: { needHours: 2, startCost: 1, isCharging: true },
      picture: '##..##..',
    },
    {
      what: 'the minimum run keeps on',
      prices: [1, 9, 1, 9],
      problem: { needHours: 2, minRunMs: 2 * HOUR_MS },
      picture: '....####',
    },
    {
      what: 'the reserve at once, the rest when cheap',
      prices: [9, 9, 1, 1],
      problem: { needHours: 2, reserveHours: 0.5 },
      picture: 'R....###',
    },
    {
      what: 'a run under way goes on to its minimum',
      prices: [9, 9, 1, 1],
      problem: { needHours: 2, isCharging: true, stateSinceMs: -HOUR_MS, minRunMs: 1.5 * HOUR_MS },
      picture: '#....###',
    },
    {
      what: 'a run that the car began itself may stop',
      prices: [9, 9, 1, 1],
      problem: {
        needHours: 2,
        isCharging: true,
        startedByItself: true,
        stateSinceMs: -HOUR_MS,
        minRunMs: 1.5 * HOUR_MS,
      },
      picture: '....####',
    },
    {
      what: 'restrictions before price',
      prices: [1, 9, 1, 9],
      problem: { needHours: 2, restrictions: [{ startAtMs: 0, endAtMs: HOUR_MS }] },
      picture: '....####',
    },
    {
      what: 'a restriction only as far as needed',
      prices: [1, 1, 1, 1],
      problem: { needHours: 3, restrictions: [{ startAtMs: 0, endAtMs: 2 * HOUR_MS }] },
      picture: '..######',
    },
    {
      what: 'the last minutes before readyBy',
      prices: [1, 1, 9, 9],
      problem: { needHours: 1.5, preconditionMs: 30 * MINUTE_MS },
      picture: '..##...#',
    },
    {
      what: 'where the last minutes before readyBy cannot all be charged in, those in a restriction are left out',
      prices: [1, 1, 1, 1],
      problem: {
        needHours: 2,
        isCharging: true,
        stateSinceMs: 0,
        minRunMs: 30 * MINUTE_MS,
        preconditionMs: 2 * HOUR_MS,
        restrictions: [{ startAtMs: 2 * HOUR_MS, endAtMs: 2.5 * HOUR_MS }],
        prefer: 'early',
      },
      picture: '#....###',
    },
    {
      what: 'the margin is left free',
      prices: [9, 9, 1, 1],
      problem: { needHours: 1, marginMs: 30 * MINUTE_MS },
      picture: '.....##.',
    },
    {
      what: 'a margin that is needed is used, from now on',
      prices: [9, 9, 1, 1],
      problem: { needHours: 3.8, marginMs: 30 * MINUTE_MS },
      picture: '########',
    },
    {
      what: 'above the target while it is cheap',
      prices: [1, 5, 2, 9],
      problem: { needHours: 1, opportunisticPrice: 2 },
      picture: '##..##..',
    },
    {
      what: 'nothing above the target while it is dear',
      prices: [4, 5, 3, 9],
      problem: { needHours: 1, opportunisticPrice: 2 },
      picture: '....##..',
    },
    {
      what: 'cheap hours, though the target is met',
      prices: [1, 5, 2, 9],
      problem: { needHours: 0, opportunisticPrice: 1.5, startCost: 0.1 },
      picture: '##......',
    },
    { what: 'nothing to do', prices: [1, 1, 1, 1], problem: { needHours: 0 }, picture: '........' },
  ])('$what', ({ prices, problem, picture }) => {
    const slots = hourly(prices);
    expect(drawn(plan(problemWith({ slots, readyByMs: 4 * HOUR_MS, ...problem })), 4 * HOUR_MS, 30)).toBe(
      picture,
    );
  });
});

test('one run, quarter hours, ready by 3:10, 2 h 05: from 1:05 to 3:10 at 12 price-minutes', () => {
  const prices = [0.3, 0.3, 0.3, 0.3, 0.15, 0.1, 0.1, 0.1, 0.08, 0.08, 0.08, 0.08, 0.12, 0.12, 0.12, 0.12];
  const slots = prices.map((price, i) => slotAt(i * 15, i * 15 + 15, price));
  // 60 kW makes a kWh a minute.
  const made = plan(
    problemWith({ needHours: 125 / 60, powerKw: 60, slots, readyByMs: 190 * MINUTE_MS, startCost: 1000 }),
  );
  expect(made.blocks).toMatchObject([{ startAtMs: 65 * MINUTE_MS, endAtMs: 190 * MINUTE_MS }]);
  expect(made.cost - 1000).toBeCloseTo(12, 9);
});

test('a run that stops within its slot, then a pause and a run of exactly the minimum', () => {
  // 80 minutes: the later the first run stops, the later the second one starts, half an hour after it.
  const slots = [
    slotAt(0, 60, 1),
    slotAt(60, 75, 50),
    slotAt(75, 105, 2),
    slotAt(105, 120, 3),
    slotAt(120, 180, 50),
  ];
  const made = plan(problemWith({ needHours: 80 / 60, powerKw: 60, slots, minRunMs: 30 * MINUTE_MS }));
  expect(made.blocks).toMatchObject([
    { startAtMs: 0, endAtMs: 50 * MINUTE_MS },
    { startAtMs: 80 * MINUTE_MS, endAtMs: 110 * MINUTE_MS },
  ]);
  expect(made.cost).toBeCloseTo(50 * 1 + 25 * 2 + 5 * 3, 6);
});

test.each([
  ['at constant power', [{ levelPercent: 0, powerKw: 11 }], []],
  [
    'with taper',
    [
      { levelPercent: 42, powerKw: 11 },
      { levelPercent: 100, powerKw: 3 },
    ],
    [],
  ],
  [
    'through a restriction',
    [{ levelPercent: 0, powerKw: 11 }],
    [{ startAtMs: 195 * MINUTE_MS, endAtMs: 215 * MINUTE_MS }],
  ],
])(
  'a need that fits into the last minutes is charged in one run that ends at readyBy: %s',
  (_what, curve, restrictions) => {
    const quarters = Array.from({ length: 19 }, (_, i) => ({
      startAtMs: i * 15 * MINUTE_MS,
      endAtMs: (i + 1) * 15 * MINUTE_MS,
      price: i === 11 ? 0.28 : 0.3,
      provenance: 'known' as const,
    }));
    const readyByMs = 216 * MINUTE_MS;
    const made = plan({
      ...problemWith({
        needHours: 0,
        slots: quarters,
        readyByMs,
        preconditionMs: 55 * MINUTE_MS,
        prefer: 'early',
      }),
      levelPercent: 42,
      targetPercent: 53,
      capacityWh: 60_000,
      efficiency: 0.9,
      curve,
      restrictions,
    });
    expect(made.blocks.map(({ endAtMs }) => endAtMs)).toEqual([readyByMs]);
    expect(made.levelAtReadyByPercent).toBeCloseTo(53, 6);
  },
);

test('a price known only from +2 h on: 3 h by 4 h start at +1 h', () => {
  const made = plan(problemWith({ needHours: 3, slots: [slotAt(120, 240, 10)], readyByMs: 4 * HOUR_MS }));
  expect(made.blocks).toMatchObject([{ startAtMs: HOUR_MS, endAtMs: 4 * HOUR_MS }]);
  expect(made.isWithoutPrices).toBe(false);
});

test('every price in the past: charge at once, ready by the deadline', () => {
  const made = plan(problemWith({ needHours: 3, slots: [slotAt(-120, -60, 10)], readyByMs: 4 * HOUR_MS }));
  expect(made.blocks).toMatchObject([{ startAtMs: 0, endAtMs: 3 * HOUR_MS, cost: 0 }]);
  expect(made).toMatchObject({ isWithoutPrices: true, feasible: true, lowerBound: 0 });
});

test('out of reach: full power from now until the target is met, after readyBy', () => {
  const made = plan(problemWith({ needHours: 6, slots: hourly([1, 9, 1, 9]), readyByMs: 4 * HOUR_MS }));
  expect(made.blocks).toMatchObject([{ startAtMs: 0, endAtMs: 6 * HOUR_MS }]);
  expect(made).toMatchObject({ feasible: false, reachedAtMs: 6 * HOUR_MS, latestSafeStartMs: -2 * HOUR_MS });
  expect(made.levelAtReadyByPercent).toBeCloseTo(40, 9);
});

test('without a deadline only the reserve is filled', () => {
  const made = plan({
    ...problemWith({ needHours: 3, reserveHours: 1, slots: hourly([1]) }),
    readyByMs: null,
  });
  expect(made.blocks).toMatchObject([{ type: 'BATTERY_RESERVE', startAtMs: 0, endAtMs: HOUR_MS }]);
  expect(made).toMatchObject({ reachedAtMs: null, levelAtReadyByPercent: null, latestSafeStartMs: null });
});

test('a curve that ends below the target still gives a plan', () => {
  const curve = [
    { levelPercent: 0, powerKw: 1 },
    { levelPercent: 20, powerKw: 0 },
  ];
  const made = plan({ ...problemWith({ needHours: 3, slots: hourly([1, 1]) }), curve });
  expect(made.blocks).toHaveLength(1);
  expect(made).toMatchObject({ feasible: false, reachedAtMs: null });
});

test('a pause under way lasts its minimum; a wait before the first run has no age', () => {
  const shared = {
    needHours: 1,
    slots: hourly([1, 2, 3, 4]),
    readyByMs: 4 * HOUR_MS,
    minRunMs: 30 * MINUTE_MS,
  };
  const paused = plan(problemWith({ ...shared, stateSinceMs: -10 * MINUTE_MS }));
  expect(paused.blocks[0]?.startAtMs).toBe(20 * MINUTE_MS);
  expect(plan(problemWith(shared)).blocks[0]?.startAtMs).toBe(0);
});

test('a pause under way lasts its minimum where that leaves just enough time, and is cut short where it does not', () => {
  const shared = { slots: hourly([1, 2]), minRunMs: 30 * MINUTE_MS, stateSinceMs: -10 * MINUTE_MS };
  const justEnough = plan(problemWith({ ...shared, needHours: 100 / 60 }));
  expect(justEnough.blocks).toMatchObject([{ startAtMs: 20 * MINUTE_MS, endAtMs: 2 * HOUR_MS }]);
  const tooLittle = plan(problemWith({ ...shared, needHours: 101 / 60 }));
  expect(tooLittle.blocks).toMatchObject([{ startAtMs: 0, endAtMs: 101 * MINUTE_MS }]);
});

describe('what holds for every plan', () => {
  const shape = { stepMinutes: 5, hours: 10, slotMinutes: [15, 60], minRunMinutes: [0, 15, 30] };
  const problems = fc.integer({ min: 1, max: 1e9 }).chain((seed) =>
    fc.record({ odd: fc.integer({ min: 0, max: 299_999 }), taper: fc.boolean() }).map(({ odd, taper }) => {
      const { problem } = gridCase(seed, shape);
      const curve = taper
        ? [
            { levelPercent: 0, powerKw: 7.2 },
            { levelPercent: 30, powerKw: 5 },
            { levelPercent: 100, powerKw: 2 },
          ]
        : problem.curve;
      return { ...problem, nowMs: problem.nowMs + odd, stateSinceMs: problem.stateSinceMs, curve };
    }),
  );

  test('blocks, minimum runs, pauses, cost, bound and flags', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const made = plan(problem);
        const runs = runsOf(made);
        expect(made).toEqual(plan(problem));
        expect(made.lowerBound).toBeLessThanOrEqual(made.cost);
        for (const [i, block] of made.blocks.entries()) {
          expect(block.endAtMs).toBeGreaterThan(block.startAtMs);
          expect(block.startAtMs).toBeGreaterThanOrEqual(made.blocks[i - 1]?.endAtMs ?? problem.nowMs);
        }
        const chargedMs = runs.reduce((sum, [from, to]) => sum + to - from, 0);
        const leastMs = Math.min(problem.minRunMs, chargedMs);
        for (const [i, [from, to]] of runs.entries()) {
          if (!(problem.isCharging && from === problem.nowMs))
            expect(to - from).toBeGreaterThanOrEqual(leastMs);
          const next = runs[i + 1];
          if (next !== undefined) expect(next[0] - to).toBeGreaterThanOrEqual(problem.minRunMs);
        }
        const goesOn = problem.isCharging && runs[0]?.[0] === problem.nowMs;
        expect(made.starts).toBe(runs.length - (goesOn ? 1 : 0));
        const energyCost = made.blocks.reduce((sum, block) => sum + block.cost, 0);
        expect(made.cost).toBeCloseTo(energyCost + made.starts * problem.startCost, 9);
        const wantedWh = ((problem.targetPercent - problem.levelPercent) / 100) * problem.capacityWh;
        const givenWh = made.blocks.reduce((sum, block) => sum + block.energyWh, 0);
        expect(givenWh).toBeCloseTo(wantedWh, 3);
        expect(made.feasible).toBe((made.reachedAtMs ?? Infinity) <= (problem.readyByMs ?? 0));
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

function slotAt(fromMinute: number, toMinute: number, price: number): PlanProblem['slots'][number] {
  return { startAtMs: fromMinute * MINUTE_MS, endAtMs: toMinute * MINUTE_MS, price, provenance: 'known' };
}

function runsOf(made: Plan): [number, number][] {
  const runs: [number, number][] = [];
  for (const block of made.blocks) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === block.startAtMs) last[1] = block.endAtMs;
    else runs.push([block.startAtMs, block.endAtMs]);
  }
  return runs;
}
