import { describe, expect, test } from 'vitest';
import type { PriceSlot } from '../domain/price.ts';
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { withForecast } from './forecast.ts';

/** Day 0 is a Thursday: days 2 and 3 are a weekend, 9 and 10, 16 and 17. */
const utc = (atMs: number): number => atMs;
const isWeekend = (day: number): boolean => day % 7 === 2 || day % 7 === 3;

/** Hourly known prices for some days from 1970 on. */
function known(days: number, priceOf: (day: number, hour: number) => number): PriceSlot[] {
  return Array.from({ length: days * 24 }, (_, i) => ({
    startAtMs: i * HOUR_MS,
    endAtMs: (i + 1) * HOUR_MS,
    price: priceOf(Math.floor(i / 24), i % 24),
    provenance: 'known' as const,
  }));
}

/** The forecast of a day, hour by hour. */
function forecastOf(history: readonly PriceSlot[], day: number, wallMsOf = utc): (number | null)[] {
  const slots = withForecast(history, 0, (day + 1) * DAY_MS, wallMsOf);
  return Array.from({ length: 24 }, (_, hour) => {
    const atMs = day * DAY_MS + hour * HOUR_MS;
    const found = slots.find((slot) => slot.startAtMs <= atMs && atMs < slot.endAtMs);
    return found?.provenance === 'forecast' ? found.price : null;
  });
}

const near = (value: number) => expect.closeTo(value, 9);

describe('what is forecast', () => {
  test('days that are all alike: the same again, in quarter hours', () => {
    const slots = withForecast(
      known(5, (_, hour) => hour),
      0,
      6 * DAY_MS,
      utc,
    );
    const added = slots.filter((slot) => slot.provenance === 'forecast');
    expect(added).toHaveLength(96);
    expect(added[0]).toEqual({
      startAtMs: 5 * DAY_MS,
      endAtMs: 5 * DAY_MS + QUARTER_HOUR_MS,
      price: near(0),
      provenance: 'forecast',
    });
    expect(added[95]?.price).toEqual(near(23));
  });

  test('the shape is that of the last fourteen days, and of no older one', () => {
    const history = known(20, (day, hour) => (day < 6 ? (hour === 3 ? 1000 : 0) : hour));
    expect(forecastOf(history, 20)).toEqual(Array.from({ length: 24 }, (_, hour) => near(hour)));
  });

  test('the level is that of the latest days: a step is half forgotten in two days', () => {
    // Fridays to Thursdays without their weekends would do too; these have no weekend effect.
    const history = known(14, (day) => (day < 12 ? 10 : 20));
    const weights = history.filter((_, i) => i % 24 === 0).map((_, day) => 0.5 ** ((13 - day) / 2));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    const late = (weights[12] ?? 0) + (weights[13] ?? 0);
    const [price] = forecastOf(history, 14);
    // Beyond the level there is the caution, and what the step did to the weekends' distance.
    expect(price ?? 0).toBeGreaterThan(10 + (10 * late) / sum);
    expect(price ?? 0).toBeLessThan(20);
  });

  test('weekends are as much cheaper as they were', () => {
    const history = known(14, (day, hour) => (isWeekend(day) ? 5 : 10) + (hour === 4 ? -2 : 0));
    const friday = known(15, (day, hour) => (isWeekend(day) ? 5 : 10) + (hour === 4 ? -2 : 0));
    expect(forecastOf(history, 14)[4]).toEqual(near(8));
    expect(forecastOf(history, 14)[5]).toEqual(near(10));
    // Day 16 is a Saturday, two days ahead of what is known.
    expect(forecastOf(friday, 16)[4]).toEqual(near(3));
    expect(forecastOf(friday, 16)[5]).toEqual(near(5));
  });

  test('an hour counts dearer the more the forecast was off there', () => {
    // At 2 o'clock prices swing by 6 around 10, at all others they are 10.
    const history = known(14, (day, hour) => (hour === 2 ? 10 + (day % 2 === 0 ? 6 : -6) : 10));
    const [calm, , wild] = forecastOf(history, 14);
    expect(wild ?? 0).toBeGreaterThan((calm ?? 0) + 0.8);
    expect(wild ?? 0).toBeLessThan((calm ?? 0) + 2);
  });

  test('quarter hours are those of the zone: an hour of shift moves the shape', () => {
    const shifted = (atMs: number): number => atMs + (atMs >= 3 * DAY_MS ? HOUR_MS : 0);
    const history = known(3, (_, hour) => hour);
    expect(forecastOf(history, 3, shifted)[0]).toEqual(near(1));
  });

  test('a last day that is known in part counts for its level as far as it is known', () => {
    const whole = known(6, (_, hour) => hour);
    const part = whole.slice(0, 5 * 24 + 12);
    expect(forecastOf(part, 5)[18]).toEqual(near(18));
    expect(forecastOf(part, 6)[3]).toEqual(near(3));
  });
});

describe('where a forecast begins and ends', () => {
  test('what is known stays; the forecast begins after it and ends where asked', () => {
    const history = known(2, (_, hour) => hour);
    const slots = withForecast(history, 0, 2 * DAY_MS + 20 * 60_000, utc);
    expect(slots.slice(0, 48)).toEqual(history);
    expect(slots.slice(48).map((slot) => slot.endAtMs - slot.startAtMs)).toEqual([900_000, 300_000]);
  });

  test('less than a full day of history: the price stays missing', () => {
    const history = known(1, () => 1).slice(1);
    expect(withForecast(history, 0, 3 * DAY_MS, utc)).toEqual(history);
    expect(withForecast([], 0, DAY_MS, utc)).toEqual([]);
  });

  test('a quarter hour that was never known stays without a price', () => {
    const history = known(4, (_, hour) => hour).filter((_, i) => i % 24 !== 7);
    const forecast = forecastOf(history, 4);
    expect(forecast[7]).toBeNull();
    expect(forecast[8]).toEqual(near(8));
  });

  test('nothing is added where everything is known', () => {
    const history = known(2, () => 1);
    expect(withForecast(history, 0, 2 * DAY_MS, utc)).toEqual(history);
  });
});
