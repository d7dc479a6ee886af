import type { Lattice } from './lattice.ts';
import type { CostsThrough, Place } from './open-edges.ts';
import { isOpen, leastAt, START, STOP } from './open-edges.ts';
import type { Relaxed, Sweep } from './relaxed.ts';
import { costBefore } from './relaxed.ts';
import type { ScheduleTask } from './schedule.ts';
import type { Spot } from './spots.ts';
import { note, notedAt, spotsOf } from './spots.ts';
import type { Turns } from './turns.ts';
import { addTurn, bestOf, clear, makeReady } from './turns.ts';

/** What turns are found from, and where they are put. */
export interface TurnSearch {
  readonly task: ScheduleTask;
  readonly lattice: Lattice;
  readonly relaxed: Relaxed;
  /** Bounds of what is counted before a turn; the last one rules out most. */
  readonly sweeps: readonly Sweep[];
  readonly through: CostsThrough;
  /** By edge of the relaxed task, whether starts and stops there hang on a price edge. */
  readonly anchored: Uint8Array;
  /** Schedules that count more are not looked for. */
  readonly limit: number;
  /** What equal cost means, and how far apart rounding alone may put what is the same. */
  readonly tie: number;
  readonly rounding: number;
  /** The value of a start is what is counted from it on; of a stop, that and what charging all the time until it counts. */
  readonly starts: Turns;
  readonly stops: Turns;
}

/**
 * Finds the starts and stops that a best schedule within the limit may have, from the window's end on backwards: of those
 * that lattice.ts tells of, the few that the bounds leave. False where they become more than `turnsMax`.
 */
export function findTurns(search: TurnSearch, turnsMax: number): boolean {
  const { task, lattice, relaxed, starts, stops } = search;
  const { unitMs, last } = lattice;
  clear(starts, unitMs);
  clear(stops, unitMs);
  // When nothing is left it is as if a start came after everything, at no cost.
  addTurn(starts, Number.POSITIVE_INFINITY, 0, 0, 0);
  const spots = spotsOf(task, lattice);
  for (let j = last; j >= -relaxed.offset; j--) {
    const e = j + relaxed.offset;
    if (!isOpen(search.through, e, search.limit)) continue;
    for (const spot of spots) {
      const atMs = j * unitMs + spot.offsetMs;
      if (atMs < relaxed.beginMs || atMs > relaxed.endMs) continue;
      turnsAt(search, spot, { atMs, e, share: spot.offsetMs / unitMs });
    }
    if (starts.count + stops.count > turnsMax) return false;
  }
  return true;
}

function turnsAt(search: TurnSearch, spot: Spot, place: Place): void {
  const { relaxed, through, anchored, task, limit } = search;
  switch (spot.kind) {
    case 'price edge': {
      const kinds = anchored[place.e] as number;
      if ((kinds & STOP) !== 0) addStops(search, place, null);
      if ((kinds & START) !== 0) addStarts(search, place, null);
      return;
    }
    case 'free stop':
      addTight(search, place, spot);
      if (leastAt(through.stops, place) <= limit) addStops(search, place, spot);
      return;
    case 'free start':
      addTight(search, place, spot);
      if (leastAt(through.starts, place) <= limit) addStarts(search, place, spot);
      return;
    case 'window start': {
      const links = linksOf(search, place.atMs - relaxed.beginMs);
      const runs = task.isOn ? Math.floor(links / 2) : Math.ceil(links / 2);
      addLink(search, place, links, task.isOn, task.needMs - runs * minMsOf(search));
      return;
    }
    case 'window end': {
      const links = linksOf(search, relaxed.endMs - place.atMs);
      addLink(search, place, links, true, Math.ceil(links / 2) * minMsOf(search));
      return;
    }
  }
}

/** Stops before each start that can follow; free ones before those that leave what the spot is for. */
function addStops(search: TurnSearch, place: Place, spot: Spot | null): void {
  const { relaxed, starts, task, limit } = search;
  makeReady(starts, place.atMs + minMsOf(search));
  const { keys, best } = starts;
  const before = costBefore(relaxed, place.atMs);
  // The best bound alone rules out nearly all of them.
  const { worth, on } = bestSweep(search);
  const room = limit - leastAt(on, place) - worth * task.needMs;
  const some = spot === null ? null : (starts.leaving.get(spot.restMs) ?? NONE);
  for (let n = 0, count = (some ?? keys).length; n < count; n++) {
    const i = some === null ? n : (some[n] as number);
    if (!((best[i] as number) - worth * (keys[i] as number) <= room)) continue;
    const id = addStop(search, place, keys[i] as number, (best[i] as number) + before);
    if (spot !== null) note(spot.stops, id);
  }
}

