import { ask } from './api.ts';
import { heardSandboxClock } from './clock.ts';

const ASK_EVERY_MS = 5_000;

/** Keeps this page's idea of the sandbox's clock right until the function that it gives is called. */
export function followSandboxClock(): () => void {
  const aborter = new AbortController();
  const askAgain = async (): Promise<void> => {
    try {
      heardSandboxClock(await ask('GET /sandbox/clock', { signal: aborter.signal }));
    } catch {
      // The banner tells when the service is away; the next time it is asked again.
    }
  };
  void askAgain();
  const timer = setInterval(askAgain, ASK_EVERY_MS);
  return () => {
    clearInterval(timer);
    aborter.abort();
  };
}

/** 0 stops it. */
export async function setSandboxSpeed(speed: number): Promise<void> {
  heardSandboxClock(await ask('PUT /sandbox/clock', { body: { speed } }));
}
