import { chargeCost, runCost } from './lattice-cost.ts';
import type { Tables } from './lattice-tables.ts';
import type { Place, Step } from './place.ts';
import { add, hasGap } from './place.ts';

const DONE: Place = { kind: 'done' };

/** The steps on from a cell edge where the car is off. */
export function fromOff(
  t: Tables,
  ways: Step[],
  half: 'early' | 'late',
  x: number,
  j: number,
  k: number,
): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const edgeMs = originMs + j * unitMs;
  if (isEmpty(half, x, k)) add(ways, edgeMs, [], 0, DONE);
  if (j < last) add(ways, edgeMs + unitMs, [], 0, { kind: half, isOn: false, x, j: j + 1, k });
  if (minCells === 0) {
    const charging: Step[] = [];
    addCharging(t, charging, half, x, j, k);
    for (const way of charging) {
      // A start that stops where it began is none.
      if (way.atMs > edgeMs) {
        ways.push({
          ...way,
          atMs: edgeMs,
          turnsMs: [edgeMs, ...way.turnsMs],
          cost: way.cost + task.startCost,
        });
      }
    }
  } else if (j + minCells <= last && k >= minCells) {
    const rest = (half === 'early' ? t.restEarly : t.restLate)[x] ?? new Float64Array(0);
    const cost = task.startCost + runCost(t, rest, j, k, minCells);
    const to: Place = { kind: half, isOn: true, x, j: j + minCells, k: k - minCells };
    add(ways, edgeMs, [edgeMs], cost, to);
  }
  if (half === 'early') {
    addFreeStartsAt(t, ways, x, j, k);
    for (const b of tailsWithoutGap(t, x)) fromOff(t, ways, 'late', b, j, k);
  } else if (x === 0 && minCells > 0 && tailMs > 0) {
    const i = ((last - j) / minCells - 1) / 2;
    if (Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells) {
      add(ways, edgeMs + tailMs, [edgeMs + tailMs], 0, { kind: 'end', isOn: true, i });
    }
  }
}

/** The steps on from a cell edge where the car charges. */
export function fromOn(
  t: Tables,
  ways: Step[],
  half: 'early' | 'late',
  x: number,
  j: number,
  k: number,
): void {
  addCharging(t, ways, half, x, j, k);
  addStops(t, ways, half, x, j, k);
  // Where no free edge is needed the rows on both sides of it are the same place: all their ways are open.
  if (half === 'early') for (const b of tailsWithoutGap(t, x)) addStops(t, ways, 'late', b, j, k);
}

function addStops(t: Tables, ways: Step[], half: 'early' | 'late', x: number, j: number, k: number): void {
  const { unitMs, originMs, minCells, last } = t.lattice;
  const edgeMs = originMs + j * unitMs;
  if (isEmpty(half, x, k)) add(ways, edgeMs, [edgeMs], 0, DONE);
  if (j + minCells <= last) {
    add(ways, edgeMs, [edgeMs], 0, { kind: half, isOn: false, x, j: j + minCells, k });
  }
}

/** The ways that go on charging from a cell edge. */
function addCharging(t: Tables, ways: Step[], half: 'early' | 'late', x: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const edgeMs = originMs + j * unitMs;
  const restMs = k * unitMs + (half === 'early' ? (t.earlyRestMs[x] ?? 0) : x * tailMs);
  const rest = (half === 'early' ? t.restEarly : t.restLate)[x];
  if (j < last && k > 0) {
    const kwh = (rest?.[k] ?? 0) - (rest?.[k - 1] ?? 0);
    const cost = (lattice.price[j + 1] ?? 0) * kwh + (lattice.weight[j + 1] ?? 0) * unitMs;
    add(ways, edgeMs + unitMs, [], cost, { kind: half, isOn: true, x, j: j + 1, k: k - 1 });
  }
  if (half === 'early') {
    for (let b = 0; b < t.tails; b++) {
      const gapMs = t.gapMs[x * 2 + b] ?? 0;
      const kAfter = k - (t.shift[x * 2 + b] ?? 0);
      if (gapMs === 0) {
        addCharging(t, ways, 'late', b, j, k);
      } else if (kAfter >= 0) {
        const cost = chargeCost(task, lattice, edgeMs, gapMs, restMs);
        const to: Place = { kind: 'free', isOn: false, a: x, b, j, k: kAfter };
        add(ways, edgeMs + gapMs, [edgeMs + gapMs], cost, to);
      }
    }
  } else if (x === 1) {
    const i = minCells === 0 ? (j === last ? 0 : -1) : (last - j) / (2 * minCells);
    if (Number.isInteger(i) && i >= 0 && k === i * minCells) {
      const cost = chargeCost(task, lattice, edgeMs, tailMs, restMs);
      add(ways, edgeMs + tailMs, [edgeMs + tailMs], cost, { kind: 'end', isOn: false, i });
    }
  }
}

function addFreeStartsAt(t: Tables, ways: Step[], a: number, j: number, k: number): void {
  const { unitMs, originMs } = t.lattice;
  for (let b = 0; b < t.tails; b++) {
    if (!hasGap(t, a * 2 + b)) continue;
    const startMs = originMs + (j + 1) * unitMs - (t.gapMs[a * 2 + b] ?? 0);
    add(ways, startMs, [startMs], 0, { kind: 'free', isOn: true, a, b, j, k });
  }
}

function isEmpty(half: 'early' | 'late', x: number, k: number): boolean {
  return half === 'late' && x === 0 && k === 0;
}

function tailsWithoutGap(t: Tables, a: number): readonly number[] {
  return [0, 1].filter((b) => b < t.tails && !hasGap(t, a * 2 + b));
}
