import type { Interval } from '../../domain/interval.ts';
import { needOf } from '../need.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import { asSoonAsPossible } from './as-soon.ts';
import { heldLoad } from './held-load.ts';
import type { HeldRun } from './held-run.ts';
import { joinedRuns } from './held-runs.ts';
import { leastOf } from './held-settle.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, peakKw, sumOf } from './load.ts';
import { soonestMs } from './settle.ts';

/**
 * Runs with the charging of late cars brought forward: of each in turn as soon as the others leave power, where it is
 * done sooner so. The cells of a joint plan leave out parts at their ends, and power that is no whole unit; where a car
 * finds nothing on them it has no runs at all.
 */
export function hurried(
  { nowMs, limitKw }: SiteProblem,
  order: readonly SiteCar[],
  onTime: ReadonlySet<string>,
  found: ReadonlyMap<string, readonly HeldRun[]>,
): ReadonlyMap<string, readonly HeldRun[]> {
  const runs = new Map(found);
  const loadOfCar = ({ id, problem }: SiteCar) => heldLoad(needOf(problem).course, runs.get(id) ?? []);
  for (const car of order) {
    if (onTime.has(car.id)) continue;
    const doneAtMs = runs.get(car.id)?.at(-1)?.endAtMs ?? Number.POSITIVE_INFINITY;
    const others = sumOf(order.filter((each) => each !== car).map(loadOfCar));
    const sooner = soonestRuns(car, nowMs, others, limitKw);
    if (sooner === null || (sooner.at(-1)?.endAtMs ?? 0) >= doneAtMs) continue;
    const load = heldLoad(needOf(car.problem).course, sooner);
    if (fitsLimit(sumOf([others, load]), limitKw)) runs.set(car.id, sooner);
  }
  return runs;
}

/** All that a car needs as soon as there is power for it; null where its runs or pauses would be too short. */
function soonestRuns(car: SiteCar, nowMs: number, others: Load, limitKw: number): readonly HeldRun[] | null {
  const { problem } = car;
  const need = needOf(problem);
  const leastKw = leastOf(car);
  const { course, wholeMs } = need;
  if (!Number.isFinite(wholeMs) || wholeMs === 0) return null;
  const fromMs = soonestMs(car, need, nowMs);
  const runs =
    leastKw !== null
      ? asSoonAsPossible(course, fromMs, wholeMs, leastKw, others, limitKw)
      : inFreeTimes(fromMs, wholeMs, fullTimes(others, limitKw, peakKw(course, 0, wholeMs)));
  const whole = joinedRuns(runs.map(({ startAtMs, endAtMs }) => ({ startAtMs, endAtMs })));
  const isKept = whole.every(({ startAtMs, endAtMs }, i) => {
    const isUnderWay = problem.isCharging && startAtMs === nowMs;
    const pauseMs = startAtMs - (whole[i - 1]?.endAtMs ?? Number.NEGATIVE_INFINITY);
    const isLong = endAtMs - startAtMs >= Math.min(problem.minRunMs, wholeMs);
    return (isUnderWay || isLong) && pauseMs >= problem.minRunMs;
  });
  return isKept ? runs : null;
}

function inFreeTimes(fromMs: number, lengthMs: number, full: readonly Interval[]): readonly Interval[] {
  const runs: Interval[] = [];
  let at = fromMs;
  let leftMs = lengthMs;
  for (const { startAtMs, endAtMs } of full) {
    if (endAtMs <= at || leftMs <= 0) continue;
    if (startAtMs > at) {
      const untilMs = Math.min(startAtMs, at + leftMs);
      runs.push({ startAtMs: at, endAtMs: untilMs });
      leftMs -= untilMs - at;
    }
    at = endAtMs;
  }
  if (leftMs > 0) runs.push({ startAtMs: at, endAtMs: at + leftMs });
  return runs;
}
