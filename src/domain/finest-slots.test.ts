import { expect, test } from 'vitest';
import { finestSlots } from './finest-slots.ts';
import type { PriceSlot } from './price.ts';

const slot = (startAtMs: number, endAtMs: number, price: number | null): PriceSlot => ({
  startAtMs,
  endAtMs,
  price,
  provenance: price === null ? 'none' : 'known',
});

test.each<{ what: string; given: PriceSlot[]; expected: PriceSlot[] | null }>([
  {
    what: 'disjoint slots in any order are sorted and stay as they are',
    given: [slot(60, 120, 2), slot(0, 60, 2)],
    expected: [slot(0, 60, 2), slot(60, 120, 2)],
  },
  {
    what: 'quarter hours hold within their hour',
    given: [slot(0, 60, 9), slot(15, 30, 1), slot(30, 45, 2)],
    expected: [slot(0, 15, 9), slot(15, 30, 1), slot(30, 45, 2), slot(45, 60, 9)],
  },
  {
    what: 'a fine slot without a price does not hide the price of the hour',
    given: [slot(0, 60, 9), slot(15, 30, null)],
    expected: [slot(0, 60, 9)],
  },
  {
    what: 'a fine slot may reach over the edge of an hour',
    given: [slot(0, 60, 3), slot(60, 120, 4), slot(50, 80, 1)],
    expected: [slot(0, 50, 3), slot(50, 80, 1), slot(80, 120, 4)],
  },
  {
    what: 'a hole stays a hole',
    given: [slot(0, 60, 3), slot(0, 30, 1), slot(90, 120, 4)],
    expected: [slot(0, 30, 1), slot(30, 60, 3), slot(90, 120, 4)],
  },
  {
    what: 'three resolutions',
    given: [slot(0, 240, 9), slot(60, 120, 5), slot(75, 90, 1)],
    expected: [slot(0, 60, 9), slot(60, 75, 5), slot(75, 90, 1), slot(90, 120, 5), slot(120, 240, 9)],
  },
  { what: 'two of one length', given: [slot(0, 60, 3), slot(30, 90, 4)], expected: null },
  { what: 'the same twice', given: [slot(0, 60, 3), slot(0, 60, 3)], expected: null },
  { what: 'nothing', given: [], expected: [] },
])('$what', ({ given, expected }) => {
  expect(finestSlots(given)).toEqual(expected);
});
