import type { Interval } from '../../domain/interval.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { keptRuns } from '../keep.ts';
import type { Need } from '../need.ts';
import { needOf } from '../need.ts';
import type { Plan, PlanProblem } from '../problem.ts';
import { runsOf } from '../runs.ts';
import { TIE } from '../schedule.ts';
import type { SiteCar, SitePlan, SiteProblem } from '../site.ts';
import { bestBeside } from './beside.ts';
import { isGoodAs } from './good-as.ts';
import { heldLoad } from './held-load.ts';
import { loweredTo } from './held-lower.ts';
import type { HeldRun } from './held-run.ts';
import { chargedBy } from './held-run.ts';
import { fitted, joinedRuns } from './held-runs.ts';
import { leastOf } from './held-settle.ts';
import { stateHeld } from './held-state.ts';
import { heldWorth } from './held-worth.ts';
import type { Load } from './load.ts';
import { fitsLimit, fullTimes, peakKw, sumOf } from './load.ts';

type Runs = Map<string, readonly HeldRun[]>;

/** A run waits so long for one that noise lets end later, and no longer; a reserve may be so much later (keep-site.ts). */
const WAIT_MAX_MS = 5 * MINUTE_MS;
/** Ends that grow may ask for lower powers, and these for later ends: so often. */
const ROUNDS_MAX = 3;

/**
 * The old joint plan of cars of which some are held to a power, as `keptSite` keeps others: with only the ends of its
 * last runs moved to the present needs, and powers lowered where, and as far as, the limit asks for it. A car of which
 * nothing can be kept gets its best beside the others. Null where there is nothing to keep, or it would miss a target or
 * cost more than the gain allows.
 */
export function keptHeld(
  { limitKw, replanGain }: SiteProblem,
  order: readonly SiteCar[],
  fresh: SitePlan,
): ReadonlyMap<string, readonly HeldRun[]> | null {
  let runs: Runs = new Map();
  for (const car of order) {
    if (car.old === null) continue;
    const kept = keptOf(car, car.old);
    if (kept !== null) runs.set(car.id, kept);
  }
  if (runs.size === 0) return null;
  makeWait(order, runs, limitKw);
  for (let round = 0; round < ROUNDS_MAX && !fitsLimit(loadBeside(order, runs, null), limitKw); round++) {
    const lowered = loweredTo(order, runs, limitKw);
    if (lowered === null) return null;
    runs = new Map(
      order.flatMap((car) => (lowered.has(car.id) ? [[car.id, ended(car, lowered.get(car.id) ?? [])]] : [])),
    );
  }
  for (const car of order) {
    if (runs.has(car.id)) continue;
    const isIdle = (fresh.plans.get(car.id)?.blocks.length ?? 0) === 0;
    const best = isIdle ? [] : bestBeside(car, loadBeside(order, runs, car.id), limitKw, null);
    if (best === null) return null;
    runs.set(car.id, best);
  }
  if (!fitsLimit(loadBeside(order, runs, null), limitKw)) return null;
  let keptSum = 0;
  let freshSum = 0;
  for (const { id, problem } of order) {
    const freshPlan = fresh.plans.get(id);
    if (freshPlan === undefined) return null;
    const need = needOf(problem);
    const kept = stateHeld(problem, need, runs.get(id) ?? []);
    if (!isHeldGoodAs(problem, need, kept, freshPlan)) return null;
    keptSum += heldWorth(problem, kept);
    freshSum += heldWorth(problem, freshPlan);
  }
  return keptSum - freshSum > Math.max(TIE, replanGain * Math.abs(keptSum)) ? null : runs;
}

