import type { HistoryEntry } from '../domain/history.ts';
import type { SessionState } from '../domain/session.ts';
import type { SessionChange } from '../engine/contract.ts';
import { asStored } from '../store/as-stored.ts';
import type { Database } from '../store/database.ts';
import type { StoredSession, StoredTellings } from '../store/replay-reads.ts';
import type { EventRow } from '../store/save-steps.ts';
import { eventRow } from './event-rows.ts';
import { firstDifference } from './first-difference.ts';
import { type Difference, type Repeated, type RepeatedStep, repeatCalls } from './repeat-calls.ts';
import type { Gap } from './replay-calls.ts';
import { readSessionRecord, type SessionRecord } from './session-record.ts';

/** What came of a replay. */
export type Replay =
  | (ReplayFacts & { readonly kind: 'same' })
  | (ReplayFacts & {
      readonly kind: 'different';
      /** The first, in the order of the steps. */
      readonly difference: Difference;
      /** The first whose values are known, where the first of all shows by a hash alone. */
      readonly shows: Difference | null;
    })
  | {
      readonly kind: 'impossible';
      readonly sessionId: string;
      readonly reason: Gap['reason'] | 'session-unknown';
      readonly detail: string;
    };

export interface ReplayFacts {
  readonly sessionId: string;
  readonly clientId: string;
  readonly vehicleId: string;
  readonly state: SessionState;
  /** The steps of its lane that were done again, from the first to the last. */
  readonly stepCount: number;
  readonly inputCount: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Lanes that stepped together with it at a limited location, and their steps that were done again. */
  readonly otherVehicleIds: readonly string[];
  readonly otherStepCount: number;
  /** What was compared besides the lane after every step. */
  readonly eventCount: number;
  readonly historyCount: number;
}

/**
 * Does the steps of a session again from the log, and compares to the byte: the lane after every step, every event,
 * every entry of its history that is kept, and the session. Invariant 5 of the engine: stored state = state rebuilt from
 * the log. It reads the database alone, in one snapshot that is closed before the first step is done, while the service
 * runs or not; it may be repeated, and changes nothing. A session under way is rebuilt up to its lane's last step.
 *
 * `const replay = await replaySession({ database }, sessionId)`; `replay.kind` is `same`, `different` (where, stored and
 * rebuilt) or `impossible` (why). Cost: about one step of the engine, and one more writing of the lane, for each step.
 */
export async function replaySession(
  { database }: { readonly database: Pick<Database, 'transaction'> },
  sessionId: string,
): Promise<Replay> {
  const record = await database.transaction((tx) => readSessionRecord(tx, sessionId), {
    isolation: 'repeatable read',
    isReadOnly: true,
  });
  return 'reason' in record ? { kind: 'impossible', sessionId, ...record } : compare(record);
}

function compare(record: SessionRecord): Replay {
  const { session, beforeStep, log, tellings } = record;
  const repeated = repeatCalls(log, session.vehicleId);
  const own = repeated.steps.filter(({ step }) => step.stepNumber > beforeStep);
  const [fromMs, toMs] = [own[0]?.step.atMs ?? null, own.at(-1)?.step.atMs ?? null];
  const differences = [
    ...repeated.differences,
    ...differencesOfEvents(own, session.body.id, tellings),
    ...differencesOfHistory(own, session.body.id, tellings.history),
    ...differencesOfSession(own, session),
    ...differencesOfLane(record, own),
  ].sort(byTime);
  const facts = factsOf(session, repeated, own, tellings);
  const [difference] = differences;
  if (difference === undefined) return { kind: 'same', ...facts, fromMs, toMs };
  const isHash = difference.field === 'hash';
  const shows = isHash ? (differences.find(({ field }) => field !== 'hash') ?? null) : null;
  return { kind: 'different', ...facts, fromMs, toMs, state: session.body.state, difference, shows };
}

function differencesOfEvents(
  own: readonly RepeatedStep[],
  sessionId: string,
  stored: StoredTellings,
): Difference[] {
  const rebuilt = own.flatMap(({ step, before, result }) =>
    result.events
      .map((event) => eventRow(event, before, result))
      .filter((row) => row.sessionId === sessionId)
      .map((row) => ({ step, row })),
  );
  const last = own.at(-1);
  if (last === undefined) return [];
  // Where a step cannot be done again nothing is known of what came after it.
  const events = stored.events.filter(({ createdAtMs }) => createdAtMs <= last.step.atMs);
  // What retention has dropped is missing at the beginning.
  const missing = stored.areEventsDropped ? Math.max(0, rebuilt.length - events.length) : 0;
  const kept = rebuilt.slice(missing);
  const count = Math.max(kept.length, events.length);
  for (let index = 0; index < count; index++) {
    const [told, again] = [events[index], kept[index]];
    const difference = told?.body === again?.row.body ? null : eventDifference(told, again?.row);
    if (difference !== null) {
      return [{ ...placeOf(again ?? last), part: 'event', ...difference }];
    }
  }
  return [];
}

