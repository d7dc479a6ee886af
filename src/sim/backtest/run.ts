import { judgeSession } from './judge-session.ts';
import { type PriceWindows, priceWindows } from './price-windows.ts';
import type { ReferenceCosts } from './reference.ts';
import { referenceCosts, startsOfOptimum } from './reference.ts';
import { freeAgainAtMs, newReplayCar, type ReplayCar } from './replay-car.ts';
import type { ReplayRules } from './replay-rules.ts';
import { type Replayed, replaySession } from './replay-session.ts';
import type { BacktestReport } from './report.ts';
import type { RecordedSession, SessionRow } from './sessions-csv.ts';
import { addSession, emptyTally, reportOf } from './tally.ts';
import { type PricedSession, priceSession } from './usable-sessions.ts';

/** What the world outside gives a back-test. */
export interface BacktestHost {
  /** For the seconds of the report only. */
  readonly nowMs: () => number;
  /** Called after each session. */
  readonly onProgress: (sessions: number) => void;
}

/**
 * Drives every row through the engine, one car after another session by session, and compares with the reference
 * columns. `limit` counts sessions driven, not rows. A row that cannot be driven is counted by its reason.
 */
export async function runBacktest(
  rows: AsyncIterable<SessionRow>,
  rules: ReplayRules,
  limit: number,
  host: BacktestHost,
): Promise<BacktestReport> {
  const startedAtMs = host.nowMs();
  const garage = newGarage(rules);
  const tally = emptyTally();
  if (limit > 0) {
    for await (const row of rows) {
      const priced = priceSession(row, rules.prices.slots);
      if ('skipped' in priced) {
        tally.skipped[priced.skipped] = (tally.skipped[priced.skipped] ?? 0) + 1;
        continue;
      }
      const { car, isSecond } = carFor(garage, priced.session);
      const replayed = replayNamed(car, priced);
      const reference = referencesOf(priced, replayed, rules);
      addSession(tally, {
        recordedKwh: priced.session.energyKwh,
        sessionId: priced.session.id,
        isSecond,
        replayed,
        ...reference,
        judgement: judgeSession(priced.session, replayed, rules),
      });
      host.onProgress(tally.sessions);
      if (tally.sessions >= limit) break;
    }
  }
  return reportOf(tally, rules, (host.nowMs() - startedAtMs) / 1000);
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
  const given = { ...priced.session, readyByMs: replayed.readyByMs, slots: priced.slots };
  return { reference: referenceCosts(given, rules.publication), startsOfOptimum: startsOfOptimum(given) };
}
