import type { MonthTotal } from '../../data/types.ts';

/** A month as it is drawn; sums of money are of one currency. */
export interface MonthSum {
  /** `2026-11`. */
  readonly month: string;
  readonly sessions: number;
  readonly kwhSum: number;
  readonly cost: number;
  readonly baseline: number;
  readonly savings: number;
}

const NOTHING = { sessions: 0, kwhSum: 0, cost: 0, baseline: 0, savings: 0 };
const MONTHS_MAX_COUNT = 24;

/** The currencies of the totals, the one of most sessions first. */
export function currenciesOf(totals: readonly MonthTotal[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { currency, sessions } of totals) {
    if (currency !== null) counts.set(currency, (counts.get(currency) ?? 0) + sessions);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([currency]) => currency);
}

/**
 * Every month from the first to the last, at most the last 24, in order of time. Sessions and energy are of all
 * currencies, sums of money of the given one.
 */
export function monthSums(totals: readonly MonthTotal[], currency: string | null): readonly MonthSum[] {
  const months = totals.map(({ month }) => month).sort();
  const last = months.at(-1);
  if (last === undefined) return [];
  const shown: MonthSum[] = [];
  for (
    let month = last;
    month >= (months[0] ?? last) && shown.length < MONTHS_MAX_COUNT;
    month = before(month)
  ) {
    shown.unshift(
      sumOf(
        totals.filter((total) => total.month === month),
        month,
        currency,
      ),
    );
  }
  return shown;
}

/** All of them together. */
export function sumOf(totals: readonly MonthTotal[], month: string, currency: string | null): MonthSum {
  let sum: MonthSum = { month, ...NOTHING };
  for (const total of totals) {
    const isOfCurrency = total.currency === currency;
    sum = {
      month,
      sessions: sum.sessions + total.sessions,
      kwhSum: sum.kwhSum + total.kwhSum,
      cost: sum.cost + (isOfCurrency ? (total.cost ?? 0) : 0),
      baseline: sum.baseline + (isOfCurrency ? (total.baseline ?? 0) : 0),
      savings: sum.savings + (isOfCurrency ? (total.savings ?? 0) : 0),
    };
  }
  return sum;
}

function before(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}
