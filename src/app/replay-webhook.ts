import type { Query } from '../store/database.ts';
import { countEvents, earliestPosition, earliestTimeMs, positionBefore } from '../store/events.ts';
import { insertReplay } from '../store/webhook-cursors.ts';
import { lockWebhook } from '../store/webhooks.ts';
import { BATCH_MAX_EVENTS } from '../webhooks/schedule.ts';
import { toInstant } from '../wire/scalars.ts';
import type { WireReplay } from '../wire/webhook.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';
import { kindsOf } from './webhook-events.ts';

/** Replays of one subscription at once. */
const REPLAYS_MAX_COUNT = 5;

/** Where a replay begins: with what was created then, or after that position. */
export type ReplayFrom =
  | { readonly kind: 'instant'; readonly atMs: number }
  | { readonly kind: 'cursor'; readonly position: number };

/**
 * Delivers once more what the live cursor has passed since an instant, or since a cursor of the log, beside what
 * happens now.
 */
export async function replayWebhook(
  deps: Deps,
  clientId: string,
  webhookId: string,
  from: ReplayFrom,
): Promise<Result<WireReplay>> {
  return decide<WireReplay>(deps.database, async (tx) => {
    const webhook = await lockWebhook(tx, clientId, webhookId);
    if (webhook === null) return no('not-found', `There is no webhook ${webhookId}.`);
    const start = await startOf(tx, clientId, from);
    if (!start.ok) return start;
    const [position, endPosition] = [start.value, webhook.position];
    const kinds = kindsOf(webhook.events);
    const behind = await countEvents(tx, { clientId, afterPosition: position, kinds });
    const ahead = await countEvents(tx, { clientId, afterPosition: endPosition, kinds });
    // What the live cursor has still to deliver is delivered by it.
    if (position >= endPosition || behind === ahead) return yes({ replay: null, events: 0 });
    const span = { position, endPosition, batchMax: BATCH_MAX_EVENTS };
    const replay = await insertReplay(tx, clientId, webhookId, span, REPLAYS_MAX_COUNT);
    if (replay === null) {
      return no(
        'conflict',
        `${REPLAYS_MAX_COUNT} replays of this webhook are under way; wait for one to end.`,
      );
    }
    return yes({ replay, events: behind - ahead });
  });
}

/** The cursor to begin after; a "no" where events of that time are no longer kept. */
async function startOf(tx: Query, clientId: string, from: ReplayFrom): Promise<Result<number>> {
  const earliest = await earliestPosition(tx, clientId);
  const earliestAtMs = await earliestTimeMs(tx, clientId);
  const isTooEarly =
    earliest > 1 &&
    (from.kind === 'cursor'
      ? from.position < earliest - 1
      : earliestAtMs !== null && from.atMs < earliestAtMs);
  if (!isTooEarly) {
    return yes(from.kind === 'cursor' ? from.position : await positionBefore(tx, clientId, from.atMs));
  }
  const since = earliestAtMs === null ? 'none is kept now' : `the earliest is of ${toInstant(earliestAtMs)}`;
  const message = `expected the time of an event that is still kept: ${since}`;
  return no('bad-request', `Events from then are no longer kept: ${since}.`, [{ path: 'from', message }]);
}