/** Starts before each stop that can follow, likewise. */
function addStarts(search: TurnSearch, place: Place, spot: Spot | null): void {
  const { relaxed, stops, task, limit } = search;
  const { atMs } = place;
  makeReady(stops, atMs + minMsOf(search));
  const { keys, best } = stops;
  const own = task.startCost - costBefore(relaxed, atMs);
  const { worth, off } = bestSweep(search);
  const room = limit - leastAt(off, place) - worth * (task.needMs + atMs) - own;
  const some = spot === null ? null : (stops.leaving.get(spot.restMs) ?? NONE);
  for (let n = 0, count = (some ?? keys).length; n < count; n++) {
    const i = some === null ? n : (some[n] as number);
    if (!((best[i] as number) - worth * (keys[i] as number) <= room)) continue;
    const id = addStart(search, place, (keys[i] as number) - atMs, (best[i] as number) + own);
    if (spot !== null) note(spot.starts, id);
  }
}

const NONE: readonly number[] = [];

/** Turns that a tight run or pause parts from a free one, or from such a turn again: they hang on the total with it. */
function addTight(search: TurnSearch, place: Place, spot: Spot): void {
  const { relaxed, task, starts, stops } = search;
  const { atMs } = place;
  const minMs = minMsOf(search);
  if (minMs === 0) return;
  const before = costBefore(relaxed, atMs);
  for (const id of notedAt(spot.stops, stops, atMs + minMs)) {
    const restMs = (stops.keys[stops.keyOf[id] as number] as number) - atMs;
    note(spot.starts, addStart(search, place, restMs, (stops.value[id] as number) + task.startCost - before));
  }
  for (const id of notedAt(spot.starts, starts, atMs + minMs)) {
    const restMs = starts.keys[starts.keyOf[id] as number] as number;
    note(spot.stops, addStop(search, place, restMs, (starts.value[id] as number) + before));
  }
}

/** How many tight runs and pauses fill a distance; no whole number where they do not. */
function linksOf(search: TurnSearch, distanceMs: number): number {
  return distanceMs === 0 ? 0 : distanceMs / minMsOf(search);
}

/** A turn that hangs on an end of the window through so many tight runs and pauses: what is left there is given. */
function addLink(
  search: TurnSearch,
  place: Place,
  links: number,
  isStopFirst: boolean,
  restMs: number,
): void {
  const { relaxed, task, starts, stops } = search;
  const { atMs } = place;
  if (!Number.isInteger(links)) return;
  const before = costBefore(relaxed, atMs);
  if ((links % 2 === 0) === isStopFirst) {
    makeReady(starts, atMs + minMsOf(search));
    addStop(search, place, restMs, bestOf(starts, restMs) + before);
  } else {
    makeReady(stops, atMs + minMsOf(search));
    addStart(search, place, restMs, bestOf(stops, restMs + atMs) + task.startCost - before);
  }
}

function addStop(search: TurnSearch, place: Place, restMs: number, value: number): number {
  const { relaxed, stops, rounding } = search;
  const { atMs } = place;
  if (!isWithin(search, place, true, restMs, value - costBefore(relaxed, atMs))) return -1;
  // A run goes on where that costs the same: a stop is of use only where it is cheaper than every later one.
  return addTurn(stops, atMs, restMs + atMs, value, value + rounding);
}

function addStart(search: TurnSearch, place: Place, restMs: number, value: number): number {
  const { lattice, relaxed, starts, tie, rounding } = search;
  if (!isWithin(search, place, false, restMs, value)) return -1;
  // So is a start, unless the earlier one is the better of two that cost the same.
  const isEarly = lattice.isEarly[place.e - relaxed.offset + 1] === 1;
  return addTurn(starts, place.atMs, restMs, value, isEarly ? value - tie : value + rounding);
}

/** Whether a schedule with this turn, which counts `cost` from there on, may be within the limit. */
function isWithin(search: TurnSearch, place: Place, isStop: boolean, restMs: number, cost: number): boolean {
  const { task, sweeps, limit } = search;
  const chargedMs = task.needMs - restMs;
  if (cost === Number.POSITIVE_INFINITY || chargedMs < 0) return false;
  for (let i = sweeps.length - 1; i >= 0; i--) {
    const { worth, on, off } = sweeps[i] as Sweep;
    if (leastAt(isStop ? on : off, place) + worth * chargedMs + cost > limit) return false;
  }
  return true;
}

function bestSweep({ sweeps }: TurnSearch): Sweep {
  return sweeps[sweeps.length - 1] as Sweep;
}

/** The least length of a run and of a pause, which cells divide. */
function minMsOf({ lattice }: TurnSearch): number {
  return lattice.minCells * lattice.unitMs;
}
