import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerTask, WorkerWord } from './drive-in-workers.ts';
import { driveSessions } from './drive-sessions.ts';

/** So many sessions are told at once. */
const TOLD_COUNT = 20;

const { sessions, rules } = workerData as WorkerTask;
const say = (word: WorkerWord): void => parentPort?.postMessage(word);
let untold = 0;
const tallied = driveSessions(sessions, rules, () => {
  untold += 1;
  if (untold < TOLD_COUNT) return;
  say({ kind: 'progress', driven: untold });
  untold = 0;
});
say({ kind: 'progress', driven: untold });
say({ kind: 'done', tallied });