/** What is left of a car's old runs, fitted to the present need; null when nothing of them can be. */
function keptOf(car: SiteCar, old: readonly HeldRun[]): readonly HeldRun[] | null {
  const { problem } = car;
  const { nowMs } = problem;
  const need = needOf(problem);
  if (leastOf(car) === null || old.every(({ powerKw }) => powerKw === undefined)) {
    return keptRuns(old, problem, need);
  }
  if (!Number.isFinite(need.wholeMs)) return null;
  const left = joinedRuns(
    old
      .filter(({ endAtMs }) => endAtMs > nowMs)
      .map(({ startAtMs, endAtMs, powerKw }) => ({
        startAtMs: Math.max(startAtMs, nowMs),
        endAtMs,
        ...(powerKw === undefined ? {} : { powerKw }),
      })),
  );
  return left.length === 0 && need.wholeMs > 0 ? null : ended(car, left);
}

/** Runs with the end of the last moved so that they charge what is needed; its start, where the last minutes must be on. */
function ended({ problem }: SiteCar, runs: readonly HeldRun[]): readonly HeldRun[] {
  const need = needOf(problem);
  const totalMs = Math.min(Math.max(chargedBy(need.course, runs), need.wholeMs), need.mostMs);
  const moved = fitted({ need, totalMs }, runs);
  const last = moved.at(-1);
  const before = runs.at(-1);
  if (problem.preconditionMs === 0 || last === undefined || before === undefined) return moved;
  const byMs = before.endAtMs - last.endAtMs;
  const span = runsOf(moved).at(-1);
  return moved.map((run) =>
    run.startAtMs >= (span?.startAtMs ?? 0)
      ? { ...run, startAtMs: run.startAtMs + byMs, endAtMs: run.endAtMs + byMs }
      : run,
  );
}

/** Puts off runs that begin while another car's run, which ends within minutes, still takes the power. */
function makeWait(order: readonly SiteCar[], runs: Runs, limitKw: number): void {
  for (const { id, problem } of order) {
    const own = runs.get(id);
    if (own === undefined) continue;
    const need = needOf(problem);
    const others = loadBeside(order, runs, id);
    const spans = runsOf(own);
    const waits = spans.map((span): number => {
      const first = own.find(({ startAtMs }) => startAtMs === span.startAtMs);
      const full = fullTimes(others, limitKw, first?.powerKw ?? peakKw(need.course, 0, need.mostMs));
      const time = full.find((each) => each.startAtMs <= span.startAtMs && each.endAtMs > span.startAtMs);
      const waitMs = time === undefined ? 0 : time.endAtMs - span.startAtMs;
      return waitMs <= WAIT_MAX_MS && span.startAtMs > problem.nowMs ? waitMs : 0;
    });
    const waited = own.map((run) => {
      const byMs = waits[spans.findIndex((span) => span.endAtMs >= run.endAtMs)] ?? 0;
      return { ...run, startAtMs: run.startAtMs + byMs, endAtMs: run.endAtMs + byMs };
    });
    const isApart = waited.every((run, i) => i === 0 || (waited[i - 1]?.endAtMs ?? 0) <= run.startAtMs);
    if (isApart) runs.set(id, waited);
  }
}

function loadBeside(order: readonly SiteCar[], runs: Runs, id: string | null): Load {
  return sumOf(
    order.flatMap((car) =>
      car.id === id ? [] : [heldLoad(needOf(car.problem).course, runs.get(car.id) ?? [])],
    ),
  );
}

/** The same as `isGoodAs` for a car that may be held: its reserve is full when there is power for it. */
function isHeldGoodAs(problem: PlanProblem, need: Need, kept: Plan, fresh: Plan): boolean {
  const isHeld = [...kept.blocks, ...fresh.blocks].some(({ powerKw }) => powerKw !== undefined);
  const reserveMs = isHeld ? 0 : need.reserveMs;
  const isSoon = reservedAtMs(kept) <= reservedAtMs(fresh) + WAIT_MAX_MS;
  return isSoon && isGoodAs(problem, { ...need, reserveMs }, kept, fresh);
}

/** When the reserve is full. */
function reservedAtMs({ blocks }: Plan): number {
  const reserve: Interval | undefined = blocks.findLast(({ type }) => type === 'BATTERY_RESERVE');
  return reserve?.endAtMs ?? 0;
}
