import type { Interval } from '../../domain/interval.ts';
import { needOf } from '../need.ts';
import type { SiteCar } from '../site.ts';
import { heldLoad } from './held-load.ts';
import { roundedDownKw } from './held-round.ts';
import type { HeldRun } from './held-run.ts';
import { joinedRuns } from './held-runs.ts';
import { leastOf } from './held-settle.ts';
import { sumOf } from './load.ts';

const ROUNDING_KW = 1e-6;

/**
 * Runs with powers lowered where all together are above the limit, and nowhere else: of cars that are held there already
 * first, then of others that can be; of each kind those that come last in the order first. Null where that is not enough.
 */
export function loweredTo(
  order: readonly SiteCar[],
  runs: ReadonlyMap<string, readonly HeldRun[]>,
  limitKw: number,
): ReadonlyMap<string, readonly HeldRun[]> | null {
  const lowered = new Map(runs);
  const loadOfCar = ({ id, problem }: SiteCar) => heldLoad(needOf(problem).course, lowered.get(id) ?? []);
  const all = sumOf(order.map(loadOfCar));
  for (let i = 0; i + 1 < all.atMs.length; i++) {
    let overKw = (all.powerKw[i] ?? 0) - limitKw;
    if (overKw <= ROUNDING_KW) continue;
    const span: Interval = { startAtMs: all.atMs[i] ?? 0, endAtMs: all.atMs[i + 1] ?? 0 };
    const givers = order.flatMap((car) => {
      const leastKw = leastOf(car);
      const run = lowered.get(car.id)?.find((each) => covers(each, span));
      return leastKw === null || run === undefined ? [] : [{ car, leastKw, run }];
    });
    const inTurn = givers.reverse().sort((a, b) => Number(isFree(a.run)) - Number(isFree(b.run)));
    for (const { car, leastKw, run } of inTurn) {
      if (overKw <= ROUNDING_KW) break;
      const load = loadOfCar(car);
      const drawsKw = load.powerKw[load.atMs.findLastIndex((atMs) => atMs <= span.startAtMs)] ?? 0;
      const heldKw = roundedDownKw(Math.max(leastKw, drawsKw - overKw), leastKw);
      if (heldKw >= drawsKw) continue;
      overKw -= drawsKw - heldKw;
      lowered.set(car.id, withPower(lowered.get(car.id) ?? [], run, span, heldKw));
    }
    if (overKw > ROUNDING_KW) return null;
  }
  return lowered;
}

function isFree({ powerKw }: HeldRun): boolean {
  return powerKw === undefined;
}

function covers(run: Interval, span: Interval): boolean {
  return run.startAtMs <= span.startAtMs && run.endAtMs >= span.endAtMs;
}

/** Runs with one of them held to a power within a span of it. */
function withPower(runs: readonly HeldRun[], run: HeldRun, span: Interval, powerKw: number): HeldRun[] {
  return joinedRuns(
    runs
      .flatMap((each) =>
        each === run
          ? [
              { ...run, endAtMs: span.startAtMs },
              { ...span, powerKw },
              { ...run, startAtMs: span.endAtMs },
            ]
          : [each],
      )
      .filter(({ startAtMs, endAtMs }) => endAtMs > startAtMs),
  );
}
