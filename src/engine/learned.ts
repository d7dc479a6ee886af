import { TAPER_FROM_PERCENT } from '../domain/rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { curveFromPower, powerAtKw } from '../planner/charge-curve.ts';

/** What was measured of a car's power at one place: bounded, whatever the car does. */
export interface Learned {
  /** Power below the taper, kW: a mean over recent charging, so never above what was seen. */
  readonly powerKw: number;
  /** So much charging stands behind it. */
  readonly measuredMs: number;
  /** The power that plans use: it follows `powerKw` once that is further off than noise. */
  readonly plannedKw: number;
  /** Power at levels from LEARNED_FROM_PERCENT on, ascending, one for each cell of CELL_PERCENT points that was measured. */
  readonly cells: readonly LevelCell[];
  /** Power that disagrees with all of this, and is not believed yet: one odd value, or another charger. */
  readonly odd: { readonly powerKw: number; readonly measuredMs: number } | null;
}

export interface LevelCell {
  readonly fromPercent: number;
  readonly powerKw: number;
  readonly measuredMs: number;
}

/** Power over a stretch of charging, linear in level from its begin to its end; no levels where none are known. */
export interface PowerSample {
  readonly levels: { readonly fromPercent: number; readonly toPercent: number } | null;
  readonly fromKw: number;
  readonly toKw: number;
  readonly durationMs: number;
  /** It may be off by this share, as its ends were seen late; none where that is not said. */
  readonly uncertainRatio?: number;
}

const LEARNED_FROM_PERCENT = 60;
export const CELL_PERCENT = 2;
/** A cell that holds less of the power below than this is tapering: more is the noise of rounded readings. */
export const TAPERING_RATIO = 0.97;

/**
 * What is known after one more stretch of charging. What is measured in the taper says nothing of the power below it.
 * @param toldKw power as car or charger are said to have it.
 */
export function withSample(known: Learned | undefined, sample: PowerSample, toldKw: number): Learned {
  const levelPercent = sample.levels?.fromPercent ?? 0;
  const meanKw = (sample.fromKw + sample.toKw) / 2;
  if (levelPercent >= TAPER_FROM_PERCENT || (known !== undefined && isTapering(known, levelPercent))) {
    return withCells(known ?? supposedFrom(meanKw, levelPercent, toldKw), sample);
  }
  if (Math.abs(sample.fromKw - sample.toKw) > ODD_RATIO * meanKw) {
    // One of its ends is an odd value, or the power changed within.
    return known ?? learnedAnew(meanKw, 0, []);
  }
  if (known === undefined) {
    return withCells(learnedAnew(meanKw, sample.durationMs, []), sample);
  }
  if (Math.abs(meanKw - known.powerKw) > ODD_RATIO * known.powerKw) {
    return withOdd(known, meanKw, sample.durationMs);
  }
  return withCells(withPower(known, meanKw, sample.durationMs), sample);
}

/** Old measurements fade over this much charging. */
const MEMORY_MS = 10 * HOUR_MS;
/** A cell is passed through in minutes: it remembers as many nights in less time. */
const CELL_MEMORY_MS = HOUR_MS;
/** What differs by more from what is known is odd. */
const ODD_RATIO = 0.2;
/** Odd power that several samples agree on for so long is believed: the charger is another one, or it is shared. */
const ODD_BELIEVED_AFTER_MS = 15 * MINUTE_MS;
/** A cell moves by no more than this at once: a single odd value does not spoil it. */
const CELL_MOVE_RATIO = 0.25;
/** Noise of a percent in power moves no plan. */
const PLANNED_NOISE_RATIO = 0.01;

function isTapering(known: Learned, levelPercent: number): boolean {
  const cell = known.cells.find(
    ({ fromPercent }) => fromPercent <= levelPercent && levelPercent < fromPercent + CELL_PERCENT,
  );
  return cell !== undefined && cell.powerKw < TAPERING_RATIO * known.powerKw;
}

function learnedAnew(powerKw: number, measuredMs: number, cells: readonly LevelCell[]): Learned {
  return { powerKw, measuredMs, plannedKw: powerKw, cells, odd: null };
}

/**
 * Seen in the taper first: the power below it as the first guess of a taper has it, but no more than what was told, with
 * nothing measured behind it. A car that shows all it is said to have tapers not at all there.
 */
function supposedFrom(seenKw: number, levelPercent: number, toldKw: number): Learned {
  const guessedKw = seenKw / powerAtKw(curveFromPower(1), levelPercent);
  return learnedAnew(Math.max(seenKw, Math.min(guessedKw, toldKw)), 0, []);
}

