import { lastPosition, readEvents, readEventsAt, type StoredEvent } from '../store/events.ts';
import {
  type ClaimedCursor,
  type CursorState,
  claimCursors,
  deleteCursor,
  releaseCursor,
  saveCursor,
} from '../store/webhook-cursors.ts';
import { afterFailure, BATCH_MAX_BYTES, batchCount, deliveryIdOf } from '../webhooks/schedule.ts';
import { toHeartbeatEvent } from '../wire/event.ts';
import { pendingEventsOf } from './pending-events.ts';
import { type Sent, sendDelivery } from './send-delivery.ts';
import type { WebhookDeps } from './webhook-deps.ts';
import { kindsOf, nextHeartbeatAtMs } from './webhook-events.ts';

/** A turn ends after so much real time, well before its lease: others with much to deliver have theirs. */
const TURN_MS = 10_000;
/** Events of a `single` subscription that are fixed together, and how many of them are under way at once. */
const WINDOW_EVENTS = 32;
const UNDER_WAY_MAX = 8;
const CURSORS_AT_ONCE = 200;
const WELL = { failures: 0, failingSinceMs: null, retryAtMs: null };
const TOO_LARGE = 413;
const GONE = 410;

/** Gives everything that is due one try, all subscriptions beside each other; says how many cursors it worked on. */
export async function deliverDue(deps: WebhookDeps): Promise<number> {
  const claimed = await claimDue(deps, CURSORS_AT_ONCE);
  await Promise.all(claimed.map((cursor) => deliverCursor(deps, cursor)));
  return claimed.length;
}

/** Claims cursors with something to deliver; each must be given to `deliverCursor`. */
export function claimDue(deps: WebhookDeps, limit: number): Promise<ClaimedCursor[]> {
  return claimCursors(deps.database, deps.clock.nowMs(), deps.newId(), limit);
}

/** Delivers what one cursor has waiting: until nothing is left, a try fails, or the turn is over. */
export async function deliverCursor(deps: WebhookDeps, claimed: ClaimedCursor): Promise<void> {
  const endsAtMs = deps.realClock.nowMs() + TURN_MS;
  try {
    let work: Work | null = await beat(deps, { ...claimed, ahead: null });
    while (work?.webhook.isActive && deps.realClock.nowMs() < endsAtMs) {
      const fixed: Fixed | null = await fixNext(deps, work);
      if (fixed === null) break;
      const done: Done =
        fixed.webhook.format === 'batch'
          ? await deliverBatch(deps, fixed)
          : await deliverSingly(deps, fixed, endsAtMs);
      work = await save(deps, fixed, done);
      if (done.hasFailed) break;
    }
  } finally {
    await releaseCursor(deps.database, claimed);
  }
}

interface Work extends ClaimedCursor {
  /** The bodies of the batch that is fixed already, where they were read during the POST before. */
  readonly ahead: readonly StoredEvent[] | null;
}

/** A batch that is stored: it is repeated as it is until every event of it is delivered. */
interface Fixed extends ClaimedCursor {
  readonly events: readonly [StoredEvent, ...StoredEvent[]];
}

interface Done {
  readonly state: CursorState;
  readonly sent: readonly Sent[];
  readonly ahead: readonly StoredEvent[] | null;
  readonly hasFailed: boolean;
  /** Not null: the subscription is given up. */
  readonly inactiveReason: string | null;
}

/** Null where the work must end: the lease was lost, or the subscription changed or deleted. */
async function save(deps: WebhookDeps, cursor: ClaimedCursor, done: Done): Promise<Work | null> {
  const { state, ahead, inactiveReason } = done;
  const rows = done.sent.map(({ row }) => row);
  const webhook = await saveCursor(deps.database, cursor, state, rows, inactiveReason);
  if (inactiveReason !== null && webhook !== null) {
    deps.log.info('a webhook was switched off', { webhookId: webhook.id, reason: inactiveReason });
  }
  return webhook === null ? null : { ...cursor, webhook, state, ahead };
}

