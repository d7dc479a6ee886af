import type { WhyCode } from '../domain/history.ts';
import { fillGaps } from '../domain/price-series.ts';
import type { PlanBlock } from '../planner/problem.ts';
import type { StoredPlan } from './lane.ts';
import { type Choice, freeWithin, isCheaperLater } from './run-on.ts';

/** Why a plan that has time to choose charges in the hours of a block under way: as they are, or are expected to be, cheapest. */
export function whyTheseHours(stored: StoredPlan, block: PlanBlock, choice: Choice): WhyCode {
  if (isCheaperLater(stored, block, choice)) {
    return 'CHARGING_RUN_ON';
  }
  const left = fillGaps(choice.slots, choice.nowMs, block.endAtMs);
  const unpricedMs = left.reduce(
    (sum, slot) => sum + (slot.price === null ? slot.endAtMs - slot.startAtMs : 0),
    0,
  );
  if (unpricedMs > 0) {
    return pricedFreeMs(stored, choice) >= unpricedMs ? 'CHARGING_RUN_ON' : 'CHARGING_IN_UNPRICED_HOUR';
  }
  if (left.some(({ provenance }) => provenance !== 'known')) {
    return 'CHARGING_IN_FORECAST_HOUR';
  }
  return choice.avoided.length > 0 ? 'CHARGING_IN_ALLOWED_HOUR' : 'CHARGING_PLANNED';
}

/** Time with a price, or a forecast, that the plan leaves free. */
function pricedFreeMs({ plan }: StoredPlan, { slots, avoided, nowMs, untilMs }: Choice): number {
  const taken = [...plan.blocks, ...avoided];
  return slots.reduce((sum, slot) => {
    const startAtMs = Math.max(slot.startAtMs, nowMs);
    const endAtMs = Math.min(slot.endAtMs, untilMs);
    return sum + (slot.price === null ? 0 : freeWithin({ startAtMs, endAtMs }, taken));
  }, 0);
}
