import type { EnergyLeft } from './energy-left.ts';
import type { Lattice } from './lattice.ts';
import { takeNumbers } from './numbers.ts';
import type { PowerLine } from './power-line.ts';
import { powerAfterKw } from './power-line.ts';
import type { ScheduleTask } from './schedule.ts';

/** A task whose power falls, with what can be charged before each edge; edges and cells as in relaxed.ts. */
export interface TaperedTask {
  readonly task: ScheduleTask;
  readonly lattice: Lattice;
  readonly power: PowerLine;
  readonly energyLeft: EnergyLeft;
  readonly totalKwh: number;
  readonly offset: number;
  readonly count: number;
  readonly range: ChargedRange;
}

/** The least and most that is charged before each edge, kWh, with the power after that. */
export interface ChargedRange {
  readonly leastKwh: Float64Array;
  readonly mostKwh: Float64Array;
  readonly leastKw: Float64Array;
  readonly mostKw: Float64Array;
}

export function taperedTask(
  task: ScheduleTask,
  lattice: Lattice,
  power: PowerLine,
  energyLeft: EnergyLeft,
): TaperedTask {
  const { unitMs, headMs, tailMs, last, originMs } = lattice;
  const { needMs, window } = task;
  const offset = headMs > 0 ? 1 : 0;
  const count = last + offset + (tailMs > 0 ? 1 : 0);
  const totalKwh = energyLeft(needMs);
  const leastKwh = takeNumbers(count + 1);
  const mostKwh = takeNumbers(count + 1);
  for (let e = 0; e <= count; e++) {
    const atMs = originMs + (e - offset) * unitMs;
    const mostMs = Math.max(0, Math.min(needMs, atMs - window.startAtMs));
    const leastMs = Math.max(0, Math.min(needMs, needMs - (window.endAtMs - atMs)));
    mostKwh[e] = totalKwh - energyLeft(needMs - mostMs);
    leastKwh[e] = totalKwh - energyLeft(needMs - leastMs);
  }
  const range = rangeOf(power, leastKwh, mostKwh);
  return { task, lattice, power, energyLeft, totalKwh, offset, count, range };
}

export function rangeOf(power: PowerLine, leastKwh: Float64Array, mostKwh: Float64Array): ChargedRange {
  return { leastKwh, mostKwh, leastKw: powersAfter(power, leastKwh), mostKw: powersAfter(power, mostKwh) };
}

function powersAfter(power: PowerLine, kwh: Float64Array): Float64Array {
  const kw = takeNumbers(kwh.length);
  let before = Number.NaN;
  let beforeKw = 0;
  for (let e = 0; e < kwh.length; e++) {
    const at = kwh[e] as number;
    if (at !== before) beforeKw = powerAfterKw(power, at);
    before = at;
    kw[e] = beforeKw;
  }
  return kw;
}
