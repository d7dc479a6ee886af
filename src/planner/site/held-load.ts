import type { ChargeCourse } from '../charge-curve.ts';
import type { HeldRun } from './held-run.ts';
import { courseAfterMs } from './held-run.ts';
import type { Load } from './load.ts';
import { peakKw, stepAfter } from './load.ts';

/** What a car draws that charges in these runs, some of them held to a power: the highest of each step of its charge. */
export function heldLoad(course: ChargeCourse, runs: readonly HeldRun[]): Load {
  const atMs: number[] = [];
  const powerKw: number[] = [];
  let chargedMs = 0;
  for (const { startAtMs, endAtMs, powerKw: heldKw } of runs) {
    for (let at = startAtMs; at < endAtMs; ) {
      const lengthMs = Math.min(endAtMs - at, stepAfter(course, chargedMs));
      const peak = Math.min(
        heldKw ?? Number.POSITIVE_INFINITY,
        peakKw(course, chargedMs, chargedMs + lengthMs),
      );
      if (powerKw.at(-1) !== peak || at === startAtMs) {
        atMs.push(at);
        powerKw.push(peak);
      }
      chargedMs = courseAfterMs(course, chargedMs, lengthMs, heldKw);
      at += lengthMs;
    }
    atMs.push(endAtMs);
    powerKw.push(0);
  }
  return { atMs, powerKw };
}
