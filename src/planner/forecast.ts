import type { PriceSlot } from '../domain/price.ts';
import {
  FORECAST_CAUTION_RATIO,
  FORECAST_DAYS_COUNT,
  FORECAST_LEVEL_HALF_LIFE_DAYS,
} from '../domain/rules.ts';
import { DAY_MS, QUARTER_HOUR_MS, quarterHourOf } from '../domain/units.ts';

const QUARTERS_COUNT = DAY_MS / QUARTER_HOUR_MS;
/** A day with less than this known of it says nothing of the shape of days, where others do. */
const WHOLE_DAY_MS = (20 / 24) * DAY_MS;

/**
 * The slots with a forecast from the last known price (but not before `fromMs`) to `toMs`, in quarter hours of the
 * zone's clock: the level of the days, the latest counting most, higher or lower at weekends as they were; plus the
 * mean shape of the last fourteen known days; plus a fifth of the error that the same forecast made on those days. So
 * a charge waits for an unknown hour only where it gains more than a gamble: what is known and about as cheap is taken.
 * What is known stays as it is. With less than a full day of history, or for a quarter hour without any, nothing is
 * added and the price stays missing.
 * @param wallMsOf the zone's wall clock at an instant, in milliseconds as if it were UTC.
 */
export function withForecast(
  known: readonly PriceSlot[],
  fromMs: number,
  toMs: number,
  wallMsOf: (atMs: number) => number,
): PriceSlot[] {
  const priced = known.filter((slot) => slot.price !== null && slot.provenance === 'known');
  const knownUntilMs = priced.at(-1)?.endAtMs;
  if (knownUntilMs === undefined || knownUntilMs >= toMs) return [...known];
  const startMs = Math.max(fromMs, knownUntilMs);
  const forecastOf = forecastFrom(daysOf(priced, knownUntilMs, wallMsOf));
  if (forecastOf === null) return [...known];
  const slots = known.filter((slot) => slot.endAtMs <= startMs || slot.price !== null);
  for (let atMs = quarterHourOf(startMs); atMs < toMs; atMs += QUARTER_HOUR_MS) {
    const price = forecastOf(wallMsOf(atMs));
    const startAtMs = Math.max(atMs, startMs, slots.at(-1)?.endAtMs ?? startMs);
    const endAtMs = Math.min(atMs + QUARTER_HOUR_MS, toMs);
    if (price === null || startAtMs >= endAtMs) continue;
    slots.push({ startAtMs, endAtMs, price, provenance: 'forecast' });
  }
  return slots;
}

/** What is known of a local day: the mean price of each quarter hour, null where there is none. */
interface Day {
  readonly isWeekend: boolean;
  readonly prices: readonly (number | null)[];
  readonly knownMs: number;
}

/** The last known days, ascending, those without any price left out. */
function daysOf(
  priced: readonly PriceSlot[],
  knownUntilMs: number,
  wallMsOf: (atMs: number) => number,
): Day[] {
  const lastDay = dayOf(wallMsOf(knownUntilMs - 1));
  const costs = Array.from({ length: FORECAST_DAYS_COUNT }, () => new Float64Array(QUARTERS_COUNT));
  const covered = Array.from({ length: FORECAST_DAYS_COUNT }, () => new Float64Array(QUARTERS_COUNT));
  // A day longer, as clocks change; what is too old falls out by its day.
  const fromMs = knownUntilMs - (FORECAST_DAYS_COUNT + 1) * DAY_MS;
  for (const slot of priced) {
    if (slot.endAtMs <= fromMs) continue;
    for (
      let atMs = quarterHourOf(Math.max(slot.startAtMs, fromMs));
      atMs < slot.endAtMs;
      atMs += QUARTER_HOUR_MS
    ) {
      const wallMs = wallMsOf(atMs);
      const index = FORECAST_DAYS_COUNT - 1 - (lastDay - dayOf(wallMs));
      const [dayCosts, dayCovered] = [costs[index], covered[index]];
      if (dayCosts === undefined || dayCovered === undefined) continue;
      const ms = Math.min(atMs + QUARTER_HOUR_MS, slot.endAtMs) - Math.max(atMs, slot.startAtMs);
      const quarter = quarterOf(wallMs);
      dayCosts[quarter] = (dayCosts[quarter] ?? 0) + (slot.price ?? 0) * ms;
      dayCovered[quarter] = (dayCovered[quarter] ?? 0) + ms;
    }
  }
  return costs
    .map((dayCosts, index) => {
      const dayCovered = covered[index] ?? new Float64Array(QUARTERS_COUNT);
      return {
        isWeekend: isWeekend(lastDay - (FORECAST_DAYS_COUNT - 1 - index)),
        prices: Array.from(dayCosts, (cost, quarter) =>
          (dayCovered[quarter] ?? 0) > 0 ? cost / (dayCovered[quarter] ?? 1) : null,
        ),
        knownMs: dayCovered.reduce((sum, ms) => sum + ms, 0),
      };
    })
    .filter(({ knownMs }) => knownMs > 0);
}

