import { useEffect, useRef, useState } from 'preact/hooks';

export interface Action {
  readonly isBusy: boolean;
  /** Why the last run failed; null before it, while it runs and when it went well. */
  readonly error: unknown;
  /** Runs, one at a time; whether it went well. */
  run(act: () => Promise<void>): Promise<boolean>;
  forget(): void;
}

/** Something a person sets off: whether it is under way, and how it failed. */
export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isRunning = useRef(false);
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  return {
    isBusy,
    error,
    async run(act) {
      if (isRunning.current) return false;
      isRunning.current = true;
      setIsBusy(true);
      setError(null);
      try {
        await act();
        return true;
      } catch (cause) {
        if (!isGone.current) setError(cause);
        return false;
      } finally {
        isRunning.current = false;
        if (!isGone.current) setIsBusy(false);
      }
    },
    forget: () => setError(null),
  };
}
