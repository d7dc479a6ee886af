import { driveInWorkers } from './drive-in-workers.ts';
import { driveSessions } from './drive-sessions.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { BacktestReport } from './report.ts';
import type { RecordedSession, SessionRow } from './sessions-csv.ts';
import { addRow, addSession, emptyTally, reportOf, type Tallied, type Tally } from './tally.ts';
import { priceSession } from './usable-sessions.ts';

/** What the world outside gives a back-test. */
export interface BacktestHost {
  /** For the seconds of the report only. */
  readonly nowMs: () => number;
  /** Called as sessions are driven, with how many of how many. */
  readonly onProgress: (driven: number, all: number) => void;
  /** Threads to drive in; 1 drives in this one. The report is the same for any number. */
  readonly workerCount: number;
}

/**
 * Drives every row through the engine, the cars of a user session by session, and compares with the reference
 * columns. `limit` counts sessions driven, not rows. A row that cannot be driven is counted by its reason.
 */
export async function runBacktest(
  rows: AsyncIterable<SessionRow>,
  rules: ReplayRules,
  limit: number,
  host: BacktestHost,
): Promise<BacktestReport> {
  const startedAtMs = host.nowMs();
  const tally = emptyTally();
  const sessions = await usableSessions(rows, rules, limit, tally);
  // Sums of floats depend on their order: whoever drove a session, it is added where its row stands.
  for (const tallied of await driven(sessions, rules, host)) {
    addSession(tally, tallied);
  }
  return reportOf(tally, rules, (host.nowMs() - startedAtMs) / 1000);
}

async function usableSessions(
  rows: AsyncIterable<SessionRow>,
  rules: ReplayRules,
  limit: number,
  tally: Tally,
): Promise<RecordedSession[]> {
  const usable: RecordedSession[] = [];
  if (limit <= 0) return usable;
  for await (const row of rows) {
    const priced = priceSession(row, rules.prices.slots);
    addRow(tally, row, 'skipped' in priced ? priced.skipped : null);
    if ('skipped' in priced) continue;
    usable.push(priced.session);
    if (usable.length >= limit) break;
  }
  return usable;
}

/** Fewer sessions than this are driven sooner than a thread for them starts. */
const WORKER_SESSIONS_MIN_COUNT = 50;

async function driven(
  sessions: readonly RecordedSession[],
  rules: ReplayRules,
  host: BacktestHost,
): Promise<readonly Tallied[]> {
  let count = 0;
  const onDriven = (more: number): void => {
    count += more;
    host.onProgress(count, sessions.length);
  };
  const workerCount = Math.min(host.workerCount, Math.ceil(sessions.length / WORKER_SESSIONS_MIN_COUNT));
  return workerCount > 1
    ? driveInWorkers(sessions, rules, workerCount, onDriven)
    : driveSessions(sessions, rules, () => onDriven(1));
}
