import { parentPort, workerData } from 'node:worker_threads';
import { openPool, type Target } from '../store/database.ts';
import { startLaneWorker } from '../workers/lanes.ts';
import { laneDeps } from './lane-deps.ts';

/** A lane worker in a thread of its own, with its own connections, until it is told to end. */
export interface LanesTask {
  readonly target: Target;
  readonly nowMs: number;
}

const { target, nowMs } = workerData as LanesTask;
const database = openPool({ target });
// The first connection is not what is measured.
await database.query('select 1');
const loop = startLaneWorker(laneDeps(database, () => nowMs));
parentPort?.postMessage('started');
parentPort?.once('message', async () => {
  await loop.stop();
  await database.close();
});
