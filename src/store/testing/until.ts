import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what another process does; fails when it has not come true in the time. */
export async function until(isTrue: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > untilMs) throw new Error(`not true after ${limitMs} ms: ${isTrue}`);
    await delay(5);
  }
}
