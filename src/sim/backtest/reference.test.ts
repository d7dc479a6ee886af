import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../domain/units.ts';
import { type ReferenceCase, referenceCosts, startsOfOptimum } from './reference.ts';

const PUBLICATION = { timezone: 'UTC', time: '13:00' };

/** Hourly prices from an hour of 5 January on; a 1 kW car that needs so many kWh. */
function evening(
  fromHour: number,
  prices: readonly number[],
  energyKwh: number,
  readyAfterHours?: number,
): ReferenceCase {
  const startAtMs = Date.UTC(2026, 0, 5, fromHour);
  return {
    pluggedInAtMs: startAtMs,
    pluggedOutAtMs: startAtMs + prices.length * HOUR_MS,
    readyByMs: startAtMs + (readyAfterHours ?? prices.length) * HOUR_MS,
    powerKw: 1,
    energyKwh,
    slots: prices.map((price, hour) => ({
      startAtMs: startAtMs + hour * HOUR_MS,
      endAtMs: startAtMs + (hour + 1) * HOUR_MS,
      price,
      provenance: 'known' as const,
    })),
  };
}

describe('the reference columns', () => {
  it.each([
    // name, case, at once, late, once, re-planned, foresight
    ['all known: the cheapest hours', evening(14, [5, 1, 4, 2, 3], 2), [6, 5, 3, 3, 3]],
    ['half an hour left over', evening(14, [5, 1, 4, 2, 3], 2.5), [8, 7, 4.5, 4.5, 4.5]],
    ['more than fits: all there is', evening(14, [5, 1], 9), [6, 6, 6, 6, 6]],
    ['negative prices pay', evening(14, [1, -2, 3], 1), [1, 3, -2, -2, -2]],
    ['published at 13:00 local, on the hour', evening(13, [...Array(11).fill(9), 1], 1), [9, 1, 1, 1, 1]],
    // At 12:00 only today is known: 12 hours at 9; tomorrow's 1 shows at 13:00.
    ['plugged in before publication', evening(12, [8, ...Array(11).fill(9), 1], 2), [17, 10, 17, 9, 9]],
    // Known until midnight: the hours of today first, then as the others come.
    ['what does not fit comes right after what is known', evening(22, [3, 4, 6, 1], 3), [13, 11, 8, 8, 8]],
    ['missed at ready-by: goes on at once', evening(14, [5, 1, 4, 2], 2.5, 2), [8, 8, 8, 8, 8]],
    ['ready-by within an hour', evening(14, [5, 1, 4, 2], 0.5, 1.5), [2.5, 0.5 * 1, 0.5, 0.5, 0.5]],
  ])('%s', (_name, given, [atOnce, asLateAsPossible, plannedOnce, replanned, perfectForesight]) => {
    const costs = referenceCosts(given, PUBLICATION);
    expect(costs).toEqual({
      atOnce: expect.closeTo(atOnce ?? Number.NaN, 9),
      asLateAsPossible: expect.closeTo(asLateAsPossible ?? Number.NaN, 9),
      plannedOnce: expect.closeTo(plannedOnce ?? Number.NaN, 9),
      replanned: expect.closeTo(replanned ?? Number.NaN, 9),
      perfectForesight: expect.closeTo(perfectForesight ?? Number.NaN, 9),
    });
  });

  it('refuses a visit with an hour without price', () => {
    const given = evening(14, [1, 2], 1);
    const slots = given.slots.map((slot) => ({ ...slot, price: null }));
    expect(() => referenceCosts({ ...given, slots }, PUBLICATION)).toThrow('expected prices');
  });
});

describe('starts of the optimum', () => {
  it.each([
    ['one run', [5, 1, 2, 9], 2, 1],
    ['two runs', [1, 9, 1, 9], 2, 2],
    ['a part beside a used hour', [1, 2, 9, 9], 1.5, 1],
    ['a part between two used hours splits them', [1, 2, 1, 9], 2.5, 2],
    ['nothing needed', [1, 2], 0, 0],
  ])('%s', (_name, prices, kwh, starts) => {
    expect(startsOfOptimum(evening(14, prices, kwh))).toBe(starts);
  });
});
