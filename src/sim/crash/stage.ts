import type { Victims } from './installation.ts';
import { logTail, type Service, startService } from './service.ts';

/** The service under test through all its lives. */
export interface Stage {
  readonly victims: Victims;
  /** Null while none is ready. @throws when the run is over. */
  url(): string | null;
  /** Starts the next life; fulfilled when it has said that it is ready. */
  start(): Promise<void>;
  /** Starts the next life and leaves it alone. */
  beginStart(): void;
  /** SIGKILL. */
  killService(): void;
  serviceGone(): Promise<void>;
  /** SIGTERM; gives whether it ended in order. */
  stopService(): Promise<boolean>;
  /** @throws where the run is over, or a service ended that nobody killed. */
  check(): void;
  /** Something in the background went wrong: everything that looks at the stage ends with this. */
  fail(error: unknown): void;
  /** Leaves no process behind. */
  clear(): Promise<void>;
}

export function createStage(victims: Victims): Stage {
  let service: Service | null = null;
  let url: string | null = null;
  let isKilled = false;
  let failure: unknown = null;

  function check(): void {
    if (failure !== null) throw failure;
    if (service?.hasEnded() === true && !isKilled) {
      throw new Error(`the service ended, and nobody had killed it:\n${logTail(victims.installation)}`);
    }
  }

  function beginStart(): Service {
    check();
    isKilled = false;
    service = startService(victims.installation);
    return service;
  }

  function killService(): void {
    isKilled = true;
    url = null;
    service?.kill();
  }

  return {
    victims,
    url() {
      check();
      return url;
    },
    async start() {
      url = await beginStart().ready;
    },
    beginStart: () => void beginStart(),
    killService,
    async serviceGone() {
      await service?.ended;
    },
    async stopService() {
      isKilled = true;
      return (await service?.stop()) ?? true;
    },
    check,
    fail(error) {
      failure ??= error;
    },
    async clear() {
      failure ??= new Error('the run is over');
      killService();
      await service?.ended;
      await victims.stop();
    },
  };
}
