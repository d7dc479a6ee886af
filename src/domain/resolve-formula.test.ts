import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFormula } from './formula.ts';
import type { PriceSlot } from './price.ts';
import { isCovered } from './price-series.ts';
import { resolveFormula } from './resolve-formula.ts';

function known(startAtMs: number, endAtMs: number, price: number): PriceSlot {
  return { startAtMs, endAtMs, price, provenance: 'known' };
}

function resolve(
  text: string,
  tariffs: Readonly<Record<string, readonly PriceSlot[]>>,
  fromMs: number,
  toMs: number,
): readonly PriceSlot[] {
  const parsed = parseFormula(text, ['spot', 'grid', '__proto__', 'constructor']);
  expect(parsed).toMatchObject({ ok: true });
  return parsed.ok ? resolveFormula(parsed.formula, tariffs, fromMs, toMs) : [];
}

function shown(slots: readonly PriceSlot[]): string {
  return slots
    .map(({ startAtMs, endAtMs, price, provenance }) => `${startAtMs}-${endAtMs} ${price} ${provenance}`)
    .join(', ');
}

describe('resolveFormula', () => {
  const spot = [known(0, 10, 1), known(10, 20, 2), { ...known(20, 30, 3), provenance: 'forecast' as const }];
  const grid = [known(0, 5, 0.5), known(5, 15, 0.25), known(18, 30, 0.5)];

  test.each([
    ['a constant', '0.3', 0, 10, '0-10 0.3 known'],
    ['one tariff', 'spot * 2', 5, 15, '5-10 2 known, 10-15 4 known'],
    ['the edges of both', 'spot + grid', 0, 15, '0-5 1.5 known, 5-10 1.25 known, 10-15 2.25 known'],
    ['a hole in one', 'spot + grid', 10, 20, '10-15 2.25 known, 15-18 null none, 18-20 2.5 known'],
    ['a hole counts even if multiplied away', 'spot + 0 * grid', 15, 20, '15-18 null none, 18-20 2 known'],
    ['a hole is not hidden by min', 'min(spot, grid)', 15, 20, '15-18 null none, 18-20 0.5 known'],
    ['a forecast makes a forecast', 'spot + grid', 18, 22, '18-20 2.5 known, 20-22 3.5 forecast'],
    ['a tariff not named sets no edges', 'spot', 0, 10, '0-10 1 known'],
    ['beyond all prices: one slot', 'spot + grid', 25, 50, '25-30 3.5 forecast, 30-50 null none'],
    ['division by zero', '1 / (spot - 2)', 0, 20, '0-10 -1 known, 10-20 null none'],
    ['division by zero is not hidden', 'min(1 / (spot - 2), 5)', 10, 20, '10-20 null none'],
    ['too large for a number', '1e300 * 1e300 * spot', 0, 10, '0-10 null none'],
    ['an empty span', 'spot', 5, 5, ''],
  ])('%s', (_, text, fromMs, toMs, expected) => {
    expect(shown(resolve(text, { spot, grid }, fromMs, toMs))).toBe(expected);
  });

  test.each([
    ['2 + 3 * 4 - 6 / 2', 11],
    ['-(2 - 5)', 3],
    ['min(3, 1, 2)', 1],
    ['max(3, 1, 2)', 3],
    ['clamp(5, 0, 3)', 3],
    ['clamp(-5, 0, 3)', 0],
    ['clamp(2, 0, 3)', 2],
    ['clamp(2, 3, 0)', 0],
    ['abs(-2)', 2],
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(1.005, 2)', 1.01],
    ['round(-0.2)', 0],
    ['round(123.456, 1)', 123.5],
  ])('%s = %d', (text, expected) => {
    expect(resolve(text, {}, 0, 1)).toEqual([known(0, 1, expected)]);
  });

  test.each(['__proto__', 'constructor'])('a tariff named %s that is not there has no price', (name) => {
    expect(shown(resolve(name, {}, 0, 1))).toBe('0-1 null none');
  });

  test('covers the span without holes, and has a price exactly where all tariffs have', () => {
    const anySlots = fc
      .array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 5 })), { maxLength: 8 })
      .map((lengths) => {
        let atMs = 0;
        return lengths.map(([hole, length], index) => {
          const startAtMs = atMs + hole;
          atMs = startAtMs + length;
          return known(startAtMs, atMs, index);
        });
      });
    fc.assert(
      fc.property(anySlots, anySlots, fc.nat(20), fc.nat(40), (spotSlots, gridSlots, fromMs, lengthMs) => {
        const tariffs = { spot: spotSlots, grid: gridSlots };
        const found = resolve('spot - grid', tariffs, fromMs, fromMs + lengthMs);
        let reachedMs = fromMs;
        for (const slot of found) {
          expect(slot.startAtMs).toBe(reachedMs);
          expect(slot.endAtMs).toBeGreaterThan(slot.startAtMs);
          reachedMs = slot.endAtMs;
        }
        expect(reachedMs).toBe(fromMs + lengthMs);
        for (let atMs = fromMs; atMs < fromMs + lengthMs; atMs++) {
          const isPriced = isCovered(spotSlots, atMs, atMs + 1) && isCovered(gridSlots, atMs, atMs + 1);
          expect(isCovered(found, atMs, atMs + 1)).toBe(isPriced);
        }
      }),
    );
  });
});
