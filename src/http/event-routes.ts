import { z } from 'zod';
import { no, type Result, yes } from '../app/result.ts';
import type { Query } from '../store/database.ts';
import { earliestPosition, earliestTimeMs, lastPosition } from '../store/events.ts';
import { EVENT_KINDS } from '../wire/event.ts';
import { toInstant, uuid } from '../wire/scalars.ts';
import { defineRoute, type Route } from './define-route.ts';
import { decodeEventCursor, encodeEventCursor } from './event-cursor.ts';

const kindsIn = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(z.enum(EVENT_KINDS, `expected one of ${EVENT_KINDS.join(', ')}`)))
  .optional()
  .meta({
    description: 'Only these; given several times, or with commas between.',
    override: { type: 'array', items: { type: 'string', enum: [...EVENT_KINDS] } },
  });

const follow = defineRoute({
  method: 'GET',
  path: '/flex/events',
  tag: 'Events',
  summary: 'Follow events live',
  description:
    'Server-sent events: each with `id`, a cursor; `event`, its kind; and `data`, the body that webhooks are sent. ' +
    'Without a cursor only what happens from now on. With the header `Last-Event-ID`, or `lastEventId`, everything ' +
    'after it, without a gap, as far back as events are kept; 400 when it is older. A comment and an id come every 15 s. A slow ' +
    'reader gets everything too, later; one who takes nothing for 30 s while much waits is closed: its last event ' +
    'is `stream:closed` with `{"reason": "too-slow"}` where that can still be sent. It resumes where it was.',
  query: z.strictObject({
    policyId: uuid.optional(),
    vehicleId: uuid.optional(),
    event: kindsIn,
    lastEventId: z.string().max(100).optional().meta({
      description: 'As the header `Last-Event-ID`, which wins, for tools that cannot set one.',
    }),
  }),
  headers: z.object({
    'Last-Event-ID': z.string().optional().meta({ description: 'The id of the last event that came.' }),
  }),
  answers: {
    200: {
      description: 'The stream. It does not end by itself.',
      schema: z.string(),
      contentType: 'text/event-stream',
    },
  },
})(async ({ query, clientId, header }, { deps, streams }) => {
  const given = header('last-event-id') || query.lastEventId;
  const cursor = given === undefined ? yes(null) : await checkCursor(deps.database, clientId, given);
  if (!cursor.ok) return cursor;
  const stream = await streams.open({
    clientId,
    afterPosition: cursor.value,
    policyId: query.policyId ?? null,
    vehicleId: query.vehicleId ?? null,
    kinds: query.event ?? null,
  });
  return { status: 200, headers: STREAM_HEADERS, stream };
});

/** The socket goes with the stream; a proxy in between passes on each event as it comes. */
const STREAM_HEADERS = { 'cache-control': 'no-store', connection: 'close', 'x-accel-buffering': 'no' };

export const eventRoutes: readonly Route[] = [follow];

/** The position of a cursor from which nothing is missing. */
async function checkCursor(query: Query, clientId: string, text: string): Promise<Result<number>> {
  const position = decodeEventCursor(text);
  if (position === null) {
    return no('bad-request', 'The id cannot be read.', issue('expected an id that this stream gave'));
  }
  if (position > (await lastPosition(query, clientId))) {
    return no('bad-request', 'The id is of no event so far.', issue('expected an id that this stream gave'));
  }
  const earliest = await earliestPosition(query, clientId);
  if (position >= earliest - 1) return yes(position);
  const sinceMs = await earliestTimeMs(query, clientId);
  const kept = sinceMs === null ? 'None is kept now' : `Those since ${toInstant(sinceMs)} are`;
  const message = `expected an id not before ${encodeEventCursor(earliest - 1)}`;
  return no('bad-request', `Events after this id are no longer kept. ${kept}.`, issue(message));
}

function issue(message: string) {
  return [{ path: 'Last-Event-ID', message }];
}
