import { localDateOf } from '../../domain/calendar.ts';
import { clip } from '../../domain/price-series.ts';
import { judgeSession } from './judge-session.ts';
import { plantReference } from './plant-reference.ts';
import { type PriceWindows, priceWindows } from './price-windows.ts';
import type { ReferenceCosts } from './reference.ts';
import { referenceCosts, startsOfOptimum } from './reference.ts';
import { freeAgainAtMs, newReplayCar, type ReplayCar } from './replay-car.ts';
import { chargeModelOf } from './replay-plant.ts';
import { READY_TOLERANCE_PERCENT, type ReplayRules, TARGET_PERCENT } from './replay-rules.ts';
import { type Replayed, replaySession } from './replay-session.ts';
import type { RecordedSession } from './sessions-csv.ts';
import type { Tallied } from './tally.ts';
import { type PricedSession, priceSession } from './usable-sessions.ts';

/**
 * Drives sessions through the engine in the given order, each in a car of its user, and judges them. What is learnt of
 * a car goes on to its next visit, and nothing goes from one user to another: users may be driven apart.
 * @param onDriven called after each session.
 */
export function driveSessions(
  sessions: readonly RecordedSession[],
  rules: ReplayRules,
  onDriven: () => void,
): Tallied[] {
  const garage = newGarage(rules);
  return sessions.map((session) => {
    const driven = drive(garage, session);
    onDriven();
    return driven;
  });
}

/** The cars of all users, each free again some time after its last plug-out. */
interface Garage {
  readonly rules: ReplayRules;
  readonly windows: PriceWindows;
  readonly carsByUser: Map<string, GarageCar[]>;
}

interface GarageCar {
  readonly car: ReplayCar;
  freeAtMs: number;
}

function newGarage(rules: ReplayRules): Garage {
  return { rules, windows: priceWindows(rules.prices, rules.publication), carsByUser: new Map() };
}

function drive(garage: Garage, session: RecordedSession): Tallied {
  const { rules } = garage;
  const priced = priceSession({ kind: 'session', session }, rules.prices.slots);
  if ('skipped' in priced) throw new Error(`session ${session.id}: expected prices, got ${priced.skipped}`);
  const { car, isSecond } = carFor(garage, session);
  const replayed = replayNamed(car, priced);
  return {
    sessionId: session.id,
    month: monthOf(rules.publication.timezone, session.pluggedInAtMs),
    recordedKwh: session.energyKwh,
    isSecond,
    replayed,
    ...referencesOf(priced, replayed, rules),
    judgement: judgeSession(session, replayed, rules),
  };
}

/** A car of the user that is away at plug-in; a new one when all are plugged in. */
function carFor(
  garage: Garage,
  session: RecordedSession,
): { readonly car: ReplayCar; readonly isSecond: boolean } {
  const cars = garage.carsByUser.get(session.userId) ?? [];
  garage.carsByUser.set(session.userId, cars);
  const freeAtMs = freeAgainAtMs(session.pluggedOutAtMs, garage.rules);
  const index = cars.findIndex((candidate) => candidate.freeAtMs <= session.pluggedInAtMs);
  const free = cars[index];
  if (free !== undefined) {
    free.freeAtMs = freeAtMs;
    return { car: free.car, isSecond: index > 0 };
  }
  const carId = `${session.userId}-${cars.length + 1}`;
  const car = newReplayCar(session, carId, garage.rules, garage.windows);
  cars.push({ car, freeAtMs });
  return { car, isSecond: cars.length > 1 };
}

function replayNamed(car: ReplayCar, priced: PricedSession): Replayed {
  try {
    return replaySession(car, priced);
  } catch (cause) {
    throw new Error(
      `session ${priced.session.id}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

function referencesOf(
  priced: PricedSession,
  replayed: Replayed,
  rules: ReplayRules,
): { readonly reference: ReferenceCosts; readonly startsOfOptimum: number } {
  const { session } = priced;
  const { readyByMs, leftAtMs } = replayed;
  const model = chargeModelOf(session, rules.plant);
  if (model.taper === null && rules.minRunMinutes === 0 && leftAtMs === session.pluggedOutAtMs) {
    const { pluggedInAtMs, pluggedOutAtMs, powerKw, energyKwh } = session;
    const given = { pluggedInAtMs, pluggedOutAtMs, readyByMs, powerKw, energyKwh, slots: priced.slots };
    return { reference: referenceCosts(given, rules.publication), startsOfOptimum: startsOfOptimum(given) };
  }
  const { costs, startsOfOptimum: starts } = plantReference(
    {
      model,
      startPercent: session.startPercent,
      targetPercent: TARGET_PERCENT - (rules.plant === 'real' ? READY_TOLERANCE_PERCENT : 0),
      pluggedInAtMs: session.pluggedInAtMs,
      pluggedOutAtMs: leftAtMs,
      readyByMs,
      minRunMinutes: rules.minRunMinutes,
      slots: clip(rules.prices.slots, session.pluggedInAtMs, Math.max(readyByMs, session.pluggedOutAtMs)),
    },
    rules.publication,
  );
  return { reference: costs, startsOfOptimum: starts };
}

/** The local month, as in 2026-01. */
function monthOf(timezone: string, atMs: number): string {
  const { year, month } = localDateOf(timezone, atMs);
  return `${year}-${String(month).padStart(2, '0')}`;
}
