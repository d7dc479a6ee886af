import { chargeCost } from './lattice-cost.ts';
import { freeStartToEnd, runCost } from './lattice-rows.ts';
import type { Tables } from './lattice-tables.ts';

/** Where a schedule being read stands. The half says whether the free edges are still ahead (early) or behind (late). */
export type Place =
  | { readonly kind: 'done' }
  | { readonly kind: 'start'; readonly isOn: boolean }
  /** At the i-th of the tight edges that hang on the window's start, which was just a start (on) or a stop. */
  | { readonly kind: 'chain'; readonly isOn: boolean; readonly i: number; readonly restMs: number }
  /** At cell edge j with k cells and a remainder left; x is the head use (early) or the tail use (late). */
  | {
      readonly kind: 'early' | 'late';
      readonly isOn: boolean;
      readonly x: number;
      readonly j: number;
      readonly k: number;
    }
  /** Just at a free stop or start of cell j; k counts as in the late rows for a stop, as in the early ones for a start. */
  | {
      readonly kind: 'free';
      readonly isOn: boolean;
      readonly a: number;
      readonly b: number;
      readonly j: number;
      readonly k: number;
    }
  /** At the tight edges that hang on the window's end, with i tight runs to come after this one. */
  | { readonly kind: 'end'; readonly isOn: boolean; readonly i: number };

/** One way on from a place. */
export interface Way {
  /** When it departs from the state the place is in, or how long it keeps it. */
  readonly atMs: number;
  readonly turnsMs: readonly number[];
  readonly cost: number;
  /** Least cost from there to the end. */
  readonly rest: number;
  readonly to: Place;
}

const NEVER = Number.POSITIVE_INFINITY;
const DONE: Place = { kind: 'done' };

/** Every way on from a place that is within the window; those of the rows are the ones that the rows were filled by. */
export function waysFrom(t: Tables, place: Place): Way[] {
  const ways: Way[] = [];
  switch (place.kind) {
    case 'done':
      break;
    case 'start':
      fromStart(t, ways, place.isOn);
      break;
    case 'chain':
      if (place.isOn) fromChainOn(t, ways, place.i, place.restMs);
      else fromChainOff(t, ways, place.i, place.restMs);
      break;
    case 'early':
    case 'late':
      if (place.isOn) fromOn(t, ways, place.kind, place.x, place.j, place.k);
      else fromOff(t, ways, place.kind, place.x, place.j, place.k);
      break;
    case 'free':
      if (place.isOn) fromFreeStart(t, ways, place.a, place.b, place.j, place.k);
      else fromFreeStop(t, ways, place.a, place.b, place.j, place.k);
      break;
    case 'end':
      fromEnd(t, ways, place.isOn, place.i);
      break;
  }
  return ways;
}

/** Least cost from a place to the end. */
export function costToEnd(t: Tables, place: Place): number {
  switch (place.kind) {
    case 'done':
      return 0;
    case 'early':
    case 'late': {
      const rows =
        place.kind === 'early' ? (place.isOn ? t.onEarly : t.offEarly) : place.isOn ? t.onLate : t.offLate;
      return cell(t, rows[place.x], place.j, place.k);
    }
    case 'free':
      return cell(t, (place.isOn ? t.freeStart : t.freeStop)[place.a * 2 + place.b], place.j, place.k);
    case 'end': {
      if (!place.isOn) return t.endStop[place.i] ?? NEVER;
      return t.endStart[place.i] ?? NEVER;
    }
    case 'start':
    case 'chain': {
      let best = NEVER;
      for (const way of waysFrom(t, place)) best = Math.min(best, way.cost + way.rest);
      return best;
    }
  }
}

function cell(t: Tables, base: number | undefined, j: number, k: number): number {
  if (base === undefined || j > t.lattice.last || k < (t.low[j + 1] ?? 0) || k > (t.high[j + 1] ?? 0))
    return NEVER;
  return t.cells[base + (j + 1) * t.stride + k] ?? NEVER;
}

function add(
  t: Tables,
  ways: Way[],
  atMs: number,
  turnsMs: readonly number[],
  cost: number,
  to: Place,
): void {
  const rest = costToEnd(t, to);
  if (cost + rest < NEVER) ways.push({ atMs, turnsMs, cost, rest, to });
}

