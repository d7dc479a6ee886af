import { TAPER_FROM_PERCENT } from '../domain/rules.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { curveFromPower, powerAtKw } from '../planner/charge-curve.ts';
import type { CurvePoint } from '../planner/problem.ts';
import { CELL_PERCENT, type Learned, type LevelCell, TAPERING_RATIO } from './learned.ts';

/**
 * The curve to plan with: a power, lower where the battery was measured to take less, never rising with the level.
 * Above what was measured it falls as the first guess does, from where the measured part ends; where the car's own
 * power was stated and no taper was seen it stays constant.
 * @param powerKw power below the taper to plan with.
 */
export function learnedCurve(
  learned: Learned | undefined,
  powerKw: number,
  isStated: boolean,
): readonly CurvePoint[] {
  const cells = measuredCells(learned, powerKw);
  if (isStated && cells.every((cell) => cell.powerKw === powerKw)) {
    return [{ levelPercent: 0, powerKw }];
  }
  const guess = curveFromPower(powerKw);
  const measured = pooledPoints(cells, powerKw);
  const last = measured.at(-1);
  if (last === undefined) return guess;
  const lastGuessKw = powerAtKw(guess, last.levelPercent);
  const ratio = Math.min(1, last.powerKw / lastGuessKw);
  const beyond = guess
    .filter((point) => point.levelPercent > last.levelPercent)
    .map((point) => ({ ...point, powerKw: Math.min(last.powerKw, point.powerKw * ratio) }));
  return [{ levelPercent: 0, powerKw }, ...measured, ...beyond];
}

/** From which level of the guessed taper on nothing was measured; 100 where all was. A gap of one cell is none. */
export function unmeasuredFromPercent(learned: Learned | undefined): number {
  let reached = TAPER_FROM_PERCENT;
  for (const cell of learned?.cells ?? []) {
    const endPercent = cell.fromPercent + CELL_PERCENT;
    if (cell.measuredMs < CELL_MIN_MS || endPercent <= reached) continue;
    if (cell.fromPercent - reached > CELL_PERCENT) break;
    reached = endPercent;
  }
  return reached;
}

/** A cell that was measured for less may be one odd value. */
const CELL_MIN_MS = MINUTE_MS;

/** A battery that takes less than this share of the power ends its charge. */
const LEAST_RATIO = 0.05;

/** The measured cells with the power to plan with: that below the taper, or less where less was seen. */
function measuredCells(learned: Learned | undefined, powerKw: number): LevelCell[] {
  const cells: LevelCell[] = [];
  for (const cell of learned?.cells ?? []) {
    if (learned === undefined || cell.measuredMs < CELL_MIN_MS) continue;
    const isLimited = cell.powerKw < TAPERING_RATIO * learned.powerKw;
    const limitedKw = Math.min(powerKw, Math.max(LEAST_RATIO * powerKw, cell.powerKw));
    const { fromPercent, measuredMs } = cell;
    cells.push({ fromPercent, powerKw: isLimited ? limitedKw : powerKw, measuredMs });
  }
  return cells;
}

/** The middles of cells, ascending; neighbours that rise with the level are pooled into their mean. */
function pooledPoints(cells: readonly LevelCell[], powerKw: number): CurvePoint[] {
  const pools: { cellCount: number; powerKw: number; weightMs: number }[] = [];
  for (const cell of cells) {
    let pool = { cellCount: 1, powerKw: cell.powerKw, weightMs: cell.measuredMs };
    for (
      let below = pools.at(-1);
      below !== undefined && below.powerKw < pool.powerKw;
      below = pools.at(-1)
    ) {
      const weightMs = below.weightMs + pool.weightMs;
      const pooledKw = (below.powerKw * below.weightMs + pool.powerKw * pool.weightMs) / weightMs;
      pools.pop();
      pool = { cellCount: below.cellCount + pool.cellCount, powerKw: pooledKw, weightMs };
    }
    pools.push(pool);
  }
  const points: CurvePoint[] = [];
  for (const pool of pools) {
    for (const cell of cells.slice(points.length, points.length + pool.cellCount)) {
      points.push({ levelPercent: cell.fromPercent + CELL_PERCENT / 2, powerKw: pool.powerKw });
    }
  }
  // The taper begins where it was first seen, or before it where the first guess has it.
  const first = points[0];
  return first === undefined || first.powerKw === powerKw
    ? points
    : [{ levelPercent: Math.min(TAPER_FROM_PERCENT, first.levelPercent - CELL_PERCENT), powerKw }, ...points];
}
