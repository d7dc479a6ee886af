import { expect, test } from 'vitest';
import { plan } from './plan.ts';
import { gridCase } from './testing/cases.ts';
import { countsAs } from './testing/counts-as.ts';
import { stepOracle, stepPrices } from './testing/step-oracle.ts';

// Minute steps in slots of any length: heads, tails and remainders that hang on nothing but the need.
const SHAPES = [
  { stepMinutes: 5, hours: 8, slotMinutes: [15, 30, 60], minRunMinutes: [0, 10, 15, 20, 30, 60] },
  { stepMinutes: 1, hours: 2, slotMinutes: [15, 5, 7], minRunMinutes: [0, 5, 10, 15] },
  { stepMinutes: 1, hours: 1.3, slotMinutes: [6, 10], minRunMinutes: [6, 10, 12] },
  { stepMinutes: 3, hours: 6, slotMinutes: [15, 30, 60], minRunMinutes: [0, 15, 30] },
] as const;

test.each(SHAPES)('a plan costs what enumeration finds: $stepMinutes-minute steps, $hours h', (shape) => {
  for (let seed = 1; seed <= 1500; seed++) {
    const given = gridCase(seed * 17 + shape.hours, shape);
    const { problem, stepMs } = given;
    const best = stepOracle(given);
    const made = plan(problem);
    expect(made.feasible, `seed ${seed}`).toBe(best !== null);
    if (best === null) continue;
    const steps = ((problem.readyByMs ?? 0) - problem.nowMs) / stepMs;
    const runs = made.blocks.map((block) => [block.startAtMs, block.endAtMs] as const);
    const touching = runs.filter(([startMs], i) => runs[i - 1]?.[1] === startMs).length;
    const counted = countsAs(given, stepPrices(given, steps), runs);
    expect(counted.restrictedMs, `seed ${seed}`).toBe(best.restrictedMs);
    expect(counted.cost - touching * problem.startCost, `seed ${seed}`).toBeCloseTo(best.cost, 7);
  }
});
