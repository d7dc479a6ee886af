import { describe, expect, test } from 'vitest';
import type { WeeklySchedule } from './policy.ts';
import {
  checkPolicy,
  DEFAULT_POLICY_SETTINGS,
  mergeSchedule,
  type PolicySettings,
  type SchedulePatch,
} from './policy-rules.ts';

describe('checkPolicy', () => {
  test('the defaults are in order', () => {
    expect(checkPolicy(DEFAULT_POLICY_SETTINGS)).toEqual([]);
    expect(DEFAULT_POLICY_SETTINGS).toMatchObject({
      batteryReserve: 20,
      schedule: { monday: { deadline: '07:00', minimumChargeTarget: 80 }, sunday: { deadline: '07:00' } },
      startCost: 0.02,
      minRunMinutes: 15,
      prefer: 'late',
    });
    expect(Object.keys(DEFAULT_POLICY_SETTINGS.schedule)).toHaveLength(7);
  });

  test.each<[string, Partial<PolicySettings>]>([
    ['no deadline at all', { schedule: {} }],
    ['reserve equal to the target', { batteryReserve: 80 }],
    [
      'the ends of the range',
      { batteryReserve: 0, schedule: { friday: { deadline: '00:00', minimumChargeTarget: 100 } } },
    ],
    ['a window over midnight', { restrictionSchedule: [window('22:00', '06:00', [0, 6])] }],
    ['a negative opportunistic price', { opportunisticPrice: -0.01 }],
    ['no start cost, no minimum run', { startCost: 0, minRunMinutes: 0 }],
  ])('%s is in order', (_, changes) => {
    expect(checkPolicy({ ...DEFAULT_POLICY_SETTINGS, ...changes })).toEqual([]);
  });

  const range = 'expected a whole number from 0 to 100';
  const time = 'expected a time HH:mm from 00:00 to 23:59';
  test.each<[Partial<PolicySettings>, string[]]>([
    [{ batteryReserve: -1 }, [`batteryReserve: ${range}, got -1`]],
    [{ batteryReserve: 20.5 }, [`batteryReserve: ${range}, got 20.5`]],
    [{ batteryReserve: 101, schedule: {} }, [`batteryReserve: ${range}, got 101`]],
    [
      { schedule: { tuesday: { deadline: '25:00', minimumChargeTarget: 80 } } },
      [`schedule.tuesday.deadline: ${time}, got "25:00"`],
    ],
    [
      { schedule: { tuesday: { deadline: '7:00', minimumChargeTarget: 101 } } },
      [
        `schedule.tuesday.deadline: ${time}, got "7:00"`,
        `schedule.tuesday.minimumChargeTarget: ${range}, got 101`,
      ],
    ],
    [
      {
        batteryReserve: 60,
        schedule: {
          monday: { deadline: '07:00', minimumChargeTarget: 60 },
          sunday: { deadline: '07:00', minimumChargeTarget: 59 },
        },
      },
      ['schedule.sunday.minimumChargeTarget: expected at least the battery reserve, 60, got 59'],
    ],
    [
      { restrictionSchedule: [window('24:00', '06:00', [0]), window('22:00', '0600', [7, -1, 1.5])] },
      [
        `restrictionSchedule.0.startTime: ${time}, got "24:00"`,
        `restrictionSchedule.1.endTime: ${time}, got "0600"`,
        'restrictionSchedule.1.weekdays.0: expected 0 (Monday) to 6 (Sunday), got 7',
        'restrictionSchedule.1.weekdays.1: expected 0 (Monday) to 6 (Sunday), got -1',
        'restrictionSchedule.1.weekdays.2: expected 0 (Monday) to 6 (Sunday), got 1.5',
      ],
    ],
    [
      { restrictionSchedule: [window('22:00', '06:00', [])] },
      ['restrictionSchedule.0.weekdays: expected at least one weekday, got none'],
    ],
    [
      { restrictionSchedule: [window('22:00', '06:00', [1, 1])] },
      ['restrictionSchedule.0.weekdays: expected each weekday once'],
    ],
    [
      { restrictionSchedule: Array.from({ length: 51 }, () => window('22:00', '06:00', [1])) },
      ['restrictionSchedule: expected at most 50 windows, got 51'],
    ],
    [{ opportunisticPrice: Number.NaN }, ['opportunisticPrice: expected a number, got NaN']],
    [{ preconditionMinutes: 241 }, ['preconditionMinutes: expected a whole number from 0 to 240, got 241']],
    [{ startCost: -0.01 }, ['startCost: expected a number of 0 or more, got -0.01']],
    [{ minRunMinutes: 7.5 }, ['minRunMinutes: expected a whole number from 0 to 240, got 7.5']],
  ])('%j', (changes, expected) => {
    const issues = checkPolicy({ ...DEFAULT_POLICY_SETTINGS, ...changes });
    expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
  });
});

describe('mergeSchedule', () => {
  const six = { deadline: '06:00', minimumChargeTarget: 60 };
  const nine = { deadline: '09:00', minimumChargeTarget: 90 };
  const old: WeeklySchedule = { monday: six, friday: six };

  test.each<[string, SchedulePatch, WeeklySchedule]>([
    ['nothing changes nothing', {}, { monday: six, friday: six }],
    ['one is replaced', { friday: nine }, { monday: six, friday: nine }],
    ['one is added', { sunday: nine }, { monday: six, friday: six, sunday: nine }],
    ['null takes one away', { monday: null }, { friday: six }],
    ['null where none is', { tuesday: null }, { monday: six, friday: six }],
    ['undefined is left out', { monday: undefined }, { monday: six, friday: six }],
  ])('%s', (_, patch, expected) => {
    expect(mergeSchedule(old, patch)).toStrictEqual(expected);
  });

  test('keeps the order of the week', () => {
    expect(Object.keys(mergeSchedule({ friday: six }, { sunday: six, monday: nine }))).toEqual([
      'monday',
      'friday',
      'sunday',
    ]);
  });
});

function window(startTime: string, endTime: string, weekdays: readonly number[]) {
  return { type: 'NO_CHARGING', startTime, endTime, weekdays };
}
