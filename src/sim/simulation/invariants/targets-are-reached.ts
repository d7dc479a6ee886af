import { deliveredMillijoules, durationForMs, MILLIJOULES_PER_WH } from '../../charge-model.ts';
import type { Finding, Invariant } from '../checker.ts';
import type { CarFact, Shown, ShownSession, StoredSession, TruthFact } from '../facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A command, the car's answer and the reports around them take so long. */
const CONTROL_MS = 5 * MINUTE_MS;
/** Levels are told in whole points: a car that tells 80 may stand half a point below, and stops half a point early. */
const REACHED_TOLERANCE_PERCENT = 1;
/** A shortfall of less cannot be told from what whole points hide. */
const SHORTFALL_PERCENT = 1.5;
/** A level is fresh so long. */
const FRESH_MS = 6 * MINUTE_MS;
/** More than any car here draws: nobody who knows it can hope for more. */
const HOPED_RATIO = 1.1;
const HOPED_UNTOLD_KW = 11.5;
/** A level that is told in steps of 5 may stand for one almost that much higher. */
const COARSE_PERCENT = 5;

/** A target by a time, from when the car could first charge for it. */
interface Aim {
  readonly vehicleId: string;
  readonly targetId: number;
  readonly percent: number;
  readonly readyByMs: number;
  readonly sinceMs: number;
  /** The plant's own level then. */
  readonly levelPercent: number;
  readonly wasAtRisk: boolean;
}

/**
 * A car that behaves, and that could be ready by charging at once, is ready; one that is not was said to be at risk
 * before; and whatever a car's faults, a level just told from which no power would do makes it at risk at once.
 */
