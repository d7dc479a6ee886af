import { useCallback, useEffect, useRef } from 'preact/hooks';

/** Runs `work` at once, and then at most once in each span, the last time after the last call. */
export function useThrottled(work: () => void, everyMs: number): () => void {
  const current = useRef(work);
  current.current = work;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isWanted = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    const run = (): void => {
      isWanted.current = false;
      current.current();
      timer.current = setTimeout(() => {
        timer.current = undefined;
        if (isWanted.current) run();
      }, everyMs);
    };
    if (timer.current === undefined) run();
    else isWanted.current = true;
  }, [everyMs]);
}
