import assert from 'node:assert';
import type { Advance } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import { type LoggedMove, type RepeatedMove, repeatStep } from '../engine/repeat-step.ts';
import { asStored } from '../store/as-stored.ts';
import { laneHash } from '../store/lane-hash.ts';
import type { StoredStep } from '../store/replay-reads.ts';
import { type FieldDifference, firstDifference } from './first-difference.ts';
import { type LoggedCall, type LoggedLane, pointName } from './replay-calls.ts';
import type { ReplayLog } from './replay-log.ts';

/** Where what was rebuilt is not what was stored. */
export interface Difference extends FieldDifference {
  readonly vehicleId: string;
  readonly stepNumber: number;
  readonly atMs: number;
  /** What differs: a thing that the step was given, the lane that it left, or what it brought forth. */
  readonly part: 'input' | 'prices' | 'step' | 'lane' | 'event' | 'history' | 'session';
}

/** A step that was done again. */
export interface RepeatedStep {
  readonly step: StoredStep;
  /** The lane before it. */
  readonly before: Lane;
  readonly result: Advance;
}

export interface Repeated {
  /** Those of the lane that is asked for, in their order; up to the first that cannot be done. */
  readonly steps: readonly RepeatedStep[];
  /** How many steps of other lanes were done again, by vehicle id. */
  readonly others: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

/**
 * Does every call of a log again, each from what those before it left, and compares the lanes that they leave with what
 * was logged of them. Pure: the same log gives the same, however often it is repeated; a call that the log has twice
 * counts once.
 */
export function repeatCalls(log: ReplayLog, vehicleId: string): Repeated {
  const steps: RepeatedStep[] = [];
  const others = new Map<string, number>();
  const done = new Set<string>();
  const differences: Difference[] = [];
  const lanes = newLanes(log);
  for (const call of log.calls) {
    const first = call.lanes.find(({ step }) => step !== null)?.step ?? null;
    if (first === null || done.has(pointName(first))) continue;
    done.add(pointName(first));
    differences.push(...differencesOfGiven(log, call));
    const given = call.lanes.map((lane) => ({ lane, was: lanes.take(lane) }));
    const moved = given.filter(({ lane }) => lane.isMoved);
    const standing = given.flatMap(({ lane, was }) => (lane.isMoved ? [] : [was]));
    const again = repeated(
      moved.map(({ lane, was }) => moveOf(log, lane, was, first)),
      standing,
      call.atMs,
    );
    if ('error' in again) {
      differences.push({
        ...placeOf(first),
        part: 'step',
        field: 'error',
        stored: null,
        rebuilt: again.error,
      });
      break;
    }
    for (const [index, { lane, was }] of moved.entries()) {
      const move = again.moves[index];
      if (move === undefined) continue;
      if (lane.step === null) {
        differences.push(...differencesOfUntouched(first, lane, was, move));
        continue;
      }
      differences.push(...differencesOfStep(log, lane.step, move));
      lanes.put(lane.step, move.result.lane);
      if (lane.vehicleId === vehicleId) {
        steps.push({ step: lane.step, before: was, result: move.result });
      } else {
        others.set(lane.vehicleId, (others.get(lane.vehicleId) ?? 0) + 1);
      }
    }
  }
  return { steps, others, differences };
}

/** The lanes as far as they were rebuilt; one that no later call begins from is forgotten. */
function newLanes({ calls, states }: ReplayLog) {
  const needs = new Map<string, number>();
  for (const lane of calls.flatMap((call) => call.lanes)) {
    needs.set(pointName(lane), (needs.get(pointName(lane)) ?? 0) + 1);
  }
  const rebuilt = new Map<string, Lane>();
  return {
    take(lane: LoggedLane): Lane {
      const name = pointName(lane);
      const found = rebuilt.get(name) ?? states.get(name);
      assert(found !== undefined, `expected lane ${name} to be rebuilt before the calls that begin from it`);
      const left = (needs.get(name) ?? 0) - 1;
      needs.set(name, left);
      if (left <= 0) rebuilt.delete(name);
      return found;
    },
    put(step: StoredStep, lane: Lane): void {
      if ((needs.get(pointName(step)) ?? 0) > 0) rebuilt.set(pointName(step), asStored(lane));
    },
  };
}

function moveOf(
  log: ReplayLog,
  { step, prices: own = {} }: LoggedLane,
  lane: Lane,
  first: StoredStep,
): LoggedMove {
  // A lane to which nothing happened saw what the others saw, but for what the log says.
  const versions = step?.priceVersions ?? { ...first.priceVersions, ...own };
  return {
    lane,
    inputs: (step?.inputIds ?? []).flatMap((id) => log.inputs.get(id)?.body ?? []),
    prices: new Map(
      Object.entries(versions).map(([id, version]) => [id, log.prices.get(version)?.prices ?? null]),
    ),
    givenIds: step?.givenIds ?? null,
  };
}

function repeated(
  moves: readonly LoggedMove[],
  standing: readonly Lane[],
  atMs: number,
): { readonly moves: readonly RepeatedMove[] } | { readonly error: string } {
  try {
    return { moves: repeatStep(moves, standing, atMs) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** What the log itself shows to be another than what the step was given. */
function differencesOfGiven({ inputs, prices }: ReplayLog, { lanes }: LoggedCall): Difference[] {
  return lanes.flatMap(({ step }): Difference[] => {
    if (step === null) return [];
    const changed = step.inputIds.filter((id) => inputs.get(id)?.isAsReceived === false);
    const others = Object.entries(step.priceVersions).filter(
      ([, version]) => prices.get(version)?.isAsSeen === false,
    );
    return [
      ...changed.map((id): Difference => {
        const rebuilt = inputs.get(id)?.body;
        const stored = 'another content, by its hash';
        return { ...placeOf(step), part: 'input', field: `input ${id}`, stored, rebuilt };
      }),
      ...others.map(([locationId, version]): Difference => {
        const rebuilt = 'others, by the log of the tariffs';
        return {
          ...placeOf(step),
          part: 'prices',
          field: `location ${locationId}`,
          stored: version,
          rebuilt,
        };
      }),
    ];
  });
}

function differencesOfStep(
  { states }: ReplayLog,
  step: StoredStep,
  { result, idCount, unseenLocationIds }: RepeatedMove,
): Difference[] {
  const place = placeOf(step);
  const found: Difference[] = [];
  if (idCount !== null) {
    found.push({ ...place, part: 'step', field: 'ids', stored: idCount.given, rebuilt: idCount.asked });
  }
  for (const id of unseenLocationIds) {
    const field = `prices of location ${id}`;
    found.push({ ...place, part: 'step', field, stored: 'not asked for', rebuilt: 'asked for' });
  }
  if (result.lane.steppedAtMs !== step.atMs) {
    found.push({ ...place, part: 'step', field: 'at', stored: step.atMs, rebuilt: result.lane.steppedAtMs });
  }
  const kept = states.get(pointName(step));
  const own = kept === undefined ? null : firstDifference(kept, asStored(result.lane));
  if (own !== null) found.push({ ...place, part: 'lane', ...own });
  const hash = laneHash(JSON.stringify(result.lane));
  if (step.laneHash !== null && !step.laneHash.equals(hash)) {
    const [stored, rebuilt] = [step.laneHash.toString('hex'), hash.toString('hex')];
    found.push({ ...place, part: 'lane', field: 'hash', stored, rebuilt });
  }
  return found;
}

/** A lane without a step of its own in a call of others: nothing may happen to it. */
function differencesOfUntouched(
  first: StoredStep,
  { vehicleId, stepNumber }: LoggedLane,
  was: Lane,
  { result }: RepeatedMove,
): Difference[] {
  const [before, after] = [
    asStored({ ...was, steppedAtMs: 0 }),
    asStored({ ...result.lane, steppedAtMs: 0 }),
  ];
  const found = JSON.stringify(before) === JSON.stringify(after) ? null : firstDifference(before, after);
  return found === null
    ? []
    : [{ ...placeOf(first), vehicleId, stepNumber: stepNumber + 1, part: 'lane', ...found }];
}

function placeOf({ vehicleId, stepNumber, atMs }: StoredStep) {
  return { vehicleId, stepNumber, atMs };
}
