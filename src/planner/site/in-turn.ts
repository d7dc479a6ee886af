import type { Interval } from '../../domain/interval.ts';
import { needOf } from '../need.ts';
import { plan } from '../plan.ts';
import { runsOf } from '../runs.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, NO_LOAD, peakKw, sumOf } from './load.ts';

/**
 * Each car in turn beside those before it: its own plan where that fits, else charging as soon as there is power for
 * it. Reserves come before everything else. Keeps the limit always; neither cheapest nor sure to keep each deadline.
 */
export function inTurn(
  { nowMs, limitKw }: SiteProblem,
  order: readonly SiteCar[],
): Map<string, readonly Interval[]> {
  const runs = new Map<string, readonly Interval[]>();
  let taken: Load = NO_LOAD;
  const withReserve = order.filter(({ problem }) => needOf(problem).reserveMs > 0);
  for (const { id, problem } of [...withReserve, ...order.filter((car) => !withReserve.includes(car))]) {
    const need = needOf(problem);
    const alone = runsOf(plan(problem).blocks);
    const own = loadOf(need.course, alone);
    const fits = fitsLimit(sumOf([taken, own]), limitKw);
    const wantedMs = alone.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, 0);
    const powerKw = peakKw(need.course, 0, wantedMs);
    const chosen = fits ? alone : soonest(nowMs, wantedMs, fullTimes(taken, limitKw, powerKw));
    const found = powerKw > limitKw && !fits ? [] : chosen;
    runs.set(id, found);
    taken = sumOf([taken, loadOf(need.course, found)]);
  }
  return runs;
}

/** Charging from an instant on whenever it is not full. */
function soonest(fromMs: number, lengthMs: number, full: readonly Interval[]): readonly Interval[] {
  const runs: Interval[] = [];
  let at = fromMs;
  let leftMs = lengthMs;
  for (const { startAtMs, endAtMs } of full) {
    const takenMs = Math.min(leftMs, startAtMs - at);
    if (takenMs > 0) {
      runs.push({ startAtMs: at, endAtMs: at + takenMs });
      leftMs -= takenMs;
    }
    at = Math.max(at, endAtMs);
  }
  if (leftMs > 0) runs.push({ startAtMs: at, endAtMs: at + leftMs });
  return runs;
}
