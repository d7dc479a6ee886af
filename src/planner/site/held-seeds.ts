import type { HeldCar } from './held-cells.ts';
import type { Priced } from './held-improve.ts';
import type { HeldTask, Member, Placed } from './held-joint.ts';
import { freeRoom, insertedHeld, withPowers } from './held-joint.ts';
import { pathOf } from './held-path.ts';

// Where a search for a joint plan begins: ways in which cars may share, each of which is then made better.

/** A car that trickles may take so much more than its least, or than it needs all the time: whole cells are hard to fill. */
const TRICKLE = 1.1;
/** Prices put at random are at most such a share of what prices differ by. */
const SHAKEN_RATIO = 0.5;

/**
 * Most powers of the cars, as they would share: all in the measure of what they take, and each with all that it takes
 * while the others trickle, with hardly more than brings them there by their end.
 */
export function capsToTry({ members, hours, roomKw }: HeldTask): readonly (readonly number[])[] {
  const mostKw = roomKw.reduce((a, b) => Math.max(a, b), 0);
  const takesKw = members.map(({ kind, car }) =>
    kind === 'held' ? car.mostKw : car.powerKw.reduce((a, b) => Math.max(a, b), 0),
  );
  const sumKw = takesKw.reduce((a, b) => a + b, 0);
  const trickle = members.map(({ kind, car }) => {
    if (kind === 'switched') return Number.POSITIVE_INFINITY;
    let length = 0;
    for (let t = car.from; t < car.end; t++) length += hours[t] ?? 0;
    return Math.max(TRICKLE * car.leastKw, (TRICKLE * car.needKwh) / Math.max(length, 1e-6));
  });
  const shared = members.map(({ kind, car }, i) =>
    kind === 'held'
      ? Math.max(TRICKLE * car.leastKw, (mostKw * (takesKw[i] ?? 0)) / sumKw)
      : Number.POSITIVE_INFINITY,
  );
  const leading = members.flatMap(({ kind }, i) =>
    kind === 'held' ? [trickle.map((kw, j) => (j === i ? Number.POSITIVE_INFINITY : kw))] : [],
  );
  return [shared, trickle, ...leading];
}

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

/**
 * A plan with each run of its held cars some cells longer on both sides, where the others at their least leave room; and
 * powers for that. Null where that does not fit.
 */
export function widened(task: HeldTask, { plan }: Priced, byCells: number): Priced | null {
  const { members, cells, hours } = task;
  const room = Float64Array.from(task.roomKw);
  for (const [i, each] of plan.placed.entries()) {
    const member = members[i];
    for (let t = 0; t < cells; t++) {
      const kw = each.kw[t] ?? 0;
      room[t] = (room[t] ?? 0) - (isSupple(member) ? Math.min(kw, member.car.leastKw) : kw);
    }
  }
  const placed = plan.placed.map((each, i): Placed => {
    const member = members[i];
    if (!isSupple(member)) return each;
    const { car } = member;
    const before = each.path.isOn;
    const isOn = Uint8Array.from(before);
    let left = car.needKwh;
    for (let t = car.from; t < car.end; t++) if (before[t] === 1) left -= car.leastKw * (hours[t] ?? 0);
    for (let t = car.from; t < car.end; t++) {
      const kwh = car.leastKw * (hours[t] ?? 0);
      const isNear = before.subarray(Math.max(0, t - byCells), t + byCells + 1).includes(1);
      if (isOn[t] === 1 || !isNear || (room[t] ?? 0) < car.leastKw || left < kwh) continue;
      isOn[t] = 1;
      left -= kwh;
      room[t] = (room[t] ?? 0) - car.leastKw;
    }
    if (!keepsRuns(car, isOn)) return each;
    const path = pathOf(
      car,
      isOn,
      Float64Array.from(isOn, (on) => on * car.leastKw),
    );
    return { kind: 'held', path, kw: path.kw, cost: path.cost };
  });
  return fittingPowers(task, placed);
}

function isSupple(member: Member | undefined): member is Extract<Member, { kind: 'held' }> {
  return member?.kind === 'held' && member.car.isConstant && !member.car.isLoose;
}

function fittingPowers(task: HeldTask, placed: readonly Placed[]): Priced | null {
  const powered = withPowers(task, placed);
  return powered !== null && freeRoom(task, powered.plan.placed).every((kw) => kw >= -1e-6) ? powered : null;
}
