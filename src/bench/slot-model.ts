import { HOUR_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import type { PlanProblem } from '../planner/problem.ts';

/** Solves a programme in CPLEX LP text to the proven optimum. */
export type Solver = (programme: string) => unknown;

/** The solver, where it is installed: it is a tool of development, and no part of the product. */
export async function loadSolver(): Promise<Solver | null> {
  try {
    const { default: loaded } = await import('highs');
    // The package's types describe its CommonJS build; what Node imports is the loader itself.
    const load = loaded as unknown as typeof loaded.default;
    const highs = await load();
    return (programme) => highs.solve(programme, { mip_rel_gap: 0, mip_abs_gap: 1e-9 });
  } catch {
    return null;
  }
}

/**
 * A problem at constant power as one would give it to a solver: a binary for each quarter hour, a start where one is on
 * and the one before is not. Its ends are cut to whole quarter hours, so it is a little simpler than what we plan.
 */
export function slotModel(problem: PlanProblem): string {
  const { slots, curve, capacityWh, efficiency, startCost, isCharging, nowMs, marginMs } = problem;
  const endMs = (problem.readyByMs ?? nowMs) - marginMs;
  const prices = slots
    .filter(({ startAtMs, endAtMs }) => startAtMs >= nowMs && endAtMs <= endMs)
    .map(({ price }) => price ?? 0);
  const powerKw = curve[0]?.powerKw ?? 1;
  const needKwh = (((problem.targetPercent - problem.levelPercent) / 100) * capacityWh) / 1000 / efficiency;
  const slotKwh = (powerKw * QUARTER_HOUR_MS) / HOUR_MS;
  const need = Math.min(prices.length, Math.ceil(needKwh / slotKwh));
  const starts = prices.map((_, t) => `+ ${startCost} a${t}`);
  const costs = prices.map((price, t) => `${price < 0 ? '-' : '+'} ${Math.abs(price * slotKwh)} o${t}`);
  const turns = prices.map((_, t) =>
    t === 0 ? ` t0: a0 - o0 >= ${isCharging ? -1 : 0}` : ` t${t}: a${t} - o${t} + o${t - 1} >= 0`,
  );
  return [
    'Minimize',
    ` obj: ${[...costs, ...starts].join('\n  ')}`,
    'Subject To',
    ` need: ${prices.map((_, t) => `+ o${t}`).join('\n  ')} = ${need}`,
    ...turns,
    'Bounds',
    ...prices.map((_, t) => ` 0 <= a${t} <= 1`),
    'Binary',
    ` ${prices.map((_, t) => `o${t}`).join('\n  ')}`,
    'End',
  ].join('\n');
}
