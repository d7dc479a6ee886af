import { Readable } from 'node:stream';
import type { Deps } from '../app/deps.ts';
import { lastPosition, readEvents, type StoredEvent } from '../store/events.ts';
import { encodeEventCursor } from './event-cursor.ts';
import { type EventHub, makeEventHub } from './event-hub.ts';

/** What a reader of the stream wants. */
export interface StreamWanted {
  readonly clientId: string;
  /** Null: only what is new. */
  readonly afterPosition: number | null;
  readonly policyId: string | null;
  readonly vehicleId: string | null;
  /** Null: all. */
  readonly kinds: readonly string[] | null;
}

/** The live streams of a process. */
export interface EventStreams {
  /** Server-sent events, as text; ends when its consumer destroys it, is too slow, or the service stops. */
  open(wanted: StreamWanted): Promise<Readable>;
  /** Tells every reader that the service stops, and ends. */
  close(): Promise<void>;
}

export interface StreamLimits {
  readonly heartbeatMs: number;
  /**
   * What may wait for one reader in this process, and one event more; the system's socket holds some beside. A reader
   * for whom more waits is no longer given what is new: it reads on from the log, as fast as it takes it.
   */
  readonly bufferMaxBytes: number;
  /** A reader that takes nothing for so long, while 64 KiB wait for it, is closed. */
  readonly stallMaxMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  heartbeatMs: 15_000,
  bufferMaxBytes: 1024 * 1024,
  stallMaxMs: 30_000,
};

/** After a close with a reason, what the reader has not taken by then is dropped. */
const LAST_WORDS_MS = 1_000;
/** What a reader behind the hub is given at once; the next page waits until it has taken this one. */
const PAGE_MAX_COUNT = 50;
const PAGE_MAX_BYTES = 64 * 1024;
/** Readers that read the log for themselves at the same moment; the others wait for their turn. */
const CATCHING_UP_MAX_COUNT = 4;
const RETRY_MS = 2_000;

type Reason = 'too-slow' | 'shutdown' | 'failure';

export function makeEventStreams(
  deps: Pick<Deps, 'database' | 'bells' | 'log'>,
  limits: StreamLimits = STREAM_LIMITS,
): EventStreams {
  const hub = makeEventHub(deps, frameOf);
  const turns = makeTurns(CATCHING_UP_MAX_COUNT);
  const open = new Set<{ beat(): void; end(reason: Reason): void; readonly closed: Promise<void> }>();
  let heart: NodeJS.Timeout | null = null;
  let isClosed = false;

  function add(one: typeof open extends Set<infer One> ? One : never): void {
    open.add(one);
    heart ??= setInterval(() => {
      for (const each of open) each.beat();
    }, limits.heartbeatMs);
  }

  function remove(one: typeof open extends Set<infer One> ? One : never): void {
    open.delete(one);
    if (open.size > 0 || heart === null) return;
    clearInterval(heart);
    heart = null;
  }

  return {
    async open(wanted) {
      const position =
        wanted.afterPosition ??
        hub.positionOf(wanted.clientId) ??
        (await lastPosition(deps.database, wanted.clientId));
      const stream = openStream({ deps, hub, turns, limits, wanted, position });
      if (isClosed) stream.end('shutdown');
      add(stream);
      void stream.closed.then(() => remove(stream));
      return stream.readable;
    },
    async close() {
      isClosed = true;
      for (const each of open) each.end('shutdown');
      await hub.close();
      await Promise.all([...open].map(({ closed }) => closed));
    },
  };
}

interface StreamContext {
  readonly deps: Pick<Deps, 'database' | 'log'>;
  readonly hub: EventHub;
  readonly turns: Turns;
  readonly limits: StreamLimits;
  readonly wanted: StreamWanted;
  readonly position: number;
}

