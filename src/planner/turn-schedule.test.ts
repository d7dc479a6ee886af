import { expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { bestWorth } from './best-worth.ts';
import { fittedCost } from './fitted-cost.ts';
import { exactLatticeOf, latticeOf } from './lattice.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import { relaxedOf } from './relaxed.ts';
import type { ScheduleTask } from './schedule.ts';
import { seeded } from './testing/cases.ts';
import { timelineOf } from './timeline.ts';
import { turnSchedule } from './turn-schedule.ts';

test('the schedule found by its turns is the one that whole tables give, to the millisecond', () => {
  let found = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const task = taskOf(seed);
    const made = turnSchedule(task);
    if (made === null) continue;
    found++;
    const all = walk(fillTables(task, latticeOf(task)));
    expect(made.runs, `seed ${seed}`).toEqual(all?.runs);
    expect(made.counted, `seed ${seed}`).toBeCloseTo(all?.counted ?? Number.NaN, 8);
  }
  // The others have three prices, and many schedules that cost the same.
  expect(found).toBeGreaterThanOrEqual(275);
});

test('no schedule costs less than the bound, or more than the one that is known beforehand', () => {
  let met = 0;
  let best = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const task = taskOf(seed);
    const lattice = exactLatticeOf(task);
    const counted = turnSchedule(task)?.counted;
    if (lattice === null || counted === undefined) continue;
    const relaxed = relaxedOf(task, lattice, task.restKwh(lattice.unitMs) / lattice.unitMs);
    const { bound, less, more } = bestWorth(relaxed, task.needMs);
    const known = Math.min(fittedCost(task, relaxed, less), fittedCost(task, relaxed, more));
    expect(bound, `seed ${seed}`).toBeLessThanOrEqual(counted + 1e-9);
    expect(known, `seed ${seed}`).toBeGreaterThanOrEqual(counted - 1e-9);
    if (bound > counted - 1e-9) met++;
    if (known < counted + 1e-9) best++;
  }
  expect(met).toBeGreaterThan(35);
  expect(best).toBeGreaterThan(200);
});

/** Quarter hours and minimum runs that divide them or do not, with the window at any millisecond. */
function taskOf(seed: number): ScheduleTask {
  const random = seeded(seed * 31);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const minRunMs = pick([0, 7, 11, 15, 20, 23]) * MINUTE_MS;
  const startAtMs = Math.floor(random() * 30 * MINUTE_MS);
  const endAtMs = startAtMs + (4 + Math.floor(random() * 8)) * 60 * MINUTE_MS + pick([0, 12_345]);
  const levels = Array.from({ length: pick([3, 40]) }, () => Number((random() - 0.2).toFixed(3)));
  const slots = Array.from({ length: 60 }, (_, i) => ({
    startAtMs: i * 15 * MINUTE_MS,
    endAtMs: (i + 1) * 15 * MINUTE_MS,
    price: pick(levels),
    provenance: 'known' as const,
  }));
  const window = { startAtMs, endAtMs };
  const startCost = minRunMs === 0 ? 0.1 : pick([0, 0.02, 0.3]);
  return {
    window,
    timeline: timelineOf(window, {
      slots,
      restrictions: [],
      mustFromMs: endAtMs,
      minRunMs,
      prefer: pick(['late', 'early']),
      startCost,
      energyMaxKwh: 40,
    }),
    needMs: minRunMs + 1 + Math.floor(random() * 0.6 * (endAtMs - startAtMs)),
    isOn: random() < 0.4,
    minRunMs,
    minPauseMs: minRunMs,
    startCost,
    restKwh: (restMs) => (7 * restMs) / (60 * MINUTE_MS),
    constantKw: 7,
    power: null,
  };
}
