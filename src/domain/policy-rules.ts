import { minuteOfTime } from './calendar.ts';
import {
  type Deadline,
  type Policy,
  type RestrictionWindow,
  WEEKDAYS,
  type WeeklySchedule,
} from './policy.ts';
import {
  DEFAULT_DEADLINE,
  DEFAULT_MIN_RUN_MINUTES,
  DEFAULT_RESERVE_PERCENT,
  DEFAULT_START_COST,
  DEFAULT_TARGET_PERCENT,
  MIN_RUN_MAX_MINUTES,
  PRECONDITION_MAX_MINUTES,
  RESTRICTION_WINDOWS_MAX_COUNT,
} from './rules.ts';

/** The part of a policy that its user chooses. */
export type PolicySettings = Pick<
  Policy,
  | 'batteryReserve'
  | 'schedule'
  | 'restrictionSchedule'
  | 'opportunisticPrice'
  | 'preconditionMinutes'
  | 'startCost'
  | 'minRunMinutes'
  | 'prefer'
>;

/** What is wrong with a value, and where; the path joins names and indexes with dots. */
export interface PolicyIssue {
  readonly path: string;
  readonly message: string;
}

/** Everything that a policy's settings break; empty when they are in order. A schedule may be empty: reserve only. */
export function checkPolicy(settings: PolicySettings): PolicyIssue[] {
  return [
    ...checkPercent('batteryReserve', settings.batteryReserve),
    ...WEEKDAYS.flatMap((weekday) =>
      checkDeadline(`schedule.${weekday}`, settings.schedule[weekday], settings.batteryReserve),
    ),
    ...checkWindows(settings.restrictionSchedule),
    ...checkFinite('opportunisticPrice', settings.opportunisticPrice),
    ...checkWhole('preconditionMinutes', settings.preconditionMinutes, PRECONDITION_MAX_MINUTES),
    ...checkStartCost(settings.startCost),
    ...checkWhole('minRunMinutes', settings.minRunMinutes, MIN_RUN_MAX_MINUTES),
  ];
}

/** The settings of a policy that names none (http-api.md). */
export const DEFAULT_POLICY_SETTINGS: PolicySettings = {
  batteryReserve: DEFAULT_RESERVE_PERCENT,
  schedule: everyDay({ deadline: DEFAULT_DEADLINE, minimumChargeTarget: DEFAULT_TARGET_PERCENT }),
  restrictionSchedule: [],
  opportunisticPrice: null,
  preconditionMinutes: 0,
  startCost: DEFAULT_START_COST,
  minRunMinutes: DEFAULT_MIN_RUN_MINUTES,
  prefer: 'late',
};

/** A change of a schedule: a weekday left out stays, null takes its deadline away. */
export type SchedulePatch = Readonly<Partial<Record<keyof WeeklySchedule, Deadline | null>>>;

/** The schedule after a change, weekdays in the week's order. */
export function mergeSchedule(old: WeeklySchedule, patch: SchedulePatch): WeeklySchedule {
  const entries = WEEKDAYS.flatMap((weekday) => {
    const change = patch[weekday];
    const entry = change === undefined ? old[weekday] : change;
    return entry === undefined || entry === null ? [] : [[weekday, entry] as const];
  });
  return Object.fromEntries(entries);
}

function everyDay(deadline: Deadline): WeeklySchedule {
  return Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, deadline]));
}

function checkDeadline(path: string, entry: Deadline | undefined, reservePercent: number): PolicyIssue[] {
  if (entry === undefined) {
    return [];
  }
  const targetPath = `${path}.minimumChargeTarget`;
  const issues = [
    ...checkTime(`${path}.deadline`, entry.deadline),
    ...checkPercent(targetPath, entry.minimumChargeTarget),
  ];
  if (entry.minimumChargeTarget < reservePercent) {
    const message = `expected at least the battery reserve, ${reservePercent}, got ${entry.minimumChargeTarget}`;
    issues.push({ path: targetPath, message });
  }
  return issues;
}

function checkWindows(windows: readonly RestrictionWindow[]): PolicyIssue[] {
  if (windows.length > RESTRICTION_WINDOWS_MAX_COUNT) {
    const message = `expected at most ${RESTRICTION_WINDOWS_MAX_COUNT} windows, got ${windows.length}`;
    return [{ path: 'restrictionSchedule', message }];
  }
  return windows.flatMap((window, index) => {
    const path = `restrictionSchedule.${index}`;
    return [
      ...checkTime(`${path}.startTime`, window.startTime),
      ...checkTime(`${path}.endTime`, window.endTime),
      ...checkWeekdays(`${path}.weekdays`, window.weekdays),
    ];
  });
}

function checkWeekdays(path: string, weekdays: readonly number[]): PolicyIssue[] {
  if (weekdays.length === 0) {
    return [{ path, message: 'expected at least one weekday, got none' }];
  }
  if (new Set(weekdays).size < weekdays.length) {
    return [{ path, message: 'expected each weekday once' }];
  }
  return weekdays.flatMap((weekday, index) =>
    isWholeBetween(weekday, 0, 6)
      ? []
      : [{ path: `${path}.${index}`, message: `expected 0 (Monday) to 6 (Sunday), got ${weekday}` }],
  );
}

function checkTime(path: string, time: string): PolicyIssue[] {
  if (minuteOfTime(time) !== null) {
    return [];
  }
  return [{ path, message: `expected a time HH:mm from 00:00 to 23:59, got ${JSON.stringify(time)}` }];
}

function checkPercent(path: string, value: number): PolicyIssue[] {
  return checkWhole(path, value, 100);
}

function checkWhole(path: string, value: number, most: number): PolicyIssue[] {
  return isWholeBetween(value, 0, most)
    ? []
    : [{ path, message: `expected a whole number from 0 to ${most}, got ${value}` }];
}

function checkFinite(path: string, value: number | null): PolicyIssue[] {
  return value === null || Number.isFinite(value)
    ? []
    : [{ path, message: `expected a number, got ${value}` }];
}

function checkStartCost(startCost: number): PolicyIssue[] {
  return Number.isFinite(startCost) && startCost >= 0
    ? []
    : [{ path: 'startCost', message: `expected a number of 0 or more, got ${startCost}` }];
}

function isWholeBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
