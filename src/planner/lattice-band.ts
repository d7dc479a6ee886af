import type { Lattice } from './lattice.ts';
import type { Corridor } from './lattice-tables.ts';
import type { ScheduleTask } from './schedule.ts';

/** Which k of each edge j (at index j + 1) are computed and read, and where they are in a set of rows. */
export interface Band {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly readLow: Int32Array;
  readonly readHigh: Int32Array;
  readonly rowOf: Int32Array;
  /** Numbers that one set of rows takes. */
  readonly size: number;
}

/**
 * The k worth computing: from what is left when everything so far was charged, with room for remainders, to what the
 * time left can hold; and within the corridor, if one is given. Rows are stored one after another without the rest.
 */
export function bandOf(task: ScheduleTask, lattice: Lattice, corridor: Corridor | null): Band {
  const { headMs, unitMs, last } = lattice;
  const kMax = Math.floor(task.needMs / unitMs);
  const low = new Int32Array(last + 2);
  const high = new Int32Array(last + 2);
  const first = Math.ceil((task.needMs - headMs) / unitMs) - 2;
  for (let j = -1; j <= last; j++) {
    const least = Math.max(0, first - j);
    const most = Math.min(kMax, last - j + 1);
    low[j + 1] = corridor === null ? least : Math.max(least, Math.min(kMax, corridor.low[j + 1] ?? 0));
    high[j + 1] = corridor === null ? most : Math.min(most, corridor.high[j + 1] ?? 0);
  }
  // A row is read as it stands by itself and by the row before it, also at one less; rows farther off ask first.
  const readLow = new Int32Array(last + 2);
  const readHigh = new Int32Array(last + 2);
  const rowOf = new Int32Array(last + 2);
  let next = 0;
  for (let i = 0; i <= last + 1; i++) {
    let from = (low[i] as number) - 1;
    let to = high[i] as number;
    if (i > 0) {
      from = Math.min(from, (low[i - 1] as number) - 1);
      to = Math.max(to, high[i - 1] as number);
    }
    readLow[i] = from = Math.max(0, from);
    readHigh[i] = to = Math.max(from - 1, to);
    rowOf[i] = next - from;
    next += to - from + 1;
  }
  return { low, high, readLow, readHigh, rowOf, size: next };
}
