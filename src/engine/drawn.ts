import { DRAWN_TOO_MUCH_PAUSE_MS, TAPER_FROM_PERCENT, VOLTAGE_RATIO } from '../domain/rules.ts';
import { mostPowerFromKw } from '../planner/charge-curve.ts';
import type { CurvePoint } from '../planner/problem.ts';
import { knownPower, planningCurve, planningPower, plausiblePowerKw } from './car.ts';
import { holdingBack, mostOfHeldKw } from './held-power.ts';
import type { Control, Drawn, Lane } from './lane.ts';
import type { PowerSample } from './learned.ts';
import { laneWith } from './parts.ts';
import { siteOf } from './site-of.ts';

/**
 * The lane with what a reading of a charging car at a location with a limit says of the power that it takes by itself:
 * more than was expected counts at once, and on at this place while it does not charge and in later visits. What makes it
 * stop is else forgotten with the stop, and it is started again at once. Less counts once it was measured over a time, below
 * the taper.
 * @param kw the power that the reading tells.
 * @param sample what the time since the reading before shows; null where that says nothing of its own power.
 */
export function noteDrawn(lane: Lane, kw: number, atMs: number, sample: PowerSample | null): Lane {
  const { control, visit } = lane;
  const site = siteOf(lane);
  if (
    site === null ||
    visit === null ||
    kw > plausiblePowerKw(lane, site.locationId) ||
    !isAsTold(control, kw)
  ) {
    return lane;
  }
  const levelPercent = visit.beliefPercent ?? 0;
  const drawn = drawnAt(lane, site.locationId);
  const isBelowTaper = levelPercent < Math.max(TAPER_FROM_PERCENT, drawn?.levelPercent ?? 0);
  const isLess =
    drawn !== undefined &&
    isBelowTaper &&
    isBelow(drawn, kw) &&
    sample !== null &&
    isBelow(drawn, mostOf(sample));
  const known = isLess ? undefined : drawn;
  const expectedKw = known?.expectedKw ?? expectedAt(lane, site.locationId, levelPercent);
  const isMore = kw > (known?.powerKw ?? expectedKw * SAME_POWER_RATIO);
  const isAgain =
    known !== undefined && !isBelow(known, kw) && (isSteady(known, sample) || isLater(known, atMs));
  if (isMore || isAgain) {
    const next: Drawn = {
      powerKw: Math.max(kw, known?.powerKw ?? 0),
      expectedKw,
      levelPercent: isMore ? levelPercent : (known?.levelPercent ?? levelPercent),
      atMs: known?.atMs ?? atMs,
      ...(isAgain || known?.isAgain === true ? { isAgain: true } : {}),
    };
    return isSame(known, next) ? lane : withDrawnAt(lane, site.locationId, next);
  }
  return isLess ? withDrawnAt(lane, site.locationId, null) : lane;
}

/** The most that the car was seen to draw at a place, where that was more than was expected. */
export function drawnAt({ control }: Lane, locationId: string): Drawn | undefined {
  return control.drawn?.[locationId];
}

function withDrawnAt(lane: Lane, locationId: string, next: Drawn | null): Lane {
  const { drawn = {}, ...control } = lane.control;
  const { [locationId]: _old, ...others } = drawn;
  const all = next === null ? others : { ...others, [locationId]: next };
  return laneWith(lane, {
    control: Object.keys(all).length === 0 ? control : { ...control, drawn: all },
  });
}

/** What outlives a plug-out. */
export function drawnAfterPlugOut({ drawn }: Control): Pick<Control, 'drawn'> {
  return drawn === undefined ? {} : { drawn };
}

/**
 * What the car was seen to draw by itself, and counts with; null where that is nothing more than is known. More than the
 * whole limit would keep it from ever charging: for an odd value it is tried once more after an hour, alone.
 */
export function drawnOf(lane: Lane, limitKw: number, nowMs: number): Drawn | null {
  const place = lane.visit?.place;
  if (place?.kind !== 'at') return null;
  const drawn = drawnAt(lane, place.locationId);
  if (drawn === undefined || drawn.powerKw > plausiblePowerKw(lane, place.locationId)) return null;
  const isDoubted =
    drawn.powerKw > limitKw * VOLTAGE_RATIO &&
    drawn.isAgain === undefined &&
    nowMs - drawn.atMs >= DRAWN_TOO_MUCH_PAUSE_MS;
  return isDoubted ? { ...drawn, powerKw: limitKw } : drawn;
}

/** The share of a charge curve that the car was seen to draw, at the level at which it did. */
export function drawnRatio({ powerKw, levelPercent }: Drawn, curve: readonly CurvePoint[]): number {
  const curveKw = mostPowerFromKw(curve, levelPercent);
  return curveKw > 0 ? powerKw / curveKw : 1;
}

/** Whether the power can be the car's own: it is no more than the one that it was told, where it was told one. */
function isAsTold(control: Control, kw: number): boolean {
  const toldKw = control.power?.toKw ?? null;
  return (
    holdingBack(control) === null ||
    control.ignoresPower === true ||
    (toldKw !== null && kw <= mostOfHeldKw(toldKw))
  );
}

/** What is more by no more than this is how power is rounded. */
export const SAME_POWER_RATIO = 1.02;
/** What is less by no more than this is noise. */
const LESS_RATIO = 0.95;

function isBelow({ powerKw }: Drawn, kw: number): boolean {
  return kw < LESS_RATIO * powerKw;
}

function isSteady(known: Drawn, sample: PowerSample | null): boolean {
  return sample !== null && !isBelow(known, Math.min(sample.fromKw, sample.toKw));
}

function isLater(known: Drawn, atMs: number): boolean {
  return atMs - known.atMs >= DRAWN_TOO_MUCH_PAUSE_MS;
}

function mostOf({ fromKw, toKw }: PowerSample): number {
  return Math.max(fromKw, toKw);
}

/** What a plan counts the car with at a level, kW. */
function expectedAt(lane: Lane, locationId: string, levelPercent: number): number {
  const curveKw = mostPowerFromKw(planningCurve(lane, locationId), levelPercent);
  return (curveKw * knownPower(lane, locationId)) / planningPower(lane, locationId);
}

function isSame(known: Drawn | undefined, next: Drawn): boolean {
  return known?.powerKw === next.powerKw && known.isAgain === next.isAgain;
}
