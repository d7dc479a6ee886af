import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PriceSlot } from './price.ts';
import { averagePrice, clip, fillGaps, isCovered, replaceRates } from './price-series.ts';

/** Slots written `from-to@price`; `?` is a forecast, `_` no price. */
function slotsOf(text: string): PriceSlot[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, from, to, price = '_', forecast] = /^(\d+)-(\d+)@(_|-?[\d.]+)(\?)?$/.exec(word) ?? [];
      return {
        startAtMs: Number(from),
        endAtMs: Number(to),
        price: price === '_' ? null : Number(price),
        provenance: price === '_' ? 'none' : forecast === '?' ? 'forecast' : 'known',
      };
    });
}

function shown(slots: readonly PriceSlot[]): string {
  return slots
    .map(
      ({ startAtMs, endAtMs, price, provenance }) =>
        `${startAtMs}-${endAtMs}@${price ?? '_'}${provenance === 'forecast' ? '?' : ''}`,
    )
    .join(' ');
}

describe('replaceRates', () => {
  const day = slotsOf('0-10@1 10-20@2? 20-30@3');
  test.each([
    ['into nothing', [], '5@7 8@9', 10, '5-8@7 8-10@9'],
    ['no values', day, '', 10, '0-10@1 10-20@2? 20-30@3'],
    ['one whole slot', day, '10@7', 20, '0-10@1 10-20@7 20-30@3'],
    ['within one slot', day, '12@7', 15, '0-10@1 10-12@2? 12-15@7 15-20@2? 20-30@3'],
    ['across edges', day, '5@7 12@8', 25, '0-5@1 5-12@7 12-25@8 25-30@3'],
    ['everything', day, '0@-7', 30, '0-30@-7'],
    ['before, with a hole', slotsOf('20-30@3'), '0@7', 10, '0-10@7 20-30@3'],
    ['after, with a hole', slotsOf('0-10@3'), '20@7', 30, '0-10@3 20-30@7'],
    ['into a hole', slotsOf('0-10@1 20-30@2'), '10@7', 20, '0-10@1 10-20@7 20-30@2'],
  ])('%s', (_, slots, values, toMs, expected) => {
    const rates = values
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => {
        const [atMs, rate] = word.split('@').map(Number);
        return { atMs: atMs ?? Number.NaN, rate: rate ?? Number.NaN };
      });
    expect(shown(replaceRates(slots, rates, toMs))).toBe(expected);
  });

  test.each([
    ['not ascending', [5, 5], 9],
    ['at the end', [5, 9], 9],
  ])('%s is our own mistake', (_, times, toMs) => {
    const values = times.map((atMs) => ({ atMs, rate: 1 }));
    expect(() => replaceRates([], values, toMs)).toThrow('ascending');
  });

  test('after any changes: disjoint, and each instant has the rate that was written last', () => {
    const anyChange = fc
      .tuple(fc.uniqueArray(fc.nat(49), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 20 }))
      .map(([times, length]) => {
        const ascending = times.toSorted((a, b) => a - b);
        return { times: ascending, toMs: (ascending.at(-1) ?? 0) + length };
      });
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 6 }), (changes) => {
        let slots: readonly PriceSlot[] = [];
        const expected = new Map<number, number>();
        let rate = 0;
        for (const { times, toMs } of changes) {
          const values = times.map((atMs) => ({ atMs, rate: ++rate }));
          slots = replaceRates(slots, values, toMs);
          for (const value of values) {
            for (let atMs = value.atMs; atMs < toMs; atMs++) {
              expected.set(atMs, value.rate);
            }
          }
        }
        expectDisjoint(slots);
        for (let atMs = 0; atMs < 70; atMs++) {
          expect(averagePrice(slots, atMs, atMs + 1)).toBe(expected.get(atMs) ?? null);
        }
      }),
    );
  });
});

test.each([
  ['0-10@1 10-20@2', 0, 20, '0-10@1 10-20@2'],
  ['0-10@1 10-20@2?', 5, 15, '5-10@1 10-15@2?'],
  ['0-10@1 10-20@2', 10, 10, ''],
  ['0-10@1 20-30@2', 12, 18, ''],
  ['0-10@1', 20, 30, ''],
  ['0-30@_', 10, 20, '10-20@_'],
])('clip %j to [%d, %d)', (slots, fromMs, toMs, expected) => {
  expect(shown(clip(slotsOf(slots), fromMs, toMs))).toBe(expected);
});

test.each([
  ['', 0, 10, '0-10@_'],
  ['', 10, 10, ''],
  ['0-10@1', 0, 10, '0-10@1'],
  ['5-10@1 12-15@2', 0, 20, '0-5@_ 5-10@1 10-12@_ 12-15@2 15-20@_'],
  ['0-30@1', 10, 20, '10-20@1'],
])('fillGaps %j over [%d, %d)', (slots, fromMs, toMs, expected) => {
  expect(shown(fillGaps(slotsOf(slots), fromMs, toMs))).toBe(expected);
});

test.each([
  ['within one slot', '0-10@4 10-20@8', 2, 3, 4],
  ['weighted by time', '0-10@4 10-20@8', 5, 20, (4 * 5 + 8 * 10) / 15],
  ['negative prices', '0-10@-4 10-20@8', 0, 20, 2],
  ['a forecast counts', '0-10@4?', 0, 10, 4],
  ['equal prices exactly', '0-1@0.1 1-3@0.1 3-10@0.1', 0, 10, 0.1],
  ['a hole within', '0-10@4 11-20@8', 5, 20, null],
  ['begins before', '10-20@8', 9, 20, null],
  ['ends after', '10-20@8', 10, 21, null],
  ['no price within', '0-10@4 10-12@_ 12-20@8', 0, 20, null],
  ['a hole outside', '0-10@4 11-20@8', 0, 10, 4],
  ['no slots', '', 0, 10, null],
  ['empty span', '0-10@4', 5, 5, null],
])('averagePrice: %s', (_, slots, fromMs, toMs, expected) => {
  expect(averagePrice(slotsOf(slots), fromMs, toMs)).toBe(expected);
});

test('averagePrice of one price is that price exactly, however it is cut', () => {
  const anyPrice = fc.double({ min: -1, max: 1, noNaN: true });
  const anyLengths = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(anyPrice, anyLengths, (price, lengths) => {
      let atMs = 0;
      const slots = lengths.map((length): PriceSlot => {
        const startAtMs = atMs;
        atMs += length;
        return { startAtMs, endAtMs: atMs, price, provenance: 'known' };
      });
      // Equal, not the same: -0 is 0.
      expect(averagePrice(slots, 0, atMs) === price).toBe(true);
    }),
  );
});

test.each([
  ['0-10@4 10-20@8', 0, 20, true],
  ['0-10@4 10-20@_', 0, 20, false],
  ['0-10@4 10-20@_', 0, 10, true],
  ['0-10@4 12-20@1', 0, 20, false],
  ['', 5, 5, true],
])('isCovered %j over [%d, %d)', (slots, fromMs, toMs, expected) => {
  expect(isCovered(slotsOf(slots), fromMs, toMs)).toBe(expected);
});

function expectDisjoint(slots: readonly PriceSlot[]): void {
  let reachedMs = Number.NEGATIVE_INFINITY;
  for (const { startAtMs, endAtMs } of slots) {
    expect(startAtMs).toBeGreaterThanOrEqual(reachedMs);
    expect(endAtMs).toBeGreaterThan(startAtMs);
    reachedMs = endAtMs;
  }
}
