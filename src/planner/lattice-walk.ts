import type { Interval } from '../domain/interval.ts';
import type { Tables } from './lattice-tables.ts';
import { costToEnd, waysFrom } from './lattice-ways.ts';
import type { Place, Way } from './place.ts';
import { runsOf } from './runs.ts';
import type { Schedule } from './schedule.ts';
import { TIE } from './schedule.ts';

/** The best schedule, read forward from filled tables: on equal cost a start waits, or does not; a run goes on. */
export function walk(t: Tables): Schedule | null {
  const { task } = t;
  let place: Place = { kind: 'start', isOn: task.isOn };
  const counted = costToEnd(t, place);
  if (!Number.isFinite(counted)) return null;
  const limit = counted + TIE + 4e-14 * largestCost(t);
  const turnsMs: number[] = task.isOn ? [task.window.startAtMs] : [];
  let spent = 0;
  while (place.kind !== 'done') {
    const isOff: boolean = turnsMs.length % 2 === 0;
    if (place.kind === 'early' || place.kind === 'late') {
      const further = stayed(t, place, limit - spent);
      if (further !== null) {
        spent += further.cost;
        place = further.to;
        continue;
      }
    }
    const way = choose(waysFrom(t, place), limit - spent, isOff && isEarlyAt(t, place));
    if (way === null) return null;
    spent += way.cost;
    turnsMs.push(...way.turnsMs);
    place = way.to;
  }
  const charged: Interval[] = [];
  for (let i = 0; i + 1 < turnsMs.length; i += 2) {
    const startAtMs = turnsMs[i] ?? 0;
    const endAtMs = turnsMs[i + 1] ?? 0;
    if (endAtMs > startAtMs) charged.push({ startAtMs, endAtMs });
  }
  return { runs: runsOf(charged), counted };
}

type EdgePlace = Place & { readonly kind: 'early' | 'late' };

const EMPTY = new Float64Array(0);

/**
 * As far as a charge goes on or a wait waits: most of a schedule, and what `choose` would say at each of these edges, as
 * nothing departs later. Null where something else is due, or may be.
 */
function stayed(t: Tables, place: EdgePlace, limit: number): { cost: number; to: EdgePlace } | null {
  const { cells, rowOf, lattice } = t;
  const { price, weight, unitMs, last, isEarly } = lattice;
  const { kind, isOn, x } = place;
  const isLate = kind === 'late';
  const set = (isOn ? (isLate ? t.onLate : t.onEarly) : isLate ? t.offLate : t.offEarly)[x] ?? 0;
  const step = (isLate ? t.stepLate : t.stepEarly)[x] ?? EMPTY;
  let { j, k } = place;
  let cost = 0;
  while (j < last) {
    if (!isOn && isEarly[j + 1] === 1) break;
    if (isOn && k === 0) break;
    const kNext = isOn ? k - 1 : k;
    if (kNext < (t.low[j + 2] as number) || kNext > (t.high[j + 2] as number)) break;
    const more = isOn
      ? (price[j + 1] as number) * (step[k] as number) + (weight[j + 1] as number) * unitMs
      : 0;
    const rest = cells[set + (rowOf[j + 2] as number) + kNext] as number;
    if (cost + more + rest > limit || rest === Number.POSITIVE_INFINITY) break;
    cost += more;
    k = kNext;
    j++;
  }
  return j === place.j ? null : { cost, to: { kind, isOn, x, j, k } };
}

/** The way that departs latest (or soonest) of those within the limit; the cheapest if rounding leaves none. */
function choose(ways: readonly Way[], limit: number, isSooner: boolean): Way | null {
  let chosen: Way | null = null;
  let cheapest: Way | null = null;
  for (const way of ways) {
    const total = way.cost + way.rest;
    if (cheapest === null || total < cheapest.cost + cheapest.rest) cheapest = way;
    if (total > limit) continue;
    if (chosen === null || (isSooner ? way.atMs < chosen.atMs : way.atMs > chosen.atMs)) chosen = way;
  }
  return chosen ?? cheapest;
}

function isEarlyAt(t: Tables, place: Place): boolean {
  const { isEarly, minCells } = t.lattice;
  switch (place.kind) {
    case 'early':
    case 'late':
      return isEarly[place.j + 1] === 1;
    case 'free':
      return isEarly[place.j + minCells + 1] === 1;
    case 'chain':
      return isEarly[(place.i + 1) * minCells + 1] === 1;
    case 'start':
    case 'end':
    case 'done':
      return isEarly[0] === 1;
  }
}

/** The size of the numbers that were added up: how far rounding may reach. */
function largestCost(t: Tables): number {
  let weight = 0;
  let price = 0;
  for (const each of t.lattice.weight) weight = Math.max(weight, Math.abs(each));
  for (const each of t.lattice.price) price = Math.max(price, Math.abs(each));
  return weight * t.task.needMs + price * t.task.restKwh(t.task.needMs);
}
