import type { Deps } from '../app/deps.ts';
import { lastPositions, readEvents, type StoredEvent } from '../store/events.ts';

/** One who follows a client's log live. */
export interface Follower {
  /** Everything up to it was given, or is none of the follower's business. */
  readonly position: () => number;
  readonly take: (event: LiveEvent) => void;
}

/** An event, and its text for the stream, made once however many follow. */
export interface LiveEvent extends StoredEvent {
  readonly frame: () => Buffer;
}

export interface EventHub {
  /**
   * Lets a follower have every event after its position, live: true, and it follows until `leave`. False where the hub
   * is beyond that position: the follower first reads on by itself.
   */
  join(clientId: string, follower: Follower): boolean;
  leave(clientId: string, follower: Follower): void;
  /** Where the hub stands in a client's log; null when nobody follows it. */
  positionOf(clientId: string): number | null;
  close(): Promise<void>;
}

/** Read at once for one client; then the other clients have their turn. */
const PAGE_MAX_COUNT = 200;
const PAGE_MAX_BYTES = 256 * 1024;
/** What another process placed is found after so long, while somebody follows. */
const POLL_MS = 50;
const AFTER_FAILURE_MS = 1_000;

interface FollowedLog {
  position: number;
  readonly followers: Set<Follower>;
}

/** Reads each followed log once in this process, and gives what it reads to all who follow it. */
export function makeEventHub(
  { database, bells, log }: Pick<Deps, 'database' | 'bells' | 'log'>,
  frameOf: (event: StoredEvent) => Buffer,
): EventHub {
  const logs = new Map<string, FollowedLog>();
  let isClosed = false;
  let isWanted = false;
  let running: Promise<void> | null = null;
  let endWait = (): void => {};

  /** Until nobody follows any more. */
  async function run(): Promise<void> {
    const stopListening = bells?.placed.onRing(wake);
    while (logs.size > 0 && !isClosed) {
      isWanted = false;
      try {
        if (!(await readAll())) await wait(POLL_MS);
      } catch (error) {
        log.error('the event stream could not read the log; it will try again', { error });
        await wait(AFTER_FAILURE_MS);
      }
    }
    stopListening?.();
    running = null;
  }

  function wake(): void {
    isWanted = true;
    endWait();
  }

  async function wait(forMs: number): Promise<void> {
    if (isWanted || isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, forMs);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One page of each log that has more; says whether there was any. */
  async function readAll(): Promise<boolean> {
    const last = await lastPositions(database, [...logs.keys()]);
    let hasRead = false;
    for (const [clientId, followed] of logs) {
      const lastPosition = last.get(clientId) ?? 0;
      if (lastPosition <= followed.position) continue;
      hasRead = true;
      const events = await readEvents(database, {
        clientId,
        afterPosition: followed.position,
        kinds: null,
        limitCount: PAGE_MAX_COUNT,
        limitBytes: PAGE_MAX_BYTES,
      });
      for (const event of events) give(followed, event);
      // Where the rest was erased there is nothing to read up to it.
      if (events.length === 0) followed.position = lastPosition;
    }
    return hasRead;
  }

  function give(followed: FollowedLog, event: StoredEvent): void {
    followed.position = event.position;
    let frame: Buffer | null = null;
    const live = {
      ...event,
      frame: () => {
        frame ??= frameOf(event);
        return frame;
      },
    };
    for (const follower of followed.followers) {
      if (follower.position() < event.position) follower.take(live);
    }
  }

  return {
    join(clientId, follower) {
      if (isClosed) return false;
      const position = follower.position();
      const followed = logs.get(clientId) ?? { position, followers: new Set() };
      if (followed.position > position) return false;
      followed.followers.add(follower);
      logs.set(clientId, followed);
      running ??= run();
      wake();
      return true;
    },
    leave(clientId, follower) {
      const followed = logs.get(clientId);
      if (followed?.followers.delete(follower) && followed.followers.size === 0) logs.delete(clientId);
      if (logs.size === 0) wake();
    },
    positionOf: (clientId) => logs.get(clientId)?.position ?? null,
    async close() {
      isClosed = true;
      wake();
      await running;
    },
  };
}
