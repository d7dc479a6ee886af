import { isDeepStrictEqual } from 'node:util';
import { advanceTogether, type Moving } from '../engine/advance-together.ts';
import type { Advance } from '../engine/contract.ts';
import { type Site, siteOf } from '../engine/site-of.ts';
import { type Claim, type SiteKey, siteName } from '../store/claim-lanes.ts';
import type { Query } from '../store/database.ts';
import { type LaneKey, type LockedLane, readInbox, type WaitingInput } from '../store/lanes.ts';
import type { PriceState, SavedStep } from '../store/save-steps.ts';
import type { SiteLog } from '../store/site-log.ts';
import type { Deps } from './deps.ts';
import { eventRow } from './event-rows.ts';
import { type LanePrices, type LoggedPrices, loadLanePrices } from './lane-prices.ts';

/** A lane whose step threw. */
export interface Fault {
  readonly key: LaneKey;
  readonly error: unknown;
}

/** A lane that its step would bring to a limited location which is not claimed. */
export interface Joining {
  readonly key: LaneKey;
  readonly site: SiteKey;
}

export interface Stepped {
  readonly steps: readonly SavedStep[];
  readonly faults: readonly Fault[];
  /** Their steps are not among the steps: they must be claimed again, with these locations. */
  readonly joining: readonly Joining[];
}

/**
 * The pure part of a batch: every claimed lane with what waits for it, lanes at one limited location together, every
 * other alone. Nothing is written.
 * @param joined lanes that were claimed together with a location to which their step brings them.
 */
export async function stepLanes(
  tx: Query,
  deps: Deps,
  claim: Claim,
  keys: readonly LaneKey[],
  joined: readonly Joining[],
): Promise<Stepped> {
  const waiting = await readInbox(tx, claim.lanes);
  const nowMs = deps.clock.nowMs();
  const prices = await loadLanePrices(tx, claim.lanes, nowMs);
  const batch: Batch = { deps, waiting, prices, nowMs };
  const claimed = new Set(claim.sites.map(siteName));
  const asked = new Set(keys.map(({ vehicleId }) => vehicleId));
  const steps: SavedStep[] = [];
  const faults: Fault[] = [];
  const joining: Joining[] = [];
  for (const { site, lanes } of groupsOf(claim, joined)) {
    const isResting = ({ vehicleId, retryAtMs }: LockedLane): boolean =>
      retryAtMs !== null && retryAtMs > nowMs && !asked.has(vehicleId);
    const standing = lanes.filter(isResting);
    const moving = lanes.filter((lane) => !isResting(lane));
    const done = stepGroup(batch, site, moving, standing);
    faults.push(...done.faults);
    const here = site === null ? null : siteName(site);
    const strangers = done.steps.flatMap(({ step }) => joiningOf(step, claimed, here));
    joining.push(...strangers);
    // What they do at the other location changes what is planned here: the whole group is stepped again.
    if (strangers.length === 0) {
      steps.push(...done.steps.flatMap(({ step, isUntouched }) => (isUntouched ? [] : [step])));
    }
  }
  return { steps, faults, joining };
}

interface Batch {
  readonly deps: Deps;
  readonly waiting: ReadonlyMap<string, readonly WaitingInput[]>;
  readonly prices: LanePrices;
  readonly nowMs: number;
}

interface Group {
  readonly site: SiteKey | null;
  readonly lanes: readonly LockedLane[];
}

