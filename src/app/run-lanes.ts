import { PERSON_WAIT_MAX_MS } from '../domain/rules.ts';
import type { Refusal } from '../engine/contract.ts';
import { type Claim, claimLanes, siteName } from '../store/claim-lanes.ts';
import type { Query } from '../store/database.ts';
import { isLockTimeout, isPassing } from '../store/database-error.ts';
import { findDueLanes, type LaneKey, markLaneFault, readNextDueAtMs } from '../store/lanes.ts';
import { saveSteps } from '../store/save-steps.ts';
import type { Deps } from './deps.ts';
import { type Fault, type Joining, type Stepped, stepLanes } from './step-lanes.ts';

/** A person's change waited as long as it may for its lane. */
export class LaneBusyError extends Error {
  override readonly name = 'LaneBusyError';
}

/**
 * Steps one batch of due lanes, in one transaction, and says how many it stepped; with a lane at a limited location every
 * lane there. A lane whose step throws is left out and tried again later; a batch that the database refuses is split until
 * the lane at fault stands alone.
 */
export async function runDueLanes(deps: Deps, limit: number): Promise<number> {
  const keys = await findDueLanes(deps.database, deps.clock.nowMs(), limit);
  return keys.length === 0 ? 0 : stepBatch(deps, keys, [], 1);
}

/** When the next lane is due; now where an input waits, null where nothing does. */
export function nextDueAtMs(deps: Deps): Promise<number | null> {
  return readNextDueAtMs(deps.database, deps.clock.nowMs());
}

/** Steps lanes in the caller's transaction, for a person who waits for the result; gives what of theirs was refused. */
export async function stepLanesNow(
  tx: Query,
  deps: Deps,
  keys: readonly LaneKey[],
): Promise<{ readonly refusals: readonly Refusal[] }> {
  const { steps, faults } = await claimAndStep(tx, deps, keys);
  const isAsked = ({ vehicleId }: LaneKey): boolean => keys.some((key) => key.vehicleId === vehicleId);
  // A neighbour's fault is not this person's: its own step will show it.
  const fault = faults.find(({ key }) => isAsked(key));
  if (fault !== undefined) {
    throw fault.error;
  }
  if (steps.length > 0) {
    await saveSteps(tx, steps);
  }
  return {
    refusals: steps.filter(({ before }) => isAsked(before)).flatMap(({ result }) => result.refusals),
  };
}

/** A plug-in at a limited location can be followed by one at another, in the same readings; no more are followed. */
const CLAIMS_MAX_COUNT = 4;

async function claimAndStep(tx: Query, deps: Deps, keys: readonly LaneKey[]): Promise<Stepped> {
  let joined: readonly Joining[] = [];
  await tx.query(`set local lock_timeout = ${PERSON_WAIT_MAX_MS}`);
  for (let turn = 1; ; turn++) {
    await tx.query('savepoint claim');
    const claim = await claimForPerson(tx, keys, joined);
    const stepped = await stepLanes(tx, deps, claim, keys, joined);
    if (stepped.joining.length === 0) {
      return stepped;
    }
    if (turn === CLAIMS_MAX_COUNT) {
      throw new LaneBusyError('the vehicle is being moved between locations; try again in a moment');
    }
    // With the savepoint go the locks: what is claimed together is locked anew, in order.
    await tx.query('rollback to savepoint claim');
    joined = merged(joined, stepped.joining);
  }
}

async function claimForPerson(
  tx: Query,
  keys: readonly LaneKey[],
  joined: readonly Joining[],
): Promise<Claim> {
  try {
    return await claimLanes(tx, keys, sitesOf(joined), 'waiting');
  } catch (error) {
    if (isLockTimeout(error)) {
      throw new LaneBusyError('the vehicle is being worked on; try again in a moment', { cause: error });
    }
    throw error;
  }
}

async function stepBatch(
  deps: Deps,
  keys: readonly LaneKey[],
  joined: readonly Joining[],
  turn: number,
): Promise<number> {
  try {
    const { stepped, faults, joining } = await deps.database.transaction(async (tx) => {
      const claim = await claimLanes(tx, keys, sitesOf(joined), 'passing');
      if (claim.lanes.length === 0) {
        return { stepped: 0, faults: [], joining: [] };
      }
      const ready = withoutUnclaimed(claim, joined);
      const done = await stepLanes(tx, deps, ready, keys, joined);
      if (done.steps.length > 0) {
        await saveSteps(tx, done.steps);
      }
      return { stepped: done.steps.length, faults: done.faults, joining: done.joining };
    });
    if (stepped > 0) deps.bells?.written.ring();
    for (const { key, error } of faults) {
      await noteFault(deps, key, error);
    }
    const others = joining.map(({ key }) => key);
    // What belongs at a limited location is stepped once more, with that location claimed first.
    const isFollowed = others.length > 0 && turn < CLAIMS_MAX_COUNT;
    const followed = isFollowed ? await stepBatch(deps, others, merged(joined, joining), turn + 1) : 0;
    return stepped + faults.length + followed;
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
    const first = await stepBatch(deps, keys.slice(0, middle), joined, turn);
    return first + (await stepBatch(deps, keys.slice(middle), joined, turn));
  }
}

/** Without the lanes that join a location which somebody else holds: they stay due. */
function withoutUnclaimed(claim: Claim, joined: readonly Joining[]): Claim {
  const had = new Set(claim.sites.map(siteName));
  const isOut = ({ vehicleId }: LaneKey): boolean =>
    joined.some(({ key, site }) => key.vehicleId === vehicleId && !had.has(siteName(site)));
  return { ...claim, lanes: claim.lanes.filter((lane) => !isOut(lane)) };
}

/** The last word on each lane. */
function merged(before: readonly Joining[], found: readonly Joining[]): readonly Joining[] {
  const isNew = ({ key }: Joining): boolean => !found.some((other) => other.key.vehicleId === key.vehicleId);
  return [...before.filter(isNew), ...found];
}

function sitesOf(joined: readonly Joining[]) {
  return joined.map(({ site }) => site);
}

async function noteFault(deps: Deps, key: LaneKey, error: Fault['error']): Promise<void> {
  const fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const count = await markLaneFault(deps.database, key, fault, deps.clock.nowMs());
  deps.log.error('a lane could not be stepped', {
    vehicleId: key.vehicleId,
    faultCount: count,
    error: fault,
  });
}
