import type { GridCase } from './cases.ts';

/** A schedule problem as whole steps: what the model below is built from. */
interface StepModel {
  readonly stepsMs: readonly number[];
  readonly kwh: readonly number[];
  readonly prices: readonly number[];
  readonly isRestricted: readonly boolean[];
}

const POWER_KW = 7.2;

/**
 * A grid case as a mixed-integer programme in CPLEX LP text: one binary for each step (on), starts and stops from their
 * differences, minimum runs and pauses in the usual form (a start in the last n steps means on; a stop in them, off).
 * Written apart from the planner; nothing is shared but the statement of the problem.
 */
export function milpOf(given: GridCase, prices: readonly number[]): string {
  const model = stepModel(given, prices);
  const { problem, stepMs } = given;
  const steps = model.stepsMs.length;
  const needMs = given.needMs;
  const minimumMs = problem.minRunMs;
  const minRun = Math.ceil(Math.min(minimumMs, needMs, steps * stepMs) / stepMs);
  const minPause = Math.ceil(minimumMs / stepMs);
  const wasOn = problem.isCharging ? 1 : 0;
  // More than every cost together: a step in a restriction is never worth its saving.
  const most = model.kwh.reduce((sum, kwh, t) => sum + kwh * Math.abs(model.prices[t] ?? 0), 0);
  const weight = 2 * most + problem.startCost * steps + 1;

  const goal = model.kwh.map((kwh, t) => (model.prices[t] ?? 0) * kwh + (model.isRestricted[t] ? weight : 0));
  const lines: string[] = ['Minimize', ` obj: ${sum(goal.map((cost, t) => [cost, `o${t}`] as const))}`];
  for (let t = 0; t < steps; t++) lines.push(`  ${term(problem.startCost, `a${t}`)}`);
  lines.push('Subject To');
  lines.push(
    ` need: ${sum(model.stepsMs.map((_, t) => [1, `o${t}`] as const))} = ${Math.round(needMs / stepMs)}`,
  );
  for (let t = 0; t < steps; t++) {
    const before = t === 0 ? '' : ` + o${t - 1}`;
    lines.push(` turn${t}: a${t} - b${t} - o${t}${before} = ${t === 0 ? -wasOn : 0}`);
    lines.push(` up${t}: ${recent('a', t, minRun)} - o${t} <= 0`);
    lines.push(` down${t}: ${recent('b', t, minPause)} + o${t} <= 1`);
  }
  lines.push('Bounds');
  const settled = settledSteps(given, minRun * stepMs);
  for (let t = 0; t < steps; t++) {
    lines.push(t < settled ? ` o${t} = 1` : ` 0 <= o${t} <= 1`);
    lines.push(t > steps - minRun ? ` a${t} = 0` : ` 0 <= a${t} <= 1`, ` 0 <= b${t} <= 1`);
  }
  lines.push('Binary', ` ${model.stepsMs.map((_, t) => `o${t}`).join(' ')}`, 'End');
  return lines.join('\n');
}

function stepModel({ problem, stepMs, reserveMs }: GridCase, prices: readonly number[]): StepModel {
  const steps = Math.round(((problem.readyByMs ?? 0) - problem.nowMs) / stepMs);
  const indices = Array.from({ length: steps }, (_, t) => t);
  return {
    stepsMs: indices.map(() => stepMs),
    kwh: indices.map(() => (POWER_KW * stepMs) / 3_600_000),
    prices,
    isRestricted: indices.map((t) => {
      const at = problem.nowMs + t * stepMs;
      return t * stepMs >= reserveMs && problem.restrictions.some((r) => r.startAtMs <= at && at < r.endAtMs);
    }),
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
