import type { Plan } from './problem.ts';

/**
 * The plan with its edges on whole milliseconds, as it is kept and told; the planner itself counts on with fractions, so
 * that its costs stay those of the best plan. Each edge goes down to the millisecond that it lies in. So edges keep their
 * order, blocks that touch go on touching and none overlap, no block is longer by a millisecond or more, and what several
 * cars draw together at an instant they drew within a millisecond before. Energy and cost stay as they were planned, for
 * a time of charging that differs by less than a millisecond; a block shorter than that may be left out.
 */
export function onWholeMs(plan: Plan): Plan {
  const { latestSafeStartMs } = plan;
  return {
    ...plan,
    blocks: plan.blocks.flatMap((block) => {
      const startAtMs = wholeMs(block.startAtMs);
      const endAtMs = wholeMs(block.endAtMs);
      return endAtMs > startAtMs ? [{ ...block, startAtMs, endAtMs }] : [];
    }),
    latestSafeStartMs: latestSafeStartMs === null ? null : wholeMs(latestSafeStartMs),
  };
}

/** What kept runs may end later than the plan that was made, as their edges are rounded. */
export const ROUNDED_MS = 5;

function wholeMs(atMs: number): number {
  return Math.floor(atMs + FLOAT_MS);
}

/** Sums of floats of this size miss a whole millisecond by up to a quarter of a microsecond, twice at most. */
const FLOAT_MS = 1e-3;
