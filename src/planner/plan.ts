import type { Interval } from '../domain/interval.ts';
import { DAY_MS } from '../domain/units.ts';
import { bestSchedule } from './best-schedule.ts';
import { powerRangeKw } from './charge-curve.ts';
import { departureRun } from './departure.ts';
import type { Need } from './need.ts';
import { chargedKwh, endPercent, needOf, powerLine, restKwh } from './need.ts';
import { withMore } from './opportunistic.ts';
import type { Plan, PlanProblem } from './problem.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { statePlan } from './state-plan.ts';
import type { Timeline } from './timeline.ts';
import { timelineFrom, timelineOf } from './timeline.ts';

/**
 * The plan that fills the reserve at once, reaches the target by readyBy less the margin or as near to it as power
 * allows, charges least in restrictions, and then costs least. Exact at constant power; with taper on a 5-minute grid.
 * A target out of reach is charged for at full power from now on; there is always a plan.
 */
export function plan(problem: PlanProblem): Plan {
  const need = needOf(problem);
  return statePlan(problem, need, runsFor(problem, need));
}

/**
 * The runs of that plan. At `closed` times (ascending, disjoint) charging counts as dearer than anything else: what is
 * charged there all the same, because the need does not fit beside them or is settled, is the caller's to judge.
 */
export function runsFor(
  problem: PlanProblem,
  need: Need,
  closed: readonly Interval[] = [],
): readonly Interval[] {
  const { nowMs, readyByMs } = problem;
  const endAtMs = deadlineMs(problem);
  if (need.wholeMs === 0 && need.mostMs === 0) return [];
  const atOnce = [{ startAtMs: nowMs, endAtMs: nowMs + need.wholeMs }];
  if (need.wholeMs === Number.POSITIVE_INFINITY) {
    // The curve ends below the target: charge as long as it may help.
    return [
      { startAtMs: nowMs, endAtMs: Math.max(readyByMs ?? 0, nowMs + (readyByMs === null ? DAY_MS : 1)) },
    ];
  }
  const earliestMs = nowMs + pauseLeftMs(problem, need);
  if (readyByMs === null || earliestMs + need.wholeMs > endAtMs) return need.wholeMs === 0 ? [] : atOnce;
  const mostMs = Math.min(need.mostMs, endAtMs - earliestMs);
  if (closed.length === 0 && mostMs === need.wholeMs) {
    const settledMs = settledFor(problem, need, Math.min(problem.minRunMs, need.wholeMs, endAtMs - nowMs));
    const run = departureRun(problem, need, settledMs);
    if (run !== null) return [run];
  }
  const timeline = timelineFor(problem, need, { startAtMs: nowMs, endAtMs }, mostMs, closed);
  let best = scheduleFor(problem, need, need.wholeMs, endAtMs, timeline);
  if (problem.opportunisticPrice !== null && mostMs > need.wholeMs) {
    const scheduleOf = (totalMs: number) => scheduleFor(problem, need, totalMs, endAtMs, timeline);
    const settledMs = settledFor(problem, need, Math.min(problem.minRunMs, mostMs, endAtMs - nowMs));
    const window = { startAtMs: earliestMs + settledMs, endAtMs };
    best = withMore(problem, need, { mostMs, settledMs, window, timeline, atTarget: best, scheduleOf });
  }
  return best?.runs ?? atOnce;
}

/** When charging has to end: readyBy less the margin. Preconditioning asks for the very last minutes, so leaves none. */
export function deadlineMs(problem: PlanProblem): number {
  const readyByMs = problem.readyByMs ?? problem.nowMs;
  return problem.preconditionMs > 0 ? readyByMs : readyByMs - problem.marginMs;
}

function timelineFor(
  problem: PlanProblem,
  need: Need,
  window: Interval,
  mostMs: number,
  closed: readonly Interval[],
): Timeline {
  const mustMs = Math.min(problem.preconditionMs, need.wholeMs);
  return timelineOf(window, {
    slots: problem.slots,
    restrictions: problem.restrictions,
    closed,
    mustFromMs: window.endAtMs - mustMs,
    minRunMs: problem.minRunMs,
    prefer: problem.prefer,
    startCost: problem.startCost,
    energyMaxKwh: chargedKwh(need, mostMs, mostMs),
  });
}

/** The best schedule that charges exactly `totalMs` from now: what is settled already first, then the rest. */
function scheduleFor(
  problem: PlanProblem,
  need: Need,
  totalMs: number,
  endAtMs: number,
  timeline: Timeline,
): Schedule | null {
  const { nowMs, isCharging } = problem;
  const minRunMs = Math.min(problem.minRunMs, totalMs, endAtMs - nowMs);
  const settledMs = settledFor(problem, need, minRunMs);
  const waitMs = pauseLeftMs(problem, need);
  const startAtMs = nowMs + settledMs + waitMs;
  const power = powerRangeKw(need.course, endPercent(need, totalMs));
  const constantKw = power.maxKw === power.minKw ? power.maxKw : null;
  const task: ScheduleTask = {
    window: { startAtMs, endAtMs },
    timeline: timelineFrom(timeline, startAtMs),
    needMs: totalMs - settledMs,
    isOn: isCharging || settledMs > 0,
    minRunMs,
    minPauseMs: problem.minRunMs,
    startCost: problem.startCost,
    restKwh: restKwh(need, totalMs, constantKw),
    constantKw,
    power: constantKw === null ? powerLine(need, settledMs, totalMs) : null,
  };
  const schedule = bestSchedule(task);
  if (schedule === null || settledMs === 0) return schedule;
  const [first, ...others] = schedule.runs;
  if (first === undefined || first.startAtMs > startAtMs) {
    return { ...schedule, runs: [{ startAtMs: nowMs, endAtMs: startAtMs }, ...schedule.runs] };
  }
  return { ...schedule, runs: [{ startAtMs: nowMs, endAtMs: first.endAtMs }, ...others] };
}

/** How long a pause under way must still last. A reserve to fill ends it; so does a wait, which has no age. */
export function pauseLeftMs(problem: PlanProblem, need: Need): number {
  const { nowMs, isCharging, stateSinceMs, minRunMs } = problem;
  if (isCharging || stateSinceMs === null || need.reserveMs > 0) return 0;
  return Math.max(0, minRunMs - Math.max(0, nowMs - stateSinceMs));
}

/** How long from now the charge is settled: through the reserve, and until a run under way is long enough. */
export function settledFor(problem: PlanProblem, need: Need, minRunMs: number): number {
  if (!problem.isCharging || problem.startedByItself) {
    return need.reserveMs > 0 ? Math.max(need.reserveMs, problem.isCharging ? 0 : minRunMs) : 0;
  }
  const ageMs =
    problem.stateSinceMs === null ? Number.POSITIVE_INFINITY : problem.nowMs - problem.stateSinceMs;
  return Math.max(need.reserveMs, minRunMs - Math.max(0, ageMs), 0);
}
