import { chargeCost, freeStartToEnd } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';
import type { Place, Step } from './place.ts';
import { add } from './place.ts';

const DONE: Place = { kind: 'done' };

/** The steps on from a free stop. */
export function fromFreeStop(t: Tables, ways: Step[], a: number, b: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const gapMs = t.gapMs[a * 2 + b] ?? 0;
  const runMs = minCells * unitMs;
  const stopMs = originMs + j * unitMs + gapMs;
  const next = j + minCells + 1;
  if (b === 0 && k === 0) add(ways, stopMs, [], 0, DONE);
  if (next <= last)
    add(ways, originMs + next * unitMs, [], 0, { kind: 'late', isOn: false, x: b, j: next, k });
  if (minCells === 0) return;
  if (j + 2 * minCells <= last && k >= minCells) {
    const startMs = stopMs + runMs;
    const cost = task.startCost + chargeCost(task, lattice, startMs, runMs, k * unitMs + b * tailMs);
    const to: Place = { kind: 'free', isOn: false, a, b, j: j + 2 * minCells, k: k - minCells };
    add(ways, startMs, [startMs, startMs + runMs], cost, to);
  }
  const i = ((last - j) / minCells - 2) / 2;
  if (b === 0 && tailMs >= gapMs && Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells) {
    const startMs = originMs + (j + minCells) * unitMs + tailMs;
    add(ways, startMs, [startMs], 0, { kind: 'end', isOn: true, i });
  }
}

/** The steps on from a free start, its cost and its run included. */
export function fromFreeStart(t: Tables, ways: Step[], a: number, b: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const pair = a * 2 + b;
  const gapMs = t.gapMs[pair] ?? 0;
  const runMs = minCells * unitMs;
  const startMs = originMs + (j + 1) * unitMs - gapMs;
  const restMs = k * unitMs + (t.earlyRestMs[a] ?? 0);
  const next = j + 1 + minCells;
  const kAfter = k - (t.shift[pair] ?? 0) - minCells;
  if (next <= last && kAfter >= 0) {
    const cost = task.startCost + chargeCost(task, lattice, startMs, gapMs + runMs, restMs);
    add(ways, originMs + next * unitMs, [], cost, { kind: 'late', isOn: true, x: b, j: next, k: kAfter });
  }
  if (minCells > 0 && j + 2 * minCells <= last && k >= minCells) {
    const cost = task.startCost + chargeCost(task, lattice, startMs, runMs, restMs);
    const to: Place = { kind: 'free', isOn: true, a, b, j: j + 2 * minCells, k: k - minCells };
    add(ways, startMs + runMs, [startMs + runMs, startMs + 2 * runMs], cost, to);
  }
  const i = minCells === 0 ? (j === last ? 0 : -1) : ((last - j) / minCells - 1) / 2;
  const isThere = Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells - 1 + (t.shift[pair] ?? 0);
  if (b === 1 && tailMs >= unitMs - gapMs && isThere) {
    const stopMs = originMs + (j + minCells) * unitMs + tailMs;
    add(ways, stopMs, [stopMs], freeStartToEnd(t, j, a, pair, k), { kind: 'end', isOn: false, i });
  }
}

/** The steps along the chain of tight edges that hangs on the window's end. */
export function fromEnd(t: Tables, ways: Step[], isOn: boolean, i: number): void {
  const { task, lattice } = t;
  const runMs = lattice.minCells * lattice.unitMs;
  const endMs = task.window.endAtMs;
  if (isOn) {
    const stopMs = endMs - 2 * i * runMs;
    const own = (t.endStart[i] ?? 0) - (t.endStop[i] ?? 0);
    add(ways, stopMs, [stopMs], own, { kind: 'end', isOn: false, i });
  } else if (i === 0) {
    add(ways, endMs, [], 0, DONE);
  } else {
    const startMs = endMs - (2 * i - 1) * runMs;
    add(ways, startMs, [startMs], 0, { kind: 'end', isOn: true, i: i - 1 });
  }
}
