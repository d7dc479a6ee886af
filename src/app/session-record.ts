import type { Query } from '../store/database.ts';
import {
  findStoredSession,
  listLaneStates,
  readStoredLane,
  readTellings,
  type StoredLane,
  type StoredSession,
  type StoredTellings,
} from '../store/replay-reads.ts';
import type { Gap } from './replay-calls.ts';
import { type ReplayLog, readReplayLog } from './replay-log.ts';

/** All that is stored of a session: what repeats it, and what that is compared with. */
export interface SessionRecord {
  readonly session: StoredSession;
  /** The step of its lane after which the session begins. */
  readonly beforeStep: number;
  readonly log: ReplayLog;
  readonly tellings: StoredTellings;
  /** The lane as it is now; null where it is gone. */
  readonly lane: StoredLane | null;
}

/** Reads a session's record, or says what is missing of it; nothing is computed here, so a snapshot is held briefly. */
export async function readSessionRecord(
  query: Query,
  sessionId: string,
): Promise<SessionRecord | { readonly reason: Gap['reason'] | 'session-unknown'; readonly detail: string }> {
  const session = await findStoredSession(query, sessionId);
  if (session === null) {
    return { reason: 'session-unknown', detail: `there is no session ${sessionId}` };
  }
  const { clientId, vehicleId } = session;
  const lane = await readStoredLane(query, clientId, vehicleId);
  const span = await spanOf(query, session, lane);
  if ('reason' in span) return span;
  const { beforeStep, lastStep } = span;
  const log = await readReplayLog(query, clientId, { vehicleId, stepNumber: beforeStep }, lastStep);
  if ('reason' in log) return log;
  const own = log.calls
    .flatMap(({ lanes }) => lanes.flatMap(({ step }) => step ?? []))
    .filter((step) => step.vehicleId === vehicleId && step.stepNumber > beforeStep)
    .map(({ atMs }) => atMs);
  const [fromMs, toMs] = [own[0] ?? 0, own.at(-1) ?? 0];
  const tellings = await readTellings(query, clientId, sessionId, fromMs, toMs);
  return { session, beforeStep, log, tellings, lane };
}

/** Between which steps of its lane the session was made. */
async function spanOf(
  query: Query,
  session: StoredSession,
  lane: StoredLane | null,
): Promise<{ readonly beforeStep: number; readonly lastStep: number } | Gap> {
  const { clientId, vehicleId, visitId, beforeStep, body } = session;
  const older: Gap = {
    reason: 'older-version',
    detail: 'it was logged by a version that could not replay: its steps are not known',
  };
  const lastStep = body.state === 'SETTLED' ? session.lastStep : (lane?.stepNumber ?? null);
  if (session.neededFromMs === null || lastStep === null) return older;
  if (beforeStep !== null) return { beforeStep, lastStep };
  // Written once, when its visit was over: it begins where the lane was kept last before the visit.
  const kept = await listLaneStates(query, clientId, vehicleId);
  const base = kept.filter((one) => one.stepNumber < lastStep && one.visitId !== visitId).at(-1);
  if (base !== undefined) return { beforeStep: base.stepNumber, lastStep };
  const detail = `the lane of vehicle ${vehicleId} from before its visit is not kept any more: retention has removed it, and steps with it`;
  return { reason: 'steps-gone', detail };
}
