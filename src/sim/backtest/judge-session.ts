import { MINUTE_MS } from '../../domain/units.ts';
import { durationForMs, MILLIJOULES_PER_WH } from '../charge-model.ts';
import { advanceTo, command, createPlant, levelPercentOf, plugIn } from '../plant.ts';
import { chargeModelOf, PLANT_KINDS } from './replay-plant.ts';
import { READY_TOLERANCE_PERCENT, type ReplayRules, TARGET_PERCENT } from './replay-rules.ts';
import type { Replayed } from './replay-session.ts';
import type { RecordedSession } from './sessions-csv.ts';

/** Was the car ready, and could it have been? */
export interface Judgement {
  readonly isReady: boolean;
  readonly isFeasible: boolean;
  readonly isFeasibleWithMinuteToSpare: boolean;
  /** Time that charging at once would leave before ready-by or plug-out, whichever is first; may be negative. */
  readonly slackMs: number;
  /** Points below the target then, at least 0. */
  readonly shortfallPercent: number;
  readonly hasLeftBefore: boolean;
  /** It left before its recorded plug-out: an early departure that the back-test drew. */
  readonly hasLeftEarly: boolean;
}

/** Compares a replayed session with charging at once on the same car. */
export function judgeSession(session: RecordedSession, replayed: Replayed, rules: ReplayRules): Judgement {
  const byMs = Math.min(replayed.readyByMs, replayed.leftAtMs);
  const readyPercent = TARGET_PERCENT - READY_TOLERANCE_PERCENT;
  const shortfallPercent = Math.max(0, TARGET_PERCENT - replayed.levelPercent);
  return {
    isReady: replayed.levelPercent >= readyPercent - ROUNDING_PERCENT,
    isFeasible: levelOfChargingAtOnce(session, rules, byMs) >= readyPercent,
    isFeasibleWithMinuteToSpare: levelOfChargingAtOnce(session, rules, byMs - MINUTE_MS) >= readyPercent,
    slackMs: byMs - session.pluggedInAtMs - chargingMs(session, rules),
    shortfallPercent,
    hasLeftBefore: replayed.leftAtMs < replayed.readyByMs,
    hasLeftEarly: replayed.leftAtMs < session.pluggedOutAtMs,
  };
}

/** Less than this is the last bit of a float. */
const ROUNDING_PERCENT = 1e-6;

function levelOfChargingAtOnce(session: RecordedSession, rules: ReplayRules, byMs: number): number {
  const atMs = session.pluggedInAtMs;
  if (byMs <= atMs) return session.startPercent;
  const model = chargeModelOf(session, rules.plant);
  const report = PLANT_KINDS[rules.plant].report;
  const parked = plugIn(createPlant({ atMs, model, levelPercent: session.startPercent, report }), atMs, null);
  return levelPercentOf(advanceTo(command(parked, atMs, 'START').plant, byMs));
}

function chargingMs(session: RecordedSession, rules: ReplayRules): number {
  const model = chargeModelOf(session, rules.plant);
  const stored = (Math.max(0, TARGET_PERCENT - session.startPercent) / 100) * model.capacityWh;
  return durationForMs(model, session.startPercent, (stored * MILLIJOULES_PER_WH) / model.efficiency);
}
