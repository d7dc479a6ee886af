import { expect, test } from 'vitest';
import type { PriceSlot } from '../domain/price.ts';
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { withForecast } from './forecast.ts';

const utcMinute = (atMs: number): number => Math.floor((atMs % DAY_MS) / 60_000);

/** Hourly known prices for some days from 1970 on. */
function known(days: number, priceOf: (day: number, hour: number) => number): PriceSlot[] {
  return Array.from({ length: days * 24 }, (_, i) => ({
    startAtMs: i * HOUR_MS,
    endAtMs: (i + 1) * HOUR_MS,
    price: priceOf(Math.floor(i / 24), i % 24),
    provenance: 'known' as const,
  }));
}

test('the mean of each quarter hour of the last seven days, and no older one', () => {
  const slots = withForecast(
    known(9, (day, hour) => (day < 2 ? 1000 : day + hour)),
    0,
    10 * DAY_MS,
    utcMinute,
  );
  const added = slots.filter((slot) => slot.provenance === 'forecast');
  expect(added).toHaveLength(96);
  expect(added[0]).toEqual({
    startAtMs: 9 * DAY_MS,
    endAtMs: 9 * DAY_MS + QUARTER_HOUR_MS,
    price: 5,
    provenance: 'forecast',
  });
  expect(added[95]?.price).toBe(5 + 23);
});

test('what is known stays; the forecast begins after it and ends where asked', () => {
  const history = known(2, (_, hour) => hour);
  const slots = withForecast(history, 0, 2 * DAY_MS + 20 * 60_000, utcMinute);
  expect(slots.slice(0, 48)).toEqual(history);
  expect(slots.slice(48).map((slot) => slot.endAtMs - slot.startAtMs)).toEqual([900_000, 300_000]);
});

test('less than a full day of history: the price stays missing', () => {
  const history = known(1, () => 1).slice(1);
  expect(withForecast(history, 0, 3 * DAY_MS, utcMinute)).toEqual(history);
  expect(withForecast([], 0, DAY_MS, utcMinute)).toEqual([]);
});

test('nothing is added where everything is known', () => {
  const history = known(2, () => 1);
  expect(withForecast(history, 0, 2 * DAY_MS, utcMinute)).toEqual(history);
});

test('quarter hours are those of the zone: an hour of shift moves the shape', () => {
  const shifted = (atMs: number): number => utcMinute(atMs + (atMs >= 2 * DAY_MS ? HOUR_MS : 0));
  const slots = withForecast(
    known(2, (_, hour) => hour),
    0,
    3 * DAY_MS,
    shifted,
  );
  expect(slots[48]?.price).toBe(1);
});
