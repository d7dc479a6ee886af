import assert from 'node:assert';
import { Temporal } from 'temporal-polyfill';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './units.ts';

/** A day of the calendar. Month 1..12; a day outside its month rolls over, so `day + 1` is the next day. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The instant of a wall-clock time `HH:mm` in a zone. A time that the clock jumps over is the first instant
 * after the gap; a time that comes twice is the first (sessions.md §4).
 */
export function instantOfLocal(zone: string, date: LocalDate, time: string): number {
  const minute = minuteOfTime(time);
  assert(minute !== null, `expected a time HH:mm, got ${JSON.stringify(time)}`);
  const wallMs = Date.UTC(date.year, date.month - 1, date.day) + minute * MINUTE_MS;
  // The answer is the first instant whose wall clock shows at least this: every wall clock is behind it at the
  // start of the search, and each rises evenly between two changes of its offset.
  let span = spanAt(zone, wallMs - SEARCH_BACK_MS);
  while (wallMs - span.offsetMs >= span.endAtMs) {
    span = spanAt(zone, span.endAtMs);
  }
  return Math.max(span.startAtMs, wallMs - span.offsetMs);
}

/** The day that a zone's calendar shows at an instant. */
export function localDateOf(zone: string, atMs: number): LocalDate {
  const wall = new Date(wallMsAt(zone, atMs));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The minute 0..1439 that a zone's clock shows at an instant; seconds are cut off. */
export function localMinuteOfDay(zone: string, atMs: number): number {
  const wallMs = wallMsAt(zone, atMs);
  return Math.floor((wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) / MINUTE_MS);
}

/** The first instant of the local day that holds an instant: midnight, or the end of a gap at midnight. */
export function startOfLocalDay(zone: string, atMs: number): number {
  return instantOfLocal(zone, localDateOf(zone, atMs), '00:00');
}

/** The weekday of a day, 0 = Monday .. 6 = Sunday. */
export function weekdayOf(date: LocalDate): number {
  const dayNumber = Math.floor(Date.UTC(date.year, date.month - 1, date.day) / DAY_MS);
  return (((dayNumber + EPOCH_WEEKDAY) % 7) + 7) % 7;
}

/** The minute of the day 0..1439 of a time written `HH:mm`, or null when it is written otherwise. */
export function minuteOfTime(time: string): number | null {
  const parts = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(time);
  return parts === null ? null : Number(parts[1]) * 60 + Number(parts[2]);
}

/** Is this a name of the IANA time zone database? A bare offset such as +01:00 knows no clock changes and is none. */
export function isValidZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) {
    return false;
  }
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/** A span of time in which a zone's offset from UTC stays the same. */
interface OffsetSpan {
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly offsetMs: number;
}

/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 3;
/** Wall clocks are at most 14 hours ahead of UTC, and the longest gap, a skipped day, is 24 hours. */
const SEARCH_BACK_MS = 40 * HOUR_MS;
/** Offsets are looked up and kept for stretches of this length, aligned on its multiples. */
const STRETCH_MS = 512 * DAY_MS;
/** A process meets a few hundred zones and a few years; more than this means foreign input, and all are dropped. */
const STRETCHES_MAX_COUNT = 10_000;

const stretchesByZone = new Map<string, Map<number, readonly OffsetSpan[]>>();
let stretchesCount = 0;

/** What a zone's clock shows at an instant, in milliseconds as if it were UTC. */
export function wallMsAt(zone: string, atMs: number): number {
  return atMs + spanAt(zone, atMs).offsetMs;
}

function spanAt(zone: string, atMs: number): OffsetSpan {
  const stretch = Math.floor(atMs / STRETCH_MS);
  const spans = stretchesByZone.get(zone)?.get(stretch) ?? loadStretch(zone, stretch);
  for (const span of spans) {
    if (atMs < span.endAtMs) {
      return span;
    }
  }
  throw new RangeError(`expected an instant in milliseconds, got ${atMs}`);
}

function loadStretch(zone: string, stretch: number): readonly OffsetSpan[] {
  const spans = spansBetween(zone, stretch * STRETCH_MS, (stretch + 1) * STRETCH_MS);
  if (stretchesCount >= STRETCHES_MAX_COUNT) {
    stretchesByZone.clear();
    stretchesCount = 0;
  }
  const stretches = stretchesByZone.get(zone) ?? new Map<number, readonly OffsetSpan[]>();
  stretchesByZone.set(zone, stretches);
  stretches.set(stretch, spans);
  stretchesCount += 1;
  return spans;
}

function spansBetween(zone: string, fromMs: number, toMs: number): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let startAtMs = fromMs;
  let wall = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  while (startAtMs < toMs) {
    const offsetMs = wall.offsetNanoseconds / 1e6;
    const next = wall.getTimeZoneTransition('next');
    const endAtMs = Math.min(next?.epochMilliseconds ?? toMs, toMs);
    spans.push({ startAtMs, endAtMs, offsetMs });
    startAtMs = endAtMs;
    wall = next ?? wall;
  }
  return spans;
}
