import type { ChargeCourse } from '../charge-curve.ts';
import type { HeldRun } from './held-run.ts';
import { courseAfterMs, takesMs } from './held-run.ts';
import type { Load } from './load.ts';
import { peakKw } from './load.ts';

/** A charge of some time of the course with what power the others leave, none where that is below the least. */
export function asSoonAsPossible(
  course: ChargeCourse,
  fromMs: number,
  chargeMs: number,
  leastKw: number,
  others: Load,
  limitKw: number,
): HeldRun[] {
  const found: HeldRun[] = [];
  const edges = others.atMs.filter((atMs) => atMs > fromMs);
  let chargedMs = 0;
  let at = fromMs;
  for (const edgeMs of [...edges, Number.POSITIVE_INFINITY]) {
    const roomKw = limitKw - loadAt(others, at);
    const isFree = peakKw(course, chargedMs, chargeMs) <= roomKw + 1e-6;
    if (isFree || roomKw >= leastKw) {
      const heldKw = isFree ? undefined : roomKw;
      const endAtMs = Math.min(edgeMs, at + Math.ceil(takesMs(course, chargedMs, chargeMs, heldKw) - 1e-6));
      found.push(
        heldKw === undefined ? { startAtMs: at, endAtMs } : { startAtMs: at, endAtMs, powerKw: heldKw },
      );
      chargedMs = courseAfterMs(course, chargedMs, endAtMs - at, heldKw);
      if (endAtMs < edgeMs) break;
    }
    at = edgeMs;
  }
  return found;
}

function loadAt({ atMs, powerKw }: Load, at: number): number {
  let power = 0;
  for (let i = 0; i < atMs.length && (atMs[i] ?? 0) <= at; i++) power = powerKw[i] ?? 0;
  return power;
}
