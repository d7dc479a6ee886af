import { levelAfterPercent } from '../charge-curve.ts';
import { lowerBound } from '../lower-bound.ts';
import type { Need } from '../need.ts';
import { chargedKwh, endPercent } from '../need.ts';
import type { Plan, PlanBlock, PlanProblem } from '../problem.ts';
import { runsOf } from '../runs.ts';
import { statePlan } from '../state-plan.ts';
import { cutByPrice } from '../timeline.ts';
import type { HeldRun } from './held-run.ts';
import { chargedBy, courseAfterMs, takesMs } from './held-run.ts';
import { powerAfterKw } from './load.ts';

/** Ends of held runs are whole ms: what that leaves of a target is no miss. */
const ROUNDING_MS = 3;

/** A plan stated in full from its runs alone, as `statePlan` does, where some of them are held to a power. */
export function stateHeld(problem: PlanProblem, need: Need, runs: readonly HeldRun[]): Plan {
  if (runs.every(({ powerKw }) => powerKw === undefined)) return statePlan(problem, need, runsOf(runs));
  const { nowMs, readyByMs } = problem;
  const { course } = need;
  const totalMs = snapped(need, chargedBy(course, runs));
  const blocks: PlanBlock[] = [];
  let chargedMs = 0;
  let chargedByReadyMs = 0;
  let unpricedKwh = 0;
  let reachedAtMs: number | null = readyByMs !== null && need.targetMs === 0 ? nowMs : null;
  for (const run of runs) {
    const toReserveMs = takesMs(course, chargedMs, need.reserveMs, run.powerKw);
    const reserveUntilMs = run.startAtMs + Math.ceil(toReserveMs - 1e-3);
    const parts = [
      { ...run, type: 'BATTERY_RESERVE', endAtMs: Math.min(run.endAtMs, reserveUntilMs) },
      { ...run, type: 'REGULAR', startAtMs: Math.min(run.endAtMs, reserveUntilMs) },
    ] as const;
    for (const part of parts) {
      if (part.endAtMs <= part.startAtMs) continue;
      const found = blockOf(problem, need, part, chargedMs, totalMs);
      blocks.push(found.block);
      if (part.type === 'REGULAR') unpricedKwh += found.unpricedKwh;
      const beforeMs = chargedMs;
      chargedMs = snapped(need, courseAfterMs(course, beforeMs, part.endAtMs - part.startAtMs, part.powerKw));
      if (readyByMs === null) continue;
      if (part.startAtMs < readyByMs) {
        const lengthMs = Math.min(part.endAtMs, readyByMs) - part.startAtMs;
        chargedByReadyMs = courseAfterMs(course, beforeMs, lengthMs, part.powerKw);
      }
      if (reachedAtMs === null && chargedMs >= need.targetMs) {
        const lengthMs = takesMs(course, beforeMs, need.targetMs, part.powerKw);
        reachedAtMs = Math.min(part.endAtMs, part.startAtMs + Math.ceil(lengthMs));
      }
    }
  }
  const spans = runsOf(runs);
  const starts = spans.length - (problem.isCharging && spans[0]?.startAtMs === nowMs ? 1 : 0);
  const cost = blocks.reduce((sum, block) => sum + block.cost, problem.startCost * starts);
  const planned = { totalMs, endAtMs: spans.at(-1)?.endAtMs ?? nowMs, unpricedKwh };
  // A reserve that is charged more slowly, or later, may cost less than one at now.
  const bound = lowerBound(
    problem,
    isReserveAtOnce(problem, need, runs) ? need : { ...need, reserveMs: 0 },
    planned,
  );
  const isNeeded = readyByMs !== null && need.targetMs > 0 && Number.isFinite(need.targetMs);
  return {
    blocks,
    cost,
    // The two are added up in another order: rounding alone must not put the bound above the cost.
    lowerBound: bound > cost && bound - cost < 1e-6 * Math.max(1, Math.abs(cost)) ? cost : bound,
    starts,
    feasible: readyByMs === null || need.targetMs === 0 || (reachedAtMs !== null && reachedAtMs <= readyByMs),
    levelAtReadyByPercent:
      readyByMs === null
        ? null
        : Math.min(levelAfterPercent(course, snapped(need, chargedByReadyMs)), endPercent(need, totalMs)),
    reachedAtMs,
    latestSafeStartMs: isNeeded ? readyByMs - problem.marginMs - need.targetMs : null,
    isWithoutPrices: statePlan(problem, need, []).isWithoutPrices,
  };
}

/** A charge that is within rounding of what is needed is there. */
function snapped({ wholeMs, targetMs, reserveMs, mostMs }: Need, chargedMs: number): number {
  for (const each of [wholeMs, targetMs, reserveMs, mostMs]) {
    if (Math.abs(chargedMs - each) <= ROUNDING_MS) return each;
  }
  return chargedMs;
}

function isReserveAtOnce({ nowMs }: PlanProblem, need: Need, runs: readonly HeldRun[]): boolean {
  if (need.reserveMs === 0) return true;
  const [first] = runs;
  const isFull = first !== undefined && first.startAtMs === nowMs && first.powerKw === undefined;
  return isFull && first.endAtMs >= nowMs + need.reserveMs;
}

function blockOf(
  problem: PlanProblem,
  need: Need,
  part: HeldRun & { readonly type: PlanBlock['type'] },
  chargedBeforeMs: number,
  totalMs: number,
): { readonly block: PlanBlock; readonly unpricedKwh: number } {
  const { type, startAtMs, endAtMs, powerKw } = part;
  const { edgesMs, price } = cutByPrice(part, problem.slots);
  const beforeKwh = chargedKwh(need, chargedBeforeMs, totalMs);
  let energyKwh = 0;
  let cost = 0;
  let unpricedKwh = 0;
  for (let i = 0; i < price.length; i++) {
    const lengthMs = (edgesMs[i + 1] ?? endAtMs) - startAtMs;
    const atMs = snapped(need, courseAfterMs(need.course, chargedBeforeMs, lengthMs, powerKw));
    const untilKwh = chargedKwh(need, atMs, totalMs) - beforeKwh;
    cost += (price[i] ?? 0) * (untilKwh - energyKwh);
    if (price[i] == null) unpricedKwh += untilKwh - energyKwh;
    energyKwh = untilKwh;
  }
  const isBelow = powerKw !== undefined && powerKw < powerAfterKw(need.course, chargedBeforeMs) - 1e-9;
  const block = { type, startAtMs, endAtMs, energyWh: energyKwh * 1000, cost };
  return { block: isBelow ? { ...block, powerKw } : block, unpricedKwh };
}
