import { HOUR_MS } from '../domain/units.ts';
import { bestWorth } from './best-worth.ts';
import { corridorOf, narrowed, turnRange } from './charged-range.ts';
import type { EndWorth } from './end-worth.ts';
import { bestEndWorth } from './end-worth.ts';
import { energyLeft } from './energy-left.ts';
import type { Run } from './fitted-cost.ts';
import { fittedRuns } from './fitted-cost.ts';
import type { Lattice } from './lattice.ts';
import { fillTables } from './lattice-tables.ts';
import { walk } from './lattice-walk.ts';
import { releaseNumbers } from './numbers.ts';
import { costsThrough, openWithin } from './open-edges.ts';
import type { Path, Relaxed } from './relaxed.ts';
import { relaxedOf } from './relaxed.ts';
import type { Schedule, ScheduleTask } from './schedule.ts';
import { TIE } from './schedule.ts';
import { runsCost, taperCosts } from './taper-costs.ts';
import type { TaperedTask } from './tapered-task.ts';
import { taperedTask } from './tapered-task.ts';
import { findTurns } from './turn-search.ts';
import { readTurns } from './turn-walk.ts';
import { newTurns } from './turns.ts';
import { worthCourse } from './worth-course.ts';

/** More turns than this, and closer bounds are quicker. */
const TURNS_FEW = 250;
/** More turns than this and than there are cells, and so are tables. */
const TURNS_MAX = 500;

/** Kept from call to call: a plan is made in one go, and nothing of its turns outlives it. */
const starts = newTurns();
const stops = newTurns();

/** A schedule that may not be the best, in ms from the lattice's first edge. */
interface Known {
  readonly runs: readonly Run[];
  readonly cost: number;
}

/**
 * The best schedule on a lattice where power is not the same all along, found as at constant power: bounds and a schedule
 * known beforehand leave few turns. Where they leave many the bounds are made closer; where these still do, tables are
 * filled as far as schedules within them go, so that what comes out is the best all the same. Null where no schedule is
 * known, or, unless `isThorough`, where the first bounds leave many. The lattice has a minimum run.
 */
export function taperSchedule(task: ScheduleTask, lattice: Lattice, isThorough: boolean): Schedule | null {
  if (task.power === null) return null;
  releaseNumbers();
  const tapered = taperedTask(task, lattice, task.power, energyLeft(task, lattice.unitMs));
  // As if power were the same all along: a first guess of the schedule and of what energy is worth.
  const meanKw = tapered.totalKwh / (task.needMs / HOUR_MS);
  const even = relaxedOf(task, lattice, meanKw / HOUR_MS);
  const { sweeps, less, more } = bestWorth(even, task.needMs);
  const guess = ((sweeps.at(-1)?.worth ?? 0) * HOUR_MS) / meanKw;
  let known = better(tapered, better(tapered, null, even, less), even, more);
  if (known === null) return null;
  let found = bestEndWorth(tapered, worthCourse(tapered, known.runs), guess, known.cost);
  known = improved(tapered, known, found);
  const first = bestOfTurns(tapered, found, known.cost, TURNS_FEW);
  if (first !== null || !isThorough) return first;

  const turns = turnRange(tapered, found.sweeps, known.cost + marginOf(tapered, found));
  const closer = { ...tapered, range: narrowed(tapered, turns) };
  const { endWorth } = found.best.tapered;
  found = bestEndWorth(closer, worthCourse(closer, known.runs), endWorth, known.cost);
  known = improved(closer, known, found);
  const second = bestOfTurns(closer, found, known.cost, Math.max(TURNS_MAX, tapered.count));
  if (second !== null) return second;
  const left = turnRange(closer, found.sweeps, known.cost + marginOf(closer, found));
  return walk(fillTables(task, lattice, corridorOf(closer, left)));
}

/** The known schedule, or one that the best schedules of a relaxed task make known. */
function improved(tapered: TaperedTask, known: Known, { best, less, more }: EndWorth): Known {
  const { relaxed } = best.tapered;
  return better(tapered, better(tapered, known, relaxed, less), relaxed, more) ?? known;
}

function better(tapered: TaperedTask, known: Known | null, relaxed: Relaxed, path: Path): Known | null {
  const runs = fittedRuns(tapered.task, relaxed, path);
  if (runs === null) return known;
  const cost = runsCost(tapered, runs);
  return known === null || cost < known.cost ? { runs, cost } : known;
}

/** The best schedule, which costs as much as the known one or less; null where more turns may belong to it than these. */
function bestOfTurns(
  tapered: TaperedTask,
  found: EndWorth,
  known: number,
  turnsMax: number,
): Schedule | null {
  const { task, lattice } = tapered;
  const { sweep, tapered: best } = found.best;
  const { relaxed } = best;
  const largest = largestOf(tapered);
  const tie = tieOf(largest);
  const rounding = 1e-12 + 1e-15 * largest;
  const limit = known + marginOf(tapered, found);
  const through = costsThrough(relaxed, sweep, best.whole);
  // Where power changes a turn may lie on any edge.
  const anchored = openWithin(through, limit);
  const costs = taperCosts(tapered, found.sweeps);
  const search = { task, lattice, relaxed, costs, through, anchored, limit, tie, rounding, starts, stops };
  if (!findTurns(search, turnsMax)) return null;
  const schedule = readTurns(search);
  return schedule !== null && schedule.counted <= known + tie ? schedule : null;
}

function tieOf(largest: number): number {
  return TIE + 4e-14 * largest;
}

/** The size of the numbers that are added up. */
function largestOf({ lattice, task, totalKwh }: TaperedTask): number {
  let weight = 0;
  let price = 0;
  for (const each of lattice.weight) weight = Math.max(weight, Math.abs(each));
  for (const each of lattice.price) price = Math.max(price, Math.abs(each));
  return weight * task.needMs + price * totalKwh;
}

/** Bounds are proofs but for rounding, and but for the last ms of a charge, which may give less than its power says. */
function marginOf(tapered: TaperedTask, { best }: EndWorth): number {
  let worth = 0;
  for (const each of best.tapered.worth) worth = Math.max(worth, Math.abs(each));
  for (const each of tapered.lattice.price) worth = Math.max(worth, Math.abs(each));
  const msKwh = Math.max(...tapered.power.kw) / HOUR_MS;
  return 1e-7 * (1 + Math.abs(best.bound)) + 2 * tieOf(largestOf(tapered)) + 2 * worth * msKwh;
}
