import { clip } from '../../domain/price-series.ts';
import { FORECAST_DAYS_COUNT } from '../../domain/rules.ts';
import { DAY_MS } from '../../domain/units.ts';
import type { LocationPrices } from '../../engine/contract.ts';
import type { PriceFile } from './prices-csv.ts';
import { nextPublicationAtMs, type Publication, publishedUntilMs } from './publication.ts';

/** The prices as the engine may see them: never one that is published later. */
export interface PriceWindows {
  readonly publishedAt: (atMs: number) => LocationPrices;
  /** The first publication after an instant. */
  readonly nextPublicationAtMs: (afterMs: number) => number;
}

/** Longer than a long visit and what a forecast is made from, from the last published price back. */
const WINDOW_MS = (FORECAST_DAYS_COUNT + 5) * DAY_MS;

/** Windows on a price file. Each is made once, so that the engine sees that nothing has changed. */
export function priceWindows(prices: PriceFile, publication: Publication): PriceWindows {
  const windows = new Map<number, LocationPrices>();
  const windowAt = (atMs: number): LocationPrices => {
    const untilMs = publishedUntilMs(publication, atMs);
    const known = windows.get(untilMs);
    if (known !== undefined) return known;
    const slots = clip(prices.slots, untilMs - WINDOW_MS, untilMs);
    const window = { currency: prices.currency, slots, version: String(untilMs) };
    windows.set(untilMs, window);
    return window;
  };
  // What is published changes at publications alone, and a car asks again and again between two of them.
  let last = { fromMs: 0, toMs: 0, window: NO_PRICES };
  const lastAt = (atMs: number): typeof last => {
    if (atMs >= last.fromMs && atMs < last.toMs) return last;
    last = { fromMs: atMs, toMs: nextPublicationAtMs(publication, atMs), window: windowAt(atMs) };
    return last;
  };
  return {
    publishedAt: (atMs) => lastAt(atMs).window,
    nextPublicationAtMs: (afterMs) => lastAt(afterMs).toMs,
  };
}

const NO_PRICES: LocationPrices = { currency: '', slots: [], version: '' };
