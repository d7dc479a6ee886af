import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { openings } from './live.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { isAbort } from './problem.ts';
import { useStore } from './store.ts';

export type Loaded<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'broken'; readonly error: unknown }
  | {
      readonly kind: 'ready';
      readonly value: Value;
      /** Shown for another key, while the wanted one is on its way. */
      readonly isStale: boolean;
      /** The last try failed; the value is the one before it. */
      readonly error: unknown | null;
    };

export interface Loading<Value> {
  readonly state: Loaded<Value>;
  reload(): void;
  /** Puts in what is known already, such as the answer of a change or an event. */
  put(change: (old: Value) => Value): void;
}

/**
 * Loads a value, and again when `key` changes, when asked to, and when the live stream begins (anew). A
 * value that is there stays while the next one is on its way; a request for another key is aborted, one for
 * the same key ends before the next begins, so that an answer slower than the asking is shown too. A null key loads nothing.
 */
export function useLoaded<Value>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Value>,
): Loading<Value> {
  const [state, setState] = useState<Loaded<Value>>({ kind: 'loading' });
  const opened = useStore(openings);
  const loadNow = useRef(load);
  loadNow.current = load;
  const shownKey = useRef<string | null>(null);
  const startNow = useRef<(() => void) | null>(null);
  const reload = useCallback(() => startNow.current?.(), []);

  // Before the effect of the key: what that begins is not begun once more.
  const openedBefore = useRef(opened);
  useEffect(() => {
    if (openedBefore.current !== opened) reload();
    openedBefore.current = opened;
  }, [opened, reload]);

  useEffect(() => {
    if (key === null) return undefined;
    const aborter = new AbortController();
    const { signal } = aborter;
    const loadOnce = async (): Promise<void> => {
      const isOther = shownKey.current !== key;
      setState((old) => (old.kind === 'ready' ? { ...old, isStale: isOther } : { kind: 'loading' }));
      try {
        const value = await loadNow.current(signal);
        if (signal.aborted) return;
        shownKey.current = key;
        setState({ kind: 'ready', value, isStale: false, error: null });
      } catch (error) {
        if (signal.aborted || isAbort(error)) return;
        setState((old) =>
          old.kind === 'ready' && !old.isStale ? { ...old, error } : { kind: 'broken', error },
        );
      }
    };
    const start = oneAtATime(loadOnce, signal);
    startNow.current = start;
    start();
    return () => {
      startNow.current = null;
      aborter.abort();
    };
  }, [key]);

  const put = useCallback((change: (old: Value) => Value) => {
    setState((old) => (old.kind === 'ready' ? { ...old, value: change(old.value) } : old));
  }, []);
  // From the first drawing with another key on, before its request has even begun.
  const isOfOther = state.kind === 'ready' && key !== null && shownKey.current !== key;
  return { state: isOfOther ? { ...state, isStale: true } : state, reload, put };
}