/** The batch to be delivered next, stored before anything of it is sent; null where there is none. */
async function fixNext(deps: WebhookDeps, work: Work): Promise<Fixed | null> {
  const { webhook, state, endPosition } = work;
  if (state.batch !== null) {
    const events = work.ahead ?? (await readEventsAt(deps.database, webhook.clientId, state.batch));
    const whole = nonEmpty(events);
    if (whole !== null) return { ...work, events: whole };
    // Its user was erased meanwhile: there is nothing left to tell.
    const position = state.batch.at(-1) ?? state.position;
    return refix(deps, work, { ...state, position, batch: null });
  }
  const events = await readNext(deps, work, state.position);
  const batch = nonEmpty(events);
  if (batch !== null) {
    const fixed = { ...state, batch: positionsOf(batch) };
    const saved = await saveCursor(deps.database, work, fixed, []);
    return saved === null ? null : { ...work, webhook: saved, state: fixed, events: batch };
  }
  // Read before the events: everything up to it was looked at by the second reading.
  const head = await lastPosition(deps.database, webhook.clientId);
  const position = Math.max(state.position, Math.min(head, endPosition ?? head));
  if (nonEmpty(await readNext(deps, work, state.position)) !== null) return refix(deps, work, state);
  if (endPosition !== null && position >= endPosition) await deleteCursor(deps.database, work);
  else if (position > state.position || state.failures > 0) {
    // What failed was erased with its user: a cursor with nothing to deliver has no failure.
    await saveCursor(deps.database, work, { ...state, ...WELL, position }, []);
  }
  return null;
}

async function refix(deps: WebhookDeps, work: Work, state: CursorState): Promise<Fixed | null> {
  const webhook = await saveCursor(deps.database, work, state, []);
  return webhook === null ? null : fixNext(deps, { ...work, webhook, state, ahead: null });
}

async function readNext(
  deps: WebhookDeps,
  { webhook, endPosition, state }: ClaimedCursor,
  afterPosition: number,
): Promise<readonly StoredEvent[]> {
  const isBatch = webhook.format === 'batch';
  const limitCount = isBatch ? state.batchMax : WINDOW_EVENTS;
  const found = await readEvents(deps.database, {
    clientId: webhook.clientId,
    afterPosition,
    kinds: kindsOf(webhook.events),
    limitCount,
    limitBytes: BATCH_MAX_BYTES,
  });
  const wanted = endPosition === null ? found : found.filter(({ position }) => position <= endPosition);
  if (!isBatch) return wanted;
  return wanted.slice(
    0,
    batchCount(
      wanted.map(({ body }) => body),
      limitCount,
    ),
  );
}

async function deliverBatch(deps: WebhookDeps, fixed: Fixed): Promise<Done> {
  const { webhook, replayNumber, events, state } = fixed;
  const positions = positionsOf(events);
  const [firstPosition] = positions;
  const last = positions.at(-1) ?? firstPosition;
  // What comes next is read while the receiver works.
  const [sent, next] = await Promise.all([
    sendDelivery(deps, webhook, {
      deliveryId: deliveryIdOf(webhook.id, replayNumber, firstPosition, last),
      kind: 'events',
      positions,
      bodies: events.map(({ body }) => body),
    }),
    readNext(deps, fixed, last),
  ]);
  if (sent.isDelivered) {
    const ahead = nonEmpty(next);
    const batch = ahead === null ? null : positionsOf(ahead);
    return { ...went(state, last, batch), sent: [sent], ahead };
  }
  if (sent.status === TOO_LARGE && events.length > 1) {
    const half = Math.floor(events.length / 2);
    return {
      state: { ...state, batch: positions.slice(0, half), batchMax: half },
      sent: [sent],
      ahead: events.slice(0, half),
      hasFailed: false,
      inactiveReason: null,
    };
  }
  return { ...failed(deps, state, sent), sent: [sent], ahead: null };
}

