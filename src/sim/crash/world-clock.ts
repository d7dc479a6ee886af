import { setTimeout as delay } from 'node:timers/promises';
import { MINUTE_MS } from '../../domain/units.ts';
import type { Api } from './api.ts';

/** The time that the cars live by; the service's own clock is never behind it. */
export interface WorldClock {
  nowMs(): number;
  /** Lets it run; rejected when the service refuses to follow. */
  run(): Promise<void>;
  /** Fulfilled when it stands. */
  stop(): Promise<void>;
  moveTo(atMs: number): Promise<void>;
}

/** In each beat of real time, and as long as a move takes. */
const SANDBOX_STRIDE_MS = 3 * MINUTE_MS;
/** Twenty minutes a second: two months last longer than an hour. */
const PAST_STRIDE_MS = MINUTE_MS;
const BEAT_MS = 50;

/** Moves the sandbox's clock along: each move is an answered PUT, sent again after a crash. */
export function createSandboxWorldClock(api: Api, startMs: number): WorldClock {
  return createClock(startMs, SANDBOX_STRIDE_MS, async (atMs) => {
    await api.must('PUT', '/sandbox/clock', { now: new Date(atMs).toISOString() });
    return atMs;
  });
}

/**
 * Days gone by, lived again quickly: the service keeps real time and takes all readings for late ones. When the past
 * is used up, it goes on at the pace of real time.
 */
export function createPastWorldClock(startMs: number, realNowMs: () => number): WorldClock {
  return createClock(startMs, PAST_STRIDE_MS, async (atMs) => Math.min(atMs, realNowMs()));
}

/** @param reach takes the service along to an instant, and says how far it came. */
function createClock(
  startMs: number,
  strideMs: number,
  reach: (atMs: number) => Promise<number>,
): WorldClock {
  let currentMs = startMs;
  let isRunning = false;
  let running = Promise.resolve();

  async function moveTo(atMs: number): Promise<void> {
    currentMs = Math.max(currentMs, await reach(atMs));
  }

  async function run(): Promise<void> {
    while (isRunning) {
      await moveTo(currentMs + strideMs);
      await delay(BEAT_MS);
    }
  }

  return {
    nowMs: () => currentMs,
    moveTo,
    run() {
      isRunning = true;
      running = run();
      return running;
    },
    async stop() {
      isRunning = false;
      await running;
    },
  };
}
