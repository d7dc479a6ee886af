import { MINUTE_MS, QUARTER_HOUR_MS } from '../../domain/units.ts';

/** Time from now on, cut into cells of one length; only the first may be shorter. */
export interface Cells {
  readonly unitMs: number;
  /** Start of each cell, and the end of the last. */
  readonly edgesMs: Float64Array;
  readonly count: number;
  /** Every number lies on them, or they are the finest that there are. */
  readonly isExact: boolean;
}

export type Unit = Pick<Cells, 'unitMs' | 'isExact'>;

const FINE_MS = 5 * MINUTE_MS;
/** The finest cells are taken up to so many of them. */
const FINE_MAX_COUNT = 150;
const CELLS_MAX_COUNT = 2000;

/**
 * The length of cells on which every given instant and length lies, if that is no shorter than five minutes and they
 * are not too many; else a quarter of an hour, or five minutes where that is asked for.
 */
export function unitFor(
  nowMs: number,
  untilMs: number,
  instantsMs: readonly number[],
  lengthsMs: readonly number[],
  isFine: boolean,
): Unit {
  let unitMs = 4 * QUARTER_HOUR_MS;
  for (const each of instantsMs) unitMs = gcd(unitMs, Math.abs(each - nowMs));
  for (const each of lengthsMs) unitMs = gcd(unitMs, each);
  if (unitMs >= FINE_MS && (untilMs - nowMs) / unitMs <= FINE_MAX_COUNT) return { unitMs, isExact: true };
  return { unitMs: isFine ? FINE_MS : QUARTER_HOUR_MS, isExact: isFine };
}

/** Cells from now to at least `untilMs`; their edges lie a whole number of units from `anchorMs`. */
export function cellsOf(nowMs: number, untilMs: number, anchorMs: number, unit: Unit): Cells {
  const { unitMs, isExact } = unit;
  const behind = (((nowMs - anchorMs) % unitMs) + unitMs) % unitMs;
  const firstMs = nowMs + unitMs - behind;
  const count = Math.min(CELLS_MAX_COUNT, 1 + Math.max(0, Math.ceil((untilMs - firstMs) / unitMs)));
  const edgesMs = new Float64Array(count + 1);
  edgesMs[0] = nowMs;
  for (let i = 1; i <= count; i++) edgesMs[i] = firstMs + (i - 1) * unitMs;
  return { unitMs, edgesMs, count, isExact };
}

/** The cell that begins at or after an instant; `count` when none does. */
export function cellFrom({ edgesMs, count, unitMs }: Cells, atMs: number): number {
  if (atMs <= (edgesMs[0] ?? 0)) return 0;
  return Math.min(count, 1 + Math.max(0, Math.ceil((atMs - (edgesMs[1] ?? 0)) / unitMs)));
}

/** How many cells end at or before an instant. */
export function cellsUntil({ edgesMs, count, unitMs }: Cells, atMs: number): number {
  const firstMs = edgesMs[1] ?? 0;
  return atMs < firstMs ? 0 : Math.min(count, 1 + Math.floor((atMs - firstMs) / unitMs));
}

function gcd(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
