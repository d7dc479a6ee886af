import type { Difference } from './app/repeat-calls.ts';
import { type Replay, replaySession } from './app/replay-session.ts';
import type { Config } from './runtime/config.ts';
import { findCluster } from './store/embedded-place.ts';
import { readSchemaState } from './store/migrate.ts';
import { openStore } from './store/open.ts';

/**
 * `tidewatt replay`: 0 where the rebuilt session is the stored one, 1 where it differs or cannot be rebuilt. It reads
 * the database alone, beside a service or without one: an embedded database that does not run is started for that time.
 */
export async function replayCommand(config: Config, sessionId: string, json: boolean): Promise<number> {
  if (config.databaseUrl === null && findCluster(config.dataDir) === null) {
    throw new Error(
      `there is no database in ${config.dataDir}; name its folder with --data-dir, or set DATABASE_URL`,
    );
  }
  const store = await openStore(config);
  try {
    const { missing } = await readSchemaState(store.database);
    if (missing.length > 0) {
      throw new Error(`the schema of the database lacks ${missing.join(', ')}; run "tidewatt migrate" first`);
    }
    const replay = await replaySession(store, sessionId);
    process.stdout.write(`${json ? JSON.stringify(replayJson(replay)) : replayText(replay)}\n`);
    return replay.kind === 'same' ? 0 : 1;
  } finally {
    await store.stop();
  }
}

/** What came of a replay, for machines: instants as RFC 3339. */
export function replayJson(replay: Replay): object {
  if (replay.kind === 'impossible') {
    const { sessionId, reason, detail } = replay;
    return { sessionId, result: 'impossible', reason, detail };
  }
  const { kind, fromMs, toMs, stepCount, inputCount, otherStepCount, eventCount, historyCount, ...facts } =
    replay;
  const counts = {
    steps: stepCount,
    inputs: inputCount,
    otherSteps: otherStepCount,
    events: eventCount,
    history: historyCount,
  };
  const { sessionId, clientId, vehicleId, state, otherVehicleIds } = facts;
  return {
    sessionId,
    clientId,
    vehicleId,
    state,
    result: kind,
    from: instantOf(fromMs),
    to: instantOf(toMs),
    ...counts,
    otherVehicleIds,
    ...(replay.kind === 'same'
      ? {}
      : { difference: differenceJson(replay.difference), firstShownBy: differenceJson(replay.shows) }),
  };
}

/** What came of a replay, for a person. */
export function replayText(replay: Replay): string {
  if (replay.kind === 'impossible') {
    return `session   ${replay.sessionId}\nCANNOT BE REPLAYED: ${replay.detail}`;
  }
  const { sessionId, state, vehicleId, stepCount, inputCount, fromMs, toMs } = replay;
  const { otherVehicleIds, otherStepCount, eventCount, historyCount } = replay;
  const others = `${counted(otherStepCount, 'step')} of ${counted(otherVehicleIds.length, 'other vehicle')}`;
  const lines = [
    `session   ${sessionId}  ${state}`,
    `vehicle   ${vehicleId}`,
    `repeated  ${counted(stepCount, 'step')} with ${counted(inputCount, 'input')}, ${instantOf(fromMs)} to ${instantOf(toMs)}`,
    ...(otherStepCount === 0 ? [] : [`          and ${others} that shared a connection with it`]),
    `compared  the lane after every step, ${counted(eventCount, 'event')}, ${counted(historyCount, 'history entry', 'history entries')}, the session`,
  ];
  if (replay.kind === 'same') return [...lines, 'SAME'].join('\n');
  const { difference, shows } = replay;
  const seen = shows === null ? [] : [`first seen ${placeText(shows)}`, ...valueLines(shows)];
  return [...lines, `DIFFERENT ${placeText(difference)}`, ...valueLines(difference), ...seen].join('\n');
}

function placeText({ part, field, stepNumber, vehicleId, atMs }: Difference): string {
  const what = field === '' ? part : `${part}, ${field}`;
  return `at step ${stepNumber} of vehicle ${vehicleId}, ${instantOf(atMs)}: ${what}`;
}

function valueLines({ stored, rebuilt }: Difference): string[] {
  return [`  stored   ${shown(stored)}`, `  rebuilt  ${shown(rebuilt)}`];
}

const SHOWN_MAX_LENGTH = 300;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_MAX_LENGTH ? `${text.slice(0, SHOWN_MAX_LENGTH)}…` : text;
}

function differenceJson(difference: Difference | null): object | null {
  if (difference === null) return null;
  const { vehicleId, stepNumber, atMs, part, field, stored = null, rebuilt = null } = difference;
  return { vehicleId, step: stepNumber, at: instantOf(atMs), part, field, stored, rebuilt };
}

function instantOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
