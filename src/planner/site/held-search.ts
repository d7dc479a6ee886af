import type { HeldCar } from './held-cells.ts';
import type { Priced } from './held-improve.ts';
import { improvedBy, poweredPlan } from './held-improve.ts';
import type { HeldPlan, HeldTask, Placed } from './held-joint.ts';
import { freeRoom, insertedHeld, place, withPowers } from './held-joint.ts';
import { pathOf } from './held-path.ts';
import { ordersOf } from './joint.ts';

export interface HeldRules {
  /** So near to the best is near enough. */
  readonly tolerance: number;
  /** A cost that is enough; null where the least is looked for. */
  readonly wanted: number | null;
  /** Of many cars fewer ways are tried. */
  readonly isQuick: boolean;
}

export interface HeldFound {
  readonly plan: HeldPlan | null;
  /** What a kWh of power is worth in each cell: under these prices the cars want hardly more than there is. */
  readonly prices: Float64Array;
}

const ALL_ORDERS_MOST = 3;
/** A car that trickles may take so much more than its least, or than it needs all the time: whole cells are hard to fill. */
const TRICKLE = 1.1;
/** So many of the plans found in turn are made better. */
const IMPROVED_MOST = 4;
/** Plans of one cost are taken for the same. */
const SAME = 1e-7;
/** Under prices too, where a plan is no more tolerances than this above the best. */
const NEAR = 20;
const TRY_EVERY = 2;
const PRICE_ROUNDS = { few: 10, many: 3 };
const PASSES = { few: 4, many: 1 };
const PAIRS_MAX = 60;

/**
 * The cheapest joint plan of cars of which some can be held to a power: cars in turn, in several orders; powers found
 * anew for the cells they are on in; then under prices of power, which also prove a bound; one car and two at a time
 * placed anew wherever that gains.
 */
export function heldJoint(task: HeldTask, rules: HeldRules, seed: HeldPlan | null): HeldFound {
  const { tolerance, wanted, isQuick } = rules;
  const count = task.members.length;
  const passes = isQuick ? PASSES.many : PASSES.few;
  const singles = task.members.map((_, i) => [i]);
  const seeds: Priced[] = [];
  const isNew = (plan: HeldPlan) => seeds.every((each) => Math.abs(each.plan.cost - plan.cost) > SAME);
  const add = (plan: HeldPlan | null) => {
    if (plan === null) return;
    const powered = poweredPlan(task, plan);
    if (isNew(powered.plan)) seeds.push(powered);
  };
  const isEnough = () => wanted !== null && seeds.some(({ plan }) => plan.cost <= wanted);
  add(seed);
  for (const order of ordersOf(count, ALL_ORDERS_MOST)) {
    if (!isEnough()) add(insertedHeld(task, order, null));
  }
  for (const caps of count < 2 ? [] : capsToTry(task)) {
    if (isEnough()) break;
    const order = [...task.members.keys()].sort((a, b) => (caps[a] ?? 0) - (caps[b] ?? 0));
    add(insertedHeld(task, order, null, [], caps));
  }
  for (const isEarly of count < 2 ? [] : [true, false]) {
    const found = isEnough() ? null : longest(task, isEarly);
    if (found !== null && isNew(found.plan)) seeds.push(found);
  }
  let best = bestOf(seeds);
  let prices: Float64Array = startPrices(task, best);
  if (isEnough() || count < 2) return { plan: planIn(best), prices };
  for (const each of [...seeds].sort((a, b) => a.plan.cost - b.plan.cost).slice(0, IMPROVED_MOST)) {
    best = bestOf([best, improvedBy(task, each, singles, passes)]);
  }
  prices = startPrices(task, best);
  let bestPrices = prices;
  let bound = Number.NEGATIVE_INFINITY;
  let step = 1;
  const isDone = () => {
    const cost = planIn(best)?.cost ?? Number.POSITIVE_INFINITY;
    return cost <= (wanted ?? Number.NEGATIVE_INFINITY) || cost - bound <= tolerance;
  };
  for (let round = 0; round < (isQuick ? PRICE_ROUNDS.many : PRICE_ROUNDS.few) && !isDone(); round++) {
    const asked = askedAt(task, prices);
    if (asked === null) break;
    if (asked.value > bound) {
      bound = asked.value;
      bestPrices = prices;
    } else {
      step /= 2;
    }
    if (round % TRY_EVERY === 0) {
      const turn = round / TRY_EVERY;
      const order = [...task.members.keys()].map((i) => (i + turn) % count);
      const found = insertedHeld(task, turn % 2 === 0 ? order : order.reverse(), prices);
      const powered = found === null ? null : poweredPlan(task, found);
      if (powered !== null && isNew(powered.plan)) {
        seeds.push(powered);
        const isNear =
          powered.plan.cost < (planIn(best)?.cost ?? Number.POSITIVE_INFINITY) + NEAR * tolerance;
        best = bestOf([best, isNear ? improvedBy(task, powered, singles, passes) : powered]);
      }
    }
    if (asked.square === 0) break;
    const aim = planIn(best)?.cost ?? bound + Math.max(1, 0.1 * Math.abs(bound));
    const length = (step * Math.max(aim - asked.value, tolerance / 2)) / asked.square;
    prices = prices.map((price, t) => Math.max(0, price + length * (asked.excess[t] ?? 0)));
  }
  if (best !== null && !isDone()) best = improvedBy(task, best, pairsOf(count), isQuick ? 1 : passes);
  return { plan: planIn(best), prices: bestPrices };
}

