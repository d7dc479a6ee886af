import type { Interval } from '../domain/interval.ts';
import type { PriceSlot } from '../domain/price.ts';

/**
 * A stretch of time cut where price, restriction or the precondition window changes: step i is
 * [edgesMs[i], edgesMs[i + 1]). Neighbours that are alike are one step.
 */
export interface Timeline {
  readonly edgesMs: readonly number[];
  /** What a kWh counts as. A missing price counts as dearer than every known one; 0 where none is known at all. */
  readonly price: readonly number[];
  /** What a millisecond of charging counts besides: far above any saving in a restriction, far below it before departure. */
  readonly weightPerMs: readonly number[];
  /** Whether charging here is better early than late when it costs the same. */
  readonly isEarly: readonly boolean[];
  readonly hasPrice: boolean;
}

export interface TimelineRules {
  readonly slots: readonly PriceSlot[];
  readonly restrictions: readonly Interval[];
  /** Times that count as dearer than anything else, ascending and disjoint; none unless given. */
  readonly closed?: readonly Interval[];
  /** From here to the end the car must charge; the end of the window when that is not asked for. */
  readonly mustFromMs: number;
  /** Least run and least pause: what the car must charge at the end may drag that much into restrictions. */
  readonly minRunMs: number;
  readonly prefer: 'late' | 'early';
  readonly startCost: number;
  /** No plan takes more energy than this, kWh. */
  readonly energyMaxKwh: number;
}

/** A closed time outweighs what must be charged in by so much. */
const CLOSED = 16;

/** Cut [startAtMs, endAtMs) into steps. Slots must ascend; restrictions may overlap and come in any order. */
export function timelineOf(window: Interval, rules: TimelineRules): Timeline {
  const raw = cutByPrice(window, rules.slots);
  const prices = raw.price;
  let cheapest = Number.POSITIVE_INFINITY;
  let dearest = Number.NEGATIVE_INFINITY;
  for (const price of prices) {
    if (price === null) continue;
    if (price < cheapest) cheapest = price;
    if (price > dearest) dearest = price;
  }
  const hasPrice = dearest >= cheapest;
  const missing = hasPrice ? dearest + Math.max(dearest - cheapest, Math.abs(dearest), 1e-3) : 0;
  const isEarlyWithoutPrices = !hasPrice;
  // One second in a restriction outweighs every saving that a plan could make there.
  const spread = hasPrice ? missing - cheapest : 0;
  const weightPerMs = (10 * rules.startCost + 2 * spread * rules.energyMaxKwh + 1) / 1000;
  const mustMs = Math.max(1, window.endAtMs - rules.mustFromMs);
  const mustPerMs = (5 + (2 * rules.minRunMs) / mustMs) * weightPerMs;

  const closed = rules.closed ?? [];
  const edgesMs: number[] = [window.startAtMs];
  const price: number[] = [];
  const weight: number[] = [];
  const isEarly: boolean[] = [];
  const push = (endAtMs: number, stepPrice: number, stepWeight: number, early: boolean) => {
    const last = price.length - 1;
    if (last >= 0 && price[last] === stepPrice && weight[last] === stepWeight && isEarly[last] === early) {
      edgesMs[last + 1] = endAtMs;
    } else {
      edgesMs.push(endAtMs);
      price.push(stepPrice);
      weight.push(stepWeight);
      isEarly.push(early);
    }
  };
  for (let i = 0; i < prices.length; i++) {
    const known = prices[i] ?? null;
    const stepPrice = known ?? missing;
    const early = rules.prefer === 'early' || isEarlyWithoutPrices || (known !== null && known <= 0);
    let at = raw.edgesMs[i] ?? 0;
    const end = raw.edgesMs[i + 1] ?? at;
    while (at < end) {
      const isMust = at >= rules.mustFromMs;
      let until = isMust ? end : Math.min(end, rules.mustFromMs);
      let isRestricted = false;
      for (const restriction of rules.restrictions) {
        if (restriction.startAtMs <= at && restriction.endAtMs > at) {
          isRestricted = true;
          until = Math.min(until, restriction.endAtMs);
        } else if (restriction.startAtMs > at) {
          until = Math.min(until, restriction.startAtMs);
        }
      }
      let isClosed = false;
      for (const { startAtMs, endAtMs } of closed) {
        if (startAtMs <= at && endAtMs > at) {
          isClosed = true;
          until = Math.min(until, endAtMs);
        } else if (startAtMs > at) {
          until = Math.min(until, startAtMs);
          break;
        }
      }
      const counted = (isRestricted ? weightPerMs : 0) - (isMust ? mustPerMs : 0);
      push(until, stepPrice, isClosed ? CLOSED * mustPerMs : counted, early);
      at = until;
    }
  }
  return { edgesMs, price, weightPerMs: weight, isEarly, hasPrice };
}

/** The timeline from a later start on. */
export function timelineFrom(timeline: Timeline, startAtMs: number): Timeline {
  if (startAtMs === timeline.edgesMs[0]) return timeline;
  let step = 0;
  while (step < timeline.price.length - 1 && (timeline.edgesMs[step + 1] ?? 0) <= startAtMs) step++;
  return {
    edgesMs: [startAtMs, ...timeline.edgesMs.slice(step + 1)],
    price: timeline.price.slice(step),
    weightPerMs: timeline.weightPerMs.slice(step),
    isEarly: timeline.isEarly.slice(step),
    hasPrice: timeline.hasPrice,
  };
}

/** The window in slots and holes; a hole has price null. */
export function cutByPrice(
  window: Interval,
  slots: readonly PriceSlot[],
): { readonly edgesMs: readonly number[]; readonly price: readonly (number | null)[] } {
  const edgesMs: number[] = [window.startAtMs];
  const price: (number | null)[] = [];
  let at = window.startAtMs;
  for (const slot of slots) {
    if (slot.endAtMs <= at) continue;
    if (slot.startAtMs >= window.endAtMs) break;
    if (slot.startAtMs > at) {
      edgesMs.push(slot.startAtMs);
      price.push(null);
    }
    at = Math.min(slot.endAtMs, window.endAtMs);
    edgesMs.push(at);
    price.push(slot.price);
    if (at >= window.endAtMs) break;
  }
  if (at < window.endAtMs) {
    edgesMs.push(window.endAtMs);
    price.push(null);
  }
  return { edgesMs, price };
}