function fromStart(t: Tables, ways: Way[], isOn: boolean): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells } = lattice;
  const atMs = task.window.startAtMs;
  const lackMs = unitMs - headMs;
  const [kOff = 0, kOn = kOff] = t.kMaxEarly;
  if (headMs === 0) {
    add(t, ways, atMs, [], 0, { kind: 'early', isOn, x: 0, j: 0, k: kOff });
    return;
  }
  if (isOn) {
    const toEdge: Place = { kind: 'early', isOn, x: 1, j: 0, k: kOn };
    if (kOn >= 0) add(t, ways, originMs, [], chargeCost(task, lattice, atMs, headMs, task.needMs), toEdge);
    for (let b = 0; b < t.tails; b++) {
      const lengthMs = (t.gapMs[2 + b] ?? 0) - lackMs;
      const stopMs = atMs + lengthMs;
      if (lengthMs <= 0 || !hasGap(t, 2 + b)) continue;
      const to: Place = { kind: 'free', isOn: false, a: 1, b, j: -1, k: kOn + 1 - (t.shift[2 + b] ?? 0) };
      add(t, ways, stopMs, [stopMs], chargeCost(task, lattice, atMs, lengthMs, task.needMs), to);
    }
    const stopped: Place =
      minCells > 0
        ? { kind: 'chain', isOn: false, i: 0, restMs: task.needMs }
        : { kind: 'start', isOn: false };
    add(t, ways, atMs, [atMs], 0, stopped);
    return;
  }
  add(t, ways, originMs, [], 0, { kind: 'early', isOn, x: 0, j: 0, k: kOff });
  add(t, ways, atMs, [atMs], task.startCost, { kind: 'chain', isOn: true, i: 0, restMs: task.needMs });
  addFreeStarts(t, ways, -1, kOff, lackMs);
}

/** Started at the window's start or a chain of exactly minimum pauses and runs after it: runs at least the minimum. */
function fromChainOn(t: Tables, ways: Way[], i: number, restMs: number): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells, last, tailMs } = lattice;
  const runMs = minCells * unitMs;
  const atMs = task.window.startAtMs + i * runMs;
  const lackMs = unitMs - headMs;
  const j = (i + 1) * minCells;
  const k = (restMs - runMs - headMs - (t.earlyRestMs[1] ?? 0)) / unitMs;
  if (j <= last && k >= 0) {
    const cost = chargeCost(task, lattice, atMs, runMs + headMs, restMs);
    add(t, ways, originMs + j * unitMs, [], cost, { kind: 'early', isOn: true, x: 1, j, k });
  }
  for (let b = 0; b < t.tails; b++) {
    const lengthMs = runMs + (t.gapMs[2 + b] ?? 0) - lackMs;
    if (j - 1 > last || lengthMs < Math.max(1, runMs) || !hasGap(t, 2 + b)) continue;
    const kAfter = (restMs - lengthMs - b * tailMs) / unitMs;
    const to: Place = { kind: 'free', isOn: false, a: 1, b, j: j - 1, k: kAfter };
    if (kAfter >= 0) {
      add(t, ways, atMs + lengthMs, [atMs + lengthMs], chargeCost(task, lattice, atMs, lengthMs, restMs), to);
    }
  }
  if (minCells === 0) return;
  if (restMs >= runMs) {
    const cost = chargeCost(task, lattice, atMs, runMs, restMs);
    const to: Place =
      restMs === runMs ? DONE : { kind: 'chain', isOn: false, i: i + 1, restMs: restMs - runMs };
    add(t, ways, atMs + runMs, [atMs + runMs], cost, to);
  }
  const toEnd = (last - j + 1) / (2 * minCells);
  const lengthMs = runMs + tailMs - lackMs;
  if (tailMs >= lackMs && Number.isInteger(toEnd) && toEnd >= 0 && restMs === lengthMs + toEnd * runMs) {
    const cost = chargeCost(task, lattice, atMs, lengthMs, restMs);
    add(t, ways, atMs + lengthMs, [atMs + lengthMs], cost, { kind: 'end', isOn: false, i: toEnd });
  }
}

