import { chargeCost } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';
import type { Place, Step } from './place.ts';
import { add, hasGap } from './place.ts';

const DONE: Place = { kind: 'done' };

/** The steps on from the window's start. */
export function fromStart(t: Tables, ways: Step[], isOn: boolean): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells } = lattice;
  const atMs = task.window.startAtMs;
  const lackMs = unitMs - headMs;
  const [kOff = 0, kOn = kOff] = t.kMaxEarly;
  if (headMs === 0) {
    add(ways, atMs, [], 0, { kind: 'early', isOn, x: 0, j: 0, k: kOff });
    return;
  }
  if (isOn) {
    const toEdge: Place = { kind: 'early', isOn, x: 1, j: 0, k: kOn };
    if (kOn >= 0) add(ways, originMs, [], chargeCost(task, lattice, atMs, headMs, task.needMs), toEdge);
    for (let b = 0; b < t.tails; b++) {
      const lengthMs = (t.gapMs[2 + b] ?? 0) - lackMs;
      const stopMs = atMs + lengthMs;
      if (lengthMs <= 0 || !hasGap(t, 2 + b)) continue;
      const to: Place = { kind: 'free', isOn: false, a: 1, b, j: -1, k: kOn + 1 - (t.shift[2 + b] ?? 0) };
      add(ways, stopMs, [stopMs], chargeCost(task, lattice, atMs, lengthMs, task.needMs), to);
    }
    const stopped: Place =
      minCells > 0
        ? { kind: 'chain', isOn: false, i: 0, restMs: task.needMs }
        : { kind: 'start', isOn: false };
    add(ways, atMs, [atMs], 0, stopped);
    return;
  }
  add(ways, originMs, [], 0, { kind: 'early', isOn, x: 0, j: 0, k: kOff });
  add(ways, atMs, [atMs], task.startCost, { kind: 'chain', isOn: true, i: 0, restMs: task.needMs });
  addFreeStarts(t, ways, -1, kOff, lackMs);
}

/**
 * Started at the window's start or a chain of exactly minimum pauses and runs after it: runs at least the minimum. Where
 * the chain meets the one at the window's end, the edge between them is a free one, so no way of its own is needed.
 */
export function fromChainOn(t: Tables, ways: Step[], i: number, restMs: number): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells, last, tailMs } = lattice;
  const runMs = minCells * unitMs;
  const atMs = task.window.startAtMs + i * runMs;
  const lackMs = unitMs - headMs;
  const j = (i + 1) * minCells;
  const k = (restMs - runMs - headMs - (t.earlyRestMs[1] ?? 0)) / unitMs;
  if (j <= last && k >= 0) {
    const cost = chargeCost(task, lattice, atMs, runMs + headMs, restMs);
    add(ways, originMs + j * unitMs, [], cost, { kind: 'early', isOn: true, x: 1, j, k });
  }
  for (let b = 0; b < t.tails; b++) {
    const lengthMs = runMs + (t.gapMs[2 + b] ?? 0) - lackMs;
    if (j - 1 > last || lengthMs < Math.max(1, runMs) || !hasGap(t, 2 + b)) continue;
    const kAfter = (restMs - lengthMs - b * tailMs) / unitMs;
    const to: Place = { kind: 'free', isOn: false, a: 1, b, j: j - 1, k: kAfter };
    if (kAfter >= 0) {
      add(ways, atMs + lengthMs, [atMs + lengthMs], chargeCost(task, lattice, atMs, lengthMs, restMs), to);
    }
  }
  if (minCells === 0) return;
  if (restMs >= runMs) {
    const cost = chargeCost(task, lattice, atMs, runMs, restMs);
    const to: Place =
      restMs === runMs ? DONE : { kind: 'chain', isOn: false, i: i + 1, restMs: restMs - runMs };
    add(ways, atMs + runMs, [atMs + runMs], cost, to);
  }
}

/** Stopped at an edge of that chain: a pause of at least the minimum. */
export function fromChainOff(t: Tables, ways: Step[], i: number, restMs: number): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells, last } = lattice;
  const runMs = minCells * unitMs;
  const nextMs = task.window.startAtMs + (i + 1) * runMs;
  const lackMs = unitMs - headMs;
  const j = (i + 1) * minCells;
  const k = (restMs - (t.earlyRestMs[0] ?? 0)) / unitMs;
  if (j <= last) add(ways, originMs + j * unitMs, [], 0, { kind: 'early', isOn: false, x: 0, j, k });
  if (j - 1 <= last) addFreeStarts(t, ways, j - 1, k, lackMs);
  if (nextMs + runMs <= task.window.endAtMs && restMs >= runMs) {
    add(ways, nextMs, [nextMs], task.startCost, { kind: 'chain', isOn: true, i: i + 1, restMs });
  }
}

function addFreeStarts(t: Tables, ways: Step[], j: number, k: number, fromMs: number): void {
  const { unitMs, originMs } = t.lattice;
  for (let b = 0; b < t.tails; b++) {
    const offsetMs = unitMs - (t.gapMs[b] ?? 0);
    if (!hasGap(t, b) || offsetMs < fromMs) continue;
    const startMs = originMs + j * unitMs + offsetMs;
    add(ways, startMs, [startMs], 0, { kind: 'free', isOn: true, a: 0, b, j, k });
  }
}
