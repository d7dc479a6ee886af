import { describe, expect, it } from 'vitest';
import type { MonthTotal } from '../../data/types.ts';
import { currenciesOf, monthSums } from './months.ts';

const total = (month: string, currency: string | null, kwhSum: number, cost: number): MonthTotal => ({
  month,
  currency,
  sessions: 2,
  kwhSum,
  cost: currency === null ? null : cost,
  baseline: currency === null ? null : cost + 1,
  savings: currency === null ? null : 1,
});

const TOTALS = [
  total('2027-01', 'EUR', 10, 3),
  total('2027-01', 'NOK', 20, 30),
  total('2026-11', 'NOK', 5, 8),
  total('2026-11', null, 7, 0),
];

describe('months added up', () => {
  it('are every month in order, energy of all, money of one currency', () => {
    expect(monthSums(TOTALS, 'NOK')).toEqual([
      { month: '2026-11', sessions: 4, kwhSum: 12, cost: 8, baseline: 9, savings: 1 },
      { month: '2026-12', sessions: 0, kwhSum: 0, cost: 0, baseline: 0, savings: 0 },
      { month: '2027-01', sessions: 4, kwhSum: 30, cost: 30, baseline: 31, savings: 1 },
    ]);
  });

  it('name the currency of most sessions first', () => {
    expect(currenciesOf(TOTALS)).toEqual(['NOK', 'EUR']);
    expect(currenciesOf([])).toEqual([]);
  });

  it('show the last two years of many', () => {
    const sums = monthSums([total('2020-01', 'EUR', 1, 1), total('2026-12', 'EUR', 1, 1)], 'EUR');
    expect([sums.length, sums[0]?.month, sums.at(-1)?.month]).toEqual([24, '2025-01', '2026-12']);
    expect(monthSums([], 'EUR')).toEqual([]);
  });
});
