import { PERSON_WAIT_MAX_MS } from '../domain/rules.ts';
import { advance } from '../engine/advance.ts';
import type { Advance, LaneEvent, Refusal } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import type { Query } from '../store/database.ts';
import { isLockTimeout, isPassing } from '../store/database-error.ts';
import {
  findDueLanes,
  type LaneKey,
  type LockedLane,
  lockLane,
  lockLanes,
  markLaneFault,
  readInbox,
  readNextDueAtMs,
  type WaitingInput,
} from '../store/lanes.ts';
import { type EventRow, type SavedStep, saveSteps } from '../store/save-steps.ts';
import { toCommandEvent, toSessionDeletedEvent, toSessionUpdatedEvent } from '../wire/event.ts';
import type { Deps } from './deps.ts';
import { type LanePrices, loadLanePrices } from './lane-prices.ts';

/** A person's change waited as long as it may for its lane. */
export class LaneBusyError extends Error {
  override readonly name = 'LaneBusyError';
}

/**
 * Steps one batch of due lanes, in one transaction, and says how many it stepped. A lane whose step throws is left out
 * and tried again later; a batch that the database refuses is split until the lane at fault stands alone.
 */
export async function runDueLanes(deps: Deps, limit: number): Promise<number> {
  const keys = await findDueLanes(deps.database, deps.clock.nowMs(), limit);
  return keys.length === 0 ? 0 : stepBatch(deps, keys);
}

/** When the next lane is due; now where an input waits, null where nothing does. */
export function nextDueAtMs(deps: Deps): Promise<number | null> {
  return readNextDueAtMs(deps.database, deps.clock.nowMs());
}

/** Steps one lane in the caller's transaction, for a person who waits for the result. */
export async function stepLaneNow(
  tx: Query,
  deps: Deps,
  clientId: string,
  vehicleId: string,
): Promise<{ readonly refusals: readonly Refusal[] }> {
  const locked = await lockForPerson(tx, { clientId, vehicleId });
  if (locked === null) {
    return { refusals: [] };
  }
  const { steps, faults } = await stepLocked(tx, deps, [locked]);
  const [fault] = faults;
  if (fault !== undefined) {
    throw fault.error;
  }
  await saveSteps(tx, steps);
  return { refusals: steps.flatMap(({ result }) => result.refusals) };
}

interface Fault {
  readonly key: LaneKey;
  readonly error: unknown;
}

async function stepBatch(deps: Deps, keys: readonly LaneKey[]): Promise<number> {
  try {
    const { stepped, faults } = await deps.database.transaction(async (tx) => {
      const locked = await lockLanes(tx, keys);
      if (locked.length === 0) {
        return { stepped: 0, faults: [] };
      }
      const done = await stepLocked(tx, deps, locked);
      if (done.steps.length > 0) {
        await saveSteps(tx, done.steps);
      }
      return { stepped: done.steps.length, faults: done.faults };
    });
    if (stepped > 0) deps.bells?.written.ring();
    for (const { key, error } of faults) {
      await noteFault(deps, key, error);
    }
    return stepped + faults.length;
  } catch (error) {
    if (isPassing(error)) {
      throw error;
    }
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) {
      await noteFault(deps, only, error);
      return 1;
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await stepBatch(deps, keys.slice(0, middle));
    return first + (await stepBatch(deps, keys.slice(middle)));
  }
}

async function noteFault(deps: Deps, key: LaneKey, error: unknown): Promise<void> {
  const fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const count = await markLaneFault(deps.database, key, fault, deps.clock.nowMs());
  deps.log.error('a lane could not be stepped', {
    vehicleId: key.vehicleId,
    faultCount: count,
    error: fault,
  });
}

/** The pure part: every lane with what waits for it, through `advance`. Nothing is written. */
async function stepLocked(
  tx: Query,
  deps: Deps,
  locked: readonly LockedLane[],
): Promise<{ readonly steps: SavedStep[]; readonly faults: Fault[] }> {
  const waiting = await readInbox(tx, locked);
  const nowMs = deps.clock.nowMs();
  const prices = await loadLanePrices(tx, locked, nowMs);
  const steps: SavedStep[] = [];
  const faults: Fault[] = [];
  for (const before of locked) {
    try {
      steps.push(stepOne(deps, before, waiting.get(before.vehicleId) ?? [], prices, nowMs));
    } catch (error) {
      faults.push({ key: before, error });
    }
  }
  return { steps, faults };
}

function stepOne(
  deps: Deps,
  before: LockedLane,
  waiting: readonly WaitingInput[],
  prices: LanePrices,
  nowMs: number,
): SavedStep {
  const givenIds: string[] = [];
  const newId = (): string => {
    const id = deps.newId();
    givenIds.push(id);
    return id;
  };
  const seen: Record<string, string> = {};
  const result = advance(
    before.lane,
    waiting.map(({ input }) => input),
    {
      newId,
      pricesAt: (locationId) => {
        const found = prices.get(`${before.clientId}/${locationId}`) ?? null;
        seen[locationId] = found?.version ?? '';
        return found;
      },
    },
    nowMs,
  );
  return {
    before,
    result,
    nowMs: result.lane.steppedAtMs,
    inputIds: waiting.map(({ id }) => id),
    priceVersions: seen,
    givenIds,
    events: result.events.map((event) => eventRow(event, before, result)),
  };
}

/** An event's body is built here, when it happens, and never again. */
function eventRow(event: LaneEvent, { lane }: LockedLane, result: Advance): EventRow {
  const nowMs = result.lane.steppedAtMs;
  const { userId, id: vehicleId } = lane.vehicle;
  switch (event.kind) {
    case 'session-updated': {
      const { session, sequence } = event;
      const body = toSessionUpdatedEvent(session, sequence, nowMs);
      const { id: sessionId, policyId } = session;
      return { kind: body.event, sessionId, policyId, sequence, body: JSON.stringify(body) };
    }
    case 'session-deleted': {
      const body = toSessionDeletedEvent(userId, event.sessionId, event.policyId, nowMs);
      const { sessionId, policyId } = event;
      return { kind: body.event, sessionId, policyId, sequence: null, body: JSON.stringify(body) };
    }
    case 'command-requested': {
      const body = toCommandEvent(userId, { ...event.command, vehicleId }, nowMs);
      const { sessionId } = event.command;
      const policyId = policyOf(sessionId, lane, result);
      return { kind: body.event, sessionId, policyId, sequence: null, body: JSON.stringify(body) };
    }
  }
}

/** The policy of a session that a command is for: as it was before the step, or begins in it. */
function policyOf(sessionId: string | null, before: Lane, { sessions, lane }: Advance): string | null {
  const known = [...Object.values(before.current), ...Object.values(lane.current)];
  const begun = sessions.map(({ session }) => session);
  return (
    known.find(({ id }) => id === sessionId)?.policyId ??
    begun.find(({ id }) => id === sessionId)?.policyId ??
    null
  );
}

async function lockForPerson(tx: Query, key: LaneKey): Promise<LockedLane | null> {
  await tx.query(`set local lock_timeout = ${PERSON_WAIT_MAX_MS}`);
  try {
    return await lockLane(tx, key);
  } catch (error) {
    if (isLockTimeout(error)) {
      throw new LaneBusyError('the vehicle is being worked on; try again in a moment', { cause: error });
    }
    throw error;
  }
}
