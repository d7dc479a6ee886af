import type { Run } from './fitted-cost.ts';
import { takeNumbers } from './numbers.ts';
import { powerAfterKw } from './power-line.ts';
import type { TaperedTask } from './tapered-task.ts';

/**
 * What a kWh charged is worth at each edge: `fixed`, and `share` of what it is worth at the end. Where a schedule charges
 * as the power falls, a kWh more before takes some of what can be charged then: so its worth changes there, and only
 * there. Any course gives bounds; that of a best schedule gives the highest.
 */
export interface WorthCourse {
  readonly fixed: Float64Array;
  readonly share: Float64Array;
}

/** The course for the runs of a schedule. */
export function worthCourse(tapered: TaperedTask, runs: readonly Run[]): WorthCourse {
  const { lattice, power, energyLeft, totalKwh, offset, count, task } = tapered;
  const { unitMs, price, tailMs } = lattice;
  const fixed = takeNumbers(count + 1);
  const share = takeNumbers(count + 1);
  fixed[count] = 0;
  share[count] = 1;
  let restMs = 0;
  let leftKwh = 0;
  let i = runs.length - 1;
  for (let e = count - 1; e >= 0; e--) {
    const startMs = (e - offset) * unitMs;
    let ms = 0;
    while (i >= 0) {
      const run = runs[i] as Run;
      ms += Math.max(0, Math.min(run.endMs, startMs + unitMs) - Math.max(run.startMs, startMs));
      if (run.startMs < startMs) break;
      i--;
    }
    let ratio = 1;
    if (ms > 0) {
      restMs = Math.min(task.needMs, restMs + ms);
      const beforeKwh = energyLeft(restMs);
      // A cell that the window cuts counts as if it were whole: there the worth has to stay the same.
      const isCut = (e === 0 && offset === 1) || (e === count - 1 && tailMs > 0);
      if (ms === unitMs && !isCut) {
        ratio = powerAfterKw(power, totalKwh - leftKwh) / powerAfterKw(power, totalKwh - beforeKwh);
      }
      leftKwh = beforeKwh;
    }
    fixed[e] = (price[e - offset + 1] as number) * (1 - ratio) + ratio * (fixed[e + 1] as number);
    share[e] = ratio * (share[e + 1] as number);
  }
  return { fixed, share };
}