function withPower(known: Learned, sampleKw: number, durationMs: number): Learned {
  const powerKw = mean(known.powerKw, Math.min(known.measuredMs, MEMORY_MS), sampleKw, durationMs);
  const isNews = Math.abs(powerKw - known.plannedKw) > PLANNED_NOISE_RATIO * known.plannedKw;
  return {
    powerKw,
    measuredMs: known.measuredMs + durationMs,
    plannedKw: isNews ? powerKw : known.plannedKw,
    cells: known.cells,
    odd: null,
  };
}

/** Odd power is believed when it agrees with itself for long enough, or for longer than what was known before it. */
function withOdd(known: Learned, sampleKw: number, durationMs: number): Learned {
  const { odd } = known;
  const agrees = odd !== null && Math.abs(sampleKw - odd.powerKw) <= ODD_RATIO * odd.powerKw;
  const held = agrees
    ? {
        powerKw: mean(odd.powerKw, odd.measuredMs, sampleKw, durationMs),
        measuredMs: odd.measuredMs + durationMs,
      }
    : { powerKw: sampleKw, measuredMs: durationMs };
  const enoughMs = Math.min(ODD_BELIEVED_AFTER_MS, known.measuredMs + 1);
  if (!agrees || held.measuredMs < enoughMs) return { ...known, odd: held };
  // Where the battery was the limit it still is; where the charger was, nothing is known of the battery.
  const ofBattery = known.cells.filter(({ powerKw }) => powerKw < TAPERING_RATIO * known.powerKw);
  return learnedAnew(held.powerKw, held.measuredMs, ofBattery);
}

function withCells(known: Learned, sample: PowerSample): Learned {
  if (sample.levels === null) return known;
  const { fromPercent, toPercent } = sample.levels;
  if (toPercent < LEARNED_FROM_PERCENT) return known;
  const rise = Math.max(toPercent - fromPercent, MIN_RISE_PERCENT);
  const cells = [...known.cells];
  const first = Math.max(LEARNED_FROM_PERCENT, cellFrom(fromPercent));
  for (let from = first; from <= Math.min(toPercent, 100 - CELL_PERCENT); from += CELL_PERCENT) {
    const lowest = Math.max(from, fromPercent);
    const highest = Math.max(lowest, Math.min(from + CELL_PERCENT, toPercent));
    const share = rise === MIN_RISE_PERCENT ? 1 : (highest - lowest) / rise;
    if (share <= 0) continue;
    const middleShare = Math.min(1, ((lowest + highest) / 2 - fromPercent) / rise);
    const seenKw = sample.fromKw + (sample.toKw - sample.fromKw) * middleShare;
    // What may be as much as below the taper shows no taper.
    const isLess = seenKw * (1 + (sample.uncertainRatio ?? 0)) < known.powerKw;
    const powerKw = isLess ? seenKw : known.powerKw;
    putCell(cells, from, powerKw, sample.durationMs * share);
  }
  const { powerKw, measuredMs, plannedKw, odd } = known;
  return { powerKw, measuredMs, plannedKw, cells, odd };
}

/** A level that stands still, as its reading is rounded, lies in one cell. */
const MIN_RISE_PERCENT = 1e-6;

function cellFrom(levelPercent: number): number {
  return Math.floor(Math.min(levelPercent, 100 - CELL_PERCENT) / CELL_PERCENT) * CELL_PERCENT;
}

function putCell(cells: LevelCell[], fromPercent: number, sampleKw: number, durationMs: number): void {
  const index = cells.findIndex((cell) => cell.fromPercent >= fromPercent);
  const old = cells[index];
  if (old === undefined || old.fromPercent !== fromPercent) {
    const cell = { fromPercent, powerKw: sampleKw, measuredMs: durationMs };
    cells.splice(index === -1 ? cells.length : index, 0, cell);
    return;
  }
  const most = CELL_MOVE_RATIO * old.powerKw;
  const boundedKw = Math.min(old.powerKw + most, Math.max(old.powerKw - most, sampleKw));
  cells[index] = {
    fromPercent,
    powerKw: mean(old.powerKw, Math.min(old.measuredMs, CELL_MEMORY_MS), boundedKw, durationMs),
    measuredMs: old.measuredMs + durationMs,
  };
}

function mean(valueKw: number, weightMs: number, sampleKw: number, sampleMs: number): number {
  return valueKw + ((sampleKw - valueKw) * sampleMs) / (weightMs + sampleMs);
}