function fromChainOff(t: Tables, ways: Way[], i: number, restMs: number): void {
  const { lattice, task } = t;
  const { headMs, unitMs, originMs, minCells, last, tailMs } = lattice;
  const runMs = minCells * unitMs;
  const nextMs = task.window.startAtMs + (i + 1) * runMs;
  const lackMs = unitMs - headMs;
  const j = (i + 1) * minCells;
  const k = (restMs - (t.earlyRestMs[0] ?? 0)) / unitMs;
  if (j <= last) add(t, ways, originMs + j * unitMs, [], 0, { kind: 'early', isOn: false, x: 0, j, k });
  if (j - 1 <= last) addFreeStarts(t, ways, j - 1, k, lackMs);
  if (nextMs + runMs <= task.window.endAtMs && restMs >= runMs) {
    add(t, ways, nextMs, [nextMs], task.startCost, { kind: 'chain', isOn: true, i: i + 1, restMs });
  }
  const toEnd = ((last - j + 1) / minCells - 1) / 2;
  if (tailMs >= lackMs && Number.isInteger(toEnd) && toEnd >= 0 && restMs === (toEnd + 1) * runMs) {
    const startMs = originMs + (j - 1) * unitMs + tailMs;
    add(t, ways, startMs, [startMs], 0, { kind: 'end', isOn: true, i: toEnd });
  }
}

function addFreeStarts(t: Tables, ways: Way[], j: number, k: number, fromMs: number): void {
  const { unitMs, originMs } = t.lattice;
  for (let b = 0; b < t.tails; b++) {
    const offsetMs = unitMs - (t.gapMs[b] ?? 0);
    if (!hasGap(t, b) || offsetMs < fromMs) continue;
    const startMs = originMs + j * unitMs + offsetMs;
    add(t, ways, startMs, [startMs], 0, { kind: 'free', isOn: true, a: 0, b, j, k });
  }
}

function fromOn(t: Tables, ways: Way[], half: 'early' | 'late', x: number, j: number, k: number): void {
  addCharging(t, ways, half, x, j, k);
  addStops(t, ways, half, x, j, k);
  // Where no free edge is needed the rows on both sides of it are the same place: all their ways are open.
  if (half === 'early') for (const b of tailsWithoutGap(t, x)) addStops(t, ways, 'late', b, j, k);
}

function addStops(t: Tables, ways: Way[], half: 'early' | 'late', x: number, j: number, k: number): void {
  const { unitMs, originMs, minCells, last } = t.lattice;
  const edgeMs = originMs + j * unitMs;
  if (isEmpty(half, x, k)) add(t, ways, edgeMs, [edgeMs], 0, DONE);
  if (j + minCells <= last) {
    add(t, ways, edgeMs, [edgeMs], 0, { kind: half, isOn: false, x, j: j + minCells, k });
  }
}

/** The ways that go on charging from a cell edge. */
function addCharging(t: Tables, ways: Way[], half: 'early' | 'late', x: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const edgeMs = originMs + j * unitMs;
  const restMs = k * unitMs + (half === 'early' ? (t.earlyRestMs[x] ?? 0) : x * tailMs);
  const rest = (half === 'early' ? t.restEarly : t.restLate)[x];
  if (j < last && k > 0) {
    const kwh = (rest?.[k] ?? 0) - (rest?.[k - 1] ?? 0);
    const cost = (lattice.price[j + 1] ?? 0) * kwh + (lattice.weight[j + 1] ?? 0) * unitMs;
    add(t, ways, edgeMs + unitMs, [], cost, { kind: half, isOn: true, x, j: j + 1, k: k - 1 });
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
        add(t, ways, edgeMs + gapMs, [edgeMs + gapMs], cost, to);
      }
    }
  } else if (x === 1) {
    const i = minCells === 0 ? (j === last ? 0 : -1) : (last - j) / (2 * minCells);
    if (Number.isInteger(i) && i >= 0 && k === i * minCells) {
      const cost = chargeCost(task, lattice, edgeMs, tailMs, restMs);
      add(t, ways, edgeMs + tailMs, [edgeMs + tailMs], cost, { kind: 'end', isOn: false, i });
    }
  }
}

function fromOff(t: Tables, ways: Way[], half: 'early' | 'late', x: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const edgeMs = originMs + j * unitMs;
  if (isEmpty(half, x, k)) add(t, ways, edgeMs, [], 0, DONE);
  if (j < last) add(t, ways, edgeMs + unitMs, [], 0, { kind: half, isOn: false, x, j: j + 1, k });
  if (minCells === 0) {
    const charging: Way[] = [];
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
    add(t, ways, edgeMs, [edgeMs], cost, to);
  }
  if (half === 'early') {
    addFreeStartsAt(t, ways, x, j, k);
    for (const b of tailsWithoutGap(t, x)) fromOff(t, ways, 'late', b, j, k);
  } else if (x === 0 && minCells > 0 && tailMs > 0) {
    const i = ((last - j) / minCells - 1) / 2;
    if (Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells) {
      add(t, ways, edgeMs + tailMs, [edgeMs + tailMs], 0, { kind: 'end', isOn: true, i });
    }
  }
}

