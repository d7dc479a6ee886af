import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from '../../store/connection.ts';
import { findNative, prepareBinaries } from '../../store/embedded-binaries.ts';
import { killLeftovers } from '../../store/embedded-leftovers.ts';
import { makeRunDir, preparePlace } from '../../store/embedded-place.ts';
import {
  clearStaleLocks,
  EMBEDDED_USER,
  hasCluster,
  initCluster,
  startPostgres,
  stopPostgres,
} from '../../store/embedded-process.ts';

/** A PostgreSQL server of the crash test's own, behind TCP, that nobody starts again but who calls `start`. */
export interface OwnServer {
  readonly url: string;
  readonly cluster: string;
  /** Starts it, or fails after a minute; fulfilled when it takes connections. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const AGAIN_MS = 100;
/** So long what was left behind may take to end by itself; then an administrator ends it. */
const LEFTOVERS_LIMIT_MS = 5_000;

export async function makeOwnServer(dataDir: string): Promise<OwnServer> {
  const place = preparePlace(dataDir);
  const binaries = prepareBinaries(findNative(), place.account, place.dataDir);
  if (!hasCluster(place)) await initCluster(place, binaries);
  const port = String(await freePort());
  const url = `postgres://${EMBEDDED_USER}@127.0.0.1:${port}/postgres`;

  async function answers(): Promise<boolean> {
    try {
      await (await openConnection({ kind: 'server', url })).close();
      return true;
    } catch {
      // Refused, or starting.
      return false;
    }
  }

  return {
    url,
    cluster: place.cluster,
    async start() {
      const startMs = performance.now();
      const untilMs = startMs + START_LIMIT_MS;
      while (performance.now() < untilMs) {
        makeRunDir(place);
        clearStaleLocks(place);
        let why: string | null = null;
        const { ended } = startPostgres(place, binaries, { port, listen_addresses: '127.0.0.1' });
        void ended.then((lines) => {
          why = lines;
        });
        // A start that fails because of what a killed postmaster left behind is tried again, as a supervisor does.
        while (why === null && performance.now() < untilMs) {
          if (await answers()) return;
          await delay(AGAIN_MS / 4);
        }
        if (performance.now() - startMs > LEFTOVERS_LIMIT_MS) killLeftovers(place.cluster, place.account);
        await delay(AGAIN_MS);
      }
      throw new Error(
        `the PostgreSQL server did not start in ${START_LIMIT_MS / 1000} s: see ${place.logFile}`,
      );
    },
    async stop() {
      await stopPostgres(place.cluster);
      killLeftovers(place.cluster, place.account);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
