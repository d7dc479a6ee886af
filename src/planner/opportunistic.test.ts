import { expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { plan } from './plan.ts';
import { seeded } from './testing/cases.ts';
import { hourly, problemWith } from './testing/drawn.ts';

/** What a plan at 1 kW counts when charging above the target is worth a price. */
function counts(cost: number, hours: number, targetHours: number, worth: number): number {
  return cost - worth * Math.max(0, hours - targetHours);
}

test('charging above the target is as good as the best of all fixed targets', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const slots = hourly(Array.from({ length: 8 }, () => Math.round(random() * 20)));
    const worth = Math.round(random() * 12);
    const needHours = Math.floor(random() * 16) / 4;
    const shared = {
      slots,
      startCost: Math.round(random() * 6),
      minRunMs: random() < 0.5 ? 0 : 30 * MINUTE_MS,
      chargeLimitPercent: 70,
    };
    const made = plan(problemWith({ ...shared, needHours, opportunisticPrice: worth }));
    const madeHours = made.blocks.reduce((sum, block) => sum + block.energyWh, 0) / 1000;
    let best = Number.POSITIVE_INFINITY;
    for (let hours = needHours; hours <= 7; hours += 0.25) {
      const fixed = plan(problemWith({ ...shared, needHours: hours }));
      best = Math.min(best, counts(fixed.cost, hours, needHours, worth));
    }
    expect(counts(made.cost, madeHours, needHours, worth), `seed ${seed}`).toBeCloseTo(best, 6);
    expect(made.lowerBound).toBeLessThanOrEqual(made.cost);
  }
});

test('charging above the target begins when a pause under way ends, on no edge of a price', () => {
  const given = problemWith({
    slots: hourly([1, 1, 1, 9]),
    needHours: 1,
    minRunMs: 60 * MINUTE_MS,
    startCost: 1,
  });
  const { nowMs } = given;
  const made = plan({
    ...given,
    stateSinceMs: nowMs - 30 * MINUTE_MS,
    restrictions: [{ startAtMs: nowMs + 120 * MINUTE_MS, endAtMs: nowMs + 180 * MINUTE_MS }],
    chargeLimitPercent: 100,
    opportunisticPrice: 5,
  });
  const runs = made.blocks.map((b) => [(b.startAtMs - nowMs) / MINUTE_MS, (b.endAtMs - nowMs) / MINUTE_MS]);
  expect(runs).toEqual([[30, 120]]);
});
