import { chargedKwh, needOf } from '../need.ts';
import type { Plan, PlanProblem } from '../problem.ts';
import { timelineOf } from '../timeline.ts';

/** What a plan's blocks count as when plans are compared (keep.ts, `worthsOf`), whatever their powers. */
export function heldWorth(problem: PlanProblem, { blocks, starts }: Plan): number {
  const { nowMs, readyByMs } = problem;
  const endAtMs = Math.max(readyByMs ?? nowMs, blocks.at(-1)?.endAtMs ?? 0, nowMs + 1);
  const { edgesMs, price } = timelineOf(
    { startAtMs: nowMs, endAtMs },
    {
      slots: problem.slots,
      restrictions: [],
      mustFromMs: endAtMs,
      minRunMs: 0,
      prefer: problem.prefer,
      startCost: 0,
      energyMaxKwh: 0,
    },
  );
  let worth = problem.startCost * starts;
  let kwh = 0;
  for (const block of blocks) {
    const perMs = block.energyWh / 1000 / (block.endAtMs - block.startAtMs);
    kwh += block.energyWh / 1000;
    for (const [i, each] of price.entries()) {
      const fromMs = Math.max(block.startAtMs, edgesMs[i] ?? 0);
      worth += each * perMs * Math.max(0, Math.min(block.endAtMs, edgesMs[i + 1] ?? 0) - fromMs);
    }
  }
  const need = needOf(problem);
  const extraKwh = Math.max(0, kwh - chargedKwh(need, need.wholeMs, need.wholeMs));
  return worth - (problem.opportunisticPrice ?? 0) * extraKwh;
}
