import { expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { bestSchedule } from './best-schedule.ts';
import { dualCorridor } from './dual-corridor.ts';
import { latticeOf } from './lattice.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import type { ScheduleTask } from './schedule.ts';
import { seeded } from './testing/cases.ts';
import { timelineOf } from './timeline.ts';

test('within the bounds is the schedule that the whole tables give, to the millisecond', () => {
  let narrow = 0;
  let whole = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const task = taskOf(seed);
    const lattice = latticeOf(task);
    const corridor = dualCorridor(task, lattice);
    const all = walk(fillTables(task, lattice));
    expect(bestSchedule(task)?.runs, `seed ${seed}`).toEqual(all?.runs);
    if (corridor === null) continue;
    expect(walk(fillTables(task, lattice, corridor))?.runs, `seed ${seed}`).toEqual(all?.runs);
    for (const [i, low] of corridor.low.entries()) narrow += Math.max(0, (corridor.high[i] ?? 0) - low + 1);
    whole += corridor.low.length * Math.floor(task.needMs / lattice.unitMs);
  }
  expect(narrow).toBeGreaterThan(0);
  expect(narrow).toBeLessThan(0.3 * whole);
});

/** Quarter hours and minimum runs that do not divide them, with the window at any millisecond. */
function taskOf(seed: number): ScheduleTask {
  const random = seeded(seed * 31);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const minRunMs = pick([7, 11, 20, 23]) * MINUTE_MS;
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
  const startCost = pick([0, 0.02, 0.3]);
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
    needMs: minRunMs + Math.floor(random() * 0.6 * (endAtMs - startAtMs)),
    isOn: random() < 0.4,
    minRunMs,
    minPauseMs: minRunMs,
    startCost,
    restKwh: (restMs) => (7 * restMs) / (60 * MINUTE_MS),
    constantKw: 7,
  };
}
