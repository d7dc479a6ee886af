import type { Interval } from '../domain/interval.ts';
import type { PriceSlot } from '../domain/price.ts';
import type { PlanBlock } from '../planner/problem.ts';
import type { StoredPlan } from './lane.ts';

/** When a car could charge instead, and for how much. */
export interface Choice {
  readonly slots: readonly PriceSlot[];
  /** When the policy avoids charging. */
  readonly avoided: readonly Interval[];
  readonly nowMs: number;
  /** The last instant that the plan charges in: the deadline less its margin. */
  readonly untilMs: number;
}

/**
 * Whether all that a running block has left would fit into cheaper time that the plan leaves free: then it goes on only so
 * that the car does not start and stop all the time. Where it would not, these hours are needed, whatever is cheaper.
 */
export function isCheaperLater(
  { plan }: StoredPlan,
  block: PlanBlock,
  { slots, avoided, nowMs, untilMs }: Choice,
): boolean {
  const leftMs = block.endAtMs - nowMs;
  const price = meanPrice(slots, nowMs, block.endAtMs);
  if (price === null) {
    return false;
  }
  const cheaper = slots.filter((slot) => slot.price !== null && price - slot.price > cheaperBy(price));
  const taken = [...plan.blocks, ...avoided];
  let freeMs = 0;
  for (const slot of cheaper) {
    const startAtMs = Math.max(slot.startAtMs, nowMs);
    freeMs += freeWithin({ startAtMs, endAtMs: Math.min(slot.endAtMs, untilMs) }, taken);
  }
  return freeMs >= leftMs;
}

/** A difference below this is no news to a driver. */
const CHEAPER_RATIO = 0.02;

function cheaperBy(price: number): number {
  return CHEAPER_RATIO * Math.abs(price);
}

/** The part of a time that none of some others covers; those may overlap each other. */
export function freeWithin({ startAtMs, endAtMs }: Interval, taken: readonly Interval[]): number {
  let freeMs = 0;
  let fromMs = startAtMs;
  for (const each of [...taken].sort((a, b) => a.startAtMs - b.startAtMs)) {
    freeMs += Math.max(0, Math.min(each.startAtMs, endAtMs) - fromMs);
    fromMs = Math.max(fromMs, each.endAtMs);
  }
  return freeMs + Math.max(0, endAtMs - fromMs);
}

/** The mean price of the part that has one; null where none has. */
function meanPrice(slots: readonly PriceSlot[], fromMs: number, toMs: number): number | null {
  let sum = 0;
  let knownMs = 0;
  for (const { startAtMs, endAtMs, price } of slots) {
    const lengthMs = Math.min(endAtMs, toMs) - Math.max(startAtMs, fromMs);
    if (price !== null && lengthMs > 0) {
      sum += price * lengthMs;
      knownMs += lengthMs;
    }
  }
  return knownMs === 0 ? null : sum / knownMs;
}
