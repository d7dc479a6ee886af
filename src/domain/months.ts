import { instantOfLocal, localDateOf } from './calendar.ts';

/** A month of a zone's calendar. */
export interface Month {
  /** `2026-11`. */
  readonly name: string;
  readonly startAtMs: number;
}

/** The months of a zone's calendar from the one that holds the first instant to the one that holds the last. */
export function monthsBetween(zone: string, firstMs: number, lastMs: number): Month[] {
  const months: Month[] = [];
  let { year, month } = localDateOf(zone, firstMs);
  while (true) {
    const startAtMs = instantOfLocal(zone, { year, month, day: 1 }, '00:00');
    if (startAtMs > lastMs && months.length > 0) return months;
    months.push({ name: `${year}-${String(month).padStart(2, '0')}`, startAtMs });
    year += month === 12 ? 1 : 0;
    month = (month % 12) + 1;
  }
}