/** One request an event, some at once; those of one session one after the other. The first failure ends it. */
async function deliverSingly(deps: WebhookDeps, fixed: Fixed, endsAtMs: number): Promise<Done> {
  const { webhook, replayNumber, events, state } = fixed;
  const queues = bySession(events);
  const sent: Sent[] = [];
  const delivered = new Set<number>();
  const failures: Sent[] = [];
  const isOver = (): boolean => failures.length > 0 || deps.realClock.nowMs() >= endsAtMs;

  async function deliverQueues(): Promise<void> {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const { position, body } of queue) {
        if (isOver()) return;
        const one = await sendDelivery(deps, webhook, {
          deliveryId: deliveryIdOf(webhook.id, replayNumber, position, position),
          kind: 'events',
          positions: [position],
          bodies: [body],
        });
        sent.push(one);
        if (one.isDelivered) delivered.add(position);
        else failures.push(one);
      }
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY_MAX }, deliverQueues));

  const left = positionsOf(events).filter((position) => !delivered.has(position));
  const failure = failures.find(({ status }) => status === GONE) ?? failures[0];
  if (failure === undefined) {
    const end = left.length === 0 ? (events.at(-1)?.position ?? state.position) : state.position;
    return { ...went(state, end, left.length === 0 ? null : left), sent, ahead: null };
  }
  // A success in between begins the counting anew.
  const before = delivered.size > 0 ? { ...state, ...WELL } : state;
  return { ...failed(deps, { ...before, batch: left }, failure), sent, ahead: null };
}

/** Events of no session wait for none. */
function bySession(events: readonly StoredEvent[]): StoredEvent[][] {
  const queues = new Map<string | number, StoredEvent[]>();
  for (const event of events) {
    const key = event.sessionId ?? event.position;
    queues.set(key, [...(queues.get(key) ?? []), event]);
  }
  return [...queues.values()];
}

type Outcome = Pick<Done, 'state' | 'hasFailed' | 'inactiveReason'>;

function went(state: CursorState, position: number, batch: readonly number[] | null): Outcome {
  return { state: { ...state, ...WELL, position, batch }, hasFailed: false, inactiveReason: null };
}

function failed(deps: WebhookDeps, state: CursorState, { status, retryAfterMs }: Sent): Outcome {
  const nowMs = deps.clock.nowMs();
  const next = afterFailure({
    nowMs,
    failuresBefore: state.failures,
    failingSinceMs: state.failingSinceMs,
    status,
    retryAfterMs,
    chance: deps.chance(),
  });
  const counted = {
    ...state,
    failures: state.failures + 1,
    failingSinceMs: state.failingSinceMs ?? nowMs,
    retryAtMs: next.kind === 'retry' ? next.atMs : null,
  };
  return {
    state: counted,
    hasFailed: true,
    inactiveReason: next.kind === 'deactivate' ? next.reason : null,
  };
}

/** A sign of life, tried once: a receiver that misses one gets the next, and no retry is owed to it. */
async function beat(deps: WebhookDeps, work: Work): Promise<Work | null> {
  const { webhook, state } = work;
  const nowMs = deps.clock.nowMs();
  if (state.heartbeatAtMs === null || nowMs < state.heartbeatAtMs || state.failures > 0) return work;
  const pendingEvents = await pendingEventsOf(deps.database, webhook, state);
  const sent = await sendDelivery(deps, webhook, {
    deliveryId: `${webhook.id}_heartbeat_${nowMs}`,
    kind: 'heartbeat',
    positions: [],
    bodies: [JSON.stringify(toHeartbeatEvent(pendingEvents, nowMs))],
  });
  const isGone = sent.status === GONE;
  return save(deps, work, {
    state: { ...state, heartbeatAtMs: nextHeartbeatAtMs(webhook.events, nowMs) },
    sent: [sent],
    ahead: null,
    hasFailed: false,
    inactiveReason: isGone ? 'the receiver answered 410 Gone' : null,
  });
}

function positionsOf(events: readonly [StoredEvent, ...StoredEvent[]]): [number, ...number[]] {
  const [first, ...others] = events;
  return [first.position, ...others.map(({ position }) => position)];
}

function nonEmpty(events: readonly StoredEvent[]): readonly [StoredEvent, ...StoredEvent[]] | null {
  const [first, ...others] = events;
  return first === undefined ? null : [first, ...others];
}
