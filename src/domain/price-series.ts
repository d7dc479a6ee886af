import assert from 'node:assert';
import type { PriceSlot } from './price.ts';

/** A rate per kWh that holds from an instant to the next one's. */
export interface Rate {
  readonly atMs: number;
  readonly rate: number;
}

/**
 * The slots with [values[0].atMs, toMs) replaced by new rates, each holding to the next, the last to `toMs`.
 * A slot that reaches over an edge keeps its part outside. No values change nothing.
 * Values strictly ascending and before `toMs`.
 */
export function replaceRates(
  slots: readonly PriceSlot[],
  values: readonly Rate[],
  toMs: number,
): readonly PriceSlot[] {
  const first = values[0];
  if (first === undefined) {
    return slots;
  }
  const fresh = values.map((value, index): PriceSlot => {
    const endAtMs = values[index + 1]?.atMs ?? toMs;
    assert(value.atMs < endAtMs, 'expected rates in ascending order that begin before their end');
    return { startAtMs: value.atMs, endAtMs, price: value.rate, provenance: 'known' };
  });
  return [
    ...clip(slots, Number.NEGATIVE_INFINITY, first.atMs),
    ...fresh,
    ...clip(slots, toMs, Number.POSITIVE_INFINITY),
  ];
}

/** The slots within [fromMs, toMs), those at its edges cut. */
export function clip(slots: readonly PriceSlot[], fromMs: number, toMs: number): PriceSlot[] {
  const result: PriceSlot[] = [];
  for (let index = indexEndingAfter(slots, fromMs); index < slots.length; index++) {
    const slot = slots[index];
    if (slot === undefined || slot.startAtMs >= toMs) {
      break;
    }
    const startAtMs = Math.max(slot.startAtMs, fromMs);
    const endAtMs = Math.min(slot.endAtMs, toMs);
    const isWhole = startAtMs === slot.startAtMs && endAtMs === slot.endAtMs;
    result.push(isWhole ? slot : { ...slot, startAtMs, endAtMs });
  }
  return result;
}

/** The slots within [fromMs, toMs) with every hole filled by a slot without a price: they cover all of it. */
export function fillGaps(slots: readonly PriceSlot[], fromMs: number, toMs: number): PriceSlot[] {
  const result: PriceSlot[] = [];
  let reachedMs = fromMs;
  for (const slot of clip(slots, fromMs, toMs)) {
    if (slot.startAtMs > reachedMs) {
      result.push(slotWithoutPrice(reachedMs, slot.startAtMs));
    }
    result.push(slot);
    reachedMs = slot.endAtMs;
  }
  if (reachedMs < toMs) {
    result.push(slotWithoutPrice(reachedMs, toMs));
  }
  return result;
}

/** The price over [fromMs, toMs), weighted by time; null where any part has none, and for an empty span. */
export function averagePrice(slots: readonly PriceSlot[], fromMs: number, toMs: number): number | null {
  if (fromMs >= toMs) {
    return null;
  }
  let index = indexEndingAfter(slots, fromMs);
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let reachedMs = fromMs;
  while (reachedMs < toMs) {
    const slot = slots[index];
    if (slot === undefined || slot.price === null || slot.startAtMs > reachedMs) {
      return null;
    }
    const endAtMs = Math.min(slot.endAtMs, toMs);
    sum += slot.price * (endAtMs - reachedMs);
    lowest = Math.min(lowest, slot.price);
    highest = Math.max(highest, slot.price);
    reachedMs = endAtMs;
    index += 1;
  }
  // Rounding must not take the mean outside the prices it is made of: equal prices give that price exactly.
  return Math.min(highest, Math.max(lowest, sum / (toMs - fromMs)));
}

/** Has every instant of [fromMs, toMs) a price? An empty span has. */
export function isCovered(slots: readonly PriceSlot[], fromMs: number, toMs: number): boolean {
  return fromMs >= toMs || averagePrice(slots, fromMs, toMs) !== null;
}

/** The index of the first slot that ends after an instant; the number of slots when none does. */
export function indexEndingAfter(slots: readonly PriceSlot[], atMs: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const slot = slots[middle];
    if (slot !== undefined && slot.endAtMs <= atMs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function slotWithoutPrice(startAtMs: number, endAtMs: number): PriceSlot {
  return { startAtMs, endAtMs, price: null, provenance: 'none' };
}
