/** Wall clocks of time zones, by Intl alone: what the charts' axes and the forms for instants need. */

/** What a wall clock shows; month 1..12, day 1..31. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What the clocks of the zone show at an instant. */
export function wallOf(atMs: number, zone: string): Wall {
  const values: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) {
    if (type !== 'literal') values[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = values;
  return { year, month, day, hour, minute, second };
}

/** How far the zone's clocks are before UTC then, whole seconds as ms. */
function offsetMs(atMs: number, zone: string): number {
  const wholeMs = Math.floor(atMs / 1000) * 1000;
  return utcOf(wallOf(wholeMs, zone)) - wholeMs;
}

/**
 * The instant at which the zone's clocks show `wall`: of a time that comes twice the first, of one that is left out
 * the first instant after the gap, as the service does.
 */
function instantOf(wall: Wall, zone: string): number {
  const asUtcMs = utcOf(wall);
  // The offsets a day before and a day after bracket any change near.
  const offsets = [offsetMs(asUtcMs - DAY_MS, zone), offsetMs(asUtcMs + DAY_MS, zone)];
  const fitting = offsets
    .map((offset) => asUtcMs - offset)
    .filter((atMs) => atMs + offsetMs(atMs, zone) === asUtcMs);
  if (fitting.length > 0) return Math.min(...fitting);
  return firstAfterGap(asUtcMs, offsets, zone);
}

/** The start of the local day of an instant. */
export function dayStart(atMs: number, zone: string): number {
  return instantOf({ ...wallOf(atMs, zone), hour: 0, minute: 0, second: 0 }, zone);
}

/** The start of the local day after: 23, 24 or 25 hours later. */
export function nextDayStart(atMs: number, zone: string): number {
  const { year, month, day } = wallOf(atMs, zone);
  // Date.UTC carries the 32nd into the next month.
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return instantOf(
    {
      year: next.getUTCFullYear(),
      month: next.getUTCMonth() + 1,
      day: next.getUTCDate(),
      hour: 0,
      minute: 0,
      second: 0,
    },
    zone,
  );
}

/** Instants in `[fromMs, toMs)` at which the zone's clocks show a whole hour that `everyHours` divides. */
export function hoursBetween(fromMs: number, toMs: number, everyHours: number, zone: string): number[] {
  const found: number[] = [];
  // Every offset in use is of whole quarter hours.
  for (let atMs = Math.ceil(fromMs / (HOUR_MS / 4)) * (HOUR_MS / 4); atMs < toMs; atMs += HOUR_MS / 4) {
    const { hour, minute, second } = wallOf(atMs, zone);
    if (minute === 0 && second === 0 && hour % everyHours === 0) found.push(atMs);
  }
  return found;
}

/** The last instant up to `atMs` at which the zone's clocks showed a whole hour. */
export function thisHour(atMs: number, zone: string): number {
  const offset = offsetMs(atMs, zone);
  return Math.floor((atMs + offset) / HOUR_MS) * HOUR_MS - offset;
}

/** The first instant from `atMs` on at which they do. */
export function nextHour(atMs: number, zone: string): number {
  const before = thisHour(atMs, zone);
  if (before === atMs) return atMs;
  const next = thisHour(before + HOUR_MS, zone);
  // Where clocks go back by half an hour, the hour after may begin before `atMs`.
  return next > atMs ? next : thisHour(before + 2 * HOUR_MS, zone);
}

/** As `<input type="datetime-local">` writes it: `2026-11-24T07:00`. */
export function toLocalInput(atMs: number, zone: string): string {
  const { year, month, day, hour, minute } = wallOf(atMs, zone);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}`;
}

/** The instant of what such an input holds; null where it holds nothing whole. */
export function fromLocalInput(text: string, zone: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  return instantOf({ year, month, day, hour, minute, second: 0 }, zone);
}

/** The change of offset between the two instants, to the minute: there the clock jumps forward. */
function firstAfterGap(asUtcMs: number, [before = 0, after = 0]: readonly number[], zone: string): number {
  let low = asUtcMs - Math.max(before, after) - DAY_MS;
  let high = asUtcMs - Math.min(before, after) + DAY_MS;
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

function utcOf({ year, month, day, hour, minute, second }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, known);
  return known;
}
