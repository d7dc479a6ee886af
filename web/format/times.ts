import { locale } from './settings.ts';

/** Time of day in a zone: `07:00`. */
export function timeOfDay(atMs: number, zone: string): string {
  return format(zone, 'time', { hour: '2-digit', minute: '2-digit' }).format(atMs);
}

/** `Tue 24 Nov`. */
export function day(atMs: number, zone: string): string {
  return format(zone, 'day', { weekday: 'short', day: 'numeric', month: 'short' }).format(atMs);
}

/** `Tue 07:00`: for what is at most a week away. */
export function weekdayAndTime(atMs: number, zone: string): string {
  return `${format(zone, 'weekday', { weekday: 'short' }).format(atMs)} ${timeOfDay(atMs, zone)}`;
}

/** `Tue 24 Nov, 07:00`. */
export function dayAndTime(atMs: number, zone: string): string {
  return `${day(atMs, zone)}, ${timeOfDay(atMs, zone)}`;
}

/** With year, seconds and the zone: for titles and logs. */
export function exactTime(atMs: number, zone: string): string {
  const date = format(zone, 'exact', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return `${date.format(atMs)} ${zoneAbbreviation(atMs, zone)}`;
}

/** `November 2026`, of a month such as `2026-11`. */
export function monthName(month: string): string {
  return format('UTC', 'month', { month: 'long', year: 'numeric' }).format(Date.parse(`${month}-01T00:00Z`));
}

/** `Nov`, with the year in January: under the bars of a chart. */
export function shortMonthName(month: string): string {
  const atMs = Date.parse(`${month}-01T00:00Z`);
  const isFirst = month.endsWith('-01');
  return format('UTC', isFirst ? 'january' : 'short', {
    month: 'short',
    ...(isFirst && { year: '2-digit' }),
  }).format(atMs);
}

/** What the zone's clocks show then: `CET`, `GMT+10:30`. */
export function zoneAbbreviation(atMs: number, zone: string): string {
  const parts = format(zone, 'zone', { timeZoneName: 'short' }).formatToParts(atMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** `in 3 hours`, `5 minutes ago`. */
export function relativeTime(atMs: number, nowMs: number): string {
  const minutes = Math.round((atMs - nowMs) / 60_000);
  const [value, unit]: [number, Intl.RelativeTimeFormatUnit] =
    Math.abs(minutes) < 90
      ? [minutes, 'minute']
      : Math.abs(minutes) < 36 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  return relative.format(value, unit);
}

/** The zone of the browser, for what has no location. */
export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one is slow, and a list needs hundreds. */
function format(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formats.set(key, known);
  return known;
}
