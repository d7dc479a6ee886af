import { wallMsAt } from '../domain/calendar.ts';
import type { PriceSlot } from '../domain/price.ts';
import { clip } from '../domain/price-series.ts';
import { DAY_MS } from '../domain/units.ts';
import { withForecast } from '../planner/forecast.ts';
import type { LocationPrices } from './contract.ts';

/**
 * The prices that a plan sees between two instants: the known ones and, after the last of them, a forecast from the
 * zone's recent days.
 */
export function plannedSlots(
  prices: Pick<LocationPrices, 'slots'> | null,
  zone: string,
  fromMs: number,
  toMs: number,
  isForecastOn: boolean,
): readonly PriceSlot[] {
  if (prices === null) {
    return [];
  }
  const lastKnownMs = prices.slots.at(-1)?.endAtMs ?? 0;
  if (!isForecastOn || lastKnownMs >= toMs) {
    return clip(prices.slots, fromMs, toMs);
  }
  return clip(extended(prices.slots, lastKnownMs, toMs, zone), fromMs, toMs);
}

function extended(
  slots: readonly PriceSlot[],
  lastKnownMs: number,
  toMs: number,
  zone: string,
): readonly PriceSlot[] {
  const byZone = FORECASTS.get(slots) ?? new Map<string, Extended>();
  const made = byZone.get(zone);
  if (made !== undefined && made.untilMs >= toMs) {
    return made.slots;
  }
  const untilMs = toMs + DAY_MS;
  const wallMsOf = (atMs: number): number => wallMsAt(zone, atMs);
  const fresh = { untilMs, slots: withForecast(slots, lastKnownMs, untilMs, wallMsOf) };
  FORECASTS.set(slots, byZone.set(zone, fresh));
  return fresh.slots;
}

interface Extended {
  readonly untilMs: number;
  readonly slots: readonly PriceSlot[];
}

/** A forecast follows from prices and zone alone: it is made once for each, and lives as long as the prices. */
const FORECASTS = new WeakMap<readonly PriceSlot[], Map<string, Extended>>();