function eventDifference(
  stored: { readonly kind: string; readonly sequence: number | null; readonly body: string } | undefined,
  rebuilt: EventRow | undefined,
) {
  if (stored === undefined || rebuilt === undefined) {
    const nameOf = (event: typeof stored): string | undefined =>
      event === undefined ? undefined : `${event.kind} ${event.sequence ?? ''}`.trimEnd();
    return { field: '', stored: nameOf(stored), rebuilt: nameOf(rebuilt) };
  }
  const found = firstDifference(parsed(stored.body), JSON.parse(rebuilt.body));
  return found ?? { field: '', stored: stored.body, rebuilt: rebuilt.body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody has changed the text by hand: it is shown as it is.
    return text;
  }
}

/** Of a long history the oldest entries are not kept. */
function differencesOfHistory(
  own: readonly RepeatedStep[],
  sessionId: string,
  stored: readonly HistoryEntry[],
): Difference[] {
  const rebuilt = own.flatMap((repeated) =>
    repeated.result.history
      .filter((entry) => entry.sessionId === sessionId)
      .map((entry) => ({ ...repeated, entry })),
  );
  const firstNumber = stored[0]?.number ?? 1;
  const kept = rebuilt.filter(({ entry }) => entry.number >= firstNumber);
  const last = own.at(-1);
  if (last === undefined) return [];
  for (let index = 0; index < Math.max(kept.length, stored.length); index++) {
    const again = kept[index];
    const found = firstDifference(stored[index], again === undefined ? undefined : asStored(again.entry));
    if (found !== null) return [{ ...placeOf(again ?? last), part: 'history', ...found }];
  }
  return [];
}

function differencesOfSession(own: readonly RepeatedStep[], session: StoredSession): Difference[] {
  const { body, sequence, visitId } = session;
  let latest: { readonly repeated: RepeatedStep; readonly change: SessionChange } | null = null;
  for (const repeated of own) {
    for (const change of repeated.result.sessions) {
      if (change.session.id === body.id) latest = { repeated, change };
    }
  }
  const rebuilt =
    latest === null
      ? undefined
      : asStored({
          ...latest.change.session,
          sequence: latest.change.sequence,
          visitId: latest.change.visitId,
        });
  const found = firstDifference({ ...body, sequence, visitId }, rebuilt);
  const at = latest?.repeated ?? own.at(-1);
  return found === null || at === undefined ? [] : [{ ...placeOf(at), part: 'session', ...found }];
}

/** The lane as it is now, while the session is not settled. */
function differencesOfLane({ session, lane }: SessionRecord, own: readonly RepeatedStep[]): Difference[] {
  const last = own.at(-1);
  if (session.body.state === 'SETTLED' || last === undefined) return [];
  const { stepNumber } = last.step;
  const rebuilt = asStored({
    ...last.result.lane,
    timerAtMs: last.result.timerAtMs,
    stepNumber,
  });
  const found = firstDifference(
    lane === null ? undefined : { ...lane.state, timerAtMs: lane.timerAtMs, stepNumber: lane.stepNumber },
    rebuilt,
  );
  return found === null ? [] : [{ ...placeOf(last), part: 'lane', ...found }];
}

function factsOf(
  session: StoredSession,
  { others }: Repeated,
  own: readonly RepeatedStep[],
  stored: StoredTellings,
): Omit<ReplayFacts, 'fromMs' | 'toMs'> {
  const { clientId, vehicleId, body } = session;
  return {
    sessionId: body.id,
    clientId,
    vehicleId,
    state: body.state,
    stepCount: own.length,
    inputCount: own.reduce((sum, { step }) => sum + step.inputIds.length, 0),
    otherVehicleIds: [...others.keys()],
    otherStepCount: [...others.values()].reduce((sum, count) => sum + count, 0),
    eventCount: stored.events.length,
    historyCount: stored.history.length,
  };
}

/** What a step was given comes before what it left, and what has values before what has a hash alone. */
function byTime(one: Difference, other: Difference): number {
  const isEqual = one.atMs === other.atMs && one.stepNumber === other.stepNumber;
  if (!isEqual) return one.atMs - other.atMs || one.stepNumber - other.stepNumber;
  return rank(one) - rank(other);
}

function rank({ part, field }: Difference): number {
  if (field === 'hash') return PARTS.length;
  return PARTS.indexOf(part);
}

const PARTS: readonly Difference['part'][] = [
  'input',
  'prices',
  'step',
  'lane',
  'event',
  'history',
  'session',
];

function placeOf({ step: { vehicleId, stepNumber, atMs } }: Pick<RepeatedStep, 'step'>) {
  return { vehicleId, stepNumber, atMs };
}