export function targetsAreReached(): Invariant {
  const cars = new Map<string, CarFact>();
  const lastTruth = new Map<string, TruthFact>();
  const disturbedAtMs = new Map<string, number>();
  const isCoarse = new Set<string>();
  const pluggedInAtMs = new Map<string, number>();
  /** The lowest limit of the car's own since it was plugged in. */
  const limitPercent = new Map<string, number>();
  const aims = new Map<string, Aim>();
  const levels = new Map<number, { readonly atMs: number; readonly percent: number }>();
  const lastLevel = new Map<string, { readonly atMs: number; readonly percent: number }>();

  function takeTruth(fact: TruthFact): void {
    const { vehicleId } = fact;
    const before = lastTruth.get(vehicleId);
    if (fact.isPluggedIn && before?.isPluggedIn !== true) {
      pluggedInAtMs.set(vehicleId, fact.atMs);
      limitPercent.set(vehicleId, fact.limitPercent);
    }
    limitPercent.set(vehicleId, Math.min(limitPercent.get(vehicleId) ?? 100, fact.limitPercent));
    lastTruth.set(vehicleId, fact);
  }

  /** What the targets came to whose time has passed, by what the plant knew just before. */
  function judgeDue(nowMs: number, vehicleId: string | null): Finding[] {
    const findings: Finding[] = [];
    for (const [sessionId, aim] of aims) {
      if (aim.readyByMs > nowMs || (vehicleId !== null && aim.vehicleId !== vehicleId)) continue;
      aims.delete(sessionId);
      const text = judgeAim(aim);
      if (text !== null) findings.push({ vehicleId: aim.vehicleId, sessionId, text });
    }
    return findings;
  }

  function judgeAim(aim: Aim): string | null {
    const { vehicleId, percent, readyByMs, sinceMs, wasAtRisk } = aim;
    const car = cars.get(vehicleId);
    const truth = lastTruth.get(vehicleId);
    if (car === undefined || truth === undefined || !truth.isPluggedIn || !car.tellsLevel) return null;
    const fromMs = Math.min(pluggedInAtMs.get(vehicleId) ?? 0, sinceMs) - HOUR_MS;
    const behaved = (disturbedAtMs.get(vehicleId) ?? 0) < fromMs;
    if (!behaved || car.isShared || (limitPercent.get(vehicleId) ?? 100) < percent) return null;
    const levelPercent = levelAt(car, truth, readyByMs);
    const neededMs = chargingMs(car, aim.levelPercent, percent);
    const isFeasible = sinceMs + neededMs + CONTROL_MS <= readyByMs;
    const facts =
      `${percent} % by ${instant(readyByMs)}, wanted since ${instant(sinceMs)} at ${aim.levelPercent.toFixed(1)} %, ` +
      `${Math.round(neededMs / MINUTE_MS)} min of charging; it stood at ${levelPercent.toFixed(1)} %`;
    if (isFeasible && levelPercent < percent - REACHED_TOLERANCE_PERCENT)
      return `feasible and not reached: ${facts}`;
    const isShort = levelPercent < percent - SHORTFALL_PERCENT;
    return isShort && !wasAtRisk ? `not reached, and never said to be at risk: ${facts}` : null;
  }

  /** From a level that was just told no power would do any more. */
  function judgeHope(session: ShownSession, { target, outcome }: StoredSession, nowMs: number): Finding[] {
    const { vehicleId, id: sessionId, state } = session;
    const car = cars.get(vehicleId);
    const level = lastLevel.get(vehicleId);
    if (target?.readyByMs === undefined || outcome?.targetId !== target.id || !state.startsWith('ACTIVE'))
      return [];
    if (outcome.state !== 'ON_TRACK' || target.readyByMs <= nowMs) return [];
    if (car === undefined || !car.isCapacityTold || level === undefined || nowMs - level.atMs > FRESH_MS)
      return [];
    const untoldPercent = isCoarse.has(vehicleId) ? COARSE_PERCENT + SHORTFALL_PERCENT : SHORTFALL_PERCENT;
    const missingPercent = target.targetPercent - level.percent - untoldPercent;
    const neededWh = (missingPercent / 100) * (car.model.capacityWh / car.model.efficiency);
    const hopedKw = HOPED_RATIO * (car.powerToldKw ?? Math.max(HOPED_UNTOLD_KW, car.model.powerW / 1000));
    const neededMs = (neededWh / 1000 / hopedKw) * HOUR_MS;
    if (nowMs + neededMs <= target.readyByMs + CONTROL_MS) return [];
    const text =
      `said to be on track for ${target.targetPercent} % by ${instant(target.readyByMs)}, ` +
      `and told ${level.percent} % at ${instant(level.atMs)}: with ${hopedKw.toFixed(1)} kW it takes ` +
      `${Math.round(neededMs / MINUTE_MS)} min`;
    return [{ vehicleId, sessionId, text }];
  }

  function follow({ id, vehicleId, state, body }: ShownSession, nowMs: number): void {
    if (body === null) return;
    const { target, outcome } = body;
    const isActive = state.startsWith('ACTIVE');
    if (!isActive || target?.readyByMs === undefined) {
      aims.delete(id);
      return;
    }
    const before = aims.get(id);
    const isAtRisk = outcome?.targetId === target.id && outcome.state === 'AT_RISK';
    if (before?.targetId === target.id) {
      if (isAtRisk) aims.set(id, { ...before, wasAtRisk: true });
      return;
    }
    if (target.readyByMs <= nowMs) return;
    const levelPercent = lastTruth.get(vehicleId)?.levelPercent ?? 0;
    aims.set(id, {
      vehicleId,
      targetId: target.id,
      percent: target.targetPercent,
      readyByMs: target.readyByMs,
      sinceMs: nowMs,
      levelPercent,
      wasAtRisk: isAtRisk,
    });
  }

  function takeIn({ inputs, steps }: Shown): void {
    for (const { id, observedAtMs, levelPercent } of inputs) {
      if (levelPercent !== null) levels.set(id, { atMs: observedAtMs, percent: levelPercent });
    }
    for (const { vehicleId, inputIds } of steps) {
      for (const inputId of inputIds) {
        const level = levels.get(inputId);
        levels.delete(inputId);
        if (level !== undefined && level.atMs >= (lastLevel.get(vehicleId)?.atMs ?? 0)) {
          lastLevel.set(vehicleId, level);
        }
      }
    }
  }

  return (fact) => {
    switch (fact.kind) {
      case 'car':
        cars.set(fact.vehicleId, fact);
        return [];
      case 'truth': {
        const findings = judgeDue(fact.atMs, fact.vehicleId);
        takeTruth(fact);
        return findings;
      }
      case 'disturbed':
        disturbedAtMs.set(fact.vehicleId, fact.atMs);
        if (fact.fault === 'wrong-levels') isCoarse.add(fact.vehicleId);
        return [];
      case 'shown': {
        const findings = judgeDue(fact.atMs, null);
        takeIn(fact);
        for (const session of fact.sessions) {
          if (session.body !== null) findings.push(...judgeHope(session, session.body, fact.atMs));
          follow(session, fact.atMs);
        }
        return findings;
      }
      default:
        return [];
    }
  };
}

/** Time on full power from a level of the plant to another. */
function chargingMs({ model }: CarFact, fromPercent: number, toPercent: number): number {
  const batteryWh = (Math.max(0, toPercent - fromPercent) / 100) * model.capacityWh;
  return durationForMs(model, fromPercent, (batteryWh * MILLIJOULES_PER_WH) / model.efficiency);
}

/** The plant's level at an instant after it was last measured. */
function levelAt({ model }: CarFact, truth: TruthFact, atMs: number): number {
  const { isCharging, levelPercent, limitPercent } = truth;
  if (!isCharging || atMs <= truth.atMs) return levelPercent;
  const plugWh = deliveredMillijoules(model, levelPercent, atMs - truth.atMs) / MILLIJOULES_PER_WH;
  return Math.min(limitPercent, levelPercent + (100 * plugWh * model.efficiency) / model.capacityWh);
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
