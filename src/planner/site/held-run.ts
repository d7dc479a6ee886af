import type { Interval } from '../../domain/interval.ts';
import type { ChargeCourse } from '../charge-curve.ts';
import { levelAfterPercent, timeToLevelMs } from '../charge-curve.ts';

/** Charging, with all that the car takes, or held to a power. Runs that touch are one run, whatever their powers. */
export interface HeldRun extends Interval {
  /** kW at the plug; absent where the car charges with all that it takes. */
  readonly powerKw?: number;
}

/**
 * Where a charge that was at `fromMs` of its unbroken course stands after so much time, held to a power. The course's
 * own time tells all of a battery (charge-curve.ts), and passes more slowly for a car that is held.
 */
export function courseAfterMs(
  course: ChargeCourse,
  fromMs: number,
  lengthMs: number,
  heldKw?: number,
): number {
  if (heldKw === undefined) return fromMs + lengthMs;
  let leftMs = lengthMs;
  let at = fromMs;
  for (const piece of piecesOf(course, fromMs, heldKw)) {
    if (piece.takesMs >= leftMs) return within(course, piece, leftMs, heldKw);
    leftMs -= piece.takesMs;
    at = piece.untilMs;
  }
  return at;
}

/** Where runs bring a charge, in time of its course. */
export function chargedBy(course: ChargeCourse, runs: readonly HeldRun[]): number {
  return runs.reduce((at, run) => courseAfterMs(course, at, run.endAtMs - run.startAtMs, run.powerKw), 0);
}

/** How long a charge takes from one time of its course to a later one, held to a power. Infinity for never. */
export function takesMs(course: ChargeCourse, fromMs: number, untilMs: number, heldKw?: number): number {
  if (heldKw === undefined || untilMs <= fromMs) return Math.max(0, untilMs - fromMs);
  let sum = 0;
  for (const piece of piecesOf(course, fromMs, heldKw)) {
    if (piece.untilMs < untilMs) {
      sum += piece.takesMs;
      continue;
    }
    return (
      sum +
      (piece.isHeld
        ? risen(course, piece.fromMs, untilMs) / (heldKw * course.percentPerMsKw)
        : untilMs - piece.fromMs)
    );
  }
  return Number.POSITIVE_INFINITY;
}

/** A part of the course in which the car takes all the time more, or all the time less, than it is held to. */
interface Piece {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly takesMs: number;
  readonly isHeld: boolean;
}

function* piecesOf(course: ChargeCourse, fromMs: number, heldKw: number): Iterable<Piece> {
  const { stretches, percentPerMsKw } = course;
  let at = fromMs;
  for (const [i, stretch] of stretches.entries()) {
    const endMs = stretches[i + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    if (endMs <= at) continue;
    const crossing = (heldKw - stretch.powerKw) / stretch.kwPerPercent;
    const crossMs =
      Number.isFinite(crossing) && crossing > 0
        ? timeToLevelMs(course, stretch.levelPercent + crossing)
        : Number.NEGATIVE_INFINITY;
    for (const untilMs of crossMs > at && crossMs < endMs ? [crossMs, endMs] : [endMs]) {
      // Above the power at the end that is farther from it.
      const isFalling = stretch.kwPerPercent < 0;
      const isHeld =
        stretch.kwPerPercent === 0 ? stretch.powerKw > heldKw : isFalling ? at < crossMs : at >= crossMs;
      const lengthMs = isHeld ? risen(course, at, untilMs) / (heldKw * percentPerMsKw) : untilMs - at;
      yield { fromMs: at, untilMs, takesMs: lengthMs, isHeld };
      at = untilMs;
    }
  }
}

function within(course: ChargeCourse, piece: Piece, lengthMs: number, heldKw: number): number {
  if (!piece.isHeld) return piece.fromMs + lengthMs;
  const level = levelAfterPercent(course, piece.fromMs) + heldKw * course.percentPerMsKw * lengthMs;
  return Math.min(piece.untilMs, Math.max(piece.fromMs, timeToLevelMs(course, level)));
}

/** Points of level between two times of a course. */
function risen(course: ChargeCourse, fromMs: number, untilMs: number): number {
  return levelAfterPercent(course, untilMs) - levelAfterPercent(course, fromMs);
}
