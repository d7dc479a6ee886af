import {
  instantOfLocal,
  type LocalDate,
  localDateOf,
  localMinuteOfDay,
  weekdayOf,
} from '../../domain/calendar.ts';
import { DAY_MS, QUARTER_HOUR_MS } from '../../domain/units.ts';
import { bell, randomFor } from '../random.ts';

/** A price zone of the demonstration. Its name says that nobody trades there. */
export interface MarketZone {
  readonly zone: string;
  readonly currency: string;
  readonly timezoneName: string;
  /** Mean price over the year, per kWh. */
  readonly mean: number;
  /** How much of the midday price the sun takes in June, 0..1. */
  readonly sun: number;
  /** How far windy and calm days lie apart, 0..1. */
  readonly wind: number;
}

export const MARKET_ZONES: readonly MarketZone[] = [
  { zone: 'DEMO-NO', currency: 'EUR', timezoneName: 'Europe/Oslo', mean: 0.062, sun: 0.15, wind: 0.25 },
  { zone: 'DEMO-DE', currency: 'EUR', timezoneName: 'Europe/Berlin', mean: 0.084, sun: 0.95, wind: 0.55 },
  { zone: 'DEMO-FI', currency: 'EUR', timezoneName: 'Europe/Helsinki', mean: 0.051, sun: 0.3, wind: 0.8 },
  { zone: 'DEMO-GB', currency: 'GBP', timezoneName: 'Europe/London', mean: 0.079, sun: 0.5, wind: 0.5 },
];

/** The prices of one local day, a rate per quarter hour: 92 to 100 of them. */
export interface DayAhead {
  readonly values: readonly { readonly atMs: number; readonly rate: number }[];
  readonly toMs: number;
}

const PUBLISHED_AT = '13:00';

/**
 * Generated day-ahead prices per kWh of one local day: dear mornings and evenings, cheap nights and middays, cheaper
 * weekends, windy days below zero. The same for the same seed, zone and day.
 */
export function dayAheadPrices(market: MarketZone, seed: number, date: LocalDate): DayAhead {
  const fromMs = instantOfLocal(market.timezoneName, date, '00:00');
  const toMs = instantOfLocal(market.timezoneName, { ...date, day: date.day + 1 }, '00:00');
  const random = randomFor(seed, 'prices', market.zone, date.year, date.month, date.day);
  const windiness = market.wind * bell(random);
  const sunniness = market.sun * sunOfSeason(fromMs) * (0.55 + 0.45 * random());
  const demand = weekdayOf(date) < 5 ? 1 : 0.82;
  const values = [];
  for (let atMs = fromMs; atMs < toMs; atMs += QUARTER_HOUR_MS) {
    const hour = localMinuteOfDay(market.timezoneName, atMs) / 60;
    const shape =
      demand * (0.72 + hump(hour, 8, 1.8, 0.75) + hump(hour, 18.5, 2.4, 1.05)) -
      sunniness * hump(hour, 13, 2.8, 1.15) -
      hump(hour, 3, 3, 0.22) -
      0.6 * windiness;
    const jitter = 1 + 0.04 * bell(random);
    values.push({ atMs, rate: rounded(market.mean * shape * jitter) });
  }
  return { values, toMs };
}

/** When the day that begins at `fromMs` is published: 13:00 of the day before, by the zone's clock. */
export function publicationAtMs(market: MarketZone, fromMs: number): number {
  const date = localDateOf(market.timezoneName, fromMs);
  return instantOfLocal(market.timezoneName, { ...date, day: date.day - 1 }, PUBLISHED_AT);
}

/** A bump of a height around an hour of the day; `width` is its standard deviation in hours. */
function hump(hour: number, around: number, width: number, height: number): number {
  const distance = Math.min(Math.abs(hour - around), 24 - Math.abs(hour - around));
  return height * Math.exp(-(distance ** 2) / (2 * width ** 2));
}

/** 1 at midsummer of the north, 0.15 at midwinter. */
function sunOfSeason(atMs: number): number {
  const dayOfYear = ((atMs / DAY_MS) % 365.25) / 365.25;
  return 0.575 - 0.425 * Math.cos(2 * Math.PI * (dayOfYear + 10 / 365.25));
}

/** Markets quote hundredths of a currency unit per MWh. */
function rounded(rate: number): number {
  return Math.round(rate * 100_000) / 100_000;
}
