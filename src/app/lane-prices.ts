import { FORECAST_DAYS_COUNT } from '../domain/rules.ts';
import { DAY_MS } from '../domain/units.ts';
import type { LocationPrices } from '../engine/contract.ts';
import type { Query } from '../store/database.ts';
import type { LockedLane } from '../store/lanes.ts';
import { readPriceFingerprints } from '../store/price-fingerprints.ts';
import type { PriceSource } from '../store/price-sources.ts';
import { type LocationKey, loadLocationPrices } from '../store/prices.ts';
import { priceVersion } from './price-version.ts';

/** Prices as a lane is given them, with what makes them again. */
export interface LoggedPrices extends LocationPrices {
  readonly source: PriceSource;
}

/** By `clientId/locationId`. */
export type LanePrices = ReadonlyMap<string, LoggedPrices | null>;

/**
 * The prices of every location of the lanes' users. What was loaded before serves again while the tariffs behind it
 * are the same; so the same prices are the same object, and what the engine derives from them is derived once.
 */
export async function loadLanePrices(
  tx: Query,
  lanes: readonly LockedLane[],
  nowMs: number,
): Promise<LanePrices> {
  const { keys, fromMs, toMs } = wantedBy(lanes, nowMs);
  const found = new Map<string, LoggedPrices | null>();
  if (keys.length === 0) {
    return found;
  }
  const keyOf = (fingerprint = ''): string => `${fromMs}:${toMs}:${fingerprint}`;
  const fingerprints = await readPriceFingerprints(tx, keys);
  const missing: LocationKey[] = [];
  for (const key of keys) {
    const name = nameOf(key);
    const cached = CACHE.get(name);
    if (cached?.key === keyOf(fingerprints.get(name))) {
      found.set(name, cached.prices);
    } else {
      missing.push(key);
    }
  }
  if (missing.length === 0) {
    return found;
  }
  const loaded = await loadLocationPrices(tx, missing, fromMs, toMs);
  for (const key of missing) {
    const name = nameOf(key);
    const resolved = loaded.get(name) ?? null;
    const prices = resolved === null ? null : { ...resolved, version: priceVersion(resolved) };
    remember(name, keyOf(fingerprints.get(name)), prices);
    found.set(name, prices);
  }
  return found;
}

/** What a forecast is made from; prices are published up to two days ahead of it. */
const BEFORE_MS = FORECAST_DAYS_COUNT * DAY_MS;
/** Nothing is published or overridden further ahead. */
const AHEAD_MS = 31 * DAY_MS;
const CACHED_MAX_COUNT = 20_000;

/** Least recently loaded first. It holds derived data only; every process has its own. */
const CACHE = new Map<string, { readonly key: string; readonly prices: LoggedPrices | null }>();

function remember(name: string, key: string, prices: LoggedPrices | null): void {
  CACHE.delete(name);
  CACHE.set(name, { key, prices });
  const oldest = CACHE.keys().next();
  if (CACHE.size > CACHED_MAX_COUNT && oldest.done !== true) {
    CACHE.delete(oldest.value);
  }
}

/** Whole days, so that the lanes of a day ask for the same, and never for what another day's did. */
function wantedBy(
  lanes: readonly LockedLane[],
  nowMs: number,
): { keys: LocationKey[]; fromMs: number; toMs: number } {
  const keys = new Map<string, LocationKey>();
  let earliestMs = nowMs - BEFORE_MS;
  for (const { clientId, lane } of lanes) {
    for (const { id } of lane.locations) {
      keys.set(`${clientId}/${id}`, { clientId, locationId: id });
    }
    earliestMs = Math.min(earliestMs, lane.visit?.pluggedInAtMs ?? earliestMs);
  }
  return { keys: [...keys.values()], fromMs: startOfDay(earliestMs), toMs: startOfDay(nowMs) + AHEAD_MS };
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

function nameOf({ clientId, locationId }: LocationKey): string {
  return `${clientId}/${locationId}`;
}
