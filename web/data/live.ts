import { useEffect, useRef } from 'preact/hooks';
import { askStillIn } from './sign-in.ts';
import { makeStore } from './store.ts';
import type { SessionEvent } from './types.ts';

/** `away`: no stream for some time; it is tried again and again. */
export type LiveState = 'connecting' | 'live' | 'away';

export const liveState = makeStore<LiveState>('connecting');
/** How often the stream has begun: what was loaded before may have changed meanwhile. */
export const openings = makeStore(0);

const KINDS = ['flex:session:updated', 'flex:session:deleted'] as const;
/** A restart of the service takes less; nobody needs to be told of it. */
const AWAY_AFTER_MS = 2_500;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

const listeners = new Set<(event: SessionEvent) => void>();

/** Calls `listener` with each event of a session from now on. */
export function useSessionEvents(listener: (event: SessionEvent) => void): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const take = (event: SessionEvent): void => current.current(event);
    listeners.add(take);
    return () => void listeners.delete(take);
  }, []);
}

/** Follows the live stream until the function that it gives is called. It goes on where it broke off. */
export function followEvents(): () => void {
  let source: EventSource | null = null;
  let lastEventId: string | null = null;
  let retryMs = RETRY_FIRST_MS;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let away: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  function open(): void {
    const since = lastEventId === null ? '' : `&lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`/flex/events?event=${KINDS.join(',')}${since}`);
    source.onopen = () => {
      clearTimeout(away);
      away = undefined;
      retryMs = RETRY_FIRST_MS;
      liveState.set('live');
      // What was loaded before the stream began may have changed between the two.
      openings.set(openings.get() + 1);
    };
    source.onerror = lost;
    for (const kind of KINDS) source.addEventListener(kind, take);
  }

  function take(message: MessageEvent<string>): void {
    lastEventId = message.lastEventId || lastEventId;
    // The service's own events, in the shape of its OpenAPI document.
    const event = JSON.parse(message.data) as SessionEvent;
    for (const listener of [...listeners]) listener(event);
  }

  /** The browser would try again by itself after a broken line, but not after an answer such as 401 or 503. */
  function lost(): void {
    source?.close();
    if (isStopped) return;
    away ??= setTimeout(() => liveState.set('away'), AWAY_AFTER_MS);
    retry = setTimeout(async () => {
      await stillIn();
      if (!isStopped) open();
    }, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  }

  /** A token may have expired meanwhile; and an id of long ago is no longer known to the service. */
  async function stillIn(): Promise<void> {
    if (liveState.get() !== 'away') return;
    lastEventId = null;
    await askStillIn();
  }

  open();
  return () => {
    isStopped = true;
    clearTimeout(retry);
    clearTimeout(away);
    source?.close();
    liveState.set('connecting');
  };
}
