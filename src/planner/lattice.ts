import { MINUTE_MS } from '../domain/units.ts';
import type { ScheduleTask } from './schedule.ts';
import type { Timeline } from './timeline.ts';

// Words and letters of lattice-*, *-rows and *-ways, where loops are too tight for long names:
// - edge j: between cell j - 1 and cell j. k: whole cells left to charge. t: the tables. row: the states of one edge.
// - head, tail: what the window has before the first edge and after the last. a, b: whether they are charged in (0 or 1);
//   x is the one of them that a row belongs to; pair is a * 2 + b. Names that end in 0 or 1 belong to that b.
// - tight: of exactly minimum length. chain: tight runs and pauses in turns, from an end of the window or a free edge.
// - free: the edge, or group of edges, that hangs on the need alone. early rows lie before it, late ones after it.
// - gap: how far after a cell edge a free stop lies; complement: the rest of that cell. shift: 1 where the gap takes a cell.

/**
 * The window cut into cells of one length, with what is left before the first and after the last of them.
 *
 * Which schedules need to be looked at: with the slots of its edges given, the cost of a schedule is linear in its
 * edges, so an optimum lies at a vertex: every edge hangs on a price edge or an end of the window, through runs and
 * pauses of exactly minimum length, but for one group of edges that hangs on the total instead. With cells whose length
 * divides every price edge and the minimum run, the first kind lies on cell edges (or on those shifted by the
 * remainder at an end of the window), and the free group on cell edges shifted by one remainder that the need fixes.
 */
export interface Lattice {
  readonly unitMs: number;
  /** Time of cell edge 0. */
  readonly originMs: number;
  /** Index of the last cell edge in the window. */
  readonly last: number;
  /** Window time before edge 0 and after the last edge, each below unitMs. */
  readonly headMs: number;
  readonly tailMs: number;
  /** Minimum run and pause in cells. */
  readonly minCells: number;
  /** Price and weight per ms of cell i - 1: the head is cell -1, the tail cell `last`. */
  readonly price: Float64Array;
  readonly weight: Float64Array;
  readonly isEarly: Uint8Array;
}

/** With taper the cost is not linear within a cell; a grid this fine stays within 0.1 % of the best. */
const TAPER_UNIT_MS = 5 * MINUTE_MS;
/** More states than this and the exact cell length gives way to TAPER_UNIT_MS: price edges at odd seconds. */
const STATES_MAX = 600_000;
/** More cells than this and bounds take as long as tables would. */
const CELLS_MAX = 12_000;

/** The coarsest cells that keep the schedule exact; where power tapers, cells that divide `taperUnitMs` too. */
export function latticeOf(task: ScheduleTask, taperUnitMs = TAPER_UNIT_MS): Lattice {
  let unitMs = exactUnitMs(task);
  if (task.constantKw === null) {
    const fine = gcd(unitMs, taperUnitMs);
    unitMs = fine >= MINUTE_MS ? fine : TAPER_UNIT_MS;
  }
  const lengthMs = task.window.endAtMs - task.window.startAtMs;
  if ((lengthMs / unitMs) * (task.needMs / unitMs) > STATES_MAX) unitMs = TAPER_UNIT_MS;
  return latticeOn(task, unitMs);
}

/** The same for constant power, where no tables of states are to be filled; null where the cells would be too many. */
export function exactLatticeOf(task: ScheduleTask): Lattice | null {
  const unitMs = exactUnitMs(task);
  const cells = (task.window.endAtMs - task.window.startAtMs) / unitMs;
  return cells > CELLS_MAX ? null : latticeOn(task, unitMs);
}

function exactUnitMs({ window, timeline, minRunMs }: ScheduleTask): number {
  const { edgesMs } = timeline;
  const first = firstEdgeMs(timeline);
  let unitMs = minRunMs;
  for (let i = 2; i < edgesMs.length - 1; i++) unitMs = gcd(unitMs, (edgesMs[i] ?? first) - first);
  return unitMs === 0 ? window.endAtMs - window.startAtMs : unitMs;
}

/** The window in cells of a given length; a cell that a price edge divides has the mean of its prices. */
function latticeOn({ window, timeline, minRunMs }: ScheduleTask, unitMs: number): Lattice {
  const { edgesMs } = timeline;
  const first = firstEdgeMs(timeline);
  const headMs = (first - window.startAtMs) % unitMs;
  const originMs = window.startAtMs + headMs;
  const last = Math.floor((window.endAtMs - originMs) / unitMs);
  const tailMs = window.endAtMs - originMs - last * unitMs;
  const price = new Float64Array(last + 2);
  const weight = new Float64Array(last + 2);
  const isEarly = new Uint8Array(last + 2);
  let step = 0;
  for (let cell = -1; cell <= last; cell++) {
    const start = cell < 0 ? window.startAtMs : originMs + cell * unitMs;
    const end = cell < 0 ? originMs : Math.min(start + unitMs, window.endAtMs);
    while (step < timeline.price.length - 1 && (edgesMs[step + 1] ?? 0) <= start) step++;
    if ((edgesMs[step + 1] ?? end) >= end || end <= start) {
      price[cell + 1] = timeline.price[step] ?? 0;
      weight[cell + 1] = timeline.weightPerMs[step] ?? 0;
    } else {
      for (let s = step; s < timeline.price.length && (edgesMs[s] ?? end) < end; s++) {
        const share =
          (Math.min(end, edgesMs[s + 1] ?? end) - Math.max(start, edgesMs[s] ?? start)) / (end - start);
        price[cell + 1] = (price[cell + 1] ?? 0) + share * (timeline.price[s] ?? 0);
        weight[cell + 1] = (weight[cell + 1] ?? 0) + share * (timeline.weightPerMs[s] ?? 0);
      }
    }
    isEarly[cell + 1] = timeline.isEarly[step] ? 1 : 0;
  }
  const minCells = Math.ceil(minRunMs / unitMs);
  return { unitMs, originMs, last, headMs, tailMs, minCells, price, weight, isEarly };
}

/** The first price edge, which cells are counted from; the window's start when no price changes in it. */
function firstEdgeMs({ edgesMs }: Timeline): number {
  return (edgesMs.length > 2 ? edgesMs[1] : edgesMs[0]) ?? 0;
}

function gcd(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
