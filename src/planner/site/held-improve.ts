import type { HeldCar } from './held-cells.ts';
import type { HeldPlan, HeldTask, Placed } from './held-joint.ts';
import { freeRoom, place, planOf, withOwed, withPowers } from './held-joint.ts';
import type { Offer } from './held-options.ts';

/** A joint plan, and what a kWh more would cost each of its held cars. */
export interface Priced {
  readonly plan: HeldPlan;
  readonly marginal: Float64Array;
}

/** How often each group is tried; and whether also with others that leave it no more than its least. */
export interface Passes {
  readonly most: number;
  readonly isModestToo: boolean;
}

const TIE = 1e-9;

/** A plan with its powers made as cheap as can be; as it is where that cannot be told. */
export function poweredPlan(task: HeldTask, plan: HeldPlan): Priced {
  const found = withPowers(task, plan.placed);
  if (found !== null && found.plan.cost <= plan.cost + TIE) return found;
  return { plan, marginal: new Float64Array(plan.placed.length).fill(Number.POSITIVE_INFINITY) };
}

/** Paths with their powers made as cheap as can be; null where that does not go, or does not fit. */
export function fittingPowers(task: HeldTask, placed: readonly Placed[]): Priced | null {
  const powered = withPowers(task, placed);
  return powered !== null && isWithin(task, powered.plan.placed) ? powered : null;
}

/** A joint plan made better by some cars at a time, which are placed anew in turn, until nothing gains. */
export function improvedBy(
  task: HeldTask,
  start: Priced,
  groups: readonly (readonly number[])[],
  { most, isModestToo }: Passes,
): Priced {
  let best = start;
  let stale = 0;
  for (let n = 0; n < most * groups.length && stale < groups.length; n++) {
    stale++;
    for (const isModest of isModestToo ? [false, true] : [false]) {
      const found = anew(task, best, groups[n % groups.length] ?? [], isModest);
      if (found === null || found.plan.cost >= best.plan.cost - TIE) continue;
      best = found;
      stale = 1;
      break;
    }
  }
  return best;
}

/**
 * A group taken out and placed anew, car by car. Others that are held may give way to them, down to their least, where
 * that is worth what their energy costs elsewhere. Then all powers are found anew; and where that does not gain, those
 * that gave way are placed anew too. What others give up is priced as if any amount of it went elsewhere: a modest offer,
 * of no more than a car's least, is tried too where that asks for too much.
 */
function anew(task: HeldTask, before: Priced, group: readonly number[], isModest: boolean): Priced | null {
  const { plan, marginal } = before;
  const placed: (Placed | undefined)[] = plan.placed.map((each, i) => (group.includes(i) ? undefined : each));
  for (const i of group) {
    const found = place(task, i, offerTo(task, i, placed, marginal, isModest));
    if (found === null) return null;
    placed[i] = found;
  }
  const first = settledPowers(task, placed, marginal);
  if (first !== null && first.plan.cost < plan.cost - TIE) return first;
  const displaced = displacedBy(task, placed, group);
  if (displaced.length === 0) return first;
  for (const j of displaced) placed[j] = undefined;
  for (const j of displaced) {
    const roomKw = withOwed(task, j, freeRoom(task, placed));
    const found = place(task, j, { roomKw, surcharge: null, beyond: null });
    if (found === null) return first;
    placed[j] = found;
  }
  return settledPowers(task, placed, marginal) ?? first;
}

/** Paths with their powers as cheap as can be; as they are where that does not go and they fit. */
function settledPowers(
  task: HeldTask,
  placed: readonly (Placed | undefined)[],
  marginal: Float64Array,
): Priced | null {
  const paths = placed.filter((each) => each !== undefined);
  const powered = fittingPowers(task, paths);
  if (powered !== null) return powered;
  return isWithin(task, paths) ? { plan: planOf(paths), marginal } : null;
}

/** Held cars outside a group that charge where more is asked for than there is. */
function displacedBy(
  task: HeldTask,
  placed: readonly (Placed | undefined)[],
  group: readonly number[],
): readonly number[] {
  const room = freeRoom(task, placed);
  return [...task.members.keys()].filter((j) => {
    const isHeld = task.members[j]?.kind === 'held' && !group.includes(j);
    return isHeld && room.some((left, t) => left < -1e-6 && (placed[j]?.kw[t] ?? 0) > 0);
  });
}

/** What a car is offered beside others: what these leave, and beyond it what the held ones of them may give up. */
function offerTo(
  task: HeldTask,
  i: number,
  placed: readonly (Placed | undefined)[],
  marginal: Float64Array,
  isModest: boolean,
): Offer {
  const freeKw = withOwed(task, i, freeRoom(task, placed));
  const roomKw = Float64Array.from(freeKw);
  const perKwh = new Float64Array(task.cells).fill(Number.POSITIVE_INFINITY);
  for (const [j, member] of task.members.entries()) {
    const each = placed[j];
    if (each === undefined || member.kind !== 'held' || !member.car.isConstant) continue;
    const { car } = member;
    const elsewhere = Math.min(marginal[j] ?? Number.POSITIVE_INFINITY, cheapestOff(car, each, freeKw));
    // What it charges has nowhere else to go.
    if (!Number.isFinite(elsewhere)) continue;
    for (let t = car.from; t < car.end; t++) {
      const givesKw = (each.kw[t] ?? 0) - car.leastKw;
      if (each.path.isOn[t] !== 1 || givesKw <= 1e-9) continue;
      roomKw[t] = (roomKw[t] ?? 0) + givesKw;
      perKwh[t] = Math.min(perKwh[t] ?? 0, Math.max(0, elsewhere - (car.rate[t] ?? 0)));
    }
  }
  const own = task.members[i];
  const leastKw = own?.kind === 'held' ? own.car.leastKw : Number.POSITIVE_INFINITY;
  for (let t = 0; t < task.cells; t++) {
    if (perKwh[t] === Number.POSITIVE_INFINITY) perKwh[t] = 0;
    if (isModest) roomKw[t] = Math.min(roomKw[t] ?? 0, Math.max(freeKw[t] ?? 0, leastKw));
  }
  return { roomKw, surcharge: null, beyond: { freeKw, perKwh } };
}

/** What a kWh costs in the cheapest cell in which a car is off and might be on; Infinity for none. */
function cheapestOff(car: HeldCar, { path }: Placed, freeKw: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let t = car.from; t < car.end; t++) {
    if (path.isOn[t] !== 1 && (freeKw[t] ?? 0) >= car.leastKw) least = Math.min(least, car.rate[t] ?? 0);
  }
  return least;
}

/** Whether no cell holds more than there is room for. */
function isWithin(task: HeldTask, placed: readonly Placed[]): boolean {
  return freeRoom(task, placed).every((each) => each >= -1e-6);
}
