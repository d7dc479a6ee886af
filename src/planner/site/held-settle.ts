import { needOf } from '../need.ts';
import { pauseLeftMs, settledFor } from '../plan.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import { asSoonAsPossible } from './as-soon.ts';
import { heldLoad } from './held-load.ts';
import type { HeldRun } from './held-run.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, loadOf, NO_LOAD, peakKw, sumOf } from './load.ts';
import type { SettledCar } from './settle.ts';
import { firstRoom, inTurn, mayWait, soonestMs, totalFor } from './settle.ts';

/** A car that can be held to a power, with what leaves no choice. */
export interface SettledHeld extends Omit<SettledCar, 'settled'> {
  readonly leastKw: number;
  /** Its reserve: as soon as possible, with what power there is. */
  readonly reserve: readonly HeldRun[];
  /** How far the reserve brings it, in time of its course. */
  readonly reservedMs: number;
  /** From `openAtMs` on it must charge so long yet, whatever the power. */
  readonly owedMs: number;
}

export interface Settled {
  readonly switched: readonly SettledCar[];
  readonly held: readonly SettledHeld[];
}

/** The least power that a car can be held to here; null where it is on or off, also as it never takes so much. */
export function leastOf({ leastPowerKw, problem }: SiteCar): number | null {
  if (leastPowerKw == null || leastPowerKw <= 0) return null;
  const need = needOf(problem);
  return leastPowerKw < peakKw(need.course, 0, Number.isFinite(need.mostMs) ? need.mostMs : 0)
    ? leastPowerKw
    : null;
}

/**
 * What is settled where some cars can be held to a power (settle.ts): reserves, in the order of the rule, those of held
 * cars with whatever power is left above their least; then runs under way, of which a held car only owes the time; then
 * all that the cars `atOnce` need, like reserves.
 */
export function settledTogether(
  { nowMs, limitKw }: SiteProblem,
  order: readonly SiteCar[],
  atOnce: ReadonlySet<string>,
): Settled {
  const wanted = order.map((car) => {
    const { problem } = car;
    const need = needOf(problem);
    const leastKw = leastOf(car);
    const totalMs = totalFor(need, problem.readyByMs ?? nowMs, nowMs);
    const endAtMs = problem.readyByMs ?? Number.POSITIVE_INFINITY;
    const minRunMs = Math.min(problem.minRunMs, totalMs, Math.max(0, endAtMs - nowMs));
    const isPower = (leastKw ?? peakKw(need.course, 0, totalMs)) <= limitKw + 1e-6;
    const settledMs = atOnce.has(car.id) ? totalMs : Math.min(totalMs, settledFor(problem, need, minRunMs));
    const asapMs = atOnce.has(car.id) ? totalMs : need.reserveMs;
    return { car, need, leastKw, totalMs: isPower ? totalMs : 0, settledMs: isPower ? settledMs : 0, asapMs };
  });
  let taken: Load = NO_LOAD;
  const runs = new Map<string, readonly HeldRun[]>();
  const owing = new Map<string, number>();
  for (const each of inTurn(wanted)) {
    const { car, need, leastKw, settledMs, asapMs } = each;
    if (settledMs === 0) continue;
    const fromMs = soonestMs(car, need, nowMs);
    if (leastKw !== null && asapMs > 0) {
      const reserve = asSoonAsPossible(need.course, fromMs, asapMs, leastKw, taken, limitKw);
      taken = sumOf([taken, heldLoad(need.course, reserve)]);
      runs.set(car.id, reserve);
      const chargedMs = (reserve.at(-1)?.endAtMs ?? nowMs) - (reserve[0]?.startAtMs ?? nowMs);
      if (settledMs > asapMs) owing.set(car.id, Math.max(0, settledMs - chargedMs));
      continue;
    }
    if (leastKw !== null) {
      const owed = { startAtMs: nowMs, endAtMs: nowMs + settledMs, powerKw: leastKw };
      const load = sumOf([taken, heldLoad(need.course, [owed])]);
      if (!fitsLimit(load, limitKw)) continue;
      taken = load;
      owing.set(car.id, settledMs);
      continue;
    }
    const powerKw = peakKw(need.course, 0, settledMs);
    const startAtMs = firstRoom(fromMs, settledMs, fullTimes(taken, limitKw, powerKw));
    const run = { startAtMs, endAtMs: startAtMs + settledMs };
    const load = sumOf([taken, loadOf(need.course, [run])]);
    if ((startAtMs > nowMs && !mayWait(each, atOnce)) || !fitsLimit(load, limitKw)) continue;
    taken = load;
    runs.set(car.id, [run]);
  }
  const switched: SettledCar[] = [];
  const held: SettledHeld[] = [];
  for (const { car, need, leastKw, totalMs, settledMs, asapMs } of wanted) {
    const reserve = runs.get(car.id) ?? [];
    const owedMs = owing.get(car.id) ?? 0;
    const { isCharging, minRunMs } = car.problem;
    const isStopped = isCharging && reserve.length === 0 && owedMs === 0 && settledMs > 0;
    const waitMs = isStopped ? minRunMs : pauseLeftMs(car.problem, need);
    const last = reserve.at(-1);
    const openAtMs = last?.endAtMs ?? nowMs + waitMs;
    const isOn = last !== undefined || (isCharging && !isStopped);
    const common = { car, need, totalMs, openAtMs, isOn };
    if (leastKw === null) switched.push({ ...common, settled: last ?? null });
    else held.push({ ...common, leastKw, reserve, reservedMs: last === undefined ? 0 : asapMs, owedMs });
  }
  return { switched, held };
}
