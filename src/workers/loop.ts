import { setImmediate as immediate } from 'node:timers/promises';
import type { Log } from '../runtime/log.ts';

export interface LoopOptions {
  readonly name: string;
  readonly log: Log;
  /** One round; it gives how long to wait before the next, 0 for none. */
  readonly round: () => Promise<number>;
}

export interface Loop {
  /** The next round begins now, or right after the one under way. */
  wake(): void;
  /** No further round; fulfilled when the one under way has ended. */
  stop(): Promise<void>;
}

/** After a round that failed: the world may need a moment. */
const AFTER_FAILURE_MS = 1_000;

/** Runs rounds until it is stopped. A round that throws is logged, and the next one tries again. */
export function startLoop({ name, log, round }: LoopOptions): Loop {
  let isStopped = false;
  let isWanted = false;
  let endWait = () => {};

  async function wait(forMs: number): Promise<void> {
    if (isStopped) return;
    // Even a loop that never waits lets everything else have its turn.
    if (isWanted || forMs <= 0) return immediate();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, forMs);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    // The first round may use what startLoop gives.
    await immediate();
    while (!isStopped) {
      isWanted = false;
      let waitMs = AFTER_FAILURE_MS;
      try {
        waitMs = await round();
      } catch (error) {
        if (!isStopped) log.error(`${name}: a round failed and will be tried again`, { error });
      }
      await wait(waitMs);
    }
  }
  const running = run();

  return {
    wake() {
      isWanted = true;
      endWait();
    },
    async stop() {
      isStopped = true;
      endWait();
      await running;
    },
  };
}
