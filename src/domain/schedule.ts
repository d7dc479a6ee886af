import { instantOfLocal, type LocalDate, localDateOf, minuteOfTime, weekdayOf } from './calendar.ts';
import type { Interval } from './interval.ts';
import { type RestrictionWindow, WEEKDAYS, type WeeklySchedule } from './policy.ts';
import { DAY_MS } from './units.ts';

/** A deadline of the schedule on a certain day. */
export interface NextDeadline {
  readonly atMs: number;
  readonly minimumChargeTarget: number;
}

/**
 * The first deadline of a weekly schedule strictly after an instant, or null when no weekday has one.
 * Gaps and repeated hours of the zone's clock: see `instantOfLocal`.
 */
export function nextDeadline(schedule: WeeklySchedule, zone: string, afterMs: number): NextDeadline | null {
  const today = localDateOf(zone, afterMs);
  // The same weekday of next week is the last that can be the next.
  for (let ahead = 0; ahead <= 7; ahead++) {
    const date = daysAfter(today, ahead);
    const weekday = WEEKDAYS[weekdayOf(date)];
    const entry = weekday === undefined ? undefined : schedule[weekday];
    if (entry !== undefined) {
      const atMs = instantOfLocal(zone, date, entry.deadline);
      if (atMs > afterMs) {
        return { atMs, minimumChargeTarget: entry.minimumChargeTarget };
      }
    }
  }
  return null;
}

/**
 * The times within [fromMs, toMs) that weekly windows cover: merged, ascending, disjoint. A window whose end is
 * not after its start ends on the next day, so that equal times are a whole day.
 */
export function restrictionIntervals(
  windows: readonly RestrictionWindow[],
  zone: string,
  fromMs: number,
  toMs: number,
): Interval[] {
  const found: Interval[] = [];
  if (windows.length === 0 || fromMs >= toMs) {
    return found;
  }
  // A window begins at most one day, and a skipped day, before the time that it covers.
  for (let date = localDateOf(zone, fromMs - 2 * DAY_MS); ; date = daysAfter(date, 1)) {
    if (instantOfLocal(zone, date, '00:00') >= toMs) {
      return merged(found);
    }
    const weekday = weekdayOf(date);
    for (const window of windows) {
      if (window.weekdays.includes(weekday)) {
        const startAtMs = Math.max(fromMs, instantOfLocal(zone, date, window.startTime));
        const endAtMs = Math.min(toMs, instantOfLocal(zone, endDateOf(window, date), window.endTime));
        if (startAtMs < endAtMs) {
          found.push({ startAtMs, endAtMs });
        }
      }
    }
  }
}

function endDateOf(window: RestrictionWindow, startDate: LocalDate): LocalDate {
  const startMinute = minuteOfTime(window.startTime) ?? 0;
  const endMinute = minuteOfTime(window.endTime) ?? 0;
  return endMinute > startMinute ? startDate : daysAfter(startDate, 1);
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.startAtMs - b.startAtMs)) {
    const last = result.at(-1);
    if (last === undefined || next.startAtMs > last.endAtMs) {
      result.push(next);
    } else if (next.endAtMs > last.endAtMs) {
      result[result.length - 1] = { startAtMs: last.startAtMs, endAtMs: next.endAtMs };
    }
  }
  return result;
}

/** A later day; it need not be written with a day within its month. */
function daysAfter(date: LocalDate, days: number): LocalDate {
  return { year: date.year, month: date.month, day: date.day + days };
}
