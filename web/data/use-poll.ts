import { useEffect, useRef } from 'preact/hooks';

/** Calls `again` every so often while the page is looked at, and at once when it is looked at again. */
export function usePoll(again: () => void, everyMs: number): void {
  const current = useRef(again);
  current.current = again;
  useEffect(() => {
    const whenSeen = (): void => {
      if (document.visibilityState === 'visible') current.current();
    };
    const timer = setInterval(whenSeen, everyMs);
    document.addEventListener('visibilitychange', whenSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', whenSeen);
    };
  }, [everyMs]);
}
