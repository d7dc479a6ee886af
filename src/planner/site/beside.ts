import type { Interval } from '../../domain/interval.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { countedCost } from '../counted-cost.ts';
import { chargedKwh, needOf } from '../need.ts';
import { deadlineMs, runsFor } from '../plan.ts';
import type { PlanProblem } from '../problem.ts';
import { lengthOf } from '../runs.ts';
import type { SiteCar } from '../site.ts';
import { timelineOf } from '../timeline.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, peakKw, sumOf } from './load.ts';

/** Times without power are rounded outward to a whole number of this, so that cells do not get tiny. */
const ROUND_MS = 5 * MINUTE_MS;
const TIE = 1e-9;

/**
 * The car's best runs beside a load, by the planner of one car: null where they do not fit the limit, charge less than
 * the car needs or are not ready in time. `endAtMs`, if given, is when the charge may end at the latest.
 */
export function bestBeside(
  { problem }: SiteCar,
  others: Load,
  limitKw: number,
  endAtMs: number | null,
): readonly Interval[] | null {
  const need = needOf(problem);
  const { readyByMs } = problem;
  if (readyByMs === null || !Number.isFinite(need.wholeMs)) return null;
  const marginMs =
    endAtMs === null ? problem.marginMs : Math.max(0, Math.min(problem.marginMs, readyByMs - endAtMs));
  const powerKw = peakKw(need.course, 0, need.mostMs);
  const full = fullTimes(others, limitKw, powerKw);
  const runs = runsFor({ ...problem, marginMs }, need, rounded(full, problem.nowMs));
  const isWhole = lengthOf(runs) >= need.wholeMs && (runs.at(-1)?.endAtMs ?? 0) <= readyByMs;
  return isWhole && fitsLimit(sumOf([others, loadOf(need.course, runs)]), limitKw) ? runs : null;
}

/**
 * Runs on cells made better by the planner of one car, each car beside the others as they are: where a charge is no
 * whole number of cells, and charging above the target. What a car does not gain by stays.
 */
export function polished(
  cars: readonly SiteCar[],
  kept: ReadonlySet<string>,
  found: ReadonlyMap<string, readonly Interval[]>,
  limitKw: number,
): ReadonlyMap<string, readonly Interval[]> {
  const runs = new Map(found);
  const loads = new Map(
    cars.map(({ id, problem }) => [id, loadOf(needOf(problem).course, runs.get(id) ?? [])]),
  );
  for (const car of cars) {
    if (!kept.has(car.id)) continue;
    const others = sumOf([...loads].flatMap(([id, load]) => (id === car.id ? [] : [load])));
    const before = runs.get(car.id) ?? [];
    const after = bestBeside(car, others, limitKw, before.at(-1)?.endAtMs ?? null);
    if (after === null || countsAs(car.problem, after) >= countsAs(car.problem, before) - TIE) continue;
    runs.set(car.id, after);
    loads.set(car.id, loadOf(needOf(car.problem).course, after));
  }
  return runs;
}

/** What runs count as with restrictions, last minutes, and the worth of what is above the target. */
export function countsAs(problem: PlanProblem, runs: readonly Interval[]): number {
  const need = needOf(problem);
  const endAtMs = Math.max(problem.readyByMs ?? problem.nowMs, problem.nowMs + 1);
  const timeline = timelineOf(
    { startAtMs: problem.nowMs, endAtMs },
    {
      slots: problem.slots,
      restrictions: problem.restrictions,
      mustFromMs: deadlineMs({ ...problem, marginMs: 0 }) - Math.min(problem.preconditionMs, need.wholeMs),
      minRunMs: problem.minRunMs,
      prefer: problem.prefer,
      startCost: problem.startCost,
      energyMaxKwh: chargedKwh(need, need.mostMs, need.mostMs),
    },
  );
  return countedCost(problem, need, timeline, runs);
}

function rounded(full: readonly Interval[], nowMs: number): Interval[] {
  const times: Interval[] = [];
  for (const { startAtMs, endAtMs } of full) {
    const start = Math.max(nowMs, Math.floor(startAtMs / ROUND_MS) * ROUND_MS);
    const end = Math.ceil(endAtMs / ROUND_MS) * ROUND_MS;
    const last = times.at(-1);
    if (last !== undefined && last.endAtMs >= start) times[times.length - 1] = { ...last, endAtMs: end };
    else times.push({ startAtMs: start, endAtMs: end });
  }
  return times;
}
