import type { Lattice } from './lattice.ts';
import type { CostsThrough, Place } from './open-edges.ts';
import { isOpen, leastAt, START, STOP } from './open-edges.ts';
import type { Relaxed } from './relaxed.ts';
import type { ScheduleTask } from './schedule.ts';
import type { Spot } from './spots.ts';
import { note, notedAt, spotsOf } from './spots.ts';
import type { TurnCosts } from './turn-costs.ts';
import type { Turns } from './turns.ts';
import { addTurn, bestOf, clear, indexFor, makeReady } from './turns.ts';

/** What turns are found from, and where they are put. */
export interface TurnSearch {
  readonly task: ScheduleTask;
  readonly lattice: Lattice;
  readonly relaxed: Relaxed;
  readonly costs: TurnCosts;
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
  addTurn(starts, Number.POSITIVE_INFINITY, indexFor(starts, 0), 0, 0);
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
  const { costs, starts, limit } = search;
  makeReady(starts, place.atMs + minMsOf(search));
  const { keys, best } = starts;
  costs.aim(place, true, limit);
  const some = spot === null ? null : (starts.leaving.get(spot.restMs) ?? NONE);
  for (let n = 0, count = (some ?? keys).length; n < count; n++) {
    const i = some === null ? n : (some[n] as number);
    const restMs = keys[i] as number;
    if (!costs.may(restMs, best[i] as number)) continue;
    const id = addStop(search, place, restMs, best[i] as number);
    if (spot !== null) note(spot.stops, id);
  }
}

/** Starts before each stop that can follow, likewise. */
function addStarts(search: TurnSearch, place: Place, spot: Spot | null): void {
  const { costs, stops, task, limit } = search;
  const { atMs } = place;
  makeReady(stops, atMs + minMsOf(search));
  const { keys, best } = stops;
  costs.aim(place, false, limit);
  const some = spot === null ? null : (stops.leaving.get(spot.restMs) ?? NONE);
  for (let n = 0, count = (some ?? keys).length; n < count; n++) {
    const i = some === null ? n : (some[n] as number);
    const key = keys[i] as number;
    const restMs = key - atMs;
    if (restMs > task.needMs || best[i] === Number.POSITIVE_INFINITY) continue;
    const cost = (best[i] as number) + task.startCost - costs.before(i, key, atMs);
    if (!costs.may(restMs, cost)) continue;
    const id = addStart(search, place, restMs, cost);
    if (spot !== null) note(spot.starts, id);
  }
}

const NONE: readonly number[] = [];

/** Turns that a tight run or pause parts from a free one, or from such a turn again: they hang on the total with it. */
function addTight(search: TurnSearch, place: Place, spot: Spot): void {
  const { costs, task, starts, stops } = search;
  const { atMs } = place;
  const minMs = minMsOf(search);
  if (minMs === 0) return;
  for (const id of notedAt(spot.stops, stops, atMs + minMs)) {
    const index = stops.keyOf[id] as number;
    const key = stops.keys[index] as number;
    const cost = (stops.value[id] as number) + task.startCost - costs.before(index, key, atMs);
    note(spot.starts, addStart(search, place, key - atMs, cost));
  }
  for (const id of notedAt(spot.starts, starts, atMs + minMs)) {
    const restMs = starts.keys[starts.keyOf[id] as number] as number;
    note(spot.stops, addStop(search, place, restMs, starts.value[id] as number));
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
  const { costs, task, starts, stops } = search;
  const { atMs } = place;
  if (!Number.isInteger(links) || restMs < 0 || restMs > task.needMs) return;
  if ((links % 2 === 0) === isStopFirst) {
    makeReady(starts, atMs + minMsOf(search));
    addStop(search, place, restMs, bestOf(starts, restMs));
  } else {
    makeReady(stops, atMs + minMsOf(search));
    const key = restMs + atMs;
    const after = bestOf(stops, key);
    if (after === Number.POSITIVE_INFINITY) return;
    addStart(search, place, restMs, after + task.startCost - costs.before(indexFor(stops, key), key, atMs));
  }
}

function addStop(search: TurnSearch, place: Place, restMs: number, cost: number): number {
  const { costs, stops, rounding, limit } = search;
  const key = restMs + place.atMs;
  if (!costs.isWithin(place, true, restMs, cost, limit)) return -1;
  const index = indexFor(stops, key);
  const value = cost + costs.before(index, key, place.atMs);
  // A run goes on where that costs the same: a stop is of use only where it is cheaper than every later one.
  return addTurn(stops, place.atMs, index, value, value + rounding);
}

function addStart(search: TurnSearch, place: Place, restMs: number, value: number): number {
  const { costs, lattice, relaxed, starts, tie, rounding, limit } = search;
  if (!costs.isWithin(place, false, restMs, value, limit)) return -1;
  // So is a start, unless the earlier one is the better of two that cost the same.
  const isEarly = lattice.isEarly[place.e - relaxed.offset + 1] === 1;
  return addTurn(
    starts,
    place.atMs,
    indexFor(starts, restMs),
    value,
    isEarly ? value - tie : value + rounding,
  );
}

/** The least length of a run and of a pause, which cells divide. */
function minMsOf({ lattice }: TurnSearch): number {
  return lattice.minCells * lattice.unitMs;
}
