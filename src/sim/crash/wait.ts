import { setTimeout as delay } from 'node:timers/promises';

/** How often a condition is looked at. */
const POLL_MS = 20;

/**
 * Waits until something is so, and gives it; null means not yet.
 * @throws when it has not come true in the time; the message says what was waited for.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | null | Promise<T | null>,
  limitMs: number,
): Promise<T> {
  const untilMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > untilMs) throw new Error(`${what}: not so after ${limitMs / 1000} s`);
    await delay(POLL_MS);
  }
}
