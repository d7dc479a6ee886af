/** What each car weighs in a cell, and how much weight may charge at once: true of every set of cars that fits. */
export interface Cut {
  readonly weights: readonly number[];
  readonly most: number;
}

/**
 * The limit as tight as it can be said for cars that are on or off: the most is what the heaviest set that fits draws,
 * and a car weighs as much as any set with it leaves free. Of three cars of which no two fit, each weighs the whole.
 */
export function cutOf(powersKw: readonly number[], roomKw: number): Cut {
  const sets: number[] = [];
  for (let set = 0; set < 1 << powersKw.length; set++) {
    if (weightOf(set, powersKw) <= roomKw + 1e-6) sets.push(set);
  }
  const weights = [...powersKw];
  const most = Math.max(0, ...sets.map((set) => weightOf(set, weights)));
  for (let i = 0; i < weights.length; i++) {
    const withIt = sets.filter((set) => (set >> i) & 1);
    // A car that never fits is kept out elsewhere.
    if (withIt.length === 0) continue;
    const heaviest = Math.max(...withIt.map((set) => weightOf(set, weights)));
    weights[i] = (weights[i] ?? 0) + most - heaviest;
  }
  return { weights, most };
}

function weightOf(set: number, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if ((set >> i) & 1) sum += weights[i] ?? 0;
  return sum;
}
