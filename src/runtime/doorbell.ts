/** Tells whoever listens in this process that there is something to do; what there is, they look up themselves. */
export interface Doorbell {
  ring(): void;
  /** Fulfilled by the next ring, or when the time is over. A ring before the call is not heard: see `onRing`. */
  wait(timeoutMs: number): Promise<void>;
  /** Called at each ring, until what it gives is called. */
  onRing(take: () => void): () => void;
  /** Does somebody listen for good? Waiting does not count. */
  isHeard(): boolean;
}

export function makeDoorbell(): Doorbell {
  const listeners = new Set<() => void>();
  const waiting = new Set<() => void>();
  return {
    ring() {
      for (const take of [...listeners, ...waiting]) take();
    },
    wait: (timeoutMs) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        waiting.add(end);
      }),
    onRing(take) {
      // One function may listen twice.
      const listener = (): void => take();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isHeard: () => listeners.size > 0,
  };
}
