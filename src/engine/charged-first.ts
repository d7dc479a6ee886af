import { courseFrom, levelAfterPercent, timeToLevelMs } from '../planner/charge-curve.ts';
import type { PlanBlock, PlanProblem } from '../planner/problem.ts';

/**
 * The problem as a site plans it. What is to be charged before anything else, whatever others lose by it, is planned as a
 * reserve is: at once, in the order of the rule.
 * - All that a driver asked for at once (IMMEDIATE_START has no flexibility).
 * - Of a charge that runs and would make its car late if it paused: the rest of its least run, or all that is left where
 *   that is less than such a run. To the planner a car that is late has no time left, and so no least run either.
 */
export function chargedFirst(problem: PlanProblem, aim: AimedAt): PlanProblem {
  const { levelPercent, reservePercent, targetPercent, chargeLimitPercent } = problem;
  if (reservePercent > levelPercent) {
    return problem;
  }
  const goalPercent = Math.min(targetPercent, chargeLimitPercent, 100);
  const firstPercent =
    aim.target?.kind === 'IMMEDIATE_START' ? goalPercent : runningPercent(problem, goalPercent);
  return firstPercent > levelPercent ? { ...problem, reservePercent: firstPercent } : problem;
}

interface AimedAt {
  readonly target: { readonly kind: 'REGULAR' | 'IMMEDIATE_START' } | null;
}

/** The level up to which a charge under way is not to be stopped; the present one where it may be at any time. */
function runningPercent(problem: PlanProblem, goalPercent: number): number {
  const { nowMs, readyByMs, levelPercent, minRunMs, isCharging, stateSinceMs } = problem;
  if (!isCharging || problem.startedByItself || readyByMs === null) {
    return levelPercent;
  }
  const course = courseFrom(levelPercent, problem);
  const restMs = timeToLevelMs(course, goalPercent);
  if (nowMs + minRunMs + restMs <= readyByMs) {
    return levelPercent;
  }
  const ranMs = stateSinceMs === null ? minRunMs : nowMs - stateSinceMs;
  return restMs <= minRunMs ? goalPercent : levelAfterPercent(course, Math.max(0, minRunMs - ranMs));
}

/** The blocks of a plan of such a problem: only what fills the reserve of the session itself is told as that. */
export function withoutFirst(blocks: readonly PlanBlock[], problem: PlanProblem): readonly PlanBlock[] {
  if (problem.reservePercent > problem.levelPercent) {
    return blocks;
  }
  const joined: PlanBlock[] = [];
  for (const { type: _first, ...block } of blocks) {
    const before = joined.at(-1);
    const goesOn = before?.endAtMs === block.startAtMs && before.powerKw === block.powerKw;
    if (before !== undefined && goesOn) {
      const energyWh = before.energyWh + block.energyWh;
      joined[joined.length - 1] = {
        ...before,
        endAtMs: block.endAtMs,
        energyWh,
        cost: before.cost + block.cost,
      };
    } else {
      joined.push({ ...block, type: 'REGULAR' });
    }
  }
  return joined;
}