function addFreeStartsAt(t: Tables, ways: Way[], a: number, j: number, k: number): void {
  const { unitMs, originMs } = t.lattice;
  for (let b = 0; b < t.tails; b++) {
    if (!hasGap(t, a * 2 + b)) continue;
    const startMs = originMs + (j + 1) * unitMs - (t.gapMs[a * 2 + b] ?? 0);
    add(t, ways, startMs, [startMs], 0, { kind: 'free', isOn: true, a, b, j, k });
  }
}

function fromFreeStop(t: Tables, ways: Way[], a: number, b: number, j: number, k: number): void {
  const { lattice, task } = t;
  const { unitMs, originMs, last, minCells, tailMs } = lattice;
  const gapMs = t.gapMs[a * 2 + b] ?? 0;
  const runMs = minCells * unitMs;
  const stopMs = originMs + j * unitMs + gapMs;
  const next = j + minCells + 1;
  if (b === 0 && k === 0) add(t, ways, stopMs, [], 0, DONE);
  if (next <= last)
    add(t, ways, originMs + next * unitMs, [], 0, { kind: 'late', isOn: false, x: b, j: next, k });
  if (minCells === 0) return;
  if (task.constantKw !== null && j + 2 * minCells <= last && k >= minCells) {
    const startMs = stopMs + runMs;
    const cost = task.startCost + chargeCost(task, lattice, startMs, runMs, k * unitMs + b * tailMs);
    const to: Place = { kind: 'free', isOn: false, a, b, j: j + 2 * minCells, k: k - minCells };
    add(t, ways, startMs, [startMs, startMs + runMs], cost, to);
  }
  const i = ((last - j) / minCells - 2) / 2;
  if (b === 0 && tailMs >= gapMs && Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells) {
    const startMs = originMs + (j + minCells) * unitMs + tailMs;
    add(t, ways, startMs, [startMs], 0, { kind: 'end', isOn: true, i });
  }
}

function fromFreeStart(t: Tables, ways: Way[], a: number, b: number, j: number, k: number): void {
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
    add(t, ways, originMs + next * unitMs, [], cost, { kind: 'late', isOn: true, x: b, j: next, k: kAfter });
  }
  if (task.constantKw !== null && minCells > 0 && j + 2 * minCells <= last && k >= minCells) {
    const cost = task.startCost + chargeCost(task, lattice, startMs, runMs, restMs);
    const to: Place = { kind: 'free', isOn: true, a, b, j: j + 2 * minCells, k: k - minCells };
    add(t, ways, startMs + runMs, [startMs + runMs, startMs + 2 * runMs], cost, to);
  }
  const i = minCells === 0 ? (j === last ? 0 : -1) : ((last - j) / minCells - 1) / 2;
  const isThere = Number.isInteger(i) && i >= 0 && k === (i + 1) * minCells - 1 + (t.shift[pair] ?? 0);
  if (b === 1 && tailMs >= unitMs - gapMs && isThere) {
    const stopMs = originMs + (j + minCells) * unitMs + tailMs;
    add(t, ways, stopMs, [stopMs], freeStartToEnd(t, j, a, pair, k), { kind: 'end', isOn: false, i });
  }
}

function fromEnd(t: Tables, ways: Way[], isOn: boolean, i: number): void {
  const { task, lattice } = t;
  const runMs = lattice.minCells * lattice.unitMs;
  const endMs = task.window.endAtMs;
  if (isOn) {
    const stopMs = endMs - 2 * i * runMs;
    const own = (t.endStart[i] ?? 0) - (t.endStop[i] ?? 0);
    add(t, ways, stopMs, [stopMs], own, { kind: 'end', isOn: false, i });
  } else if (i === 0) {
    add(t, ways, endMs, [], 0, DONE);
  } else {
    const startMs = endMs - (2 * i - 1) * runMs;
    add(t, ways, startMs, [startMs], 0, { kind: 'end', isOn: true, i: i - 1 });
  }
}

function isEmpty(half: 'early' | 'late', x: number, k: number): boolean {
  return half === 'late' && x === 0 && k === 0;
}

function tailsWithoutGap(t: Tables, a: number): readonly number[] {
  return [0, 1].filter((b) => b < t.tails && !hasGap(t, a * 2 + b));
}

function hasGap(t: Tables, pair: number): boolean {
  return (t.gapMs[pair] ?? 0) > 0;
}
