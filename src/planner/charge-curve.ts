import { TAPER_FROM_PERCENT } from '../domain/rules.ts';
import { HOUR_MS } from '../domain/units.ts';
import type { CurvePoint } from './problem.ts';

/** What a charge depends on besides the level it begins at. */
export interface Battery {
  readonly capacityWh: number;
  /** Share of the energy at the plug that reaches the battery, 0..1. */
  readonly efficiency: number;
  readonly curve: readonly CurvePoint[];
}

/** One stretch of an unbroken charge in which power is linear in level. */
interface Stretch {
  readonly startMs: number;
  readonly levelPercent: number;
  readonly powerKw: number;
  /** Change of power per point of level. */
  readonly kwPerPercent: number;
}

/** An unbroken charge from one level to full: where each stretch of it begins, in ms of charging. */
export interface ChargeCourse {
  readonly stretches: readonly Stretch[];
  /** Points of level per ms and kW. */
  readonly percentPerMsKw: number;
  /** Energy at the plug per point of level. */
  readonly whPerPercent: number;
  readonly fromPercent: number;
}

/**
 * The course of an unbroken charge from a level. A car that is only on or off reaches the same level after the same
 * time of charging, whenever that was, so this one function of time is all that a plan needs to know of the battery.
 */
export function courseFrom(levelPercent: number, battery: Battery): ChargeCourse {
  const percentPerMsKw = (100 * battery.efficiency * 1000) / (battery.capacityWh * HOUR_MS);
  const whPerPercent = battery.capacityWh / 100 / battery.efficiency;
  const stretches: Stretch[] = [];
  let level = levelPercent;
  let startMs = 0;
  for (const { from, to } of piecesOf(battery.curve, levelPercent)) {
    const kwPerPercent =
      to.levelPercent > from.levelPercent
        ? (to.powerKw - from.powerKw) / (to.levelPercent - from.levelPercent)
        : 0;
    const stretch: Stretch = { startMs, levelPercent: level, powerKw: from.powerKw, kwPerPercent };
    stretches.push(stretch);
    startMs += msWithin(stretch, to.levelPercent, percentPerMsKw);
    level = to.levelPercent;
    if (!Number.isFinite(startMs)) break;
  }
  return { stretches, percentPerMsKw, whPerPercent, fromPercent: levelPercent };
}

/**
 * The first guess for a car of a power: constant to 80 %, then falling to a tenth at full.
 * An exponential above 80 % is what the reference plant of the back-test has; the straight fall is near to it.
 */
export function curveFromPower(powerKw: number): readonly CurvePoint[] {
  return [
    { levelPercent: 0, powerKw },
    { levelPercent: TAPER_FROM_PERCENT, powerKw },
    { levelPercent: 100, powerKw: powerKw / 10 },
  ];
}

/** Level after a time of charging; never above 100, or above the level it began at if that is higher. */
export function levelAfterPercent(course: ChargeCourse, chargedMs: number): number {
  const { stretches, percentPerMsKw } = course;
  let index = stretches.length - 1;
  while (index > 0 && (stretches[index]?.startMs ?? 0) > chargedMs) index--;
  const stretch = stretches[index];
  if (stretch === undefined) return course.fromPercent;
  const elapsed = Math.max(0, chargedMs - stretch.startMs) * percentPerMsKw;
  const gained =
    Math.abs(stretch.kwPerPercent) < 1e-12
      ? stretch.powerKw * elapsed
      : (stretch.powerKw * Math.expm1(stretch.kwPerPercent * elapsed)) / stretch.kwPerPercent;
  return Math.min(Math.max(100, course.fromPercent), stretch.levelPercent + gained);
}

/** Energy at the plug after a time of charging, unrounded Wh. */
export function energyAfterWh(course: ChargeCourse, chargedMs: number): number {
  return (levelAfterPercent(course, chargedMs) - course.fromPercent) * course.whPerPercent;
}

