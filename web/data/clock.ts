import { useEffect, useState } from 'preact/hooks';
import { makeStore } from './store.ts';

/** The service's clock as last heard: it stood at `nowMs` when this browser's stood at `heardAtMs`. */
interface Heard {
  readonly nowMs: number;
  readonly heardAtMs: number;
  /** Times real time; 0 stands. */
  readonly speed: number;
}

/** Differences below it are the way of the answer, and the whole seconds of its header. */
const DRIFT_MIN_MS = 5_000;

/** Null: the real time. */
export const sandboxClock = makeStore<Heard | null>(null);
let driftMs = 0;

/** The service's present time, as well as this page knows it. */
export function nowMs(): number {
  const heard = sandboxClock.get();
  if (heard === null) return Date.now() + driftMs;
  return heard.nowMs + (Date.now() - heard.heardAtMs) * heard.speed;
}

export function heardSandboxClock({ now, speed }: { readonly now: string; readonly speed: number }): void {
  sandboxClock.set({ nowMs: Date.parse(now), heardAtMs: Date.now(), speed });
}

/** The `Date` header of an answer: the clock of a browser may be wrong by hours. */
export function heardServerTime(header: string | null): void {
  const serverMs = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(serverMs)) return;
  const differenceMs = serverMs - Date.now();
  driftMs = Math.abs(differenceMs) < DRIFT_MIN_MS ? 0 : differenceMs;
}

/** The present time, drawn anew every so often, and at once when the sandbox's clock is moved. */
export function useNow(everyMs = 1_000): number {
  const [at, setAt] = useState(nowMs);
  useEffect(() => {
    const take = (): void => setAt(nowMs());
    const timer = setInterval(take, everyMs);
    const unwatch = sandboxClock.watch(take);
    return () => {
      clearInterval(timer);
      unwatch();
    };
  }, [everyMs]);
  return at;
}
