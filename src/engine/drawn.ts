import { DRAWN_TOO_MUCH_PAUSE_MS, VOLTAGE_RATIO } from '../domain/rules.ts';
import { mostPowerFromKw } from '../planner/charge-curve.ts';
import type { CurvePoint } from '../planner/problem.ts';
import { knownPower, planningCurve, planningPower, plausiblePowerKw } from './car.ts';
import { holdingBack } from './held-power.ts';
import type { Control, Drawn, Lane } from './lane.ts';
import type { PowerSample } from './learned.ts';
import { laneWith } from './parts.ts';
import { siteOf } from './site-of.ts';

/**
 * The lane with what a reading of a charging car at a location with a limit says of the power that it takes by itself:
 * more than was expected counts at once, and until it is unplugged also while it does not charge. What makes it stop is
 * else forgotten with the stop, and it is started again at once. Less counts once it was measured over a time.
 * @param kw the power that the reading tells.
 * @param sample what the time since the reading before shows; null where that says nothing of its own power.
 */
export function noteDrawn(lane: Lane, kw: number, atMs: number, sample: PowerSample | null): Lane {
  const { control, visit } = lane;
  const site = siteOf(lane);
  if (site === null || visit === null || kw > plausiblePowerKw(lane, site.locationId) || !isOwn(control)) {
    return lane;
  }
  const levelPercent = visit.beliefPercent ?? 0;
  const { drawn } = control;
  const isLess =
    drawn !== undefined && isBelow(drawn, kw) && sample !== null && isBelow(drawn, mostOf(sample));
  const known = isLess ? undefined : drawn;
  const expectedKw = known?.expectedKw ?? expectedAt(lane, site.locationId, levelPercent);
  const isMore = kw > (known?.powerKw ?? expectedKw * SAME_POWER_RATIO);
  const isAgain = known !== undefined && !isBelow(known, kw) && atMs - known.atMs >= DRAWN_TOO_MUCH_PAUSE_MS;
  if (isMore || isAgain) {
    const next: Drawn = {
      powerKw: Math.max(kw, known?.powerKw ?? 0),
      expectedKw,
      levelPercent: isMore ? levelPercent : (known?.levelPercent ?? levelPercent),
      atMs: known?.atMs ?? atMs,
      ...(isAgain || known?.isAgain === true ? { isAgain: true } : {}),
    };
    return isSame(known, next) ? lane : laneWith(lane, { control: { ...control, drawn: next } });
  }
  if (!isLess) {
    return lane;
  }
  const { drawn: _less, ...others } = control;
  return laneWith(lane, { control: others });
}

/**
 * What the car was seen to draw by itself, and counts with; null where that is nothing more than is known. More than the
 * whole limit would keep it from ever charging: for an odd value it is tried once more after an hour.
 */
export function drawnOf(lane: Lane, limitKw: number, nowMs: number): Drawn | null {
  const { drawn } = lane.control;
  if (drawn === undefined) {
    return null;
  }
  const isDoubted =
    drawn.powerKw > limitKw * VOLTAGE_RATIO &&
    drawn.isAgain === undefined &&
    nowMs - drawn.atMs >= DRAWN_TOO_MUCH_PAUSE_MS;
  return isDoubted ? null : drawn;
}

/** The share of a charge curve that the car was seen to draw, at the level at which it did. */
export function drawnRatio({ powerKw, levelPercent }: Drawn, curve: readonly CurvePoint[]): number {
  const curveKw = mostPowerFromKw(curve, levelPercent);
  return curveKw > 0 ? powerKw / curveKw : 1;
}

/** What is more by no more than this is how power is rounded. */
export const SAME_POWER_RATIO = 1.02;
/** What is less by no more than this is noise. */
const LESS_RATIO = 0.95;

function isBelow({ powerKw }: Drawn, kw: number): boolean {
  return kw < LESS_RATIO * powerKw;
}

function mostOf({ fromKw, toKw }: PowerSample): number {
  return Math.max(fromKw, toKw);
}

/** Whether a charging car draws what it takes by itself, and not what it is or may be held to. */
function isOwn(control: Control): boolean {
  return holdingBack(control) === null || control.ignoresPower === true;
}

/** What a plan counts the car with at a level, kW. */
function expectedAt(lane: Lane, locationId: string, levelPercent: number): number {
  const curveKw = mostPowerFromKw(planningCurve(lane, locationId), levelPercent);
  return (curveKw * knownPower(lane, locationId)) / planningPower(lane, locationId);
}

function isSame(known: Drawn | undefined, next: Drawn): boolean {
  return known?.powerKw === next.powerKw && known.isAgain === next.isAgain;
}
