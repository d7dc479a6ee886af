import type { Interval } from '../domain/interval.ts';
import { levelAfterPercent } from './charge-curve.ts';
import { lowerBound } from './lower-bound.ts';
import type { Need } from './need.ts';
import { chargedKwh, endPercent } from './need.ts';
import type { Plan, PlanBlock, PlanProblem } from './problem.ts';
import { cutByPrice } from './timeline.ts';

/** A plan stated in full from its runs alone: energy, cost, level and times are computed from them and nothing else. */
export function statePlan(problem: PlanProblem, need: Need, runs: readonly Interval[]): Plan {
  const { nowMs, readyByMs } = problem;
  const totalMs = runs.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, 0);
  const blocks: PlanBlock[] = [];
  let chargedMs = 0;
  let chargedByReadyMs = 0;
  let unpricedKwh = 0;
  let reachedAtMs: number | null = readyByMs !== null && need.targetMs === 0 ? nowMs : null;
  for (const run of runs) {
    const reserveUntilMs = run.startAtMs + Math.max(0, need.reserveMs - chargedMs);
    const parts = [
      { type: 'BATTERY_RESERVE', startAtMs: run.startAtMs, endAtMs: Math.min(run.endAtMs, reserveUntilMs) },
      { type: 'REGULAR', startAtMs: Math.min(run.endAtMs, reserveUntilMs), endAtMs: run.endAtMs },
    ] as const;
    for (const part of parts) {
      const lengthMs = part.endAtMs - part.startAtMs;
      if (lengthMs <= 0) continue;
      const found = blockOf(problem, need, part, chargedMs, totalMs);
      blocks.push(found.block);
      if (part.type === 'REGULAR') unpricedKwh += found.unpricedKwh;
      if (readyByMs !== null)
        chargedByReadyMs += Math.max(0, Math.min(part.endAtMs, readyByMs) - part.startAtMs);
      if (reachedAtMs === null && readyByMs !== null && chargedMs + lengthMs >= need.targetMs) {
        reachedAtMs = part.startAtMs + need.targetMs - chargedMs;
      }
      chargedMs += lengthMs;
    }
  }
  const starts = runs.length - (problem.isCharging && runs[0]?.startAtMs === nowMs ? 1 : 0);
  const cost = blocks.reduce((sum, block) => sum + block.cost, problem.startCost * starts);
  const bound = lowerBound(problem, need, { totalMs, endAtMs: runs.at(-1)?.endAtMs ?? nowMs, unpricedKwh });
  const levelAtReadyBy = Math.min(
    levelAfterPercent(need.course, chargedByReadyMs),
    endPercent(need, totalMs),
  );
  const isNeeded = readyByMs !== null && need.targetMs > 0 && Number.isFinite(need.targetMs);
  return {
    blocks,
    cost,
    // The two are added up in another order: rounding alone must not put the bound above the cost.
    lowerBound: bound > cost && bound - cost < 1e-9 * Math.max(1, Math.abs(cost)) ? cost : bound,
    starts,
    feasible: readyByMs === null || need.targetMs === 0 || (reachedAtMs !== null && reachedAtMs <= readyByMs),
    levelAtReadyByPercent: readyByMs === null ? null : levelAtReadyBy,
    reachedAtMs,
    latestSafeStartMs: isNeeded ? readyByMs - problem.marginMs - need.targetMs : null,
    isWithoutPrices: readyByMs !== null && readyByMs > nowMs && !hasPrice(problem, readyByMs),
  };
}

function blockOf(
  problem: PlanProblem,
  need: Need,
  part: Interval & { readonly type: PlanBlock['type'] },
  chargedBeforeMs: number,
  totalMs: number,
): { readonly block: PlanBlock; readonly unpricedKwh: number } {
  const { edgesMs, price } = cutByPrice(part, problem.slots);
  const beforeKwh = chargedKwh(need, chargedBeforeMs, totalMs);
  let energyKwh = 0;
  let cost = 0;
  let unpricedKwh = 0;
  for (let i = 0; i < price.length; i++) {
    const endMs = edgesMs[i + 1] ?? part.endAtMs;
    const untilKwh = chargedKwh(need, chargedBeforeMs + endMs - part.startAtMs, totalMs) - beforeKwh;
    cost += (price[i] ?? 0) * (untilKwh - energyKwh);
    if (price[i] == null) unpricedKwh += untilKwh - energyKwh;
    energyKwh = untilKwh;
  }
  const { type, startAtMs, endAtMs } = part;
  return { block: { type, startAtMs, endAtMs, energyWh: energyKwh * 1000, cost }, unpricedKwh };
}

function hasPrice(problem: PlanProblem, untilMs: number): boolean {
  return problem.slots.some(
    (slot) => slot.price !== null && slot.endAtMs > problem.nowMs && slot.startAtMs < untilMs,
  );
}
