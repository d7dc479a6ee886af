import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import type { PlanProblem } from '../problem.ts';
import type { GridCase } from './cases.ts';
import { gridCase, seeded } from './cases.ts';

const STEP_MS = 5 * MINUTE_MS;
const SLOT_MS = 15 * MINUTE_MS;

/**
 * A seeded problem with hardly any room: a few minimum runs and the pauses between them fill the window but for some
 * minutes, and neither end of it is a price edge. What is free elsewhere is fixed here: chains of minimum runs and
 * pauses from one end of the window, from the other, and from both at once.
 */
export function tightCase(seed: number): GridCase {
  const random = seeded(seed * 13 + 5);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const hours = 12;
  const { problem, energyKwh } = gridCase(seed, {
    stepMinutes: 5,
    hours,
    slotMinutes: [15],
    minRunMinutes: [15],
  });
  const minSteps = pick([3, 6, 9]);
  const runs = 1 + Math.floor(random() * 3);
  const needSteps = Math.max(1, runs * minSteps + pick([0, 0, 0, -1, 1, 2]));
  const steps = Math.max(needSteps, (2 * runs - 1) * minSteps + pick([0, 0, 1, 2, 3, 5]));
  const nowMs = Date.UTC(2026, 0, 10, 12) + pick([0, 1, 2]) * STEP_MS;
  const readyByMs = nowMs + steps * STEP_MS;
  const levels = Array.from({ length: 2 + Math.floor(random() * 4) }, () => Number(random().toFixed(2)));
  const slots: PlanProblem['slots'][number][] = [];
  for (let at = nowMs - (nowMs % SLOT_MS); at < readyByMs; at += SLOT_MS) {
    slots.push({ startAtMs: at, endAtMs: at + SLOT_MS, price: pick(levels), provenance: 'known' });
  }
  const percentPerStep = (25 * STEP_MS) / (hours * HOUR_MS);
  return {
    problem: {
      ...problem,
      nowMs,
      readyByMs,
      slots,
      reservePercent: 0,
      targetPercent: 10 + needSteps * percentPerStep,
      minRunMs: minSteps * STEP_MS,
      startCost: pick([0, 0.01, 0.1]),
      stateSinceMs: null,
      restrictions: [],
    },
    stepMs: STEP_MS,
    needMs: needSteps * STEP_MS,
    mostMs: needSteps * STEP_MS,
    reserveMs: 0,
    endAtMs: readyByMs,
    energyKwh,
  };
}
