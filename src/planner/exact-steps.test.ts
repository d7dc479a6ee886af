import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { plan } from './plan.ts';
import type { GridCase } from './testing/cases.ts';
import { gridCase, seeded } from './testing/cases.ts';
import { runsOf } from './testing/check-case.ts';
import { countsAs } from './testing/counts-as.ts';
import { stepOracle, stepPrices } from './testing/step-oracle.ts';
import { tightCase } from './testing/tight-cases.ts';

// Minute steps in slots of any length: heads, tails and remainders that hang on nothing but the need.
const SHAPES = [
  { stepMinutes: 5, hours: 8, slotMinutes: [15, 30, 60], minRunMinutes: [0, 10, 15, 20, 30, 60] },
  { stepMinutes: 1, hours: 2, slotMinutes: [15, 5, 7], minRunMinutes: [0, 5, 10, 15] },
  { stepMinutes: 1, hours: 1.3, slotMinutes: [6, 10], minRunMinutes: [6, 10, 12] },
  { stepMinutes: 3, hours: 6, slotMinutes: [15, 30, 60], minRunMinutes: [0, 15, 30] },
] as const;

describe('a plan costs what enumeration finds', () => {
  test.each(SHAPES)('$stepMinutes-minute steps, $hours h', (shape) => {
    for (let seed = 1; seed <= 1500; seed++) expectBest(gridCase(seed * 17 + shape.hours, shape), seed);
  });

  test('minimum runs and pauses that leave hardly any room', () => {
    for (let seed = 1; seed <= 6000; seed++) expectBest(tightCase(seed), seed);
  });

  test('the last minutes before readyBy must be part of a run', () => {
    let whole = 0;
    for (let seed = 1; seed <= 1500; seed++) {
      const random = seeded(seed);
      const given = gridCase(seed * 19, SHAPES[0]);
      const preconditionMs = 5 * (1 + Math.floor(random() * 8)) * MINUTE_MS;
      const best = expectBest({ ...given, problem: { ...given.problem, preconditionMs } }, seed);
      if (best?.missedMs === 0) whole++;
    }
    expect(whole).toBeGreaterThan(1000);
  });
});

function expectBest(given: GridCase, seed: number) {
  const best = stepOracle(given);
  const made = plan(given.problem);
  expect(made.feasible, `seed ${seed}`).toBe(best !== null);
  if (best === null) return null;
  const counted = countsAs(given, stepPrices(given), runsOf(made));
  expect(counted.missedMs, `seed ${seed}`).toBe(best.missedMs);
  expect(counted.restrictedMs, `seed ${seed}`).toBe(best.restrictedMs);
  expect(counted.cost, `seed ${seed}`).toBeCloseTo(best.cost, 7);
  return best;
}
