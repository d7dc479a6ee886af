import highsModule from 'highs';
import { expect, test } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { plan } from './plan.ts';
import type { Plan, PlanProblem } from './problem.ts';
import type { GridCase } from './testing/cases.ts';
import { gridCase } from './testing/cases.ts';
import { countsAs } from './testing/counts-as.ts';
import { milpOf } from './testing/milp.ts';
import { stepPrices } from './testing/step-oracle.ts';

const CASES = 2400;
const LEAST_OF_EACH = 150;

/** The package's types describe its CommonJS build; what Node imports is the loader itself. */
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** Small enough for the solver, with everything that can be odd: five-minute steps in slots of 15 to 60 minutes. */
const SHAPES = [
  { stepMinutes: 5, hours: 3, slotMinutes: [15, 30], minRunMinutes: [0, 10, 15, 20] },
  { stepMinutes: 5, hours: 4, slotMinutes: [15, 30, 60], minRunMinutes: [10, 15, 30] },
  { stepMinutes: 15, hours: 12, slotMinutes: [15, 30, 60], minRunMinutes: [0, 15, 30, 45] },
  { stepMinutes: 30, hours: 24, slotMinutes: [60, 120], minRunMinutes: [0, 30, 60] },
] as const;

test(`plan and mixed-integer programme agree on ${CASES} seeded cases`, { timeout: 600_000 }, async () => {
  const highs = await loadHighs();
  const counts = {
    'two or more starts': 0,
    'a binding minimum run or pause': 0,
    'an odd first slot': 0,
    'a need of no whole slot': 0,
    'negative prices': 0,
    'no feasible plan': 0,
  };
  let offGrid = 0;
  const startedAt = performance.now();
  for (let seed = 1; seed <= CASES; seed++) {
    const given = gridCase(seed * 31, SHAPES[seed % SHAPES.length] ?? SHAPES[0]);
    const made = plan(given.problem);
    const { problem, stepMs, needMs } = given;
    const steps = Math.round(((problem.readyByMs ?? 0) - problem.nowMs) / stepMs);
    const slotMs = slotOf(given);
    if (problem.nowMs % slotMs !== 0) counts['an odd first slot']++;
    if (needMs % slotMs !== 0) counts['a need of no whole slot']++;
    if (problem.slots.some((slot) => (slot.price ?? 0) < 0)) counts['negative prices']++;
    if (needMs > steps * stepMs) {
      counts['no feasible plan']++;
      expect(runsOf(made), `seed ${seed}`).toEqual([[problem.nowMs, problem.nowMs + needMs]]);
      expect(made.feasible, `seed ${seed}`).toBe(false);
      continue;
    }
    const prices = stepPrices(given, steps);
    const solved = highs.solve(milpOf(given, prices), { mip_rel_gap: 0, mip_abs_gap: 1e-9 });
    expect(solved.Status, `seed ${seed}`).toBe('Optimal');
    const on = prices.map((_, t) => {
      const column = solved.Columns[`o${t}`];
      return column !== undefined && 'Primal' in column ? Math.round(column.Primal) : 0;
    });
    const reference = countsAs(given, prices, runsOfSteps(given, on));
    const ours = countsAs(given, prices, runsOf(made));
    expect(ours.restrictedMs, `seed ${seed}`).toBe(reference.restrictedMs);
    const tolerance = 1e-6 * Math.max(1, Math.abs(reference.cost));
    expect(Math.abs(ours.cost - reference.cost), `seed ${seed}`).toBeLessThan(tolerance);
    expect(made.feasible, `seed ${seed}`).toBe(true);
    if (isWithoutHoles(given) && !problem.isCharging && given.reserveMs === 0) {
      // With odd ends added to the window the solution still stands: no plan may be dearer than it.
      offGrid++;
      const odd = plan({
        ...problem,
        nowMs: problem.nowMs - 61_003 - seed,
        readyByMs: (problem.readyByMs ?? 0) + 47_001 + 2 * seed,
        slots: withEnds(problem.slots),
      });
      if (problem.restrictions.length === 0) {
        expect(odd.cost, `seed ${seed}`).toBeLessThanOrEqual(reference.cost + tolerance);
      }
      expect(odd.lowerBound, `seed ${seed}`).toBeLessThanOrEqual(odd.cost);
    }
    if (made.starts > 1) counts['two or more starts']++;
    if (isBinding(given, made)) counts['a binding minimum run or pause']++;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${CASES} cases in ${seconds} s: ${JSON.stringify(counts)}, ${offGrid} more off the grid`);
  for (const [what, count] of Object.entries(counts))
    expect(count, what).toBeGreaterThanOrEqual(LEAST_OF_EACH);
});

function isWithoutHoles({ problem }: GridCase): boolean {
  const { slots } = problem;
  return slots.every((slot, i) => i === 0 || slots[i - 1]?.endAtMs === slot.startAtMs) && slots.length > 0;
}

/** The slots with the first and the last price held on a while. */
function withEnds(slots: PlanProblem['slots']): PlanProblem['slots'] {
  const last = slots.length - 1;
  return slots.map((slot, i) => ({
    ...slot,
    startAtMs: i === 0 ? slot.startAtMs - HOUR_MS : slot.startAtMs,
    endAtMs: i === last ? slot.endAtMs + HOUR_MS : slot.endAtMs,
  }));
}

function isBinding({ problem }: GridCase, made: Plan): boolean {
  const free = plan({ ...problem, minRunMs: 0 });
  return (
    problem.minRunMs > 0 &&
    JSON.stringify(runsOf(free)) !== JSON.stringify(runsOf(made)) &&
    free.cost < made.cost - 1e-6
  );
}

function slotOf({ problem }: GridCase): number {
  const first = problem.slots[0];
  return first === undefined ? 1 : first.endAtMs - first.startAtMs;
}

function runsOf(made: Plan): [number, number][] {
  const runs: [number, number][] = [];
  for (const block of made.blocks) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === block.startAtMs) last[1] = block.endAtMs;
    else runs.push([block.startAtMs, block.endAtMs]);
  }
  return runs;
}

function runsOfSteps({ problem, stepMs }: GridCase, on: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [t, isOn] of on.entries()) {
    if (isOn === 0) continue;
    const startMs = problem.nowMs + t * stepMs;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === startMs) last[1] = startMs + stepMs;
    else runs.push([startMs, startMs + stepMs]);
  }
  return runs;
}