/** One reader: behind the hub it reads page by page as fast as it takes them, then it follows the hub. */
function openStream(context: StreamContext) {
  const { deps, hub, turns, limits, wanted } = context;
  const { clientId } = wanted;
  let { position } = context;
  let isEnding = false;
  let pushedBytes = 0;
  let takenBytes = 0;
  let stalledForMs = 0;
  let drained = (): void => {};
  let isDrained = true;
  const readable = new Readable({
    highWaterMark: PAGE_MAX_BYTES,
    read() {
      isDrained = true;
      drained();
    },
  });
  const follower = {
    position: () => position,
    take: (event: StoredEvent & { frame(): Buffer }) => {
      position = event.position;
      if (!isWanted(event, wanted)) return;
      push(event.frame());
      if (readable.readableLength <= limits.bufferMaxBytes) return;
      hub.leave(clientId, follower);
      startCatchUp();
    },
  };
  const closed = new Promise<void>((resolve) => {
    readable.once('close', () => {
      isEnding = true;
      hub.leave(clientId, follower);
      drained();
      resolve();
    });
  });
  // A reader that went away is no failure of ours.
  readable.on('error', () => {});

  function push(frame: Buffer | string): void {
    if (isEnding) return;
    // What is shared is not copied.
    const bytes = typeof frame === 'string' ? Buffer.from(frame) : frame;
    pushedBytes += bytes.length;
    isDrained = readable.push(bytes);
  }

  function end(reason: Reason): void {
    if (isEnding) return;
    isEnding = true;
    hub.leave(clientId, follower);
    if (reason === 'too-slow') {
      const bufferedBytes = readable.readableLength;
      deps.log.warn('a reader of the event stream was too slow and was closed', { clientId, bufferedBytes });
    }
    readable.push(`event: stream:closed\ndata: ${JSON.stringify({ reason })}\n\n`);
    readable.push(null);
    setTimeout(() => readable.destroy(), LAST_WORDS_MS).unref();
  }

  async function catchUp(): Promise<void> {
    while (!isEnding) {
      while (!isDrained && !isEnding) {
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      }
      const hasMore = await turns.run(readPage);
      if (!hasMore && !isEnding && hub.join(clientId, follower)) return;
    }
  }

  function startCatchUp(): void {
    catchUp().catch((error: unknown) => {
      deps.log.error('a reader of the event stream could not be given the log', { clientId, error });
      end('failure');
    });
  }

  /** Gives one page; says whether there may be more. */
  async function readPage(): Promise<boolean> {
    if (isEnding) return false;
    const last = await lastPosition(deps.database, clientId);
    if (last <= position) return false;
    const page = { afterPosition: position, limitCount: PAGE_MAX_COUNT, limitBytes: PAGE_MAX_BYTES };
    const events = await readEvents(deps.database, { clientId, kinds: wanted.kinds, ...page });
    for (const event of events) {
      position = event.position;
      if (isWanted(event, wanted)) push(frameOf(event));
    }
    // Up to there everything was looked at.
    if (events.length === 0) position = Math.max(position, last);
    return position < last;
  }

  push(`retry: ${RETRY_MS}\n${idLine(position)}\n`);
  startCatchUp();

  return {
    readable,
    closed,
    end,
    /** With an id: who resumes after a quiet time, or with a narrow filter, need not look at it all again. */
    beat() {
      const takenBeforeBytes = takenBytes;
      takenBytes = pushedBytes - readable.readableLength;
      const isStalled = !isDrained && takenBytes === takenBeforeBytes;
      stalledForMs = isStalled ? stalledForMs + limits.heartbeatMs : 0;
      if (isDrained) push(`: heartbeat\n${idLine(position)}\n`);
      if (stalledForMs > limits.stallMaxMs) end('too-slow');
    },
  };
}

function isWanted(event: StoredEvent, { kinds, policyId, vehicleId }: StreamWanted): boolean {
  return (
    (kinds === null || kinds.includes(event.kind)) &&
    (policyId === null || event.policyId === policyId) &&
    (vehicleId === null || event.vehicleId === vehicleId)
  );
}

/** The body is JSON without line ends. */
function frameOf({ position, kind, body }: StoredEvent): Buffer {
  return Buffer.from(`${idLine(position)}event: ${kind}\ndata: ${body}\n\n`);
}

function idLine(position: number): string {
  return `id: ${encodeEventCursor(position)}\n`;
}

interface Turns {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** At most so many at once, the others in the order in which they came. */
function makeTurns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async run(work) {
      if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      else free -= 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
