import { expect, test } from 'vitest';
import { cheapestFirst } from './cheapest.ts';
import { keepsMinimums } from './keeps-minimums.ts';
import { latticeOf } from './lattice.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import { gridCase } from './testing/cases.ts';
import { timelineOf } from './timeline.ts';

const POWER_KW = 7.2;

test('cheapest first and the tables give the same runs where minimum runs and pauses hold by themselves', () => {
  let compared = 0;
  let withMinimum = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const shape = { stepMinutes: 1, hours: 6, slotMinutes: [15, 30, 60], minRunMinutes: [0, 5, 15, 30] };
    const { problem, needMs } = gridCase(seed, shape);
    const window = { startAtMs: problem.nowMs, endAtMs: problem.readyByMs ?? 0 };
    const { minRunMs } = problem;
    if (needMs >= window.endAtMs - window.startAtMs || needMs < minRunMs) continue;
    const timeline = timelineOf(window, {
      slots: problem.slots,
      restrictions: problem.restrictions,
      mustFromMs: window.endAtMs,
      minRunMs: 0,
      prefer: problem.prefer,
      startCost: 0,
      energyMaxKwh: 100,
    });
    const task = {
      window,
      timeline,
      needMs,
      isOn: problem.isCharging,
      minRunMs,
      minPauseMs: minRunMs,
      startCost: 0,
      restKwh: (restMs: number) => (POWER_KW * restMs) / 3_600_000,
      constantKw: POWER_KW,
      power: null,
    };
    const fast = cheapestFirst(task, POWER_KW);
    if (!keepsMinimums(task, fast.runs)) continue;
    const slow = walk(fillTables(task, latticeOf(task)));
    compared++;
    if (minRunMs > 0 && fast.runs.length > 1) withMinimum++;
    expect(fast.runs, `seed ${seed}`).toEqual(slow?.runs);
  }
  expect(compared).toBeGreaterThan(500);
  expect(withMinimum).toBeGreaterThan(100);
});
