/** A charge to be placed on a grid of minutes: in which of them, so that it costs least? */
export interface ChargeTask {
  /** Price per kWh of each minute. */
  readonly prices: Float64Array;
  /** Energy, kWh, that each next minute of charging takes; as long as the charge. */
  readonly minutesKwh: Float64Array;
  /** Least length of a run and of a pause, minutes. */
  readonly minRunMinutes: number;
}

/** Minutes of the grid, half-open. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * The runs that cost least, of those the fewest; where the charge does not fit, all minutes. Every run but one that
 * is the whole charge, and every pause, is at least the minimum long; the wait before the first run is no pause.
 *
 * A table over (minute, minutes charged, on or off), filled forward. "On" means on for long enough to stop, "off" off
 * for long enough to start: a start leads a whole minimum run ahead in one step, a stop a whole pause. It is the
 * back-test's own measure of a plan, and shares nothing with the planner.
 */
export function bestCharge(task: ChargeTask): readonly Run[] {
  const minutes = task.prices.length;
  const needed = task.minutesKwh.length;
  if (needed === 0 || minutes === 0) return [];
  if (needed >= minutes) return [{ from: 0, to: minutes }];
  return walkBack(task, fill(task));
}

interface Filled {
  readonly marks: Uint8Array;
  readonly runMinutes: number;
  /** Where the best charge ends. */
  readonly endsAt: number;
}

/** The off state was entered by a pause; the on state by a start. */
const BY_PAUSE = 1;
const BY_START = 2;

/** Sums of the same prices in another order differ by less than this. */
const TIE = 1e-9;

function fill(task: ChargeTask): Filled {
  const minutes = task.prices.length;
  const needed = task.minutesKwh.length;
  const pauseMinutes = Math.max(1, task.minRunMinutes);
  const runMinutes = Math.min(pauseMinutes, needed);
  const width = needed + 1;
  const marks = new Uint8Array((minutes + 1) * width);
  // Rows are needed again until a minimum run or a pause from them has ended. In each the same cells are written as are
  // read later, or, never written before, stand at infinity.
  const rows = Math.max(pauseMinutes, runMinutes) + 1;
  const offCost = new Float64Array(rows * width).fill(Number.POSITIVE_INFINITY);
  const offStarts = new Int32Array(rows * width);
  const onCost = new Float64Array(rows * width).fill(Number.POSITIVE_INFINITY);
  const onStarts = new Int32Array(rows * width);
  /** Cost of charging without a pause along each diagonal, to read the cost of a minimum run from. */
  const along = new Float64Array(rows * width);
  offCost[0] = 0;
  let endsAt = minutes;
  let best = { cost: Number.POSITIVE_INFINITY, starts: 0 };
  for (let at = 1; at <= minutes; at++) {
    const row = (at % rows) * width;
    const before = ((at - 1) % rows) * width;
    const runFrom = at >= runMinutes ? ((at - runMinutes) % rows) * width : -1;
    const pauseFrom = at >= pauseMinutes ? ((at - pauseMinutes) % rows) * width : -1;
    const price = task.prices[at - 1] ?? 0;
    const least = Math.max(0, needed - (minutes - at));
    const most = Math.min(needed, at);
    for (let charged = Math.max(0, least - 1); charged <= most; charged++) {
      const here = row + charged;
      let mark = 0;
      let cost = offCost[before + charged] ?? 0;
      let starts = offStarts[before + charged] ?? 0;
      if (pauseFrom >= 0) {
        const pausedCost = onCost[pauseFrom + charged] ?? 0;
        const pausedStarts = onStarts[pauseFrom + charged] ?? 0;
        if (isBetter(pausedCost, pausedStarts, cost, starts)) {
          cost = pausedCost;
          starts = pausedStarts;
          mark |= BY_PAUSE;
        }
      }
      offCost[here] = cost;
      offStarts[here] = starts;
      if (charged > 0) {
        const minuteCost = price * (task.minutesKwh[charged - 1] ?? 0);
        along[here] = (along[before + charged - 1] ?? 0) + minuteCost;
        cost = (onCost[before + charged - 1] ?? 0) + minuteCost;
        starts = onStarts[before + charged - 1] ?? 0;
        if (runFrom >= 0 && charged >= runMinutes) {
          const start = runFrom + charged - runMinutes;
          const startedCost = (offCost[start] ?? 0) + ((along[here] ?? 0) - (along[start] ?? 0));
          const startedStarts = (offStarts[start] ?? 0) + 1;
          if (isBetter(startedCost, startedStarts, cost, starts)) {
            cost = startedCost;
            starts = startedStarts;
            mark |= BY_START;
          }
        }
        onCost[here] = cost;
        onStarts[here] = starts;
      }
      marks[at * width + charged] = mark;
    }
    if (most === needed) {
      const cost = onCost[row + needed] ?? 0;
      const starts = onStarts[row + needed] ?? 0;
      if (isBetter(cost, starts, best.cost, best.starts)) {
        best = { cost, starts };
        endsAt = at;
      }
    }
  }
  return { marks, runMinutes, endsAt };
}

function isBetter(cost: number, starts: number, thanCost: number, thanStarts: number): boolean {
  return cost < thanCost - TIE || (cost < thanCost + TIE && starts < thanStarts);
}

function walkBack(task: ChargeTask, { marks, runMinutes, endsAt }: Filled): Run[] {
  const width = task.minutesKwh.length + 1;
  const pauseMinutes = Math.max(1, task.minRunMinutes);
  const runs: Run[] = [];
  let at = endsAt;
  let charged = task.minutesKwh.length;
  let to = at;
  let isOn = true;
  while (at > 0 && (isOn || charged > 0)) {
    const mark = marks[at * width + charged] ?? 0;
    if (isOn && (mark & BY_START) !== 0) {
      at -= runMinutes;
      charged -= runMinutes;
      runs.push({ from: at, to });
      isOn = false;
    } else if (isOn) {
      at -= 1;
      charged -= 1;
    } else if ((mark & BY_PAUSE) !== 0) {
      at -= pauseMinutes;
      to = at;
      isOn = true;
    } else {
      at -= 1;
    }
  }
  return runs.reverse();
}