/** The price by the wall clock; null with less than a day of history. */
function forecastFrom(days: readonly Day[]): ((wallMs: number) => number | null) | null {
  if (days.reduce((sum, { knownMs }) => sum + knownMs, 0) < DAY_MS) return null;
  const whole = days.filter(({ knownMs }) => knownMs >= WHOLE_DAY_MS);
  const shape = shapeOf(whole.length > 0 ? whole : days);
  const levels = days.map(({ prices }) => mean(prices.map((price, q) => less(price, shape[q] ?? null))) ?? 0);
  const atWeekends = mean(levels.map((level, i) => (days[i]?.isWeekend === true ? level : null)));
  const onWeekdays = mean(levels.map((level, i) => (days[i]?.isWeekend === false ? level : null)));
  const gap = atWeekends === null || onWeekdays === null ? 0 : atWeekends - onWeekdays;
  const { level, errors } = followed(days, levels, shape, gap);
  return (wallMs) => {
    const quarter = quarterOf(wallMs);
    const from = shape[quarter] ?? null;
    if (from === null) return null;
    return (
      level + (isWeekend(dayOf(wallMs)) ? gap : 0) + from + FORECAST_CAUTION_RATIO * (errors[quarter] ?? 0)
    );
  };
}

/** The mean of each quarter hour's distance from its day's mean. */
function shapeOf(days: readonly Day[]): readonly (number | null)[] {
  const means = days.map(({ prices }) => mean(prices));
  return Array.from({ length: QUARTERS_COUNT }, (_, quarter) =>
    mean(days.map(({ prices }, i) => less(prices[quarter] ?? null, means[i] ?? null))),
  );
}

/**
 * The level of a weekday after the last of the days, each of them counting half as much as one that is a half-life
 * younger; and how far, root of the mean square, the forecast of each day from those before it was off.
 */
function followed(
  days: readonly Day[],
  levels: readonly number[],
  shape: readonly (number | null)[],
  gap: number,
): { readonly level: number; readonly errors: readonly number[] } {
  const squares = new Float64Array(QUARTERS_COUNT);
  const counts = new Float64Array(QUARTERS_COUNT);
  const decay = 0.5 ** (1 / FORECAST_LEVEL_HALF_LIFE_DAYS);
  let level = 0;
  let weight = 0;
  for (const [i, { isWeekend: isOff, prices }] of days.entries()) {
    const shift = isOff ? gap : 0;
    for (let quarter = 0; weight > 0 && quarter < QUARTERS_COUNT; quarter++) {
      const error = less(prices[quarter] ?? null, shape[quarter] ?? null);
      if (error === null) continue;
      squares[quarter] = (squares[quarter] ?? 0) + (error - level - shift) ** 2;
      counts[quarter] = (counts[quarter] ?? 0) + 1;
    }
    weight = weight * decay + 1;
    level += ((levels[i] ?? 0) - shift - level) / weight;
  }
  return {
    level,
    errors: Array.from(squares, (sum, quarter) => Math.sqrt(sum / Math.max(1, counts[quarter] ?? 0))),
  };
}

function mean(values: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}

function less(value: number | null, by: number | null): number | null {
  return value === null || by === null ? null : value - by;
}

function dayOf(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS);
}

function quarterOf(wallMs: number): number {
  return Math.floor((wallMs - dayOf(wallMs) * DAY_MS) / QUARTER_HOUR_MS);
}

/** Day 0, 1 January 1970, was a Thursday. */
function isWeekend(day: number): boolean {
  return (((day + 3) % 7) + 7) % 7 >= 5;
}
