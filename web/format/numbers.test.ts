import { describe, expect, it } from 'vitest';
import { localeOf } from './locale.ts';
import { duration, money, price, signedMoney } from './numbers.ts';

describe('the locale of numbers and dates', () => {
  it.each([
    ['en', ['nb-NO', 'en'], 'en-NO'],
    ['en', ['de'], 'en-DE'],
    ['en', ['en-US'], 'en-US'],
    ['en', ['not a locale!', 'fi-FI'], 'en-FI'],
    ['en', [], 'en'],
  ])('%s words for a browser of %j: %s', (language, browser, locale) => {
    expect(localeOf(language, browser)).toBe(locale);
  });
});

describe('figures', () => {
  it('never shows a loss of nothing', () => {
    expect(signedMoney(-0.001, 'EUR')).toBe('€0.00');
    expect(money(-0.004, 'EUR')).toBe('€0.00');
    expect(price(-0.0004, 'EUR')).toBe('€0.00/kWh');
  });

  it('shows what tells prices apart', () => {
    expect(price(0.0312, 'EUR')).toBe('€0.031/kWh');
    expect(price(-0.05, 'EUR')).toBe('-€0.05/kWh');
  });

  it.each([
    [0, '0 min'],
    [59 * 60_000, '59 min'],
    [60 * 60_000, '1 h'],
    [200 * 60_000, '3 h 20 min'],
  ])('%i ms are %s', (ms, text) => {
    expect(duration(ms).replaceAll('\u00a0', ' ')).toBe(text);
  });
});
