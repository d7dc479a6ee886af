import type { LaneInput, LocationPrices } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import type { Query } from '../store/database.ts';
import { contentHash } from '../store/inputs.ts';
import { readPastPrices } from '../store/past-prices.ts';
import {
  type LoggedInput,
  listSteps,
  readInputs,
  readOldestStepAtMs,
  readPriceSources,
  type StoredStep,
} from '../store/replay-reads.ts';
import { priceVersion } from './price-version.ts';
import {
  callsOf,
  type Gap,
  isKept,
  keptSteps,
  type LanePoint,
  type LoggedCall,
  newReading,
  olderIn,
  type Reading,
} from './replay-calls.ts';

/** Everything that a replay needs, from the database alone. */
export interface ReplayLog {
  /** Each after every call that it builds on. */
  readonly calls: readonly LoggedCall[];
  /** Lanes as they were kept, by `pointName`: where the calls begin, and what they have to lead to. */
  readonly states: ReadonlyMap<string, Lane>;
  /** By id. */
  readonly inputs: ReadonlyMap<number, { readonly body: LaneInput; readonly isAsReceived: boolean }>;
  /** By version. */
  readonly prices: ReadonlyMap<string, { readonly prices: LocationPrices; readonly isAsSeen: boolean }>;
}

/**
 * The log of a lane's steps after one and up to another. Where it stepped together with others, their steps belong to
 * it as far back as they are needed, which is to where a car came to them last: all were kept as they were then.
 */
export async function readReplayLog(
  query: Query,
  clientId: string,
  from: LanePoint,
  lastStep: number,
): Promise<ReplayLog | Gap> {
  const reading = newReading(query, clientId);
  const own = await listSteps(query, clientId, from.vehicleId, from.stepNumber, lastStep);
  const gap = await gapIn(reading, from, own, lastStep);
  if (gap !== null) return gap;
  const calls = await callsOf(reading, from, own);
  if ('reason' in calls) return calls;
  const steps = calls.flatMap(({ lanes }) => lanes.flatMap(({ step }) => step ?? []));
  const inputs = await inputsOf(reading, steps);
  if ('reason' in inputs) return inputs;
  const prices = await pricesOf(reading, calls);
  if ('reason' in prices) return prices;
  // What was kept of the lane on the way is compared with what its steps lead to.
  for (const stepNumber of await keptSteps(reading, from.vehicleId)) {
    const point = { vehicleId: from.vehicleId, stepNumber };
    if (stepNumber > from.stepNumber && stepNumber <= lastStep) await isKept(reading, point);
  }
  return { calls, states: reading.states, inputs, prices };
}

async function gapIn(
  { query, clientId }: Reading,
  from: LanePoint,
  own: readonly StoredStep[],
  lastStep: number,
): Promise<Gap | null> {
  const missing = own.findIndex(({ stepNumber }, index) => stepNumber !== from.stepNumber + 1 + index);
  const isWhole = missing === -1 && own.length === lastStep - from.stepNumber;
  if (isWhole) return own.length === 0 ? null : olderIn(own);
  const oldestAtMs = await readOldestStepAtMs(query, clientId, from.vehicleId);
  const first =
    own[0]?.stepNumber === from.stepNumber + 1
      ? (own[missing - 1]?.stepNumber ?? lastStep) + 1
      : from.stepNumber + 1;
  const kept =
    oldestAtMs === null ? 'none of them is left' : `the oldest that is left is of ${instant(oldestAtMs)}`;
  return {
    reason: 'steps-gone',
    detail: `steps of vehicle ${from.vehicleId} from ${first} on were removed from the log, by retention or by hand; ${kept}`,
  };
}

async function inputsOf(
  { query, clientId }: Reading,
  steps: readonly StoredStep[],
): Promise<ReplayLog['inputs'] | Gap> {
  const found = new Map<number, { readonly body: LaneInput; readonly isAsReceived: boolean }>();
  for (const vehicleId of new Set(steps.map((step) => step.vehicleId))) {
    const own = steps.filter((step) => step.vehicleId === vehicleId);
    const rows = await readInputs(
      query,
      clientId,
      vehicleId,
      own.flatMap(({ inputIds }) => inputIds),
    );
    for (const row of rows) found.set(row.id, { body: row.body, isAsReceived: isAsReceived(row) });
    for (const { stepNumber, inputIds } of own) {
      const missing = inputIds.find((id) => !found.has(id));
      if (missing !== undefined) {
        const detail = `input ${missing} of vehicle ${vehicleId}, which step ${stepNumber} took in, was removed from the log`;
        return { reason: 'inputs-gone', detail };
      }
    }
  }
  return found;
}

/** Only readings can be told by their content. */
function isAsReceived({ body, contentHash: hash }: LoggedInput): boolean {
  return body.kind !== 'reading' || contentHash(body).equals(hash);
}

async function pricesOf(
  { query, clientId }: Reading,
  calls: readonly LoggedCall[],
): Promise<ReplayLog['prices'] | Gap> {
  const versions = new Set(
    calls.flatMap(({ lanes }) =>
      lanes.flatMap(({ step, prices = {} }) => Object.values({ ...prices, ...step?.priceVersions })),
    ),
  );
  versions.delete('');
  const sources = await readPriceSources(query, clientId, [...versions]);
  const found = new Map<string, { readonly prices: LocationPrices; readonly isAsSeen: boolean }>();
  for (const version of versions) {
    const source = sources.get(version);
    const slots = source === undefined ? null : await readPastPrices(query, clientId, source);
    if (source === undefined || slots === null) {
      return { reason: 'prices-gone', detail: goneFrom(calls, version) };
    }
    const isAsSeen = priceVersion({ source, slots }) === version;
    found.set(version, { prices: { currency: source.currency, slots, version }, isAsSeen });
  }
  return found;
}

function goneFrom(calls: readonly LoggedCall[], version: string): string {
  for (const { lanes } of calls) {
    for (const { vehicleId, step } of lanes) {
      const seen = Object.entries(step?.priceVersions ?? {}).find(([, one]) => one === version);
      if (step !== null && seen !== undefined) {
        return `the prices of location ${seen[0]} that step ${step.stepNumber} of vehicle ${vehicleId} saw cannot be made again: what they were made from is gone`;
      }
    }
  }
  return 'prices that a step saw cannot be made again: what they were made from is gone';
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
