import { finestSlots } from '../../domain/finest-slots.ts';
import type { PriceSlot } from '../../domain/price.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { courseFrom, levelAfterPercent } from '../charge-curve.ts';
import type { CurvePoint, PlanProblem } from '../problem.ts';
import { type GridCase, seeded } from './cases.ts';
import { simulatedEnergy } from './simulated-energy.ts';

export type AnyShape = {
  readonly stepMinutes: number;
  readonly isTapering: boolean;
} & ({ readonly stepsMin: number; readonly stepsMax: number } | TightShape);

/**
 * A few minimum runs and the pauses between them fill the window but for some steps, and nothing else is asked for. Slots
 * and minimum runs are cells of so many steps; now, deadline and need are steps.
 */
interface TightShape {
  readonly cellSteps: number;
}

/** A case, and its slots as they were given: they may overlap. */
export interface AnyCase extends GridCase {
  readonly givenSlots: readonly PriceSlot[];
}

const ORIGIN_MS = Date.UTC(2026, 2, 28, 12);
const FROM_PERCENT = 10;

/** A seeded problem on a grid that may have everything at once: see `features.ts` for what is counted. */
export function anyCase(seed: number, shape: AnyShape): AnyCase {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const whole = (most: number) => Math.floor(random() * most);
  const stepMs = shape.stepMinutes * MINUTE_MS;
  const tight = 'cellSteps' in shape ? tightSteps(random, shape.cellSteps) : null;
  const steps =
    'stepsMin' in shape ? shape.stepsMin + whole(shape.stepsMax - shape.stepsMin + 1) : (tight?.steps ?? 0);
  const nowMs = ORIGIN_MS + whole(12) * stepMs;
  const marginSteps = tight === null && random() < 0.15 ? whole(Math.ceil(steps / 4)) : 0;
  const preconditionSteps = tight === null && random() < 0.2 ? 1 + whole(4) : 0;
  const readyByMs = nowMs + steps * stepMs;
  const endAtMs = preconditionSteps > 0 ? readyByMs : readyByMs - marginSteps * stepMs;
  const room = Math.round((endAtMs - nowMs) / stepMs);
  const givenSlots = slotsOf(
    random,
    nowMs - whole(12) * stepMs,
    readyByMs,
    (tight?.cellSteps ?? 1) * stepMs,
    tight === null ? 6 : 2,
  );
  const isCharging = random() < 0.35;
  const minRunSteps = tight?.minRunSteps ?? pick([0, 1, 2, 3, 3, 4, 6]);
  const needSteps =
    tight?.needSteps ??
    (random() < 0.06 ? steps + 1 + whole(3) : whole(Math.max(2, room * pick([0.4, 0.8, 1]))) + 1);
  const reserveSteps = tight === null && random() < 0.2 ? whole(needSteps + 1) : 0;
  const curve = shape.isTapering ? curveOf(random) : [{ levelPercent: 0, powerKw: pick([3.6, 7.2, 11]) }];
  // Large enough that no charge comes to 100 %.
  const efficiency = pick([1, 0.9]);
  const mostKw = Math.max(...curve.map(({ powerKw }) => powerKw));
  const capacityWh = (mostKw * 1000 * (steps + 3) * stepMs * efficiency * 1.3) / HOUR_MS;
  const energyKwh = simulatedEnergy(curve, capacityWh, efficiency, FROM_PERCENT);
  // The planner's own course, so that a need is a whole number of steps to the millisecond; the energies that its plans
  // state are compared with simulated ones.
  const course = courseFrom(FROM_PERCENT, { capacityWh, efficiency, curve });
  const percentAt = (count: number) => levelAfterPercent(course, count * stepMs);
  // The minimum run depends on the need where that is shorter; the integer programme cannot have both open.
  const isOpen = tight === null && random() < 0.25 && needSteps >= minRunSteps && needSteps <= room;
  const mostSteps = isOpen ? Math.min(needSteps + whole(8), steps) : needSteps;
  const restrictions =
    tight === null && random() < 0.3
      ? Array.from({ length: pick([1, 2, 3]) }, () => {
          const startAtMs = nowMs + whole(steps) * stepMs;
          return { startAtMs, endAtMs: startAtMs + (1 + whole(Math.ceil(steps * 0.4))) * stepMs };
        })
      : [];
  const isAged = tight === null && random() < 0.6;
  const problem: PlanProblem = {
    nowMs,
    readyByMs,
    marginMs: marginSteps * stepMs,
    levelPercent: FROM_PERCENT,
    reservePercent: reserveSteps === 0 ? 0 : percentAt(reserveSteps),
    targetPercent: percentAt(needSteps),
    chargeLimitPercent: isOpen ? percentAt(mostSteps) : 100,
    capacityWh,
    efficiency,
    curve,
    isCharging,
    stateSinceMs: isAged ? nowMs - whole(7) * stepMs : null,
    startedByItself: isCharging && random() < 0.2,
    slots: finestSlots(givenSlots) ?? [],
    startCost: random() < 0.3 ? 0 : Number((random() * pick([0.05, 0.5, 3])).toFixed(3)),
    minRunMs: minRunSteps * stepMs,
    opportunisticPrice: isOpen ? Number((random() * 0.4 - 0.05).toFixed(3)) : null,
    preconditionMs: preconditionSteps * stepMs,
    restrictions,
    prefer: random() < 0.2 ? 'early' : 'late',
  };
  return {
    problem,
    givenSlots,
    stepMs,
    needMs: needSteps * stepMs,
    mostMs: mostSteps * stepMs,
    reserveMs: reserveSteps * stepMs,
    endAtMs,
    energyKwh,
  };
}

