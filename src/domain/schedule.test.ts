import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localDateOf, localMinuteOfDay, minuteOfTime, weekdayOf } from './calendar.ts';
import { type RestrictionWindow, WEEKDAYS, type WeeklySchedule } from './policy.ts';
import { nextDeadline, restrictionIntervals } from './schedule.ts';
import { DAY_MS, MINUTE_MS } from './units.ts';

const EVERY_DAY_AT_7 = Object.fromEntries(
  WEEKDAYS.map((weekday) => [weekday, { deadline: '07:00', minimumChargeTarget: 80 }]),
);
const SUNDAY_AT_0230: WeeklySchedule = { sunday: { deadline: '02:30', minimumChargeTarget: 60 } };
const WORKDAYS: WeeklySchedule = {
  monday: { deadline: '06:30', minimumChargeTarget: 90 },
  thursday: { deadline: '00:00', minimumChargeTarget: 50 },
};

describe('nextDeadline', () => {
  test.each([
    ['later today', EVERY_DAY_AT_7, 'Europe/Oslo', '2025-06-11T04:59Z', '2025-06-11T05:00Z 80'],
    ['exactly at one, the next', EVERY_DAY_AT_7, 'Europe/Oslo', '2025-06-11T05:00Z', '2025-06-12T05:00Z 80'],
    ['across the spring change', EVERY_DAY_AT_7, 'Europe/Oslo', '2025-03-29T06:00Z', '2025-03-30T05:00Z 80'],
    ['across the autumn change', EVERY_DAY_AT_7, 'Europe/Oslo', '2025-10-25T05:00Z', '2025-10-26T06:00Z 80'],
    ['a time in the gap', SUNDAY_AT_0230, 'Europe/Oslo', '2025-03-29T12:00Z', '2025-03-30T01:00Z 60'],
    ['at the end of that gap', SUNDAY_AT_0230, 'Europe/Oslo', '2025-03-30T01:00Z', '2025-04-06T00:30Z 60'],
    ['the first of two', SUNDAY_AT_0230, 'Europe/Oslo', '2025-10-25T12:00Z', '2025-10-26T00:30Z 60'],
    ['between the two', SUNDAY_AT_0230, 'Europe/Oslo', '2025-10-26T01:00Z', '2025-11-02T01:30Z 60'],
    ['days without an entry', WORKDAYS, 'Europe/Oslo', '2025-06-09T04:30Z', '2025-06-11T22:00Z 50'],
    ['a whole week on', SUNDAY_AT_0230, 'UTC', '2025-06-15T02:30Z', '2025-06-22T02:30Z 60'],
    [
      'the local weekday counts',
      SUNDAY_AT_0230,
      'Australia/Lord_Howe',
      '2025-06-13T00:00Z',
      '2025-06-14T16:00Z 60',
    ],
  ])('%s', (_, schedule, zone, after, expected) => {
    const found = nextDeadline(schedule, zone, Date.parse(after));
    const shown = found && `${new Date(found.atMs).toISOString().slice(0, 16)}Z ${found.minimumChargeTarget}`;
    expect(shown).toBe(expected);
  });

  test('no entry, no deadline', () => {
    expect(nextDeadline({}, 'Europe/Oslo', 0)).toBeNull();
  });

  test('lies strictly after, within 8 days, at its wall clock or at the end of a gap', () => {
    fc.assert(
      fc.property(
        anyZone,
        anyTime,
        fc.constantFrom(...WEEKDAYS),
        anyInstantMs,
        (zone, deadline, weekday, afterMs) => {
          const found = nextDeadline({ [weekday]: { deadline, minimumChargeTarget: 70 } }, zone, afterMs);
          const atMs = found?.atMs ?? Number.NaN;
          expect(atMs).toBeGreaterThan(afterMs);
          expect(atMs).toBeLessThanOrEqual(afterMs + 8 * DAY_MS);
          const wanted = minuteOfTime(deadline) ?? Number.NaN;
          const shown = localMinuteOfDay(zone, atMs);
          const isAtItsTime = shown === wanted && WEEKDAYS[weekdayOf(localDateOf(zone, atMs))] === weekday;
          const jump = (shown - localMinuteOfDay(zone, atMs - MINUTE_MS) + 1440) % 1440;
          const behind = (shown - wanted + 1440) % 1440;
          expect(isAtItsTime || (jump > 1 && behind < jump)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('restrictionIntervals', () => {
  const evening = { type: 'x', startTime: '17:00', endTime: '20:00', weekdays: [0, 1, 2, 3, 4] };
  const night = { type: 'x', startTime: '22:00', endTime: '06:00', weekdays: [5] };
  const sundayNight = { type: 'x', startTime: '01:00', endTime: '04:00', weekdays: [6] };
  const inGap = { type: 'x', startTime: '02:10', endTime: '02:50', weekdays: [6] };
  const wholeSunday = { type: 'x', startTime: '00:00', endTime: '00:00', weekdays: [6] };
  const late = { type: 'x', startTime: '19:00', endTime: '23:00', weekdays: [2] };
  const touching = { type: 'x', startTime: '20:00', endTime: '21:00', weekdays: [2] };

  test.each<[string, RestrictionWindow[], string, string, string[]]>([
    ['none', [], '2025-06-09T00:00Z', '2025-06-16T00:00Z', []],
    ['empty span', [evening], '2025-06-09T16:00Z', '2025-06-09T16:00Z', []],
    [
      'workdays only',
      [evening],
      '2025-06-12T22:00Z',
      '2025-06-16T16:00Z',
      ['2025-06-13T15:00/2025-06-13T18:00', '2025-06-16T15:00/2025-06-16T16:00'],
    ],
    [
      'already begun: the weekday of the start',
      [night],
      '2025-06-15T01:00Z',
      '2025-06-15T12:00Z',
      ['2025-06-15T01:00/2025-06-15T04:00'],
    ],
    ['not begun on the day of its end', [night], '2025-06-13T22:00Z', '2025-06-14T12:00Z', []],
    [
      'spring: two hours',
      [sundayNight],
      '2025-03-30T00:00Z',
      '2025-03-31T00:00Z',
      ['2025-03-30T00:00/2025-03-30T02:00'],
    ],
    [
      'autumn: four hours',
      [sundayNight],
      '2025-10-25T12:00Z',
      '2025-10-27T00:00Z',
      ['2025-10-25T23:00/2025-10-26T03:00'],
    ],
    ['wholly in the gap', [inGap], '2025-03-30T00:00Z', '2025-03-31T00:00Z', []],
    [
      'equal times: a whole day of 25 hours',
      [wholeSunday],
      '2025-10-25T00:00Z',
      '2025-10-28T00:00Z',
      ['2025-10-25T22:00/2025-10-26T23:00'],
    ],
    [
      'overlapping and touching: one',
      [late, evening, touching],
      '2025-06-11T00:00Z',
      '2025-06-12T00:00Z',
      ['2025-06-11T15:00/2025-06-11T21:00'],
    ],
    [
      'touching: one',
      [touching, evening],
      '2025-06-11T00:00Z',
      '2025-06-12T00:00Z',
      ['2025-06-11T15:00/2025-06-11T19:00'],
    ],
  ])('%s', (_, windows, from, to, expected) => {
    const found = restrictionIntervals(windows, 'Europe/Oslo', Date.parse(from), Date.parse(to));
    const shown = found.map(({ startAtMs, endAtMs }) =>
      [startAtMs, endAtMs].map((atMs) => new Date(atMs).toISOString().slice(0, 16)).join('/'),
    );
    expect(shown).toEqual(expected);
  });

  test('ascending, disjoint, not touching, within the span, and cut where the span is', () => {
    fc.assert(
      fc.property(
        anyZone,
        fc.array(anyWindow, { maxLength: 4 }),
        anyInstantMs,
        fc.nat(4 * DAY_MS),
        (zone, windows, fromMs, lengthMs) => {
          const toMs = fromMs + lengthMs;
          const found = restrictionIntervals(windows, zone, fromMs, toMs);
          let reachedMs = fromMs - 1;
          for (const { startAtMs, endAtMs } of found) {
            expect(startAtMs).toBeGreaterThan(reachedMs);
            expect(endAtMs).toBeGreaterThan(startAtMs);
            reachedMs = endAtMs;
          }
          expect(reachedMs).toBeLessThanOrEqual(toMs);
          const wider = restrictionIntervals(windows, zone, fromMs - 3 * DAY_MS, toMs + 3 * DAY_MS).map(
            (wide) => ({
              startAtMs: Math.max(fromMs, wide.startAtMs),
              endAtMs: Math.min(toMs, wide.endAtMs),
            }),
          );
          expect(found).toEqual(wider.filter(({ startAtMs, endAtMs }) => startAtMs < endAtMs));
        },
      ),
      { numRuns: 500 },
    );
  });
});

const anyZone = fc.constantFrom(
  'Europe/Oslo',
  'America/Los_Angeles',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kathmandu',
);
const anyTime = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const anyWindow = fc.record({
  type: fc.constant('x'),
  startTime: anyTime,
  endTime: anyTime,
  weekdays: fc.uniqueArray(fc.nat(6), { maxLength: 7 }),
});
/** Most of these weeks hold a change of some clock. */
const anyInstantMs = fc
  .tuple(
    fc.constantFrom(
      '2025-03-09',
      '2025-03-30',
      '2025-04-06',
      '2025-04-25',
      '2025-09-07',
      '2025-10-05',
      '2025-10-26',
    ),
    fc.integer({ min: -8 * DAY_MS, max: 2 * DAY_MS }),
  )
  .map(([day, offMs]) => Date.parse(day) + offMs);
