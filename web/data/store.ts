import { useEffect, useState } from 'preact/hooks';

/** A value that can be watched. */
export interface Store<Value> {
  get(): Value;
  set(next: Value): void;
  /** Gives what stops the watching. */
  watch(listener: () => void): () => void;
}

export function makeStore<Value>(first: Value): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  const [value, setValue] = useState(store.get);
  useEffect(() => {
    const take = (): void => setValue(() => store.get());
    // It may have changed between drawing and watching.
    take();
    return store.watch(take);
  }, [store]);
  return value;
}