/** Time of charging until a level: 0 when it is reached already, Infinity when it never is. Unrounded. */
export function timeToLevelMs(course: ChargeCourse, levelPercent: number): number {
  if (levelPercent <= course.fromPercent) return 0;
  if (levelPercent > 100) return Number.POSITIVE_INFINITY;
  const { stretches, percentPerMsKw } = course;
  let index = stretches.length - 1;
  while (index > 0 && (stretches[index]?.levelPercent ?? 0) >= levelPercent) index--;
  const stretch = stretches[index];
  if (stretch === undefined) return Number.POSITIVE_INFINITY;
  return stretch.startMs + msWithin(stretch, levelPercent, percentPerMsKw);
}

/** Time of charging until an energy at the plug; Infinity when the battery is full before. Unrounded. */
export function timeToEnergyMs(course: ChargeCourse, energyWh: number): number {
  return timeToLevelMs(course, course.fromPercent + energyWh / course.whPerPercent);
}

/** The highest and lowest power of the course between its start and a level. */
export function powerRangeKw(course: ChargeCourse, toPercent: number): { maxKw: number; minKw: number } {
  let maxKw = 0;
  let minKw = Number.POSITIVE_INFINITY;
  for (let i = 0; i < course.stretches.length; i++) {
    const stretch = course.stretches[i];
    if (stretch === undefined || (i > 0 && stretch.levelPercent >= toPercent)) break;
    const end = Math.min(toPercent, course.stretches[i + 1]?.levelPercent ?? 100);
    const endKw = stretch.powerKw + stretch.kwPerPercent * Math.max(0, end - stretch.levelPercent);
    maxKw = Math.max(maxKw, stretch.powerKw, endKw);
    minKw = Math.min(minKw, stretch.powerKw, endKw);
  }
  return { maxKw, minKw };
}

interface Piece {
  readonly from: CurvePoint;
  readonly to: CurvePoint;
}

/** The curve from a level to 100 as pieces with power at both ends. */
function piecesOf(curve: readonly CurvePoint[], levelPercent: number): Piece[] {
  const points = [...curve].sort((a, b) => a.levelPercent - b.levelPercent);
  const pieces: Piece[] = [];
  let from: CurvePoint = { levelPercent, powerKw: powerAtKw(points, levelPercent) };
  for (const point of points) {
    if (point.levelPercent < levelPercent) continue;
    if (point.levelPercent > from.levelPercent) pieces.push({ from, to: point });
    from = point;
  }
  if (from.levelPercent < 100 || from.levelPercent === levelPercent) {
    pieces.push({ from, to: { levelPercent: Math.max(100, levelPercent), powerKw: from.powerKw } });
  }
  return pieces;
}

/** Power at a level: linear between points, constant outside. */
export function powerAtKw(sortedPoints: readonly CurvePoint[], levelPercent: number): number {
  let below: CurvePoint | undefined;
  for (const point of sortedPoints) {
    if (point.levelPercent > levelPercent) {
      if (below === undefined) return point.powerKw;
      const share = (levelPercent - below.levelPercent) / (point.levelPercent - below.levelPercent);
      return below.powerKw + share * (point.powerKw - below.powerKw);
    }
    below = point;
  }
  return below?.powerKw ?? 0;
}

/** The highest power of a charge from a level on; the points in any order. */
export function mostPowerFromKw(curve: readonly CurvePoint[], levelPercent: number): number {
  const points = [...curve].sort((one, other) => one.levelPercent - other.levelPercent);
  const later = points.filter((point) => point.levelPercent > levelPercent);
  return Math.max(powerAtKw(points, levelPercent), ...later.map(({ powerKw }) => powerKw));
}

function msWithin(stretch: Stretch, toPercent: number, percentPerMsKw: number): number {
  const rise = toPercent - stretch.levelPercent;
  if (rise <= 0) return 0;
  if (Math.abs(stretch.kwPerPercent) < 1e-12) {
    return stretch.powerKw > 0 ? rise / (stretch.powerKw * percentPerMsKw) : Number.POSITIVE_INFINITY;
  }
  const endKw = stretch.powerKw + stretch.kwPerPercent * rise;
  if (stretch.powerKw <= 0 || endKw <= 1e-9) return Number.POSITIVE_INFINITY;
  return Math.log(endKw / stretch.powerKw) / (stretch.kwPerPercent * percentPerMsKw);
}
