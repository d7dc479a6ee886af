/** What each car weighs in a cell, and how much weight may charge at once: true of every set of cars that fits. */
export interface Cut {
  readonly weights: readonly number[];
  readonly most: number;
}

/** Every set of so many cars is looked at; of more there are too many, and one is hardly ever left out by another. */
const TIGHTENED_MOST = 10;

/**
 * The limit as it is, true of cars of any power. Below no room at all the empty set still fits, so the most is never
 * below 0: a bound would else be raised by what nobody can give.
 */
export function plainCut(powersKw: readonly number[], roomKw: number): Cut {
  return { weights: powersKw, most: Math.max(0, roomKw) };
}

/**
 * The limit as tight as it can be said for cars that are on or off: the most is what the heaviest set that fits draws,
 * and a car weighs as much as any set with it leaves free. Of three cars of which no two fit, each weighs the whole.
 * Where more cars may charge than can be looked at in every set, the limit as it is.
 */
export function cutOf(powersKw: readonly number[], roomKw: number): Cut {
  const concerned = powersKw.flatMap((power, i) => (power > 0 ? [i] : []));
  if (concerned.length > TIGHTENED_MOST) return plainCut(powersKw, roomKw);
  const tight = concerned.map((i) => powersKw[i] ?? 0);
  const sets: number[] = [];
  for (let set = 0; set < 1 << tight.length; set++) {
    if (weightOf(set, tight) <= roomKw + 1e-6) sets.push(set);
  }
  const most = heaviestOf(sets, tight);
  for (let i = 0; i < tight.length; i++) {
    const withIt = sets.filter((set) => (set >> i) & 1);
    // A car that never fits is kept out elsewhere.
    if (withIt.length === 0) continue;
    tight[i] = (tight[i] ?? 0) + most - heaviestOf(withIt, tight);
  }
  const weights = [...powersKw];
  for (const [at, i] of concerned.entries()) weights[i] = tight[at] ?? 0;
  return { weights, most };
}

function heaviestOf(sets: readonly number[], weights: readonly number[]): number {
  let heaviest = 0;
  for (const set of sets) heaviest = Math.max(heaviest, weightOf(set, weights));
  return heaviest;
}

function weightOf(set: number, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if ((set >> i) & 1) sum += weights[i] ?? 0;
  return sum;
}
