import type { Tables } from './lattice-tables.ts';

/** Where a schedule being read stands. The half says whether the free edges are still ahead (early) or behind (late). */
export type Place =
  | { readonly kind: 'done' }
  | { readonly kind: 'start'; readonly isOn: boolean }
  /** At the i-th of the tight edges that hang on the window's start, which was just a start (on) or a stop. */
  | { readonly kind: 'chain'; readonly isOn: boolean; readonly i: number; readonly restMs: number }
  /** At cell edge j with k cells and a remainder left; x is the head use (early) or the tail use (late). */
  | {
      readonly kind: 'early' | 'late';
      readonly isOn: boolean;
      readonly x: number;
      readonly j: number;
      readonly k: number;
    }
  /** Just at a free stop or start of cell j; k counts as in the late rows for a stop, as in the early ones for a start. */
  | {
      readonly kind: 'free';
      readonly isOn: boolean;
      readonly a: number;
      readonly b: number;
      readonly j: number;
      readonly k: number;
    }
  /** At the tight edges that hang on the window's end, with i tight runs to come after this one. */
  | { readonly kind: 'end'; readonly isOn: boolean; readonly i: number };

/** One step on from a place. */
export interface Step {
  /** When it departs from the state the place is in, or how long it keeps it. */
  readonly atMs: number;
  readonly turnsMs: readonly number[];
  readonly cost: number;
  readonly to: Place;
}

/** A step, and the least cost from where it leads to the end. */
export interface Way extends Step {
  readonly rest: number;
}

export function add(steps: Step[], atMs: number, turnsMs: readonly number[], cost: number, to: Place): void {
  steps.push({ atMs, turnsMs, cost, to });
}

/** Whether a free edge stands between these early and late rows. */
export function hasGap(t: Tables, pair: number): boolean {
  return (t.gapMs[pair] ?? 0) > 0;
}
