import type { Path, Relaxed, Sweep } from './relaxed.ts';
import { forwards, pathOf } from './relaxed.ts';

/** What a search for the worth of a ms found at which the relaxed schedules charge the need. */
export interface BestWorth {
  /** One for each worth that was tried; the last is the best: no other bounds the cost of the whole as high. */
  readonly sweeps: readonly Sweep[];
  /** No schedule that charges the need costs less. */
  readonly bound: number;
  /** Schedules for the best worth that charge no more than the need, and no less. */
  readonly less: Path;
  readonly more: Path;
}

/** Each worth tried is the one that the schedules on both sides of the need share: some eight will do. */
const ROUNDS_MAX = 40;

/** The worth at which the least cost plus the worth of the need is highest. The need fits into the window. */
export function bestWorth(relaxed: Relaxed, needMs: number): BestWorth {
  const { count, costTo, unitMs, isOn, startCost } = relaxed;
  const whole = (isOn ? 0 : startCost) + (costTo[count] as number);
  let less: Path = { turns: [], chargedMs: 0, cost: 0 };
  let more: Path = { turns: [0, count], chargedMs: count * unitMs, cost: whole };
  const sweeps: Sweep[] = [];
  let bound = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const worth = (more.cost - less.cost) / (more.chargedMs - less.chargedMs);
    const sweep = forwards(relaxed, worth);
    const path = pathOf(relaxed, sweep);
    sweeps.push(sweep);
    const shared = less.cost - worth * less.chargedMs;
    const found = path.cost - worth * path.chargedMs;
    bound = Math.min(shared, found) + worth * needMs;
    if (found >= shared - 1e-9 * (1 + Math.abs(shared))) break;
    if (path.chargedMs < needMs) less = path;
    else more = path;
  }
  return { sweeps, bound, less, more };
}
