import type { PriceSlot } from '../domain/price.ts';
import { DAY_MS, QUARTER_HOUR_MS, quarterHourOf } from '../domain/units.ts';

/** The days that a forecast is the mean of [ours]: a week has every weekday once. */
const HISTORY_MS = 7 * DAY_MS;

/**
 * The slots with a forecast from the last known price (but not before `fromMs`) to `toMs`: the mean price of each local
 * quarter hour over the last seven known days. What is known stays as it is. With less than a full day of history, or
 * for a quarter hour without any, nothing is added and the price stays missing.
 */
export function withForecast(
  known: readonly PriceSlot[],
  fromMs: number,
  toMs: number,
  localMinuteOfDay: (atMs: number) => number,
): PriceSlot[] {
  const priced = known.filter((slot) => slot.price !== null && slot.provenance === 'known');
  const knownUntilMs = priced.at(-1)?.endAtMs;
  if (knownUntilMs === undefined || knownUntilMs >= toMs) return [...known];
  const startMs = Math.max(fromMs, knownUntilMs);
  const shape = meanByQuarterHour(priced, knownUntilMs - HISTORY_MS, localMinuteOfDay);
  if (shape === null) return [...known];
  const slots = known.filter((slot) => slot.endAtMs <= startMs || slot.price !== null);
  for (let atMs = quarterHourOf(startMs); atMs < toMs; atMs += QUARTER_HOUR_MS) {
    const price = shape.get(quarterOfDay(localMinuteOfDay(atMs)));
    const startAtMs = Math.max(atMs, startMs, slots.at(-1)?.endAtMs ?? startMs);
    const endAtMs = Math.min(atMs + QUARTER_HOUR_MS, toMs);
    if (price === undefined || startAtMs >= endAtMs) continue;
    slots.push({ startAtMs, endAtMs, price, provenance: 'forecast' });
  }
  return slots;
}

function meanByQuarterHour(
  priced: readonly PriceSlot[],
  fromMs: number,
  localMinuteOfDay: (atMs: number) => number,
): ReadonlyMap<number, number> | null {
  const sums = new Map<number, { cost: number; ms: number }>();
  let coveredMs = 0;
  for (const slot of priced) {
    if (slot.endAtMs <= fromMs) continue;
    for (
      let atMs = quarterHourOf(Math.max(slot.startAtMs, fromMs));
      atMs < slot.endAtMs;
      atMs += QUARTER_HOUR_MS
    ) {
      const ms = Math.min(atMs + QUARTER_HOUR_MS, slot.endAtMs) - Math.max(atMs, slot.startAtMs, fromMs);
      const quarter = quarterOfDay(localMinuteOfDay(atMs));
      const sum = sums.get(quarter) ?? { cost: 0, ms: 0 };
      sum.cost += (slot.price ?? 0) * ms;
      sum.ms += ms;
      coveredMs += ms;
      sums.set(quarter, sum);
    }
  }
  if (coveredMs < DAY_MS) return null;
  return new Map([...sums].map(([quarter, { cost, ms }]) => [quarter, cost / ms]));
}

function quarterOfDay(minuteOfDay: number): number {
  return Math.floor(minuteOfDay / 15);
}
