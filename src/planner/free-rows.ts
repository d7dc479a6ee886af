import { freeStartToEnd } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';
import { endIndex, fillAround, lower } from './row-parts.ts';
import { mayGain } from './shifted-runs.ts';
import { fillTightRuns } from './tight-runs.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Rows of the free stop at edge j + gap and the free start at edge j + 1 - gap. */
export function freeRows(t: Tables, j: number, a: number, b: number): void {
  const { cells, rowOf, lattice, task, runs } = t;
  const { last, minCells, unitMs, tailMs, price, weight } = lattice;
  const kLow = t.low[j + 1] as number;
  const kHigh = t.high[j + 1] as number;
  const pair = a * 2 + b;
  const gapMs = t.gapMs[pair] as number;
  const shift = t.shift[pair] as number;
  const complementMs = unitMs - gapMs;
  const early = t.restEarly[a] as Float64Array;
  const late = t.restLate[b] as Float64Array;
  const row = rowOf[j + 1] as number;
  const stop = (t.freeStop[pair] as number) + row;
  const start = (t.freeStart[pair] as number) + row;
  const hasTwo = minCells > 0 && j + 2 * minCells <= last;
  const twoRow = hasTwo ? (rowOf[j + 2 * minCells + 1] as number) - minCells : 0;
  const twoFrom = hasTwo ? (t.low[j + 2 * minCells + 1] as number) + minCells : 0;
  const twoUntil = hasTwo ? (t.high[j + 2 * minCells + 1] as number) + minCells : -1;
  // What a ms of charging takes where these rows are; over the whole need where power does not fall all along.
  const step = t.stepEarly[a] as Float64Array;
  const isFalling = t.isFalling;
  const leastKwhPerMs = isFalling ? (step[Math.max(1, kLow - minCells)] as number) / unitMs : t.leastKwhPerMs;
  const mostKwhPerMs = isFalling ? (step[Math.min(t.kMax, kHigh + 1)] as number) / unitMs : t.mostKwhPerMs;

  // The stop: the pause lasts until the edge after minCells, or exactly the minimum before a run of exactly the minimum.
  const canLeave = j + minCells + 1 <= last;
  const leave = canLeave ? (t.offLate[b] as number) + (rowOf[j + minCells + 2] as number) : 0;
  const leaveLow = canLeave ? (t.low[j + minCells + 2] as number) : 0;
  const leaveHigh = canLeave ? (t.high[j + minCells + 2] as number) : -1;
  const twoStop = (t.freeStop[pair] as number) + twoRow;
  const hasTightStop = hasTwo && mayGain(t, j, true, leastKwhPerMs, mostKwhPerMs);
  if (hasTightStop) {
    const run = { j: j + minCells, firstMs: complementMs, lastMs: gapMs, passed: 1 - shift };
    fillTightRuns(t, late, early, run, kLow, kHigh);
  }
  for (let k = kLow; k <= kHigh; k++) {
    let best = k >= leaveLow && k <= leaveHigh ? (cells[leave + k] as number) : NEVER;
    if (hasTightStop && k >= twoFrom && k <= twoUntil) {
      const tight = (runs[k] as number) + (cells[twoStop + k] as number);
      if (tight < best) best = tight;
    }
    cells[stop + k] = best;
  }
  fillAround(t, j, stop);
  if (b === 0 && (j < last || gapMs <= tailMs)) {
    lower(t, j, stop, 0, 0);
    const i = endIndex(last - j - minCells, minCells, 1);
    if (i >= 0 && i < t.endStart.length && tailMs >= gapMs) {
      lower(t, j, stop, (i + 1) * minCells, t.endStart[i] as number);
    }
  }

  // The start: the run lasts until the edge after minCells or later, or exactly the minimum before a pause of exactly that.
  const hasMain = j + 1 + minCells <= last;
  const mainSet = (minCells === 0 ? t.onLate[b] : t.beginLate[b]) as number;
  const main = hasMain ? mainSet + (rowOf[j + 2] as number) - shift : 0;
  const first = (weight[j + 1] as number) * gapMs + (minCells === 0 ? task.startCost : 0);
  const price0 = price[j + 1] as number;
  const gapKwh = t.gapKwh[pair] as Float64Array;
  const twoStart = (t.freeStart[pair] as number) + twoRow;
  const kMain = shift + minCells;
  const kTwo = Math.max(twoFrom, shift);
  const isEarly = lattice.isEarly[j + 1] === 1;
  const hasTightStart = hasTwo && (isEarly || mayGain(t, j, false, leastKwhPerMs, mostKwhPerMs));
  if (hasTightStart) {
    const run = { j, firstMs: gapMs, lastMs: complementMs, passed: shift };
    fillTightRuns(t, early, late, run, kLow, kHigh);
  }
  for (let k = kLow; k <= kHigh; k++) {
    let best = NEVER;
    if (hasMain && k >= kMain) best = price0 * (gapKwh[k] as number) + first + (cells[main + k] as number);
    if (hasTightStart && k >= kTwo && k <= twoUntil) {
      const tight = (runs[k] as number) + (cells[twoStart + k] as number);
      if (tight < best) best = tight;
    }
    cells[start + k] = best;
  }
  fillAround(t, j, start);
  if (b === 1 && tailMs >= complementMs) {
    const i = minCells === 0 ? (j === last ? 0 : -1) : endIndex(last - j - minCells, minCells, 0);
    const k = (i + 1) * minCells - 1 + shift;
    if (i >= 0 && i < t.endStop.length && k >= 0 && k <= t.kMax) {
      lower(t, j, start, k, freeStartToEnd(t, j, a, pair, k) + (t.endStop[i] as number));
    }
  }
}
