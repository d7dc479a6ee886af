import type { Interval } from '../../domain/interval.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import type { ChargeCourse } from '../charge-curve.ts';
import { levelAfterPercent } from '../charge-curve.ts';

/** Where power changes with the level it is taken as its highest within this much charging. */
const POWER_STEP_MS = 5 * MINUTE_MS;
/** Rounding of power sums; no fuse knows it. */
const ROUNDING_KW = 1e-6;

/** Power drawn over time: from `atMs[i]` to the next, `powerKw[i]`; nothing before the first and after the last. */
export interface Load {
  readonly atMs: readonly number[];
  readonly powerKw: readonly number[];
}

export const NO_LOAD: Load = { atMs: [], powerKw: [] };

/** What a car draws that charges in these runs: the highest power of each step of its charge. */
export function loadOf(course: ChargeCourse, runs: readonly Interval[]): Load {
  const atMs: number[] = [];
  const powerKw: number[] = [];
  let chargedMs = 0;
  for (const { startAtMs, endAtMs } of runs) {
    for (let at = startAtMs; at < endAtMs; ) {
      const until = Math.min(endAtMs, at + stepAfter(course, chargedMs));
      const peak = peakKw(course, chargedMs, chargedMs + until - at);
      if (powerKw.at(-1) !== peak || at === startAtMs) {
        atMs.push(at);
        powerKw.push(peak);
      }
      chargedMs += until - at;
      at = until;
    }
    atMs.push(endAtMs);
    powerKw.push(0);
  }
  return { atMs, powerKw };
}

/** Loads together. */
export function sumOf(loads: readonly Load[]): Load {
  const turns: { atMs: number; byKw: number }[] = [];
  for (const { atMs, powerKw } of loads) {
    for (let i = 0; i < atMs.length; i++) {
      turns.push({ atMs: atMs[i] ?? 0, byKw: (powerKw[i] ?? 0) - (powerKw[i - 1] ?? 0) });
    }
  }
  turns.sort((a, b) => a.atMs - b.atMs);
  const atMs: number[] = [];
  const powerKw: number[] = [];
  let sum = 0;
  for (const turn of turns) {
    sum += turn.byKw;
    if (atMs.at(-1) === turn.atMs) powerKw[powerKw.length - 1] = sum;
    else {
      atMs.push(turn.atMs);
      powerKw.push(sum);
    }
  }
  return { atMs, powerKw };
}

export function fitsLimit(load: Load, limitKw: number): boolean {
  return load.powerKw.every((power) => power <= limitKw + ROUNDING_KW);
}

/** When less than this power is left under the limit beside a load, ascending. */
export function fullTimes(load: Load, limitKw: number, powerKw: number): Interval[] {
  const times: Interval[] = [];
  for (let i = 0; i + 1 < load.atMs.length; i++) {
    if ((load.powerKw[i] ?? 0) + powerKw <= limitKw + ROUNDING_KW) continue;
    const startAtMs = load.atMs[i] ?? 0;
    const endAtMs = load.atMs[i + 1] ?? startAtMs;
    const last = times.at(-1);
    if (last !== undefined && last.endAtMs === startAtMs) times[times.length - 1] = { ...last, endAtMs };
    else times.push({ startAtMs, endAtMs });
  }
  return times;
}

/** The highest power between two times of charging. */
export function peakKw(course: ChargeCourse, fromMs: number, untilMs: number): number {
  let peak = Math.max(powerAfterKw(course, fromMs), powerAfterKw(course, untilMs));
  for (const { startMs, powerKw } of course.stretches) {
    if (startMs > fromMs && startMs < untilMs) peak = Math.max(peak, powerKw);
  }
  return peak;
}

/** Power after a time of charging. */
export function powerAfterKw(course: ChargeCourse, chargedMs: number): number {
  let index = course.stretches.length - 1;
  while (index > 0 && (course.stretches[index]?.startMs ?? 0) > chargedMs) index--;
  const stretch = course.stretches[index];
  if (stretch === undefined) return 0;
  const level = levelAfterPercent(course, chargedMs);
  return Math.max(0, stretch.powerKw + stretch.kwPerPercent * (level - stretch.levelPercent));
}

/** How long a step from a time of charging on may be: as long as one stretch of constant power lasts. */
export function stepAfter(course: ChargeCourse, chargedMs: number): number {
  let index = course.stretches.length - 1;
  while (index > 0 && (course.stretches[index]?.startMs ?? 0) > chargedMs) index--;
  if ((course.stretches[index]?.kwPerPercent ?? 0) !== 0) return POWER_STEP_MS;
  const next = course.stretches[index + 1]?.startMs;
  return next === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(next - chargedMs));
}
