import type { Lattice } from './lattice.ts';
import type { ScheduleTask } from './schedule.ts';
import type { Turns } from './turns.ts';

/** A place that every cell has, where turns of a kind can be. */
export interface Spot {
  /** Turns that hang on a price edge; on an end of the window; on the total alone. */
  readonly kind: 'price edge' | 'window start' | 'window end' | 'free stop' | 'free start';
  /** How far into the cell. */
  readonly offsetMs: number;
  /** Of free turns: what those that can follow leave beside whole cells. */
  readonly restMs: number;
  /** The free turns found here, and those that tight runs and pauses hang on them. */
  readonly stops: Noted;
  readonly starts: Noted;
}

/** Numbers of turns, latest first, and how many of them are too late to be asked for any more. */
interface Noted {
  readonly ids: number[];
  passed: number;
}

/**
 * The spots of a cell, latest first. Before a free turn the head of the window is charged in or not, after it the tail;
 * as these are what a schedule charges beside whole cells, the total says where in its cell the free turn is.
 */
export function spotsOf({ needMs }: ScheduleTask, { unitMs, headMs, tailMs }: Lattice): Spot[] {
  const spots: Spot[] = [];
  const add = (kind: Spot['kind'], ms: number, restMs: number) => {
    const offsetMs = ((ms % unitMs) + unitMs) % unitMs;
    if (spots.some((s) => s.kind === kind && s.offsetMs === offsetMs && s.restMs === restMs)) return;
    spots.push({ kind, offsetMs, restMs, stops: { ids: [], passed: 0 }, starts: { ids: [], passed: 0 } });
  };
  add('price edge', 0, 0);
  if (headMs > 0) add('window start', -headMs, 0);
  if (tailMs > 0) add('window end', tailMs, 0);
  for (const usedMs of [0, headMs]) {
    for (const restMs of [0, tailMs]) {
      add('free stop', needMs - usedMs - restMs, restMs);
      add('free start', restMs + usedMs - needMs, restMs);
    }
  }
  return spots.sort((a, b) => b.offsetMs - a.offsetMs);
}

export function note({ ids }: Noted, id: number): void {
  if (id >= 0) ids.push(id);
}

/** Of the turns noted, those at a time; from call to call it never comes to lie later. */
export function notedAt(noted: Noted, turns: Turns, atMs: number): readonly number[] {
  const { ids } = noted;
  while (noted.passed < ids.length && (turns.atMs[ids[noted.passed] as number] as number) > atMs) {
    noted.passed++;
  }
  let end = noted.passed;
  while (end < ids.length && turns.atMs[ids[end] as number] === atMs) end++;
  return end === noted.passed ? NONE : ids.slice(noted.passed, end);
}

const NONE: readonly number[] = [];
