import type { Interval } from '../../domain/interval.ts';
import { runsOf } from '../runs.ts';
import type { PlacedCar } from './car-cells.ts';
import type { CarPath } from './car-table.ts';
import type { Cells } from './cells.ts';

/**
 * A car's settled charging and its path as runs of just the time that it needs: what whole cells are too long is cut off
 * the end or the start of a run that stays long enough, where the price is highest.
 */
export function runsOfPath(placed: PlacedCar, path: CarPath | null, { edgesMs, count }: Cells): Interval[] {
  const { given, settled, cellCar } = placed;
  const parts: Interval[] = settled === null ? [] : [settled];
  if (path !== null && cellCar !== null) {
    for (let t = cellCar.from; t < count; t++) {
      if (path.isOn[t] === 1) parts.push({ startAtMs: edgesMs[t] ?? 0, endAtMs: edgesMs[t + 1] ?? 0 });
    }
  }
  const runs = runsOf(parts);
  const lengthMs = runs.reduce((sum, run) => sum + run.endAtMs - run.startAtMs, 0);
  const excessMs = lengthMs - given.totalMs;
  if (excessMs <= 0 || path === null || cellCar === null) return runs;
  const { minRunMs } = given.car.problem;
  const firstMs = settled?.endAtMs ?? edgesMs[0] ?? 0;
  const priceAt = (atMs: number) => {
    let t = 0;
    while (t < count - 1 && (edgesMs[t + 1] ?? 0) <= atMs) t++;
    return (cellCar.rate[t] ?? 0) + (cellCar.weight[t] ?? 0);
  };
  let best: { index: number; run: Interval; price: number } | null = null;
  for (const [index, run] of runs.entries()) {
    const keepsMs = run.endAtMs - run.startAtMs - excessMs;
    const isBegun = run.startAtMs <= firstMs;
    if (keepsMs < (isBegun ? 0 : Math.min(minRunMs, given.totalMs)) || run.endAtMs - excessMs < firstMs)
      continue;
    const atEnd = { startAtMs: run.startAtMs, endAtMs: run.endAtMs - excessMs };
    const atStart = { startAtMs: run.startAtMs + excessMs, endAtMs: run.endAtMs };
    const endPrice = priceAt(run.endAtMs - 1);
    const startPrice = priceAt(run.startAtMs);
    if (best === null || endPrice > best.price) best = { index, run: atEnd, price: endPrice };
    if (!isBegun && startPrice > best.price) best = { index, run: atStart, price: startPrice };
  }
  if (best === null) {
    // No run can spare it: the last one is a little shorter than a run should be.
    const index = runs.length - 1;
    const last = runs[index];
    if (last === undefined) return runs;
    best = { index, run: { startAtMs: last.startAtMs, endAtMs: last.endAtMs - excessMs }, price: 0 };
  }
  runs[best.index] = best.run;
  return runs.filter((run) => run.endAtMs > run.startAtMs);
}
