import { createHash } from 'node:crypto';
import type { PriceSlot } from '../domain/price.ts';
import type { PriceSource } from '../store/price-sources.ts';

/**
 * The name of a state of prices, 22 characters: a hash of currency, span and slots. Equal versions have equal slots, and
 * what was made again from its source shows by it whether it is what a step saw.
 */
export function priceVersion({
  source: { currency, fromMs, toMs },
  slots,
}: {
  readonly source: PriceSource;
  readonly slots: readonly PriceSlot[];
}): string {
  const known = HASHES.get(slots);
  const rows =
    known ??
    hashOf(slots.map(({ startAtMs, endAtMs, price }) => `${startAtMs},${endAtMs},${price}`).join(';'));
  HASHES.set(slots, rows);
  return hashOf(`${currency};${fromMs};${toMs};${rows}`);
}

/** Locations of a zone share their slots. */
const HASHES = new WeakMap<readonly PriceSlot[], string>();

const HASH_BYTES = 16;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, HASH_BYTES).toString('base64url');
}
