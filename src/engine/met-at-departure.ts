import { DEPARTURE_TOLERANCE_MS } from '../domain/rules.ts';
import type { Plan, PlanProblem } from '../planner/problem.ts';

/**
 * The plan with its target met at readyBy where it is late by less than a command takes to be obeyed: what
 * preconditioning asks for ends at readyBy itself, and leaves no margin for that.
 */
export function metAtDeparture(found: Plan, problem: PlanProblem): Plan {
  const { readyByMs, nowMs, preconditionMs, targetPercent } = problem;
  const { reachedAtMs, levelAtReadyByPercent } = found;
  if (preconditionMs === 0 || readyByMs === null || readyByMs <= nowMs || reachedAtMs === null) {
    return found;
  }
  const lateMs = reachedAtMs - readyByMs;
  if (lateMs <= 0 || lateMs > DEPARTURE_TOLERANCE_MS) {
    return found;
  }
  return {
    ...found,
    feasible: true,
    reachedAtMs: readyByMs,
    levelAtReadyByPercent: Math.max(levelAtReadyByPercent ?? 0, targetPercent),
  };
}
