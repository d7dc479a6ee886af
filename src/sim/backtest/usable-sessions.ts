import type { PriceSlot } from '../../domain/price.ts';
import { clip } from '../../domain/price-series.ts';
import type { RecordedSession, SessionRow, UnusableReason } from './sessions-csv.ts';

export type SkipReason = UnusableReason | 'outside_prices' | 'price_gap';

/** A session together with the prices of its whole visit. */
export interface PricedSession {
  readonly session: RecordedSession;
  readonly slots: readonly PriceSlot[];
}

/** The session's prices, or why it cannot be replayed on these prices. */
export function priceSession(
  row: SessionRow,
  prices: readonly PriceSlot[],
): PricedSession | { readonly skipped: SkipReason } {
  if (row.kind === 'unusable') return { skipped: row.reason };
  const { pluggedInAtMs, pluggedOutAtMs } = row.session;
  const first = prices[0];
  const last = prices.at(-1);
  if (first === undefined || last === undefined) return { skipped: 'outside_prices' };
  if (pluggedInAtMs < first.startAtMs || pluggedOutAtMs > last.endAtMs) return { skipped: 'outside_prices' };
  const slots = clip(prices, pluggedInAtMs, pluggedOutAtMs);
  let reachedMs = pluggedInAtMs;
  for (const slot of slots) {
    if (slot.startAtMs > reachedMs) return { skipped: 'price_gap' };
    reachedMs = slot.endAtMs;
  }
  return reachedMs < pluggedOutAtMs ? { skipped: 'price_gap' } : { session: row.session, slots };
}
