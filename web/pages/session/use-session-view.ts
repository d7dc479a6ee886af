import { useSessionEvents } from '../../data/live.ts';
import type { Session } from '../../data/types.ts';
import { type Loading, useLoaded } from '../../data/use-loaded.ts';
import { useThrottled } from '../../data/use-throttled.ts';
import { loadSession, type SessionView } from './load-session.ts';

/** Loaded again at most so often while events come. */
const RELOAD_EVERY_MS = 1_500;

/** A session with what belongs to it, kept up by the live stream; `take` puts in what a change answered. */
export function useSessionView(id: string): Loading<SessionView> & { take(session: Session): void } {
  const loading = useLoaded(id, (signal) => loadSession(id, signal));
  const reloadSoon = useThrottled(loading.reload, RELOAD_EVERY_MS);
  const take = (session: Session): void => {
    loading.put((old) => ({ ...old, session }));
    reloadSoon();
  };
  useSessionEvents((event) => {
    if (event.event === 'flex:session:updated' && event.session.id === id) take(event.session);
  });
  return { ...loading, take };
}
