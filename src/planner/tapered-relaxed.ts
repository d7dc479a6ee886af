import { HOUR_MS } from '../domain/units.ts';
import { takeNumbers } from './numbers.ts';
import type { Relaxed } from './relaxed.ts';
import type { TaperedTask } from './tapered-task.ts';
import type { WorthCourse } from './worth-course.ts';

/**
 * A task whose power falls, relaxed: each kWh charged is worth something instead of the total, and in each cell the car
 * may have charged before what makes charging there, or not charging, count least. What a schedule counts before an
 * edge is then at least what the relaxed task counts there, `idleTo`, and what it charged times its worth there.
 */
export interface TaperedRelaxed {
  readonly endWorth: number;
  /** What a ms of charging counts beside what it counts not to charge. */
  readonly relaxed: Relaxed;
  /** By edge: the worth of a kWh, and what not charging at all counts up to there. */
  readonly worth: Float64Array;
  readonly idleTo: Float64Array;
  /** What all schedules count besides. */
  readonly whole: number;
  /** How that, and charging in all cells before an edge, change with the worth at the end. */
  readonly wholeSlope: number;
  readonly slopeTo: Float64Array;
}

export function taperedRelaxed(
  tapered: TaperedTask,
  { fixed, share }: WorthCourse,
  endWorth: number,
): TaperedRelaxed {
  const { task, lattice, power, offset, count, range, totalKwh } = tapered;
  const { leastKwh, mostKwh, leastKw, mostKw } = range;
  const { unitMs, price, weight } = lattice;
  const { kwh, kw } = power;
  const worth = takeNumbers(count + 1);
  const ratePerMs = takeNumbers(count);
  const costTo = takeNumbers(count + 1);
  const idleTo = takeNumbers(count + 1);
  const slopeTo = takeNumbers(count + 1);
  costTo[0] = 0;
  idleTo[0] = 0;
  slopeTo[0] = 0;
  let here = (fixed[0] as number) + (share[0] as number) * endWorth;
  worth[0] = here;
  let idleSlope = 0;
  for (let e = 0; e < count; e++) {
    const next = (fixed[e + 1] as number) + (share[e + 1] as number) * endWorth;
    worth[e + 1] = next;
    const perMs = (next - here) / unitMs;
    const perKw = ((price[e - offset + 1] as number) - Math.max(next, here)) / HOUR_MS;
    // Linear in the power and the energy charged, and these are points of a line with bends: least at a bend or an end.
    const fromKwh = leastKwh[e] as number;
    const toKwh = mostKwh[e + 1] as number;
    let atKwh = fromKwh;
    let atKw = leastKw[e] as number;
    let least = perKw * atKw - perMs * fromKwh;
    const endKw = mostKw[e + 1] as number;
    const end = perKw * endKw - perMs * toKwh;
    if (end < least) {
      least = end;
      atKwh = toKwh;
      atKw = endKw;
    }
    for (let i = 0; i < kwh.length; i++) {
      const point = kwh[i] as number;
      if (point < fromKwh) continue;
      if (point > toKwh) break;
      const value = perKw * (kw[i] as number) - perMs * point;
      if (value >= least) continue;
      least = value;
      atKwh = point;
      atKw = kw[i] as number;
    }
    const idleKwh = perMs > 0 ? toKwh : fromKwh;
    const idle = -perMs * idleKwh;
    const rate = least + (weight[e - offset + 1] as number) - idle;
    ratePerMs[e] = rate;
    costTo[e + 1] = (costTo[e] as number) + rate * unitMs;
    idleTo[e + 1] = (idleTo[e] as number) + idle * unitMs;
    const more = (share[e + 1] as number) - (share[e] as number);
    const most = next > here ? (share[e + 1] as number) : (share[e] as number);
    idleSlope -= more * idleKwh;
    slopeTo[e + 1] = (slopeTo[e] as number) - (most * atKw * unitMs) / HOUR_MS - more * (atKwh - idleKwh);
    here = next;
  }
  const { startCost, isOn } = task;
  const { minCells, headMs, tailMs, last } = lattice;
  const beginMs = -headMs;
  const endMs = last * unitMs + tailMs;
  return {
    endWorth,
    relaxed: { count, offset, ratePerMs, costTo, startCost, minCells, unitMs, isOn, beginMs, endMs },
    worth,
    idleTo,
    whole: here * totalKwh + (idleTo[count] as number),
    wholeSlope: totalKwh + idleSlope,
    slopeTo,
  };
}
