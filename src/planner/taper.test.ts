import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { bestSchedule } from './best-schedule.ts';
import { latticeOf } from './lattice.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import { chargedKwh, needOf, powerLine, restKwh } from './need.ts';
import { plan } from './plan.ts';
import { anyCase } from './testing/any-case.ts';
import { seeded } from './testing/cases.ts';
import { checkCase, runsOf } from './testing/check-case.ts';
import { drawn, hourly, problemWith } from './testing/drawn.ts';
import { stepOracle } from './testing/step-oracle.ts';
import { timelineOf } from './timeline.ts';

test('the hour in which the car takes ten times as much is the one that must be cheap', () => {
  // 10 kW to half full, then 1 kW: three hours to 60 %, of which the first takes ten kWh.
  const curve = [
    { levelPercent: 0, powerKw: 10 },
    { levelPercent: 50, powerKw: 10 },
    { levelPercent: 50.0001, powerKw: 1 },
  ];
  const problem = problemWith({ needHours: 6, slots: hourly([5, 1, 1, 9]), capacityWh: 20_000, curve });
  const made = plan(problem);
  expect(drawn(made, 4 * HOUR_MS, 30)).toBe('..######');
  expect(made.cost).toBeCloseTo(10 + 1 + 9, 2);
  const flat = plan({ ...problem, curve: [{ levelPercent: 0, powerKw: 4 }] });
  expect(drawn(flat, 4 * HOUR_MS, 30)).toBe('######..');
});

test('with taper a schedule is within 0.1 % of the best on a one-minute grid', () => {
  let compared = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed * 101);
    const stepMs = random() < 0.5 ? QUARTER_HOUR_MS : HOUR_MS;
    const endAtMs = (6 + Math.floor(random() * 6)) * HOUR_MS;
    const nowMs = Math.floor(random() * HOUR_MS);
    const slots = Array.from({ length: endAtMs / stepMs }, (_, i) => ({
      startAtMs: i * stepMs,
      endAtMs: (i + 1) * stepMs,
      price: Number((0.05 + 0.4 * random() * random()).toFixed(4)),
      provenance: 'known' as const,
    }));
    const problem = problemWith({
      needHours: 8 + 1.9 * random(),
      nowMs,
      slots,
      curve: [
        { levelPercent: 0, powerKw: 6 },
        { levelPercent: 30, powerKw: 11 },
        { levelPercent: 70, powerKw: 8 },
        { levelPercent: 100, powerKw: 1.5 },
      ],
      levelPercent: 20 + 50 * random(),
      capacityWh: 30_000,
    });
    const need = needOf(problem);
    if (nowMs + need.wholeMs >= endAtMs) continue;
    const startCost = random() < 0.5 ? 0 : 0.2 * random();
    const window = { startAtMs: nowMs, endAtMs };
    const task = {
      window,
      timeline: timelineOf(window, {
        slots,
        restrictions: [],
        mustFromMs: endAtMs,
        minRunMs: 0,
        prefer: 'late',
        startCost,
        energyMaxKwh: chargedKwh(need, need.wholeMs, need.wholeMs),
      }),
      needMs: need.wholeMs,
      isOn: false,
      minRunMs: random() < 0.5 ? 0 : 15 * MINUTE_MS,
      minPauseMs: 0,
      startCost,
      restKwh: restKwh(need, need.wholeMs, null),
      constantKw: null,
      power: powerLine(need, 0, need.wholeMs),
    };
    const finest = walk(fillTables(task, latticeOf(task, MINUTE_MS)));
    const made = bestSchedule(task);
    if (finest === null || made === null) throw new Error(`seed ${seed}: expected a schedule`);
    compared++;
    expect(made.counted - finest.counted, `seed ${seed}`).toBeLessThanOrEqual(
      1e-3 * Math.abs(finest.counted),
    );
  }
  expect(compared).toBeGreaterThan(30);
});

test('a minimum run and pause hang on the start of the last run, which the need alone fixes', () => {
  const nowMs = 0;
  const readyByMs = 95 * MINUTE_MS;
  const made = plan(
    problemWith({
      needHours: 0,
      nowMs,
      readyByMs,
      levelPercent: 73,
      // One second more than an hour and a minute of charging.
      targetPercent: 90.43842132043075,
      capacityWh: 40_000,
      efficiency: 0.9,
      minRunMs: 30 * MINUTE_MS,
      curve: [
        { levelPercent: 66, powerKw: 11 },
        { levelPercent: 100, powerKw: 4 },
      ],
      slots: [0.3, 0.1, 0.3, 0.3, 0.2, 0.074, 0.2].map((price, i) => ({
        startAtMs: i * QUARTER_HOUR_MS,
        endAtMs: (i + 1) * QUARTER_HOUR_MS,
        price,
        provenance: 'known',
      })),
    }),
  );
  const minutes = runsOf(made).map((run) => run.map((atMs) => Math.round(atMs / 1000) / 60));
  expect(minutes).toEqual([
    [4, 34],
    [64, 95],
  ]);
  // Every pair of runs on whole seconds was tried.
  expect(made.cost).toBeLessThanOrEqual(1.35515 * 1.001);
});

test('with taper, runs that can hardly move are as good as the best on three-minute steps', () => {
  for (let seed = 1; seed <= 800; seed++) {
    const given = anyCase(seed, { stepMinutes: 3, cellSteps: 5, isTapering: true });
    expect(checkCase(given, stepOracle).mismatch, `seed ${seed}`).toBeNull();
  }
});
