import type { Finding, Invariant } from '../checker.ts';
import type { CarFact, Shown, ShownCommand, StoredBlock, TruthFact } from '../facts.ts';

const MINUTE_MS = 60_000;
/** Commands are sent at the edges of plans, by the timer of their lane. */
const EDGE_MS = MINUTE_MS;
/** A pause is at least so long, as a run is: the setting of every policy here. */
const PAUSE_MIN_MS = 15 * MINUTE_MS;
/** A level that falls by more has another reason: the car was driven, though nobody saw it leave. */
const NOISE_PERCENT = 1;
/** What may be noise: a level or power that was read. A deadline that passes has another target, and is none. */
const NOISE: ReadonlySet<string> = new Set(['LEVEL', 'POWER', 'CLOCK', 'CHARGING', 'COMMAND']);

interface Visit {
  /** The plan as the session showed it before the step that is judged. */
  readonly blocks: readonly StoredBlock[];
}

/**
 * A car that behaves is started where the plan that was shown begins a block, or where its history says what else has
 * happened than a reading of what was expected; and it is not stopped for less than a quarter of an hour without that.
 */
export function startsHaveCauses(): Invariant {
  const cars = new Map<string, CarFact>();
  const disturbedAtMs = new Map<string, number>();
  const pluggedInAtMs = new Map<string, number>();
  const lastTruth = new Map<string, TruthFact>();
  const shownBefore = new Map<string, Visit>();
  const seen = new Set<string>();
  /** By vehicle: when the last run that we began ended, and when something really happened last. */
  const stoppedAtMs = new Map<string, number>();
  const isOurRun = new Set<string>();
  const causedAtMs = new Map<string, number>();
  const toldPercent = new Map<string, number>();

  function behaves(vehicleId: string, sinceMs: number): boolean {
    return (
      (disturbedAtMs.get(vehicleId) ?? 0) <
      Math.min(sinceMs, pluggedInAtMs.get(vehicleId) ?? 0) - PAUSE_MIN_MS
    );
  }

  function takeTruth(fact: TruthFact): Finding[] {
    const { vehicleId, atMs, isPluggedIn, isCharging } = fact;
    const before = lastTruth.get(vehicleId);
    lastTruth.set(vehicleId, fact);
    if (!isPluggedIn || before?.isPluggedIn !== true) {
      if (isPluggedIn) pluggedInAtMs.set(vehicleId, atMs);
      stoppedAtMs.delete(vehicleId);
      isOurRun.delete(vehicleId);
      return [];
    }
    if (before.isCharging && !isCharging && isOurRun.has(vehicleId)) stoppedAtMs.set(vehicleId, atMs);
    const pausedSinceMs = stoppedAtMs.get(vehicleId);
    if (before.isCharging || !isCharging || pausedSinceMs === undefined) return [];
    stoppedAtMs.delete(vehicleId);
    const hasCause = (causedAtMs.get(vehicleId) ?? 0) >= pausedSinceMs;
    if (atMs - pausedSinceMs >= PAUSE_MIN_MS || hasCause || !behaves(vehicleId, pausedSinceMs)) return [];
    const minutes = Math.round((atMs - pausedSinceMs) / MINUTE_MS);
    const text = `it was stopped at ${instant(pausedSinceMs)} and started again after ${minutes} min, without a cause`;
    return [{ vehicleId, sessionId: null, text }];
  }

  function judgeStart(command: ShownCommand, shown: Shown): Finding[] {
    const { id, vehicleId, sessionId, kind, powerKw } = command;
    if (seen.has(id)) return [];
    seen.add(id);
    if (kind !== 'START') return [];
    isOurRun.add(vehicleId);
    const car = cars.get(vehicleId);
    // Cars under one limit are started as the others leave room for them: their history tells of the others.
    if (car === undefined || car.isShared || powerKw !== null || sessionId === null) return [];
    if (!behaves(vehicleId, shown.atMs)) return [];
    const isPlanned = (shownBefore.get(sessionId)?.blocks ?? []).some(
      ({ startAtMs, endAtMs }) => startAtMs <= shown.atMs + EDGE_MS && endAtMs > shown.atMs,
    );
    const hasCause = (causedAtMs.get(vehicleId) ?? 0) >= shown.atMs;
    if (isPlanned || hasCause) return [];
    const causes = shown.history.filter((entry) => entry.sessionId === sessionId).map(({ cause }) => cause);
    const text = `started (${command.cause}) where no block was planned; its history says ${causes.join(', ') || 'nothing'}`;
    return [{ vehicleId, sessionId, text }];
  }

  function takeCauses({ history, sessions, inputs, atMs: nowMs }: Shown): void {
    for (const { vehicleId, levelPercent } of inputs) {
      if (levelPercent === null) continue;
      const before = toldPercent.get(vehicleId) ?? levelPercent;
      if (levelPercent < before - NOISE_PERCENT) causedAtMs.set(vehicleId, nowMs);
      toldPercent.set(vehicleId, levelPercent);
    }
    const owners = new Map(sessions.map(({ id, vehicleId }) => [id, vehicleId]));
    for (const { sessionId, atMs, cause, hasNewTarget } of history) {
      const vehicleId = owners.get(sessionId);
      if (vehicleId !== undefined && (hasNewTarget || !NOISE.has(cause))) causedAtMs.set(vehicleId, atMs);
    }
  }

  return (fact) => {
    switch (fact.kind) {
      case 'car':
        cars.set(fact.vehicleId, fact);
        return [];
      case 'truth':
        return takeTruth(fact);
      case 'disturbed':
        disturbedAtMs.set(fact.vehicleId, fact.atMs);
        return [];
      case 'shown': {
        takeCauses(fact);
        const findings = fact.commands.flatMap((command) => judgeStart(command, fact));
        for (const { id, body } of fact.sessions) {
          if (body !== null) shownBefore.set(id, { blocks: body.blocks });
        }
        return findings;
      }
      default:
        return [];
    }
  };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
