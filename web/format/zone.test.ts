import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart, fromLocalInput, hoursBetween, nextDayStart, toLocalInput, wallOf } from './zone.ts';

const HOUR_MS = 3_600_000;
const OSLO = 'Europe/Oslo';

describe('local days', () => {
  it.each([
    ['an ordinary day', '2026-01-15T12:00Z', OSLO, 24, '2026-01-14T23:00Z'],
    ['the day that loses an hour', '2026-03-29T12:00Z', OSLO, 23, '2026-03-28T23:00Z'],
    ['the day that gains an hour', '2026-10-25T12:00Z', OSLO, 25, '2026-10-24T22:00Z'],
    [
      'the half hour of Lord Howe, gained',
      '2026-04-05T02:00Z',
      'Australia/Lord_Howe',
      24.5,
      '2026-04-04T13:00Z',
    ],
    [
      'the half hour of Lord Howe, lost',
      '2026-10-04T02:00Z',
      'Australia/Lord_Howe',
      23.5,
      '2026-10-03T13:30Z',
    ],
    ['a midnight that is left out', '2026-09-06T12:00Z', 'America/Santiago', 23, '2026-09-06T04:00Z'],
    ['offsets of 45 minutes', '2026-06-01T00:00Z', 'Asia/Kathmandu', 24, '2026-05-31T18:15Z'],
  ])('%s', (_name, at, zone, hours, start) => {
    const fromMs = dayStart(Date.parse(at), zone);
    expect(new Date(fromMs)).toEqual(new Date(start));
    expect((nextDayStart(Date.parse(at), zone) - fromMs) / HOUR_MS).toBe(hours);
  });

  it('crosses the end of a year', () => {
    expect(nextDayStart(Date.parse('2026-12-31T12:00Z'), OSLO)).toBe(Date.parse('2026-12-31T23:00Z'));
  });
});

describe('hours on an axis', () => {
  it('shows 25 of them, 02:00 twice, when the clock goes back', () => {
    const fromMs = dayStart(Date.parse('2026-10-25T12:00Z'), OSLO);
    const shown = hoursBetween(fromMs, nextDayStart(fromMs, OSLO), 1, OSLO).map(
      (atMs) => wallOf(atMs, OSLO).hour,
    );
    expect(shown).toEqual([0, 1, 2, 2, ...Array.from({ length: 21 }, (_, index) => index + 3)]);
  });

  it('shows 23 of them, none at 02:00, when it goes forward', () => {
    const fromMs = dayStart(Date.parse('2026-03-29T12:00Z'), OSLO);
    const shown = hoursBetween(fromMs, nextDayStart(fromMs, OSLO), 1, OSLO).map(
      (atMs) => wallOf(atMs, OSLO).hour,
    );
    expect(shown).toEqual([0, 1, ...Array.from({ length: 21 }, (_, index) => index + 3)]);
  });

  it('stays at 00, 06, 12, 18 local on such a day', () => {
    const fromMs = dayStart(Date.parse('2026-10-25T12:00Z'), OSLO);
    const shown = hoursBetween(fromMs, nextDayStart(fromMs, OSLO), 6, OSLO).map((atMs) =>
      new Date(atMs).toISOString(),
    );
    expect(shown).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T05:00:00.000Z',
      '2026-10-25T11:00:00.000Z',
      '2026-10-25T17:00:00.000Z',
    ]);
  });
});

describe('forms for instants', () => {
  it.each([
    ['an ordinary time', '2026-01-15T07:00', '2026-01-15T06:00Z'],
    ['a time that comes twice is the first', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['a time that is left out is the first instant after the gap', '2026-03-29T02:30', '2026-03-29T01:00Z'],
  ])('%s', (_name, text, at) => {
    expect(fromLocalInput(text, OSLO)).toBe(Date.parse(at));
  });

  it('gives nothing for what is not whole', () => {
    expect(fromLocalInput('2026-10-25', OSLO)).toBeNull();
    expect(fromLocalInput('', OSLO)).toBeNull();
  });

  it('gives the same minute back, but for the second of two that look alike', () => {
    const zones = fc.constantFrom(
      OSLO,
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const minutes = fc.integer({ min: 0, max: 10 * 366 * 24 * 60 });
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const atMs = Date.UTC(2020, 0, 1) + minute * 60_000;
        const back = fromLocalInput(toLocalInput(atMs, zone), zone);
        expect(back).not.toBeNull();
        expect(toLocalInput(back ?? 0, zone)).toBe(toLocalInput(atMs, zone));
        expect(back).toBeLessThanOrEqual(atMs);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
