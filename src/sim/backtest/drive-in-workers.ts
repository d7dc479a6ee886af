import type { Worker } from 'node:worker_threads';
import { startThread } from '../../runtime/start-thread.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';
import { type Share, shareOut } from './share-out.ts';
import type { Tallied } from './tally.ts';

/** What a worker says: so many sessions driven since the last word, or all of its share. */
export type WorkerWord =
  | { readonly kind: 'progress'; readonly driven: number }
  | { readonly kind: 'done'; readonly tallied: readonly Tallied[] };

/** What a worker is given. */
export interface WorkerTask {
  readonly sessions: readonly RecordedSession[];
  readonly rules: ReplayRules;
}

/**
 * Drives sessions in several threads, all of one user in the same one; gives them in their order, as one thread would.
 * @param onDriven called with the number of sessions driven since the last call.
 */
export async function driveInWorkers(
  sessions: readonly RecordedSession[],
  rules: ReplayRules,
  workerCount: number,
  onDriven: (driven: number) => void,
): Promise<Tallied[]> {
  const shares = shareOut(sessions, workerCount);
  const workers: Worker[] = [];
  const placed: Tallied[] = new Array(sessions.length);
  const driveShare = async (share: Share): Promise<void> => {
    const worker = startThread(import.meta.url, 'drive-worker', {
      sessions: share.sessions,
      rules,
    } satisfies WorkerTask);
    workers.push(worker);
    const tallied = await talliedBy(worker, onDriven);
    for (const [index, one] of tallied.entries()) {
      placed[share.places[index] ?? index] = one;
    }
  };
  try {
    await Promise.all(shares.map(driveShare));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return placed;
}

function talliedBy(worker: Worker, onDriven: (driven: number) => void): Promise<readonly Tallied[]> {
  return new Promise((resolve, reject) => {
    worker.on('message', (word: WorkerWord) => {
      if (word.kind === 'progress') onDriven(word.driven);
      else resolve(word.tallied);
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`a worker of the back-test ended early, with code ${code}`)),
    );
  });
}