function bestOf(all: readonly (Priced | null)[]): Priced | null {
  let best: Priced | null = null;
  for (const each of all)
    if (each !== null && (best === null || each.plan.cost < best.plan.cost)) best = each;
  return best;
}

function planIn(best: Priced | null): HeldPlan | null {
  return best?.plan ?? null;
}

/**
 * Most powers of the cars, as they would share: all in the measure of what they take, and each with all that it takes
 * while the others trickle, with hardly more than brings them there by their end.
 */
function capsToTry({ members, hours, roomKw }: HeldTask): readonly (readonly number[])[] {
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
function longest(task: HeldTask, isEarly: boolean): Priced | null {
  const start = task.members.map((member): Placed | undefined => {
    if (member.kind !== 'held' || !member.car.isConstant || member.car.isLoose) return undefined;
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
  const found = insertedHeld(task, others, null, start);
  if (found === null || !freeRoom(task, found.placed).every((kw) => kw >= -1e-6)) return null;
  const powered = withPowers(task, found.placed);
  return powered !== null && freeRoom(task, powered.plan.placed).every((kw) => kw >= -1e-6) ? powered : null;
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

/** What power is worth by a plan: what the cars that would take more there save by it. */
function startPrices(task: HeldTask, best: Priced | null): Float64Array {
  const prices = new Float64Array(task.cells);
  if (best === null) return prices;
  for (let t = 0; t < task.cells; t++) {
    let left = task.roomKw[t] ?? 0;
    for (const each of best.plan.placed) left -= each.kw[t] ?? 0;
    if (left > 1e-6) continue;
    for (const [i, { kind, car }] of task.members.entries()) {
      const marginal = best.marginal[i] ?? Number.POSITIVE_INFINITY;
      if (kind !== 'held' || !Number.isFinite(marginal) || t < car.from || t >= car.end) continue;
      const isFull = (best.plan.placed[i]?.kw[t] ?? 0) >= car.mostKw - 1e-9;
      if (!isFull) prices[t] = Math.max(prices[t] ?? 0, marginal - (car.rate[t] ?? 0));
    }
  }
  return prices;
}

/** What the cars, each alone under prices of power, would want, and the bound that this is. */
function askedAt(
  task: HeldTask,
  prices: Float64Array,
): { readonly value: number; readonly excess: Float64Array; readonly square: number } | null {
  const { members, cells, hours, roomKw } = task;
  const excess = new Float64Array(cells);
  let value = 0;
  for (let t = 0; t < cells; t++) {
    const kwh = Math.max(0, roomKw[t] ?? 0) * (hours[t] ?? 0);
    excess[t] = -kwh;
    value -= (prices[t] ?? 0) * kwh;
  }
  for (const i of members.keys()) {
    const placed: Placed | null = place(task, i, { roomKw, surcharge: prices, beyond: null });
    if (placed === null) return null;
    value += placed.cost;
    for (let t = 0; t < cells; t++) {
      const kwh = (placed.kw[t] ?? 0) * (hours[t] ?? 0);
      excess[t] = (excess[t] ?? 0) + kwh;
      value += (prices[t] ?? 0) * kwh;
    }
  }
  let square = 0;
  for (let t = 0; t < cells; t++) {
    if ((prices[t] ?? 0) === 0 && (excess[t] ?? 0) < 0) excess[t] = 0;
    square += (excess[t] ?? 0) ** 2;
  }
  return { value, excess, square };
}

/** All pairs of cars in both orders, or so many of them, evenly from all. */
function pairsOf(count: number): readonly (readonly number[])[] {
  const pairs: number[][] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) if (i !== j) pairs.push([i, j]);
  }
  const stride = Math.ceil(pairs.length / PAIRS_MAX);
  return pairs.filter((_, n) => n % stride === 0);
}
