import type { HeldPlan, HeldTask, Placed } from './held-joint.ts';
import { freeRoom, place, planOf, withOwed, withPowers } from './held-joint.ts';
import type { Offer } from './held-table.ts';

/** A joint plan, and what a kWh more would cost each of its held cars. */
export interface Priced {
  readonly plan: HeldPlan;
  readonly marginal: Float64Array;
}

const TIE = 1e-9;

/** A plan with its powers made as cheap as can be; as it is where that cannot be told. */
export function poweredPlan(task: HeldTask, plan: HeldPlan): Priced {
  const found = withPowers(task, plan.placed);
  if (found !== null && found.plan.cost <= plan.cost + TIE) return found;
  return { plan, marginal: new Float64Array(plan.placed.length).fill(Number.POSITIVE_INFINITY) };
}

/** A joint plan made better by some cars at a time, which are placed anew in turn, until nothing gains. */
export function improvedBy(
  task: HeldTask,
  start: Priced,
  groups: readonly (readonly number[])[],
  passes: number,
): Priced {
  let best = start;
  let stale = 0;
  for (let n = 0; n < passes * groups.length && stale < groups.length; n++) {
    stale++;
    const found = anew(task, best, groups[n % groups.length] ?? []);
    if (found === null || found.plan.cost >= best.plan.cost - TIE) continue;
    best = found;
    stale = 1;
  }
  return best;
}

/**
 * A group taken out and placed anew, car by car. Others that are held may give way to them, down to their least, where
 * that is worth what their energy costs elsewhere; then all powers are found anew.
 */
function anew(task: HeldTask, { plan, marginal }: Priced, group: readonly number[]): Priced | null {
  const placed: (Placed | undefined)[] = plan.placed.map((each, i) => (group.includes(i) ? undefined : each));
  for (const i of group) {
    const found = place(task, i, offerTo(task, i, placed, marginal));
    if (found === null) return null;
    placed[i] = found;
  }
  const patterns = placed.filter((each) => each !== undefined);
  const powered = withPowers(task, patterns);
  if (powered !== null && isWithin(task, powered.plan.placed)) return powered;
  return isWithin(task, patterns) ? { plan: planOf(patterns), marginal } : null;
}

/** What a car is offered beside others: what these leave, and beyond it what the held ones of them may give up. */
function offerTo(
  task: HeldTask,
  i: number,
  placed: readonly (Placed | undefined)[],
  marginal: Float64Array,
): Offer {
  const freeKw = withOwed(task, i, freeRoom(task, placed));
  const roomKw = Float64Array.from(freeKw);
  const perKwh = new Float64Array(task.cells).fill(Number.POSITIVE_INFINITY);
  for (const [j, member] of task.members.entries()) {
    const each = placed[j];
    if (each === undefined || member.kind !== 'held' || !member.car.isConstant) continue;
    const { car } = member;
    const known = marginal[j] ?? Number.POSITIVE_INFINITY;
    const elsewhere = Number.isFinite(known) ? known : dearest(car.rate, car.from, car.end);
    for (let t = car.from; t < car.end; t++) {
      const givesKw = (each.kw[t] ?? 0) - car.leastKw;
      if (each.path.isOn[t] !== 1 || givesKw <= 1e-9) continue;
      roomKw[t] = (roomKw[t] ?? 0) + givesKw;
      perKwh[t] = Math.min(perKwh[t] ?? 0, Math.max(0, elsewhere - (car.rate[t] ?? 0)));
    }
  }
  for (let t = 0; t < task.cells; t++) if (perKwh[t] === Number.POSITIVE_INFINITY) perKwh[t] = 0;
  return { roomKw, surcharge: null, beyond: { freeKw, perKwh } };
}

function dearest(rate: Float64Array, from: number, end: number): number {
  let most = 0;
  for (let t = from; t < end; t++) most = Math.max(most, rate[t] ?? 0);
  return most;
}

/** Whether no cell holds more than there is room for. */
function isWithin(task: HeldTask, placed: readonly Placed[]): boolean {
  return freeRoom(task, placed).every((each) => each >= -1e-6);
}
