/** What has to be stopped, the last started first. */
export interface Shutdown {
  add(stop: () => Promise<void>): void;
  /** Stops everything, also after one of the stops failed; then throws the first failure. */
  run(): Promise<void>;
}

export function createShutdown(): Shutdown {
  const stops: (() => Promise<void>)[] = [];
  return {
    add(stop) {
      stops.push(stop);
    },
    async run() {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        await stop().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
