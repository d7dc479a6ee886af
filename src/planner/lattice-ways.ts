import { fromOff, fromOn } from './edge-ways.ts';
import { fromEnd, fromFreeStart, fromFreeStop } from './free-ways.ts';
import type { Tables } from './lattice-tables.ts';
import type { Place, Step, Way } from './place.ts';
import { fromChainOff, fromChainOn, fromStart } from './start-ways.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Every way on from a place that is within the window; those of the rows are the ones that the rows were filled by. */
export function waysFrom(t: Tables, place: Place): Way[] {
  const steps: Step[] = [];
  switch (place.kind) {
    case 'done':
      break;
    case 'start':
      fromStart(t, steps, place.isOn);
      break;
    case 'chain':
      if (place.isOn) fromChainOn(t, steps, place.i, place.restMs);
      else fromChainOff(t, steps, place.i, place.restMs);
      break;
    case 'early':
    case 'late':
      if (place.isOn) fromOn(t, steps, place.kind, place.x, place.j, place.k);
      else fromOff(t, steps, place.kind, place.x, place.j, place.k);
      break;
    case 'free':
      if (place.isOn) fromFreeStart(t, steps, place.a, place.b, place.j, place.k);
      else fromFreeStop(t, steps, place.a, place.b, place.j, place.k);
      break;
    case 'end':
      fromEnd(t, steps, place.isOn, place.i);
      break;
  }
  const open: Way[] = [];
  for (const step of steps) {
    const rest = costToEnd(t, step.to);
    const { atMs, turnsMs, cost, to } = step;
    if (cost + rest < NEVER) open.push({ atMs, turnsMs, cost, rest, to });
  }
  return open;
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
      return best(waysFrom(t, place));
    case 'chain': {
      // What is left at the i-th edge of a chain is always the same: it is asked for again and again.
      const index = 2 * place.i + (place.isOn ? 1 : 0);
      let known = t.chainCosts[index];
      if (known === undefined) {
        known = best(waysFrom(t, place));
        t.chainCosts[index] = known;
      }
      return known;
    }
  }
}

function best(ways: readonly Way[]): number {
  let least = NEVER;
  for (const way of ways) least = Math.min(least, way.cost + way.rest);
  return least;
}

function cell(t: Tables, base: number | undefined, j: number, k: number): number {
  if (base === undefined || j > t.lattice.last || k < (t.low[j + 1] ?? 0) || k > (t.high[j + 1] ?? 0))
    return NEVER;
  return t.cells[base + (t.rowOf[j + 1] ?? 0) + k] ?? NEVER;
}
