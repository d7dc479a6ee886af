import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import type { ChargeModel } from '../charge-model.ts';
import { type PlantCase, plantReference } from './plant-reference.ts';
import { referenceCosts, startsOfOptimum } from './reference.ts';

const PUBLICATION = { timezone: 'UTC', time: '13:00' };
/** Of 10 kWh at 1 kW without losses a point takes 6 minutes. */
const FLAT: ChargeModel = { capacityWh: 10_000, efficiency: 1, powerW: 1000, taper: null };

function evening(fromHour: number, prices: readonly number[], changes: Partial<PlantCase> = {}): PlantCase {
  const startAtMs = Date.UTC(2026, 0, 5, fromHour);
  const endAtMs = startAtMs + prices.length * HOUR_MS;
  return {
    model: FLAT,
    startPercent: 50,
    targetPercent: 70,
    pluggedInAtMs: startAtMs,
    pluggedOutAtMs: endAtMs,
    readyByMs: endAtMs,
    minRunMinutes: 0,
    slots: prices.map((price, hour) => ({
      startAtMs: startAtMs + hour * HOUR_MS,
      endAtMs: startAtMs + (hour + 1) * HOUR_MS,
      price,
      provenance: 'known' as const,
    })),
    ...changes,
  };
}

describe('the reference columns on a plant', () => {
  it('are those of constant power where the plant has no taper and runs no minimum', () => {
    const drawn = fc.record({
      fromHour: fc.integer({ min: 0, max: 23 }),
      prices: fc.array(fc.integer({ min: -30, max: 90 }), { minLength: 2, maxLength: 20 }),
      points: fc.integer({ min: 1, max: 49 }),
      readyMinutes: fc.integer({ min: 30, max: 1200 }),
      lateMinutes: fc.integer({ min: 0, max: 59 }),
    });
    fc.assert(
      fc.property(drawn, ({ fromHour, prices, points, readyMinutes, lateMinutes }) => {
        const whole = evening(fromHour, prices);
        const pluggedInAtMs = whole.pluggedInAtMs + lateMinutes * MINUTE_MS;
        const readyByMs = Math.min(whole.pluggedOutAtMs, pluggedInAtMs + readyMinutes * MINUTE_MS);
        const slots = whole.slots.map((slot) => ({
          ...slot,
          startAtMs: Math.max(slot.startAtMs, pluggedInAtMs),
        }));
        const given = { ...whole, pluggedInAtMs, readyByMs, slots, targetPercent: 50 + points };
        const constant = { ...given, powerKw: 1, energyKwh: points / 10 };
        const { costs, startsOfOptimum: starts } = plantReference(given, PUBLICATION);
        const expected = referenceCosts(constant, PUBLICATION);
        // The runs of one cost differ, and so do what a plan for later prices has charged by their publication.
        const { replanned: _own, ...comparable } = expected;
        for (const [column, cost] of Object.entries(comparable)) {
          expect([column, { ...costs }[column]]).toEqual([column, expect.closeTo(cost, 6)]);
        }
        expect(starts).toBeLessThanOrEqual(startsOfOptimum(constant));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    // name, case, at once, late, once, re-planned, foresight, starts
    ['all known: the cheapest hours', evening(14, [5, 1, 4, 2, 3]), [6, 5, 3, 3, 3], 2],
    [
      'a pause of an hour, no more, is too short',
      evening(14, [1, 5, 1, 2], { minRunMinutes: 61 }),
      [6, 3, 3, 3, 3],
      1,
    ],
    // At 12:00 only today is known: 12 hours at 9; tomorrow's 1 shows at 13:00.
    ['plugged in before publication', evening(12, [8, ...Array(11).fill(9), 1]), [17, 10, 17, 9, 9], 2],
    ['more than fits: all there is', evening(14, [5]), [5, 5, 5, 5, 5], 1],
    [
      'left an hour before it was to be ready: only foresight knows',
      evening(14, [5, 4, 2, 1], { pluggedOutAtMs: Date.UTC(2026, 0, 5, 17) }),
      [9, 2, 2, 2, 6],
      1,
    ],
    [
      'missed at ready-by: goes on at once',
      evening(14, [5, 1, 4, 2], { targetPercent: 75, readyByMs: Date.UTC(2026, 0, 5, 16) }),
      [8, 8, 8, 8, 8],
      1,
    ],
  ] as const)(
    '%s',
    (_name, given, [atOnce, asLateAsPossible, plannedOnce, replanned, perfectForesight], starts) => {
      const found = plantReference(given, PUBLICATION);
      expect(found.costs).toEqual({
        atOnce: expect.closeTo(atOnce, 9),
        asLateAsPossible: expect.closeTo(asLateAsPossible, 9),
        plannedOnce: expect.closeTo(plannedOnce, 9),
        replanned: expect.closeTo(replanned, 9),
        perfectForesight: expect.closeTo(perfectForesight, 9),
      });
      expect(found.startsOfOptimum).toBe(starts);
    },
  );

  it('puts the weak end of a taper into the dear hour that is left over', () => {
    // From 80 % the power falls by e every 10 points: 80 to 90 takes (e - 1) hours, the first of them 1 - ln(...) more.
    const model: ChargeModel = { ...FLAT, taper: { fromPercent: 80, scalePercent: 10 } };
    const given = evening(14, [1, 9, 9], { model, startPercent: 80, targetPercent: 90 });
    const { costs } = plantReference(given, PUBLICATION);
    // In the first hour of charging the level rises by 10 ln 2 points: 0.693 kWh; the rest of 1 kWh costs 9.
    expect(costs.perfectForesight).toBeCloseTo(Math.LN2 + 9 * (1 - Math.LN2), 3);
    expect(costs.perfectForesight).toBeCloseTo(costs.atOnce, 9);
    expect(costs.asLateAsPossible).toBeCloseTo(9, 1);
  });
});
