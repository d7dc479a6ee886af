import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { curveFromPower } from '../charge-curve.ts';
import type { PlanProblem } from '../problem.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import { seeded } from './cases.ts';

/** Several cars at constant power on one grid of steps: every instant and length is a multiple of it. */
export interface SiteCase {
  readonly problem: SiteProblem;
  readonly stepMs: number;
  readonly cars: readonly SiteCaseCar[];
}

export interface SiteCaseCar {
  readonly id: string;
  readonly powerKw: number;
  /** At all its power; of a car that can be held to a power any number, of others a whole one. */
  readonly needSteps: number;
  readonly reserveSteps: number;
  /** Steps from now to its deadline. */
  readonly steps: number;
  /** The least power that it can be held to; absent for a car that is on or off. */
  readonly leastKw?: number;
}

export interface SiteShape {
  readonly stepMinutes: number;
  readonly hours: number;
  readonly slotMinutes: readonly number[];
  readonly minRunMinutes: readonly number[];
  readonly cars: readonly number[];
}

const ORIGIN_MS = Date.UTC(2026, 0, 10, 12);
const POWERS_KW = [3.7, 7.4, 11, 22];

/** A seeded site: mostly one whose limit binds and whose deadlines can all be kept, some where they cannot. */
export function siteCase(seed: number, shape: SiteShape): SiteCase {
  const random = seeded(seed * 7 + 3);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const stepMs = shape.stepMinutes * MINUTE_MS;
  const most = Math.floor((shape.hours * HOUR_MS) / stepMs);
  const steps = Math.max(6, Math.floor(most * (0.6 + 0.4 * random())));
  const nowMs = ORIGIN_MS + Math.floor(random() * 6) * stepMs;
  const slotMs = Math.max(stepMs, pick(shape.slotMinutes) * MINUTE_MS);
  const slots = slotsOf(random, nowMs, nowMs + steps * stepMs, slotMs);
  const count = pick(shape.cars);
  const isAlike = random() < 0.3;
  const common = pick(POWERS_KW);
  const powers = Array.from({ length: count }, () => (isAlike ? common : pick(POWERS_KW)));
  const largest = Math.max(...powers);
  const sum = powers.reduce((a, b) => a + b, 0);
  const limitKw = Number(
    Math.max(largest * (1 + 0.3 * random()), sum * pick([0.4, 0.5, 0.65, 0.8])).toFixed(1),
  );
  const fill = random() < 0.85 ? 0.2 + 0.4 * random() : 0.7 + 0.6 * random();
  const shares = powers.map(() => 0.2 + random());
  const shareSum = shares.reduce((a, b) => a + b, 0);
  const percentPerStep = 25 / most;
  const startCost = random() < 0.25 ? 0 : Number((random() * pick([0.05, 0.3, 1])).toFixed(3));
  const minRunMs = pick(shape.minRunMinutes) * MINUTE_MS;
  let forcedKw = 0;
  let reserves = 0;
  const cars: SiteCaseCar[] = [];
  const problems: SiteCar[] = [];
  for (const [i, powerKw] of powers.entries()) {
    const own = random() < 0.5 ? steps : Math.max(3, Math.floor(steps * (0.4 + 0.6 * random())));
    const wanted = (fill * limitKw * steps * (shares[i] ?? 1)) / shareSum / powerKw;
    const needSteps = Math.max(1, Math.min(own, Math.round(wanted)));
    const canForce = forcedKw + powerKw <= limitKw;
    const isCharging = canForce && random() < 0.3;
    const hasReserve = canForce && reserves === 0 && random() < 0.15;
    const reserveSteps = hasReserve ? Math.floor(random() * needSteps) : 0;
    if (isCharging || reserveSteps > 0) forcedKw += powerKw;
    if (reserveSteps > 0) reserves++;
    const levelPercent = 10 + Math.floor(random() * 20);
    const isRestricted = random() < 0.2;
    const from = nowMs + Math.floor(random() * own) * stepMs;
    const problem: PlanProblem = {
      nowMs,
      readyByMs: nowMs + own * stepMs,
      marginMs: 0,
      levelPercent,
      reservePercent: reserveSteps === 0 ? 0 : levelPercent + reserveSteps * percentPerStep,
      targetPercent: levelPercent + needSteps * percentPerStep,
      chargeLimitPercent: 100,
      capacityWh: (powerKw * 1000 * stepMs) / HOUR_MS / (percentPerStep / 100),
      efficiency: 1,
      curve: [{ levelPercent: 0, powerKw }],
      isCharging,
      stateSinceMs: random() < 0.6 && isCharging ? nowMs - Math.floor(random() * 4) * stepMs : null,
      startedByItself: isCharging && random() < 0.2,
      slots,
      startCost,
      minRunMs,
      opportunisticPrice: null,
      preconditionMs: 0,
      restrictions: isRestricted
        ? [{ startAtMs: from, endAtMs: from + (1 + Math.floor(random() * own * 0.3)) * stepMs }]
        : [],
      prefer: 'late',
    };
    const id = `car${i + 1}`;
    cars.push({ id, powerKw, needSteps, reserveSteps, steps: own });
    problems.push({ id, problem, old: null });
  }
  return { problem: { nowMs, cars: problems, limitKw, replanGain: 0.02 }, stepMs, cars };
}

