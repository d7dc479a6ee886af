import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  instantOfLocal,
  isValidZone,
  type LocalDate,
  localDateOf,
  localMinuteOfDay,
  minuteOfTime,
  startOfLocalDay,
  weekdayOf,
} from './calendar.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './units.ts';

describe('instantOfLocal', () => {
  test.each([
    ['an ordinary winter day', 'Europe/Oslo', '2025-01-15', '07:00', '2025-01-15T06:00Z'],
    ['an ordinary summer day', 'Europe/Oslo', '2025-06-11', '09:00', '2025-06-11T07:00Z'],
    ['the last minute before the gap', 'Europe/Oslo', '2025-03-30', '01:59', '2025-03-30T00:59Z'],
    ['the first minute of the gap', 'Europe/Oslo', '2025-03-30', '02:00', '2025-03-30T01:00Z'],
    ['within the gap', 'Europe/Oslo', '2025-03-30', '02:30', '2025-03-30T01:00Z'],
    ['the end of the gap', 'Europe/Oslo', '2025-03-30', '03:00', '2025-03-30T01:00Z'],
    ['the first of two', 'Europe/Oslo', '2025-10-26', '02:30', '2025-10-26T00:30Z'],
    ['after both', 'Europe/Oslo', '2025-10-26', '03:00', '2025-10-26T02:00Z'],
    ['gap in California', 'America/Los_Angeles', '2023-03-12', '02:15', '2023-03-12T10:00Z'],
    ['repeat in California', 'America/Los_Angeles', '2023-11-05', '01:15', '2023-11-05T08:15Z'],
    ['half-hour gap', 'Australia/Lord_Howe', '2025-10-05', '02:10', '2025-10-04T15:30Z'],
    ['after the half-hour gap', 'Australia/Lord_Howe', '2025-10-05', '02:30', '2025-10-04T15:30Z'],
    ['half-hour repeat', 'Australia/Lord_Howe', '2025-04-06', '01:45', '2025-04-05T14:45Z'],
    ['after the half-hour repeat', 'Australia/Lord_Howe', '2025-04-06', '02:00', '2025-04-05T15:30Z'],
    ['midnight in a gap', 'America/Santiago', '2025-09-07', '00:00', '2025-09-07T04:00Z'],
    ['midnight that comes twice', 'America/Havana', '2025-11-02', '00:30', '2025-11-02T04:30Z'],
    ['a day that was skipped', 'Pacific/Apia', '2011-12-30', '07:00', '2011-12-30T10:00Z'],
    ['quarter-hour zone', 'Asia/Kathmandu', '2025-06-11', '07:00', '2025-06-11T01:15Z'],
    ['UTC', 'UTC', '2024-02-29', '23:59', '2024-02-29T23:59Z'],
  ])('%s', (_, zone, date, time, expected) => {
    expect(iso(instantOfLocal(zone, dateOf(date), time))).toBe(iso(Date.parse(expected)));
  });

  test('a day outside its month rolls over', () => {
    expect(iso(instantOfLocal('Europe/Oslo', { year: 2024, month: 12, day: 32 }, '00:00'))).toBe(
      '2024-12-31T23:00:00.000Z',
    );
  });

  test('a time that is none is our own mistake', () => {
    expect(() => instantOfLocal('Europe/Oslo', dateOf('2025-01-01'), '25:00')).toThrow('HH:mm');
  });

  test('is the first instant that shows the time, or the end of the gap that holds it', () => {
    fc.assert(
      fc.property(anyZone, anyInstantMs, fc.nat(1439), (zone, atMs, minute) => {
        const date = localDateOf(zone, atMs);
        const wanted = Date.UTC(date.year, date.month - 1, date.day) + minute * MINUTE_MS;
        const foundMs = instantOfLocal(zone, date, timeOf(minute));
        expect(wallOf(zone, foundMs)).toBeGreaterThanOrEqual(wanted);
        for (let backMs = 1; backMs < 3 * HOUR_MS; backMs += 15 * MINUTE_MS) {
          expect(wallOf(zone, foundMs - backMs)).toBeLessThan(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the clock of a zone', () => {
  test('agrees with the formatter of the language', () => {
    fc.assert(
      fc.property(anyZone, anyInstantMs, (zone, atMs) => {
        const date = localDateOf(zone, atMs);
        const wallMs =
          Date.UTC(date.year, date.month - 1, date.day) + localMinuteOfDay(zone, atMs) * MINUTE_MS;
        expect(wallMs).toBe(Math.floor(wallOf(zone, atMs) / MINUTE_MS) * MINUTE_MS);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['Europe/Copenhagen', '2023-03-26', 23],
    ['Europe/Copenhagen', '2023-10-29', 25],
    ['Europe/Stockholm', '2025-10-26', 25],
    ['Europe/Stockholm', '2025-10-27', 24],
    ['America/Los_Angeles', '2023-03-12', 23],
    ['America/Los_Angeles', '2023-11-05', 25],
    ['Australia/Lord_Howe', '2025-04-06', 24.5],
    ['Australia/Lord_Howe', '2025-10-05', 23.5],
    ['America/Santiago', '2025-09-07', 23],
    ['America/Santiago', '2025-04-05', 25],
    ['Africa/Cairo', '2025-04-25', 23],
    ['Asia/Kolkata', '2025-03-30', 24],
  ])('%s %s has %d hours', (zone, date, hours) => {
    const startMs = instantOfLocal(zone, dateOf(date), '00:00');
    const { year, month, day } = dateOf(date);
    const endMs = instantOfLocal(zone, { year, month, day: day + 1 }, '00:00');
    expect((endMs - startMs) / HOUR_MS).toBe(hours);
    expect(iso(startOfLocalDay(zone, startMs))).toBe(iso(startMs));
    expect(iso(startOfLocalDay(zone, endMs - 1))).toBe(iso(startMs));
    expect(iso(startOfLocalDay(zone, endMs))).toBe(iso(endMs));
  });
});

test.each([
  ['2025-06-09', 0],
  ['2025-06-15', 6],
  ['1969-12-31', 2],
  ['2024-02-29', 3],
])('the weekday of %s', (date, weekday) => {
  expect(weekdayOf(dateOf(date))).toBe(weekday);
});

test.each([
  ['00:00', 0],
  ['07:05', 425],
  ['23:59', 1439],
  ['24:00', null],
  ['25:00', null],
  ['7:00', null],
  ['07:60', null],
  ['07:00 ', null],
  ['', null],
])('the minute of %j', (time, minute) => {
  expect(minuteOfTime(time)).toBe(minute);
});

test.each([
  ['Europe/Oslo', true],
  ['Europe/Kyiv', true],
  ['Asia/Kolkata', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Etc/GMT+1', true],
  ['UTC', true],
  ['+01:00', false],
  ['GMT+1', false],
  ['Europe/Atlantis', false],
  ['Europe/Oslo ', false],
  ['', false],
])('is %j a zone', (name, expected) => {
  expect(isValidZone(name)).toBe(expected);
});

const anyZone = fc.constantFrom(
  'Europe/Oslo',
  'Europe/London',
  'Europe/Dublin',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
);

/** Half of the instants lie close to a change of some clock: those of 2025 happen in these weeks. */
const anyInstantMs = fc.oneof(
  fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2036, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom(
        '2025-03-09',
        '2025-03-30',
        '2025-04-06',
        '2025-09-07',
        '2025-10-05',
        '2025-10-26',
        '2025-11-02',
      ),
      fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }),
    )
    .map(([day, offMs]) => Date.parse(day) + offMs),
);

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The wall clock as if it were UTC, by another road than the one under test. */
function wallOf(zone: string, atMs: number): number {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formatters.set(zone, formatter);
  const parts = Object.fromEntries(
    formatter.formatToParts(atMs).map((part) => [part.type, Number(part.value)] as const),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((atMs % 1000) + 1000) % 1000);
}

function dateOf(text: string): LocalDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}

function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
