import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import type { PlanProblem } from '../problem.ts';

/** Numbers in [0, 1) from a seed, the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** A problem in which every time is a multiple of one step. */
export interface GridCase {
  readonly problem: PlanProblem;
  /** Length of a step; now, deadline, margin, slots, need, minimum run and ages are multiples of it. */
  readonly stepMs: number;
  readonly needMs: number;
  /** The most that may be charged where charging above the target is wanted, else the need. */
  readonly mostMs: number;
  readonly reserveMs: number;
  /** When charging has to end. */
  readonly endAtMs: number;
  /** Energy at the plug after a time of charging, kWh. */
  readonly energyKwh: (chargedMs: number) => number;
}

export interface CaseShape {
  readonly stepMinutes: number;
  readonly hours: number;
  readonly slotMinutes: readonly number[];
  readonly minRunMinutes: readonly number[];
}

const ORIGIN_MS = Date.UTC(2026, 0, 10, 12);
const POWER_KW = 7.2;

/** A seeded problem on a grid: prices of a few levels (ties), some negative or missing, odd first slots, all settings. */
export function gridCase(seed: number, shape: CaseShape): GridCase {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const stepMs = shape.stepMinutes * MINUTE_MS;
  const horizonSteps = Math.floor((shape.hours * HOUR_MS) / stepMs);
  const steps = Math.max(4, Math.floor((0.3 + 0.7 * random()) * horizonSteps));
  const slotMs = pick(shape.slotMinutes) * MINUTE_MS;
  const offsetMs = random() < 0.5 ? 0 : Math.floor((random() * slotMs) / stepMs) * stepMs;
  const nowMs = ORIGIN_MS + offsetMs;
  const readyByMs = nowMs + steps * stepMs;
  const levels = 2 + Math.floor(random() * 12);
  const isSigned = random() < 0.35;
  const prices = Array.from({ length: levels }, () =>
    Number(((isSigned ? random() * 2 - 1 : random()) * 0.5).toFixed(3)),
  );
  const holes = random() < 0.15 ? 0.15 : 0;
  const slots: PlanProblem['slots'][number][] = [];
  for (let at = ORIGIN_MS; at < readyByMs; at += slotMs) {
    if (random() < holes) continue;
    slots.push({ startAtMs: at, endAtMs: at + slotMs, price: pick(prices), provenance: 'known' });
  }
  const tooMuch = random() < 0.12;
  const needSteps = tooMuch
    ? steps + 1 + Math.floor(random() * steps)
    : Math.max(1, Math.floor(random() * steps * pick([0.3, 0.6, 1])));
  const needMs = needSteps * stepMs;
  const reserveMs = random() < 0.2 ? Math.floor(random() * needSteps) * stepMs : 0;
  const isCharging = random() < 0.35;
  const minRunMs = pick(shape.minRunMinutes) * MINUTE_MS;
  const restrictions =
    random() < 0.25
      ? [0, 1].map(() => {
          const from = nowMs + Math.floor(random() * steps) * stepMs;
          return { startAtMs: from, endAtMs: from + (1 + Math.floor(random() * steps * 0.4)) * stepMs };
        })
      : [];
  // A battery in which one per cent is one step of charging keeps every level exact.
  const percentPerStep = 50 / (2 * horizonSteps);
  const capacityWh = (POWER_KW * 1000 * stepMs) / HOUR_MS / (percentPerStep / 100);
  const problem: PlanProblem = {
    nowMs,
    readyByMs,
    marginMs: 0,
    levelPercent: 10,
    reservePercent: reserveMs === 0 ? 0 : 10 + (reserveMs / stepMs) * percentPerStep,
    targetPercent: 10 + needSteps * percentPerStep,
    chargeLimitPercent: 100,
    capacityWh,
    efficiency: 1,
    curve: [{ levelPercent: 0, powerKw: POWER_KW }],
    isCharging,
    stateSinceMs: isCharging && random() < 0.7 ? nowMs - Math.floor(random() * 8) * stepMs : null,
    startedByItself: isCharging && random() < 0.2,
    slots,
    startCost: random() < 0.3 ? 0 : Number((random() * pick([0.05, 0.5, 3])).toFixed(3)),
    minRunMs,
    opportunisticPrice: null,
    preconditionMs: 0,
    restrictions,
    prefer: random() < 0.2 ? 'early' : 'late',
  };
  return {
    problem,
    stepMs,
    needMs,
    mostMs: needMs,
    reserveMs,
    endAtMs: readyByMs,
    energyKwh: (chargedMs) => (POWER_KW * chargedMs) / HOUR_MS,
  };
}
