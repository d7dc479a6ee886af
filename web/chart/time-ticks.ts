import { day, timeOfDay } from '../format/times.ts';
import { dayStart, hoursBetween } from '../format/zone.ts';
import type { Span } from './span.ts';

export interface TimeTick {
  readonly atMs: number;
  /** Time of day, and at the start of a day its date; empty where there is no room. */
  readonly text: string;
  readonly isDay: boolean;
}

const CHARACTER_PX = 6.5;
const BETWEEN_PX = 14;
const DATE_PX = 62;
const STEPS_HOURS = [1, 2, 3, 6, 12, 24];
const HOUR_MS = 3_600_000;

/** Ticks at whole hours of the zone's clock, as many as have room; a day of 25 hours has one more. */
export function timeTicks(span: Span, widthPx: number, zone: string): TimeTick[] {
  const hours = (span.toMs - span.fromMs) / HOUR_MS;
  // Some read `7:00 PM`.
  const labelPx = timeOfDay(span.fromMs, zone).length * CHARACTER_PX + BETWEEN_PX;
  const roomFor = Math.max(2, widthPx / labelPx);
  const step = STEPS_HOURS.find((each) => hours / each <= roomFor) ?? 24;
  const ticks = hoursBetween(span.fromMs, span.toMs + 1, step, zone).map((atMs) => {
    const isDay = dayStart(atMs, zone) === atMs;
    return { atMs, isDay, text: isDay ? day(atMs, zone) : timeOfDay(atMs, zone) };
  });
  // A date is wider than a time of day: the times beside it give way.
  const msPerPx = (span.toMs - span.fromMs) / widthPx;
  const days = ticks.filter(({ isDay }) => isDay);
  return ticks.map((tick) =>
    tick.isDay || days.every(({ atMs }) => Math.abs(atMs - tick.atMs) > DATE_PX * msPerPx)
      ? tick
      : { ...tick, text: '' },
  );
}
