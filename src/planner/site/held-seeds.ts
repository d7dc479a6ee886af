import type { HeldCar } from './held-cells.ts';
import type { Priced } from './held-improve.ts';
import { fittingPowers } from './held-improve.ts';
import type { HeldTask, Member, Placed } from './held-joint.ts';
import { freeRoom, insertedHeld } from './held-joint.ts';
import { pathOf } from './held-path.ts';

// Where a search for a joint plan begins: ways in which cars may share, each of which is then made better.

/** Prices put at random are at most such a share of what prices differ by. */
const SHAKEN_RATIO = 0.5;

/**
 * Each held car on for as long as its least allows, from its first cell on or until its end, the others beside them; and
 * powers for that. Null where that does not fit.
 */
export function longest(task: HeldTask, isEarly: boolean): Priced | null {
  const start = task.members.map((member): Placed | undefined => {
    if (!isSupple(member)) return undefined;
    const { car } = member;
    const isOn = new Uint8Array(task.cells);
    let left = car.needKwh;
    for (let n = 0; n < car.end - car.from; n++) {
      const t = isEarly ? car.from + n : car.end - 1 - n;
      left -= car.leastKw * (task.hours[t] ?? 0);
      if (left < 0) break;
      isOn[t] = 1;
    }
    if (!keepsRuns(car, isOn)) return undefined;
    const kw = Float64Array.from(isOn, (on) => on * car.leastKw);
    const path = pathOf(car, isOn, kw);
    return { kind: 'held', path, kw, cost: path.cost };
  });
  const others = [...task.members.keys()].filter((i) => start[i] === undefined);
  const found = insertedHeld(task, others, {}, start);
  if (found === null || !freeRoom(task, found.placed).every((kw) => kw >= -1e-6)) return null;
  return fittingPowers(task, found.placed);
}

/**
 * Prices put at random on stretches of one price, up to half of what prices differ by: cars that are placed under them
 * leave their favourite times to others here and there. The same for the same task.
 */
export function shaken({ members, cells }: HeldTask, n: number): Float64Array {
  const rate = members[0]?.car.rate ?? new Float64Array(cells);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { car } of members) {
    for (let t = car.from; t < car.end; t++) {
      low = Math.min(low, car.rate[t] ?? 0);
      high = Math.max(high, car.rate[t] ?? 0);
    }
  }
  const most = SHAKEN_RATIO * Math.max(0, high - low);
  let seed = 12_345 + n;
  let price = 0;
  return Float64Array.from({ length: cells }, (_, t) => {
    if (t === 0 || rate[t] !== rate[t - 1]) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      price = (most * (seed >>> 8)) / 0x7fffff;
    }
    return price;
  });
}

/** Whether a car may be on in just these cells: runs and pauses are long enough. */
function keepsRuns(car: HeldCar, isOn: Uint8Array): boolean {
  let state = car.startState;
  for (let t = car.from; t < car.end; t++) {
    const on = state === 0 && t === 0 ? car.headTo : (car.onTo[state] ?? -1);
    const next = isOn[t] === 1 ? on : (car.offTo[state] ?? -1);
    if (next < 0) return false;
    state = next;
  }
  return state <= car.onState;
}

function isSupple(member: Member | undefined): member is Extract<Member, { kind: 'held' }> {
  return member?.kind === 'held' && member.car.isConstant && !member.car.isLoose;
}
