import type { GridCase } from './cases.ts';

/** A schedule problem as whole steps: what the model below is built from. */
interface StepModel {
  /** What charging in each step counts, without starts and what is worth it above the target. */
  readonly costs: readonly number[];
  readonly isRestricted: readonly boolean[];
  readonly isMust: readonly boolean[];
}

/**
 * A grid case at constant power as a mixed-integer programme in CPLEX LP text: one binary for each step (on), starts and
 * stops from their differences, minimum runs and pauses in the usual form (a start in the last n steps means on; a stop
 * in them, off). Where charging above the target is wanted, the number of steps on is free and each beyond the need has
 * its worth; the need must then be at least a minimum run, which would else depend on that number.
 * Written apart from the planner; nothing is shared but the statement of the problem.
 */
export function milpOf(given: GridCase, prices: readonly number[]): string {
  const { problem, stepMs, needMs, mostMs, energyKwh } = given;
  const model = stepModel(given, prices);
  const steps = prices.length;
  const minRun = Math.ceil(Math.min(problem.minRunMs, needMs, steps * stepMs) / stepMs);
  const minPause = Math.ceil(problem.minRunMs / stepMs);
  const wasOn = problem.isCharging ? 1 : 0;
  const worth = (problem.opportunisticPrice ?? 0) * energyKwh(stepMs);
  // More than every cost together: a step in a restriction is never worth its saving, a missed one never a restriction's.
  const most = model.costs.reduce((sum, cost) => sum + Math.abs(cost) + Math.abs(worth), 0);
  const weight = 2 * most + problem.startCost * steps + 1;
  const missWeight = model.isMust.some((each) => each)
    ? weight * (model.isRestricted.filter(Boolean).length + 1)
    : 0;

  const goal = model.costs.map(
    (cost, t) => cost - worth + (model.isRestricted[t] ? weight : 0) - (model.isMust[t] ? missWeight : 0),
  );
  const lines: string[] = ['Minimize', ` obj: ${sum(goal.map((cost, t) => [cost, `o${t}`] as const))}`];
  for (let t = 0; t < steps; t++) lines.push(`  ${term(problem.startCost, `a${t}`)}`);
  lines.push('Subject To');
  const on = sum(prices.map((_, t) => [1, `o${t}`] as const));
  const [need, limit] = [Math.round(needMs / stepMs), Math.round(mostMs / stepMs)];
  if (need === limit) lines.push(` need: ${on} = ${need}`);
  else lines.push(` need: ${on} >= ${need}`, ` most: ${on} <= ${limit}`);
  for (let t = 0; t < steps; t++) {
    const before = t === 0 ? '' : ` + o${t - 1}`;
    lines.push(` turn${t}: a${t} - b${t} - o${t}${before} = ${t === 0 ? -wasOn : 0}`);
    lines.push(` up${t}: ${recent('a', t, minRun)} - o${t} <= 0`);
    lines.push(` down${t}: ${recent('b', t, minPause)} + o${t} <= 1`);
  }
  lines.push('Bounds');
  const settled = settledSteps(given, minRun * stepMs);
  const paused = pausedSteps(given);
  for (let t = 0; t < steps; t++) {
    lines.push(t < settled ? ` o${t} = 1` : t < paused ? ` o${t} = 0` : ` 0 <= o${t} <= 1`);
    lines.push(t > steps - minRun ? ` a${t} = 0` : ` 0 <= a${t} <= 1`, ` 0 <= b${t} <= 1`);
  }
  lines.push('Binary', ` ${prices.map((_, t) => `o${t}`).join(' ')}`, 'End');
  return lines.join('\n');
}

function stepModel(given: GridCase, prices: readonly number[]): StepModel {
  const { problem, stepMs, reserveMs, needMs, endAtMs, energyKwh } = given;
  const mustFromMs = endAtMs - Math.min(problem.preconditionMs, needMs);
  const instants = prices.map((_, t) => problem.nowMs + t * stepMs);
  return {
    costs: prices.map((price) => price * energyKwh(stepMs)),
    isRestricted: instants.map(
      (at) =>
        at >= problem.nowMs + reserveMs &&
        problem.restrictions.some((each) => each.startAtMs <= at && at < each.endAtMs),
    ),
    isMust: instants.map((at) => at >= mustFromMs),
  };
}

/** Steps from now in which the car charges in any case: the reserve, and what the run under way still owes. */
function settledSteps({ problem, stepMs, reserveMs }: GridCase, minRunMs: number): number {
  const { isCharging, startedByItself, stateSinceMs, nowMs } = problem;
  const owesMs =
    isCharging && !startedByItself && stateSinceMs !== null
      ? Math.max(0, minRunMs - (nowMs - stateSinceMs))
      : 0;
  return Math.round(Math.max(reserveMs, owesMs) / stepMs);
}

/** Steps from now in which a pause under way must still last; a reserve to fill ends it. */
function pausedSteps({ problem, stepMs, reserveMs }: GridCase): number {
  const { isCharging, stateSinceMs, nowMs, minRunMs } = problem;
  if (isCharging || stateSinceMs === null || reserveMs > 0) return 0;
  return Math.round(Math.max(0, minRunMs - (nowMs - stateSinceMs)) / stepMs);
}

function recent(name: string, t: number, count: number): string {
  const terms: string[] = [];
  for (let s = Math.max(0, t - Math.max(1, count) + 1); s <= t; s++) terms.push(`${name}${s}`);
  return terms.join(' + ');
}

function sum(terms: readonly (readonly [number, string])[]): string {
  // A line of the format may hold a limited number of characters.
  return terms.map(([factor, name]) => term(factor, name)).join('\n  ');
}

function term(factor: number, name: string): string {
  return `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`;
}
