import type { Interval } from '../../domain/interval.ts';
import { powerRangeKw } from '../charge-curve.ts';
import { chargedKwh, endPercent } from '../need.ts';
import { deadlineMs } from '../plan.ts';
import { timelineOf } from '../timeline.ts';
import type { CellCar } from './cell-car.ts';
import { statesOf } from './cell-car.ts';
import type { Cells } from './cells.ts';
import { cellFrom, cellsUntil } from './cells.ts';
import { peakKw } from './load.ts';
import type { SettledCar } from './settle.ts';

/** A car on cells, and its settled charging, which may have grown to the next cell edge. */
export interface PlacedCar {
  readonly id: string;
  readonly given: SettledCar;
  readonly settled: Interval | null;
  /** Null where nothing is left to decide. */
  readonly cellCar: CellCar | null;
}

/** The margin outweighs restrictions by so much per minute. */
const MARGIN_WEIGHT = 8;

/**
 * A car on cells. `mayGrow` says whether settled charging has power to go on to an instant. What is counted besides
 * cost: time in restrictions, in the margin, and out of the last minutes that must be charged in; a whole cell of each
 * outweighs every saving.
 */
export function carOnCells(
  given: SettledCar,
  cells: Cells,
  mayGrow: (given: SettledCar, untilMs: number) => boolean,
): PlacedCar {
  const { car, need, totalMs, openAtMs } = given;
  const { problem, id } = car;
  const { unitMs, edgesMs, count } = cells;
  const nowMs = edgesMs[0] ?? 0;
  let settled = given.settled;
  const from = cellFrom(cells, openAtMs);
  const edgeMs = edgesMs[from] ?? openAtMs;
  const canGrow = settled !== null && mayGrow(given, edgeMs);
  if (settled !== null && canGrow) {
    settled = { startAtMs: settled.startAtMs, endAtMs: Math.min(edgeMs, settled.startAtMs + totalMs) };
  }
  const settledMs = settled === null ? 0 : settled.endAtMs - settled.startAtMs;
  const restMs = totalMs - settledMs;
  if (restMs <= 0) return { id, given, settled, cellCar: null };

  const headMs = (edgesMs[1] ?? nowMs) - nowMs;
  const endAtMs = problem.readyByMs ?? nowMs;
  const isShort = headMs < unitMs;
  const kAfterHead = Math.ceil(Math.max(0, restMs - headMs) / unitMs);
  let k = Math.ceil(restMs / unitMs);
  let end = cellsUntil(cells, endAtMs);
  if (k > end - from && openAtMs + restMs <= endAtMs) {
    // It has to charge through from now on, into the cell that the deadline divides.
    end = cellFrom(cells, endAtMs);
    k = from === 0 ? kAfterHead + 1 : end - from;
  }
  const isOn = given.isOn && (settled === null || canGrow);
  const minRunMs = Math.min(problem.minRunMs, totalMs, Math.max(0, endAtMs - nowMs));
  const least = Math.ceil(minRunMs / unitMs);
  const runCells = isOn ? least : Math.min(least, k);
  const states = statesOf(runCells, Math.ceil(problem.minRunMs / unitMs), isShort);
  const range = powerRangeKw(need.course, endPercent(need, totalMs));
  const kwh = new Float64Array(k + 2);
  const powerKw = new Float64Array(k + 2);
  for (let left = 1; left <= k; left++) {
    const beganMs = Math.max(settledMs, totalMs - left * unitMs);
    const endsMs = Math.max(beganMs, totalMs - (left - 1) * unitMs);
    kwh[left] = chargedKwh(need, endsMs, totalMs) - chargedKwh(need, beganMs, totalMs);
    // What is cut off at the end makes the charge run up to a cell ahead of this count.
    powerKw[left] = peakKw(need.course, beganMs, Math.min(totalMs, endsMs + unitMs));
  }
  const headKwh =
    chargedKwh(need, Math.min(totalMs, settledMs + headMs), totalMs) - chargedKwh(need, settledMs, totalMs);
  return {
    id,
    given,
    settled,
    cellCar: {
      id,
      from,
      end,
      k,
      kAfterHead: from === 0 && !isShort ? k - 1 : kAfterHead,
      startState: isOn ? states.onState : settled === null ? 0 : Math.max(0, states.pauseCells - 1),
      ...states,
      ...countsOf(given, cells, end),
      startCost: problem.startCost,
      kwh,
      powerKw,
      headKwh: isShort ? headKwh : (kwh[k] ?? 0),
      isConstant: range.maxKw === range.minKw && count > 0,
    },
  };
}

/** What a kWh counts in each cell, and what charging there counts besides. */
export function countsOf(
  { car: { problem }, need, totalMs }: Pick<SettledCar, 'car' | 'need' | 'totalMs'>,
  { edgesMs, count, unitMs }: Cells,
  end: number,
): Pick<CellCar, 'rate' | 'weight' | 'isEarly'> {
  const nowMs = edgesMs[0] ?? 0;
  const rate = new Float64Array(count + 1);
  const weight = new Float64Array(count + 1);
  const isEarly = new Uint8Array(count + 1);
  const untilMs = Math.max(edgesMs[end] ?? nowMs, nowMs + 1);
  const readyByMs = problem.readyByMs ?? nowMs;
  const timeline = timelineOf(
    { startAtMs: nowMs, endAtMs: untilMs },
    {
      slots: problem.slots,
      restrictions: problem.restrictions,
      mustFromMs:
        problem.preconditionMs > 0 ? readyByMs - Math.min(problem.preconditionMs, totalMs) : untilMs,
      minRunMs: problem.minRunMs,
      prefer: problem.prefer,
      startCost: problem.startCost,
      energyMaxKwh: chargedKwh(need, totalMs, totalMs),
    },
  );
  // The timeline's weights let a second outweigh every saving; a cell that does so is enough here, and rounds less.
  const scale = 1000 / unitMs;
  const marginFromMs = deadlineMs(problem);
  let largest = 1 / scale;
  for (const each of timeline.weightPerMs) largest = Math.max(largest, each);
  let step = 0;
  for (let t = 0; t < end; t++) {
    const startMs = edgesMs[t] ?? 0;
    const endMs = edgesMs[t + 1] ?? startMs;
    while (step < timeline.price.length - 1 && (timeline.edgesMs[step + 1] ?? 0) <= startMs) step++;
    let counted = 0;
    let weighed = 0;
    for (let s = step; s < timeline.price.length && (timeline.edgesMs[s] ?? endMs) < endMs; s++) {
      const lengthMs =
        Math.min(endMs, timeline.edgesMs[s + 1] ?? endMs) - Math.max(startMs, timeline.edgesMs[s] ?? startMs);
      counted += lengthMs * (timeline.price[s] ?? 0);
      weighed += lengthMs * (timeline.weightPerMs[s] ?? 0);
    }
    rate[t] = counted / (endMs - startMs);
    const marginMs = Math.max(0, endMs - Math.max(startMs, marginFromMs));
    weight[t] = scale * weighed + marginMs * MARGIN_WEIGHT * Math.max(scale * largest, 1 / unitMs);
    isEarly[t] = timeline.isEarly[step] ? 1 : 0;
  }
  return { rate, weight, isEarly };
}
