import { beamedPlans } from './held-beam.ts';
import type { Passes, Priced } from './held-improve.ts';
import { fittingPowers, improvedBy, poweredPlan } from './held-improve.ts';
import type { HeldPlan, HeldTask, Placed } from './held-joint.ts';
import { insertedHeld, place } from './held-joint.ts';
import { shaken } from './held-seeds.ts';
import { ordersOf } from './joint.ts';

export interface HeldRules {
  /** So near to the best is near enough. */
  readonly tolerance: number;
  /** A cost that is enough; null where the least is looked for. */
  readonly wanted: number | null;
  /** Where no joint plan can be below this, what is wanted is not looked for any more; Infinity where nothing is wanted. */
  readonly hopeless: number;
  /** Of many cars fewer ways are tried. */
  readonly isQuick: boolean;
}

export interface HeldFound {
  readonly plan: HeldPlan | null;
  /** What a kWh of power is worth in each cell: under these prices the cars want hardly more than there is. */
  readonly prices: Float64Array;
}

const ALL_ORDERS_MOST = 3;
const FAST_COUNT = 4;
/** So many of the plans found in turn are made better; one of four cars, which are to be planned fast. */
const IMPROVED_MOST = { others: 4, four: 1 };
/** Plans of one cost are taken for the same. */
const SAME = 1e-7;
/**
 * Rounds of prices, in every so many of which cars are placed under them; what that gives is made better where it is no
 * more tolerances than this above the best. Four cars are to be planned fast; of more the ways to share are many.
 */
const PRICES = {
  others: { rounds: 30, tryEvery: 1, near: 100 },
  four: { rounds: 10, tryEvery: 2, near: 20 },
  many: { rounds: 3, tryEvery: 2, near: 20 },
};
/** Joint states looked at in one search over them, by how many cars there are: of more cars each has more ways on. */
const STATES_MOST = [0, 0, 60_000, 40_000, 3_000, 5_000, 5_000];
/** Searches over joint states under prices found, and others, where a deadline hangs on it. */
const SHAKEN_MOST = 8;
/** Plans of one such search that are made better. */
const BEAMED_MOST = 10;
const PASSES = { few: 4, many: 1 };

/**
 * The cheapest joint plan of cars of which some can be held to a power: cars in turn, in several orders, with powers
 * found anew for the cells they are on in, and one car at a time placed anew wherever that gains; then in turn under
 * prices of power, which also prove a bound; then by a search over joint states under these prices (held-beam.ts), which
 * finds what several cars gain only by changing at once.
 */
export function heldJoint(task: HeldTask, rules: HeldRules, seed: HeldPlan | null): HeldFound {
  const { tolerance, wanted, hopeless, isQuick } = rules;
  const count = task.members.length;
  // Four cars are to be planned fast, but a deadline is worth looking for.
  const isThorough = !isQuick && (count !== FAST_COUNT || wanted !== null);
  const passes: Passes = { most: isQuick ? PASSES.many : PASSES.few, isModestToo: isThorough };
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
    if (!isEnough()) add(insertedHeld(task, order));
    if (!isEnough()) add(insertedHeld(task, order, { isLeaving: true }));
  }
  let best = bestOf(seeds);
  let prices: Float64Array = startPrices(task, best);
  if (isEnough() || count < 2) return { plan: planIn(best), prices };
  const improvedMost = count === FAST_COUNT ? IMPROVED_MOST.four : IMPROVED_MOST.others;
  for (const each of [...seeds].sort((a, b) => a.plan.cost - b.plan.cost).slice(0, improvedMost)) {
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
  const { rounds, tryEvery, near } = isQuick
    ? PRICES.many
    : count === FAST_COUNT
      ? PRICES.four
      : PRICES.others;
  for (let round = 0; round < rounds && !isDone(); round++) {
    const asked = askedAt(task, prices);
    if (asked === null) break;
    if (asked.value > hopeless) return { plan: planIn(best), prices };
    if (asked.value > bound) {
      bound = asked.value;
      bestPrices = prices;
    } else {
      step /= 2;
    }
    if (round % tryEvery === 0) {
      const turn = round / tryEvery;
      const order = [...task.members.keys()].map((i) => (i + turn) % count);
      const found = insertedHeld(task, turn % 2 === 0 ? order : order.reverse(), {
        surcharge: prices,
        isLeaving: turn % 4 >= 2,
      });
      const powered = found === null ? null : poweredPlan(task, found);
      if (powered !== null && isNew(powered.plan)) {
        seeds.push(powered);
        const isNear =
          powered.plan.cost < (planIn(best)?.cost ?? Number.POSITIVE_INFINITY) + near * tolerance;
        best = bestOf([best, isNear ? improvedBy(task, powered, singles, passes) : powered]);
      }
    }
    if (asked.square === 0) break;
    const aim = planIn(best)?.cost ?? bound + Math.max(1, 0.1 * Math.abs(bound));
    const length = (step * Math.max(aim - asked.value, tolerance / 2)) / asked.square;
    prices = prices.map((price, t) => Math.max(0, price + length * (asked.excess[t] ?? 0)));
  }
  const searches = isQuick ? 0 : wanted === null ? 1 : SHAKEN_MOST;
  const width = Math.ceil((STATES_MOST[count] ?? 0) / task.cells);
  for (let n = 0; n < searches && !isDone(); n++) {
    const under = n === 0 ? bestPrices : shaken(task, n).map((price, t) => price + (bestPrices[t] ?? 0));
    for (const plan of beamedPlans(task, { prices: under, width, plansMost: BEAMED_MOST })) {
      const powered = fittingPowers(task, plan.placed);
      if (powered === null || !isNew(powered.plan)) continue;
      seeds.push(powered);
      best = bestOf([best, improvedBy(task, powered, singles, passes)]);
    }
  }
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
