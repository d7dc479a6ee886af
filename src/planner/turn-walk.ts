import type { Interval } from '../domain/interval.ts';
import { runsOf } from './runs.ts';
import type { Schedule } from './schedule.ts';
import type { TurnSearch } from './turn-search.ts';
import type { Turns } from './turns.ts';
import { earliestOf, indexFor } from './turns.ts';

/** The best schedule, read forward from the turns that were found: on equal cost a start waits, or does not; a run goes on. */
export function readTurns(search: TurnSearch): Schedule | null {
  const { lattice, relaxed, task, costs, starts, stops, tie } = search;
  const minMs = lattice.minCells * lattice.unitMs;
  let { isOn } = task;
  let atMs = relaxed.beginMs;
  let restMs = task.needMs;
  // A run under way may stop at once, and a wait end; of the turns that come later only those far enough away will do.
  let fromMs = atMs;
  const counted = isOn
    ? leastOf(stops, restMs + atMs) - costs.before(indexFor(stops, restMs + atMs), restMs + atMs, atMs)
    : leastOf(starts, restMs);
  if (counted === Number.POSITIVE_INFINITY) return null;
  const turnsMs = isOn ? [atMs] : [];
  let most = counted + tie;
  while (isOn || restMs > 0) {
    const key = restMs + atMs;
    const index = isOn ? indexFor(stops, key) : 0;
    const before = isOn ? costs.before(index, key, atMs) : 0;
    const id = isOn
      ? lastWithin(search, stops, key, fromMs, most + before)
      : lastWithin(search, starts, restMs, fromMs, most);
    const toMs = (isOn ? stops : starts).atMs[id] as number;
    most -= isOn ? costs.before(index, key, toMs) - before : task.startCost;
    if (isOn) restMs -= toMs - atMs;
    atMs = toMs;
    fromMs = toMs + minMs;
    isOn = !isOn;
    turnsMs.push(toMs);
  }
  return { runs: runsAt(turnsMs, lattice.originMs), counted };
}

/** The latest turn that can follow with a value within `most`, or the first start where early is better; else the cheapest. */
function lastWithin(search: TurnSearch, turns: Turns, key: number, fromMs: number, most: number): number {
  const { lattice, starts } = search;
  let chosen = -1;
  let cheapest = -1;
  for (let id = earliestOf(turns, key); id >= 0; id = turns.next[id] as number) {
    const atMs = turns.atMs[id] as number;
    if (atMs < fromMs) continue;
    const value = turns.value[id] as number;
    if (cheapest < 0 || value < (turns.value[cheapest] as number)) cheapest = id;
    if (value > most) continue;
    chosen = id;
    if (turns === starts && lattice.isEarly[Math.floor(atMs / lattice.unitMs) + 1] === 1) break;
  }
  return chosen < 0 ? cheapest : chosen;
}

function leastOf(turns: Turns, key: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let id = earliestOf(turns, key); id >= 0; id = turns.next[id] as number) {
    least = Math.min(least, turns.value[id] as number);
  }
  return least;
}

function runsAt(turnsMs: readonly number[], originMs: number): Interval[] {
  const charged: Interval[] = [];
  for (let i = 0; i + 1 < turnsMs.length; i += 2) {
    const startAtMs = originMs + (turnsMs[i] as number);
    const endAtMs = originMs + (turnsMs[i + 1] as number);
    if (endAtMs > startAtMs) charged.push({ startAtMs, endAtMs });
  }
  return runsOf(charged);
}
