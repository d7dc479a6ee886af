import type { Path, Sweep } from './relaxed.ts';
import { forwards, pathOf } from './relaxed.ts';
import type { TaperedRelaxed } from './tapered-relaxed.ts';
import { taperedRelaxed } from './tapered-relaxed.ts';
import type { TaperedTask } from './tapered-task.ts';
import type { WorthCourse } from './worth-course.ts';

/** A relaxed task with what it counts at least up to each edge, and a best schedule of it. */
export interface TaperedSweep {
  readonly tapered: TaperedRelaxed;
  readonly sweep: Sweep;
  readonly path: Path;
  /** No schedule that charges the need costs less. */
  readonly bound: number;
}

/** What a search for the worth at the end found at which the bound is highest. */
export interface EndWorth {
  readonly sweeps: readonly TaperedSweep[];
  readonly best: TaperedSweep;
  /** Schedules that a little more worth would make better, and a little less. */
  readonly less: Path;
  readonly more: Path;
}

const ROUNDS_MAX = 30;
/** How much of the room below the known schedule a further round must be able to gain. */
const GAIN = 0.1;
const GAIN_LEAST = 1e-6;
/** How far to look where the best worth lies beyond all that were tried: the first step, and how it grows. */
const STEP = 0.01;
const STEP_GROWTH = 4;

/** The bound is concave in the worth, so the next to try is where the tangents on both sides meet. */
export function bestEndWorth(
  tapered: TaperedTask,
  course: WorthCourse,
  guess: number,
  known: number,
): EndWorth {
  const { count, lattice, task } = tapered;
  const sweeps: TaperedSweep[] = [];
  let at = taperedRelaxed(tapered, course, guess);
  const every = (at.relaxed.costTo[count] as number) + (task.isOn ? 0 : task.startCost);
  const none: Path = { turns: [], chargedMs: 0, cost: 0 };
  const all: Path = { turns: [0, count], chargedMs: count * lattice.unitMs, cost: every };
  let less = tangent(at, none);
  let more = tangent(at, all);
  let step = STEP * (1 + Math.abs(guess));
  for (let best: TaperedSweep | null = null, round = 0; ; round++) {
    const sweep = forwards(at.relaxed, 0);
    const path = pathOf(at.relaxed, sweep);
    const found = { tapered: at, sweep, path, bound: at.whole + path.cost };
    sweeps.push(found);
    if (best === null || found.bound > best.bound) best = found;
    const line = tangent(at, path);
    if (line.slope > 0) less = line;
    else more = line;
    let endWorth = (more.value - less.value) / (less.slope - more.slope);
    let highest = less.value + less.slope * endWorth;
    if (!(less.slope > 0) || !(more.slope < 0)) {
      // The best worth lies beyond all that were tried.
      endWorth = at.endWorth + (less.slope > 0 ? step : -step);
      highest = Number.POSITIVE_INFINITY;
      step *= STEP_GROWTH;
    }
    const gain = Math.max(GAIN * (known - best.bound), GAIN_LEAST * (1 + Math.abs(best.bound)));
    if (round === ROUNDS_MAX || !(highest - best.bound > gain)) {
      return { sweeps, best, less: less.path, more: more.path };
    }
    at = taperedRelaxed(tapered, course, endWorth);
  }
}

/** How what a schedule counts changes with the worth at the end. */
interface Tangent {
  readonly path: Path;
  /** With a worth of nothing. */
  readonly value: number;
  readonly slope: number;
}

function tangent({ slopeTo, whole, wholeSlope, endWorth }: TaperedRelaxed, path: Path): Tangent {
  let slope = wholeSlope;
  for (let i = 0; i + 1 < path.turns.length; i += 2) {
    slope += (slopeTo[path.turns[i + 1] as number] as number) - (slopeTo[path.turns[i] as number] as number);
  }
  return { path, slope, value: whole + path.cost - slope * endWorth };
}
