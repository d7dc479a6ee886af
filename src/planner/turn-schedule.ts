import { bestWorth } from './best-worth.ts';
import { fittedCost } from './fitted-cost.ts';
import { exactLatticeOf } from './lattice.ts';
import { releaseNumbers } from './numbers.ts';
import { anchoredWithin, costsThrough } from './open-edges.ts';
import type { Sweep } from './relaxed.ts';
import { relaxedOf } from './relaxed.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { TIE } from './schedule.ts';
import { constantCosts } from './turn-costs.ts';
import { findTurns } from './turn-search.ts';
import { readTurns } from './turn-walk.ts';
import { newTurns } from './turns.ts';

/** More turns than this, and it is tried first whether there is a schedule well below the one that is known. */
const TURNS_FEW = 2500;
/** How much of the room between the bound and the known schedule is then looked through. */
const SHARES = [0.25, 0.5, 1];
/** In the time of a turn so many states of whole tables are filled: those are better where more turns are left. */
const STATES_PER_TURN = 40;
const TURNS_MAX = 12_000;

/** Kept from call to call: a plan is made in one go, and nothing of its turns outlives it. */
const starts = newTurns();
const stops = newTurns();

/**
 * The best schedule at constant power, found without tables of states: bounds and a schedule known beforehand, which is
 * nearly always a best one, leave few of the turns that schedules may have. All that are as cheap lie among these.
 * Null where there are too many of them, or no schedule is known: whole tables (lattice-tables.ts) have to say then.
 */
export function turnSchedule(task: ScheduleTask): Schedule | null {
  const lattice = exactLatticeOf(task);
  if (lattice === null) return null;
  releaseNumbers();
  const relaxed = relaxedOf(task, lattice, task.restKwh(lattice.unitMs) / lattice.unitMs);
  const found = bestWorth(relaxed, task.needMs);
  const { bound, sweeps, less, more } = found;
  const known = Math.min(fittedCost(task, relaxed, less), fittedCost(task, relaxed, more));
  if (known === Number.POSITIVE_INFINITY) return null;
  const { worth } = sweeps.at(-1) as Sweep;
  const through = costsThrough(relaxed, sweeps.at(-1) as Sweep, worth * task.needMs);
  const costs = constantCosts(relaxed, sweeps, task.needMs);
  let largest = 0;
  for (const cost of relaxed.costTo) largest = Math.max(largest, Math.abs(cost));
  const tie = TIE + 4e-14 * largest;
  const rounding = 1e-12 + 1e-15 * largest;
  // Bounds are proofs but for rounding.
  const margin = 1e-7 * (1 + Math.abs(known)) + 2 * tie;
  const bestWithin = (most: number, turnsMax: number): Schedule | 'none' | 'too many' => {
    const limit = most + margin;
    const anchored = anchoredWithin(relaxed, lattice, through, limit);
    const bounds = { costs, through, anchored, limit, tie, rounding };
    const search = { task, lattice, relaxed, ...bounds, starts, stops };
    if (!findTurns(search, turnsMax)) return 'too many';
    const schedule = readTurns(search);
    return schedule !== null && schedule.counted <= most + tie ? schedule : 'none';
  };
  const first = bestWithin(known, TURNS_FEW);
  if (first === 'none') return null;
  if (first !== 'too many') return first;
  // Many schedules cost the same, or all need restrictions, and what these weigh hides the rest.
  const states = relaxed.count * (task.needMs / lattice.unitMs);
  const turnsMax = Math.min(TURNS_MAX, states / STATES_PER_TURN);
  if (turnsMax < TURNS_FEW) return null;
  for (const share of known - bound > margin ? SHARES : [1]) {
    const schedule = bestWithin(bound + share * (known - bound), turnsMax);
    if (schedule === 'too many') return null;
    if (schedule !== 'none') return schedule;
  }
  return null;
}
