/** A clock that stands until it is moved, and never goes back. */
export interface SandboxClock {
  nowMs(): number;
  moveTo(atMs: number): void;
}

export function createSandboxClock(startMs: number): SandboxClock {
  let currentMs = startMs;
  return {
    nowMs: () => currentMs,
    moveTo(atMs) {
      currentMs = Math.max(currentMs, atMs);
    },
  };
}
