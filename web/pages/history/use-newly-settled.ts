import { useEffect, useRef } from 'preact/hooks';
import { useSessionEvents } from '../../data/live.ts';

/** Many may settle at once; the list is asked for once for all of them. */
const GATHER_MS = 2_000;

/** Calls `again` soon after a session has settled. */
export function useNewlySettled(again: () => void): void {
  const current = useRef(again);
  current.current = again;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useSessionEvents((event) => {
    if (event.event !== 'flex:session:updated' || event.session.state !== 'SETTLED') return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      current.current();
    }, GATHER_MS);
  });
}
