import type { Passes, Priced } from './held-improve.ts';
import { improvedBy, poweredPlan } from './held-improve.ts';
import type { HeldTask } from './held-joint.ts';
import { insertedHeld } from './held-joint.ts';
import { shaken } from './held-seeds.ts';

export interface Exploring {
  readonly tries: number;
  /** A plan that is dearer by so much may be gone on from. */
  readonly slack: number;
  readonly passes: Passes;
  readonly isEnough: (best: Priced) => boolean;
}

/** Of so many cars all are taken out, of more two or three. */
const ALL_MOST = 3;
/** Plans of one cost are taken for the same. */
const SAME = 1e-7;

/**
 * A joint plan made better by tries at random, the same for the same task: some cars are taken out and placed anew in
 * turn under prices put at random, with all that there is or leaving the least of those that come after; then one car at
 * a time wherever that gains. Several cars that must change at once to gain are found so, and hardly else.
 */
export function explored(task: HeldTask, start: Priced, rules: Exploring): Priced {
  const { tries, slack, passes, isEnough } = rules;
  const count = task.members.length;
  const singles = task.members.map((_, i) => [i]);
  const random = seededBy(count);
  const seen: number[] = [];
  let best = start;
  let current = start;
  for (let n = 0; n < tries && !isEnough(best); n++) {
    const order = shuffled(count, random);
    const group = count <= ALL_MOST ? order : order.slice(0, random() < 0.5 ? 2 : 3);
    const others = current.plan.placed.map((each, i) => (group.includes(i) ? undefined : each));
    const isLeaving = random() < 0.5;
    const found = insertedHeld(task, group, { surcharge: shaken(task, FIRST_SHAKEN + n), isLeaving }, others);
    if (found === null) continue;
    const powered = poweredPlan(task, found);
    if (seen.some((cost) => Math.abs(cost - powered.plan.cost) <= SAME)) continue;
    seen.push(powered.plan.cost);
    const improved = improvedBy(task, powered, singles, passes);
    if (improved.plan.cost < current.plan.cost + slack) current = improved;
    if (improved.plan.cost < best.plan.cost) best = improved;
    if (current.plan.cost > best.plan.cost + FAR * slack) current = best;
  }
  return best;
}

/** Other prices than those that a search begins with. */
const FIRST_SHAKEN = 100;
/** So many slacks above the best a walk goes back to it. */
const FAR = 3;

function shuffled(count: number, random: () => number): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => ({ i, at: random() }));
  return all.sort((a, b) => a.at - b.at).map(({ i }) => i);
}

function seededBy(count: number): () => number {
  let state = 99 + count;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) / 0x800000;
  };
}