/** Prices shaped like a day's, or of a few levels with many ties; now and then below zero. */
function slotsOf(random: () => number, nowMs: number, untilMs: number, slotMs: number): PlanProblem['slots'] {
  const isShaped = random() < 0.6;
  const shift = random() < 0.15 ? -0.15 : 0;
  const levels = Array.from({ length: 2 + Math.floor(random() * 6) }, () => 0.05 + 0.4 * random());
  const slots: PlanProblem['slots'][number][] = [];
  for (let at = ORIGIN_MS; at < untilMs; at += slotMs) {
    const hour = (at / HOUR_MS) % 24;
    const level = levels[Math.floor(random() * levels.length)] ?? 0.2;
    const price = isShaped ? 0.2 + 0.1 * Math.sin(((hour - 2) / 24) * 4 * Math.PI) + 0.06 * random() : level;
    if (at + slotMs > nowMs) {
      slots.push({
        startAtMs: at,
        endAtMs: at + slotMs,
        price: Number((price + shift).toFixed(4)),
        provenance: 'known',
      });
    }
  }
  return slots;
}

/** An evening as it comes: cars of any powers and needs at any second, on quarter-hour or hourly prices, some with taper. */
export function siteEvening(seed: number, count: number, hours: number): SiteProblem {
  const random = seeded(seed * 11 + 1);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const nowMs = ORIGIN_MS + Math.floor(random() * 6 * HOUR_MS);
  const readyByMs = Math.floor((nowMs + hours * HOUR_MS) / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
  const slots = slotsOf(random, nowMs, readyByMs, pick([15, 60]) * MINUTE_MS);
  const powers = Array.from({ length: count }, () => pick(POWERS_KW.slice(0, 3)));
  const limitKw = Math.max(...powers, powers.reduce((a, b) => a + b, 0) * (0.4 + 0.3 * random()));
  const startCost = pick([0, 0.02, 0.1]);
  let onKw = 0;
  const cars = powers.map((powerKw, i): SiteCar => {
    const levelPercent = 15 + 45 * random();
    const isCharging = random() < 0.3 && onKw + powerKw <= limitKw;
    if (isCharging) onKw += powerKw;
    const isTapering = random() < 0.3;
    const problem: PlanProblem = {
      nowMs,
      readyByMs: random() < 0.6 ? readyByMs : readyByMs - Math.floor(random() * 4) * HOUR_MS,
      marginMs: pick([5, 15, 42]) * MINUTE_MS,
      levelPercent,
      reservePercent: 20,
      targetPercent: isTapering ? 90 : 80,
      chargeLimitPercent: 100,
      capacityWh: 40_000 + 30_000 * random(),
      efficiency: 0.9,
      curve: isTapering ? curveFromPower(powerKw) : [{ levelPercent: 0, powerKw }],
      isCharging,
      stateSinceMs: null,
      startedByItself: false,
      slots,
      startCost,
      minRunMs: 15 * MINUTE_MS,
      opportunisticPrice: null,
      preconditionMs: 0,
      restrictions: [],
      prefer: 'late',
    };
    return { id: `car${i + 1}`, problem, old: null };
  });
  return { nowMs, cars, limitKw, replanGain: 0.02 };
}