type Random = () => number;

/** Where hardly any edge can move: what one of them gains, chains of minimum runs and pauses carry on. */
function tightSteps(random: Random, cellSteps: number) {
  const whole = (most: number) => Math.floor(random() * most);
  const minRunSteps = cellSteps * (1 + whole(3));
  const runs = 2 + whole(2);
  const needSteps = runs * minRunSteps + whole(cellSteps);
  const steps = (2 * runs - 1) * minRunSteps + Math.max(needSteps - runs * minRunSteps, whole(cellSteps));
  return { cellSteps, minRunSteps, needSteps, steps: steps + whole(cellSteps) };
}

/** Slots of one length, of any lengths, of a length that changes, or of two resolutions side by side. */
function slotsOf(
  random: Random,
  fromMs: number,
  untilMs: number,
  stepMs: number,
  mostSteps: number,
): PriceSlot[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const isSigned = random() < 0.35;
  const levels = Array.from({ length: random() < 0.08 ? 1 : 2 + Math.floor(random() * 10) }, () =>
    Number(((isSigned ? random() * 2 - 1 : random()) * 0.5).toFixed(3)),
  );
  const holes = random() < 0.15 ? 0.2 : 0;
  const nulls = random() < 0.1 ? 0.2 : 0;
  const kind = pick(['one', 'one', 'any', 'changing', 'both'] as const);
  const long = mostSteps < 3 ? 1 : pick([2, 3, 4, 6, 12]);
  const slots: PriceSlot[] = [];
  const add = (at: number, count: number) => {
    const price = random() < nulls ? null : pick(levels);
    if (random() < holes) return;
    slots.push({
      startAtMs: at,
      endAtMs: at + count * stepMs,
      price,
      provenance: price === null ? 'none' : 'known',
    });
  };
  const middleMs = fromMs + (untilMs - fromMs) * random();
  const endMs = random() < 0.08 ? middleMs : untilMs;
  for (let at = fromMs; at < endMs; ) {
    const count =
      kind === 'any'
        ? 1 + Math.floor(random() * mostSteps)
        : kind === 'changing' && at >= middleMs
          ? 1
          : long;
    add(at, count);
    at += count * stepMs;
  }
  if (kind === 'both') {
    const fine = Math.max(1, Math.floor(long / 3));
    for (let at = fromMs; at < middleMs; at += fine * stepMs) if (fine !== long) add(at, fine);
  }
  return slots;
}

/** Power that falls, or rises and falls, with the level. */
function curveOf(random: Random): CurvePoint[] {
  const full = 4 + 7 * random();
  return [
    { levelPercent: 0, powerKw: random() < 0.5 ? full : full * (0.5 + 0.5 * random()) },
    { levelPercent: 15 + 35 * random(), powerKw: full },
    { levelPercent: 100, powerKw: full * (0.1 + 0.6 * random()) },
  ];
}
