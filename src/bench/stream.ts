import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '../app/create-client.ts';
import type { Deps } from '../app/deps.ts';
import { issueToken } from '../app/issue-token.ts';
import { listen } from '../http/listen.ts';
import { buildServer } from '../http/server.ts';
import { systemClock } from '../runtime/clock.ts';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { appendEvents } from '../store/events.ts';
import { migrate } from '../store/migrate.ts';
import { withScratchDatabase } from '../store/scratch-database.ts';
import { startSequencer } from '../workers/sequencer.ts';
import type { ReadersReport, ReadersTask } from './stream-readers.ts';

interface StreamBench {
  /** Null: an embedded server in a folder for the time of the run. */
  readonly databaseUrl: string | null;
  readonly seconds: number;
  readonly readerCount: number;
  readonly stuckCount: number;
  readonly eventsPerSecond: number;
  readonly bodyBytes: number;
}

const USUAL = {
  readerCount: 1_000,
  stuckCount: 50,
  eventsPerSecond: 5,
  bodyBytes: 5_000,
};

interface MemoryMb {
  readonly rss: number;
  readonly heap: number;
  readonly buffers: number;
}

interface StreamBenchReport extends Omit<ReadersReport, 'kind'> {
  readonly events: number;
  readonly closedAsTooSlow: number;
  /** The service's, every tenth of the run: before the readers came, then while they follow. */
  readonly memoryMb: readonly MemoryMb[];
}

const SAMPLES = 10;

interface StreamBenchOptions {
  readonly databaseUrl: string | null;
  readonly seconds: number;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

/** `tidewatt bench stream`. */
export async function runBenchStream({ json, print, ...options }: StreamBenchOptions): Promise<void> {
  const bench = { ...USUAL, ...options };
  const report = await benchStream(bench);
  print(json ? JSON.stringify({ bench: 'stream', ...report }) : streamBenchText(report, bench));
}

/** Readers of the live stream, some of which never read, for minutes: memory, latency, and that nothing is lost. */
async function benchStream(bench: StreamBench): Promise<StreamBenchReport> {
  return withScratchDatabase(bench.databaseUrl, (database) => run(database, bench));
}

async function run(database: Database, bench: StreamBench): Promise<StreamBenchReport> {
  await migrate(database);
  let closedAsTooSlow = 0;
  const log = makeLog({
    level: 'warn',
    nowMs: systemClock.nowMs,
    write: (line) => {
      if (line.includes('too slow')) closedAsTooSlow += 1;
      else process.stderr.write(line);
    },
  });
  const bells = { written: makeDoorbell(), placed: makeDoorbell() };
  const newId = makeUuidv7({ nowMs: systemClock.nowMs, randomBytes });
  const deps: Deps = { database, clock: systemClock, realClock: systemClock, newId, log, bells };
  const { clientId, clientSecret } = await createClient(deps, 'bench');
  const access = await issueToken(deps, clientId, clientSecret);
  if (access === null) throw new Error('expected a token for the client that was just made');
  const sequencer = startSequencer(deps, bells);
  const server = buildServer(deps);
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const memoryMb = [memoryNow()];
  const readers = startReaders({ url, token: access.token, ...bench });
  try {
    const gone = new AbortController();
    readers.once('exit', () => gone.abort(new Error('the process of the readers ended before its time')));
    await once(readers, 'message', gone);
    const written = await writeEvents(deps, bells.written, clientId, bench, memoryMb);
    const answer = once(readers, 'message', gone);
    readers.send(written);
    // What the process said it is: our own file.
    const [{ kind, ...report }] = (await answer) as [ReadersReport];
    return { ...report, events: written, closedAsTooSlow, memoryMb };
  } finally {
    readers.kill();
    await server.close();
    await sequencer.stop();
  }
}

/** Writes for the time of the run, with numbers from 1 and the time in each body; gives how many. */
async function writeEvents(
  { database }: Deps,
  written: { ring(): void },
  clientId: string,
  { seconds, eventsPerSecond, bodyBytes }: StreamBench,
  memoryMb: MemoryMb[],
): Promise<number> {
  const beganMs = Date.now();
  const pad = randomBytes(bodyBytes).toString('base64').slice(0, bodyBytes);
  let n = 0;
  while (n < seconds * eventsPerSecond) {
    await delay(Math.max(0, beganMs + (n * 1000) / eventsPerSecond - Date.now()));
    n += 1;
    const atMs = Date.now();
    const body = JSON.stringify({ n, atMs, pad });
    const event = {
      kind: 'flex:session:updated',
      userId: 'anna',
      vehicleId: null,
      sessionId: null,
      policyId: null,
    };
    await appendEvents(database, [{ ...event, clientId, createdAtMs: atMs, sequence: n, body }]);
    written.ring();
    if (atMs - beganMs < (memoryMb.length * seconds * 1000) / SAMPLES) continue;
    memoryMb.push(memoryNow());
    process.stderr.write(`bench stream: ${Math.round((atMs - beganMs) / 1000)} of ${seconds} s\n`);
  }
  memoryMb.push(memoryNow());
  return n;
}

function startReaders({ url, token, readerCount, stuckCount }: ReadersTask) {
  const isCompiled = import.meta.url.endsWith('.js');
  const file = new URL(isCompiled ? './stream-readers.js' : './stream-readers.ts', import.meta.url);
  return fork(fileURLToPath(file), [JSON.stringify({ url, token, readerCount, stuckCount })], {
    execArgv: isCompiled ? [] : ['--import', 'tsx'],
  });
}

function memoryNow(): MemoryMb {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const mb = (bytes: number): number => Math.round(bytes / 2 ** 20);
  return { rss: mb(rss), heap: mb(heapUsed), buffers: mb(arrayBuffers) };
}

/** The figures for a person; `--json` gives the report as it is. */
function streamBenchText(
  { memoryMb, latenciesMs, ...report }: StreamBenchReport,
  bench: StreamBench,
): string {
  const { readerCount, stuckCount, seconds, eventsPerSecond, bodyBytes } = bench;
  const { p50, p99, max } = latenciesMs;
  return [
    `${readerCount} readers, ${stuckCount} that never read, ${eventsPerSecond} events/s of ${bodyBytes} B, ${seconds} s`,
    `  received            ${report.received} of ${report.events * readerCount}, ${report.faulty} readers with a fault`,
    `  commit to receipt   p50 ${p50} ms, p99 ${p99} ms, most ${max} ms`,
    `  closed as too slow  ${report.closedAsTooSlow}; resumed without a gap: ${report.resumedWhole} of ${stuckCount}`,
    `  memory, MB          ${memoryMb.map(({ rss, buffers }) => `${rss} (${buffers})`).join(', ')}`,
    '                      resident (of it buffers), before the readers came, then every tenth of the run',
  ].join('\n');
}
