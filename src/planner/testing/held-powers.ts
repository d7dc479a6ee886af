import type { PlanBlock, PlanProblem } from '../problem.ts';

const STEP_MS = 10_000;

/**
 * What a car draws in each ten seconds from now on, and what it has charged in the end, by stepping through the blocks
 * of its plan: no more than what it is held to, nor than its curve gives. Knows nothing of the planner's own courses.
 */
export function heldPowers(
  { curve, levelPercent, nowMs, efficiency, capacityWh }: PlanProblem,
  blocks: readonly PlanBlock[],
): { readonly kw: readonly number[]; readonly chargedWh: number } {
  const kw: number[] = [];
  let level = levelPercent;
  let chargedWh = 0;
  const untilMs = blocks.at(-1)?.endAtMs ?? nowMs;
  for (let at = nowMs; at < untilMs; at += STEP_MS) {
    const middle = at + STEP_MS / 2;
    const block = blocks.find((each) => each.startAtMs <= middle && middle < each.endAtMs);
    const power = block === undefined ? 0 : Math.min(block.powerKw ?? Infinity, curveAt(curve, level));
    kw.push(power);
    chargedWh += (power * 1000 * STEP_MS) / 3_600_000;
    level = levelPercent + (100 * efficiency * chargedWh) / capacityWh;
  }
  return { kw, chargedWh };
}

function curveAt(curve: PlanProblem['curve'], level: number): number {
  let before = curve[0];
  for (const point of curve) {
    if (point.levelPercent > level) {
      if (before === undefined || before === point) return point.powerKw;
      const share = (level - before.levelPercent) / (point.levelPercent - before.levelPercent);
      return before.powerKw + share * (point.powerKw - before.powerKw);
    }
    before = point;
  }
  return before?.powerKw ?? 0;
}
