import { describe, expect, it } from 'vitest';
import { instantOfLocal, type LocalDate, localDateOf, localMinuteOfDay } from '../../domain/calendar.ts';
import { HOUR_MS } from '../../domain/units.ts';
import { dayAheadPrices, MARKET_ZONES, publicationAtMs } from './market.ts';

const berlin = MARKET_ZONES.find((market) => market.zone === 'DEMO-DE') ?? raise();
const days: LocalDate[] = Array.from({ length: 365 }, (_, index) => ({
  year: 2026,
  month: 1,
  day: 1 + index,
}));

describe('generated day-ahead prices', () => {
  it('are the same for the same seed, and others for another', () => {
    const date = { year: 2026, month: 6, day: 10 };
    expect(dayAheadPrices(berlin, 1, date)).toEqual(dayAheadPrices(berlin, 1, date));
    expect(dayAheadPrices(berlin, 2, date)).not.toEqual(dayAheadPrices(berlin, 1, date));
  });

  it.each([
    ['an ordinary day', { year: 2026, month: 6, day: 10 }, 96],
    ['the day that loses an hour', { year: 2026, month: 3, day: 29 }, 92],
    ['the day that has one twice', { year: 2026, month: 10, day: 25 }, 100],
  ])('%s has %j its quarter hours', (_name, date, count) => {
    const { values, toMs } = dayAheadPrices(berlin, 1, date);
    expect(values).toHaveLength(count);
    expect(toMs - (values[0]?.atMs ?? 0)).toBe((count / 4) * HOUR_MS);
  });

  it.each(MARKET_ZONES.map((market) => [market.zone, market]))(
    '%s is shaped like a market over a year',
    (_zone, market) => {
      const rates = days.flatMap((date) => dayAheadPrices(market, 1, date).values);
      const mean = (from: number, to: number) => {
        const chosen = rates.filter(({ atMs }) => {
          const hour = localMinuteOfDay(market.timezoneName, atMs) / 60;
          return hour >= from && hour < to;
        });
        return chosen.reduce((sum, { rate }) => sum + rate, 0) / chosen.length;
      };
      expect(mean(17, 20)).toBeGreaterThan(1.5 * mean(1, 5));
      expect(mean(7, 9)).toBeGreaterThan(1.3 * mean(1, 5));
      expect(mean(12, 15)).toBeLessThan(mean(17, 20));
      expect(mean(0, 24)).toBeGreaterThan(0.6 * market.mean);
      expect(mean(0, 24)).toBeLessThan(1.4 * market.mean);
    },
  );

  it('fall below zero in some hours of the year, and not in most', () => {
    const rates = days.flatMap((date) => dayAheadPrices(berlin, 1, date).values);
    const share = rates.filter(({ rate }) => rate < 0).length / rates.length;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.25);
  });

  it('come out at 13:00 of the day before', () => {
    const fromMs = instantOfLocal('Europe/Berlin', { year: 2026, month: 3, day: 29 }, '00:00');
    const atMs = publicationAtMs(berlin, fromMs);
    expect(localDateOf('Europe/Berlin', atMs)).toEqual({ year: 2026, month: 3, day: 28 });
    expect(localMinuteOfDay('Europe/Berlin', atMs)).toBe(13 * 60);
  });
});

function raise(): never {
  throw new Error('no such zone');
}