/** The lanes of each claimed location, with those that join it; and every other lane by itself. */
function groupsOf({ lanes, sites }: Claim, joined: readonly Joining[]): Group[] {
  const groups = new Map<string, { site: SiteKey | null; lanes: LockedLane[] }>();
  const siteNames = new Map(sites.map((site) => [siteName(site), site]));
  const joins = new Map(joined.map(({ key, site }) => [key.vehicleId, site]));
  for (const lane of lanes) {
    const { clientId, vehicleId, locationId } = lane;
    const at = joins.get(vehicleId) ?? (locationId === null ? null : { clientId, locationId });
    const site = at === null ? null : (siteNames.get(siteName(at)) ?? null);
    const name = site === null ? vehicleId : siteName(site);
    const group = groups.get(name) ?? { site, lanes: [] };
    group.lanes.push(lane);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** A lane's step, and whether nothing happened in it, so that it is not written. */
interface Done {
  readonly step: SavedStep;
  readonly isUntouched: boolean;
}

/** A group in one call of the engine. A lane that cannot be stepped is left standing, and the others step without it. */
function stepGroup(
  batch: Batch,
  site: SiteKey | null,
  moving: readonly LockedLane[],
  standing: readonly LockedLane[],
): { readonly steps: readonly Done[]; readonly faults: readonly Fault[] } {
  try {
    return { steps: stepTogether(batch, site, moving, standing), faults: [] };
  } catch (error) {
    const faults = moving.length === 1 ? [] : moving.flatMap((lane) => faultAlone(batch, site, lane));
    if (faults.length === 0 || faults.length === moving.length) {
      return { steps: [], faults: moving.map((key) => ({ key, error })) };
    }
    const isAtFault = (lane: LockedLane): boolean => faults.some(({ key }) => key === lane);
    const rest = stepGroup(
      batch,
      site,
      moving.filter((lane) => !isAtFault(lane)),
      [...standing, ...moving.filter(isAtFault)],
    );
    return { steps: rest.steps, faults: [...faults, ...rest.faults] };
  }
}

function faultAlone(batch: Batch, site: SiteKey | null, lane: LockedLane): Fault[] {
  try {
    stepTogether(batch, site, [lane], []);
    return [];
  } catch (error) {
    return [{ key: lane, error }];
  }
}

function stepTogether(
  batch: Batch,
  site: SiteKey | null,
  moving: readonly LockedLane[],
  standing: readonly LockedLane[],
): Done[] {
  const given = moving.map((before) => movingOf(batch, before));
  const results = advanceTogether(
    given.map(({ moved }) => moved),
    standing.map(({ lane }) => lane),
    batch.nowMs,
  );
  const alone = moving.flatMap((before, index): Done[] => {
    const [result, own] = [results[index], given[index]];
    if (result === undefined || own === undefined) return [];
    const { inputs, givenIds, seen } = own;
    const nowMs = result.lane.steppedAtMs;
    const step = {
      before,
      result,
      nowMs,
      inputIds: inputs.map(({ id }) => id),
      inputsFromMs: inputs.reduce((from, { input }) => Math.min(from, input.receivedAtMs), nowMs),
      priceVersions: versionsOf(seen),
      prices: statesOf(seen),
      givenIds,
      site: null,
      events: result.events.map((event) => eventRow(event, before.lane, result)),
    };
    return [{ step, isUntouched: site !== null && !isJoiner(before, site) && isUntouched(step) }];
  });
  if (site === null) return alone;
  const log = siteLogOf(site, limitOf(results, site), alone, standing);
  return alone.map(({ step, isUntouched }) => ({ step: { ...step, site: log }, isUntouched }));
}

/** The log of a step of all lanes at a site. */
function siteLogOf(
  site: SiteKey,
  limitKw: number | null,
  done: readonly Done[],
  standing: readonly LockedLane[],
): SiteLog {
  const moved = done.map(({ step }) => step.before);
  const first = done.find(({ isUntouched }) => !isUntouched)?.step.priceVersions ?? {};
  const lanes = done.map(({ step: { before, priceVersions }, isUntouched }) => {
    const others = Object.entries(priceVersions).filter(([id, version]) => first[id] !== version);
    return {
      vehicleId: before.vehicleId,
      stepNumber: before.stepNumber,
      isMoved: true,
      ...(isUntouched && others.length > 0 ? { prices: Object.fromEntries(others) } : {}),
    };
  });
  const stood = standing.map(({ vehicleId, stepNumber }) => ({ vehicleId, stepNumber, isMoved: false }));
  const isGathering = moved.length + standing.length > 1 && moved.some((lane) => isJoiner(lane, site));
  return {
    locationId: site.locationId,
    limitKw,
    lanes: [...lanes, ...stood],
    gathered: isGathering ? [...moved, ...standing] : [],
  };
}

/** It was not stepped together with the lanes of the site before. */
function isJoiner(lane: LockedLane, site: SiteKey): boolean {
  return lane.siteId !== site.locationId;
}

/** The limit that the engine heeded: the newest that one of the lanes knows. */
function limitOf(results: readonly Advance[], { locationId }: SiteKey): number | null {
  let newest: Site | null = null;
  for (const { lane } of results) {
    const site = siteOf(lane);
    if (site?.locationId === locationId && site.version >= (newest?.version ?? 0)) newest = site;
  }
  return newest?.limitKw ?? null;
}

/** One lane as the engine takes it, and what it is seen to use. */
function movingOf({ deps, waiting, prices }: Batch, { clientId, vehicleId, lane }: LockedLane) {
  const inputs = waiting.get(vehicleId) ?? [];
  const givenIds: string[] = [];
  const seen = new Map<string, LoggedPrices | null>();
  const moved: Moving = {
    lane,
    inputs: inputs.map(({ input }) => input),
    context: {
      newId: () => {
        const id = deps.newId();
        givenIds.push(id);
        return id;
      },
      pricesAt: (locationId) => {
        const found = prices.get(`${clientId}/${locationId}`) ?? null;
        seen.set(locationId, found);
        return found;
      },
    },
  };
  return { moved, inputs, givenIds, seen };
}

type Seen = ReadonlyMap<string, LoggedPrices | null>;

function versionsOf(seen: Seen): Record<string, string> {
  return Object.fromEntries([...seen].map(([locationId, found]) => [locationId, found?.version ?? '']));
}

function statesOf(seen: Seen): PriceState[] {
  return [...seen.values()].flatMap((found) =>
    found === null ? [] : [{ version: found.version, source: found.source }],
  );
}

function joiningOf(
  { before, result }: SavedStep,
  claimed: ReadonlySet<string>,
  here: string | null,
): Joining[] {
  const found = siteOf(result.lane);
  if (found === null) return [];
  const { clientId, vehicleId } = before;
  const site = { clientId, locationId: found.locationId };
  const isTogether = siteName(site) === here && claimed.has(siteName(site));
  return isTogether ? [] : [{ key: { clientId, vehicleId }, site }];
}

/**
 * A lane that was stepped for its neighbours' sake and to which nothing happened: it stays as it is, as if it had not
 * been stepped. The log of its neighbours' steps says that it was there.
 */
function isUntouched({ before, result, inputIds }: SavedStep): boolean {
  const { lane, timerAtMs, sessions, deletedSessionIds, events, commands, history } = result;
  return (
    inputIds.length === 0 &&
    timerAtMs === before.timerAtMs &&
    [sessions, deletedSessionIds, events, commands, history].every((list) => list.length === 0) &&
    isDeepStrictEqual({ ...lane, steppedAtMs: 0 }, { ...before.lane, steppedAtMs: 0 })
  );
}
