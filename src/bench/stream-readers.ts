// The readers of `tidewatt bench stream`, in a process of their own, so that the memory measured is the service's.
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readServerSentEvents } from '../cli/event-source.ts';

export interface ReadersTask {
  readonly url: string;
  readonly token: string;
  readonly readerCount: number;
  readonly stuckCount: number;
}

/** What the readers found. */
export interface ReadersReport {
  readonly kind: 'report';
  /** Of every event at every reader, from its making to its receipt, ascending. */
  readonly latenciesMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly received: number;
  /** Readers that did not get every event once and in order. */
  readonly faulty: number;
  /** Readers that never read, and by a resumption got every event once and in order. */
  readonly resumedWhole: number;
}

const OPENED_AT_ONCE = 50;
/** What was sent last needs a moment to come. */
const LAST_WAIT_MS = 5_000;
const LATENCIES_MAX_COUNT = 5_000_000;

interface Reader {
  readonly response: IncomingMessage;
  /** Numbers of events, in the order of their receipt. */
  readonly numbers: number[];
  lastId: string | null;
}

const task: ReadersTask = JSON.parse(process.argv[2] ?? '');
const latenciesMs: number[] = [];
const readers: Reader[] = [];
const stuck: Reader[] = [];

for (let n = 0; n < task.readerCount; n += OPENED_AT_ONCE) {
  const count = Math.min(OPENED_AT_ONCE, task.readerCount - n);
  readers.push(...(await Promise.all(Array.from({ length: count }, () => open(null)))));
}
for (const reader of readers) void take(reader, true);
for (let n = 0; n < task.stuckCount; n++) stuck.push(await open(null));
process.send?.({ kind: 'ready' });
process.once('message', async (last: number) => {
  await delay(LAST_WAIT_MS);
  const resumedWhole = await resume(last);
  latenciesMs.sort((one, other) => one - other);
  const at = (share: number): number =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(share * latenciesMs.length))] ?? Number.NaN;
  const report: ReadersReport = {
    kind: 'report',
    latenciesMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    received: readers.reduce((sum, { numbers }) => sum + numbers.length, 0),
    faulty: readers.filter(({ numbers }) => !isWhole(numbers, last)).length,
    resumedWhole,
  };
  process.send?.(report, () => process.exit(0));
});

function open(lastId: string | null): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${task.token}`,
      ...(lastId === null ? {} : { 'last-event-id': lastId }),
    };
    const request = get(`${task.url}/flex/events`, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`got ${response.statusCode}`));
      // Until it is read, nothing is taken from the socket.
      response.pause();
      resolve({ response, numbers: [], lastId });
    });
    request.on('error', reject);
  });
}

/** Reads to the end, however the stream ends. */
async function take(reader: Reader, isTimed: boolean): Promise<void> {
  try {
    for await (const { id, event, data } of readServerSentEvents(reader.response)) {
      if (event === 'stream:closed') continue;
      reader.lastId = id ?? reader.lastId;
      if (data === null) continue;
      const { n, atMs }: { n: number; atMs: number } = JSON.parse(data);
      reader.numbers.push(n);
      if (isTimed && latenciesMs.length < LATENCIES_MAX_COUNT) latenciesMs.push(Date.now() - atMs);
    }
  } catch {
    // Cut off: what was whole counts.
  }
}

/** Those that never read now do, to where they were cut off, then go on from there. */
async function resume(last: number): Promise<number> {
  let whole = 0;
  for (const reader of stuck) {
    await takeUntil(reader, last);
    const second = await open(reader.lastId);
    second.numbers.push(...reader.numbers);
    await takeUntil(second, last);
    if (isWhole(second.numbers, last)) whole += 1;
  }
  return whole;
}

/** Reads until the last event came, the stream ended, or it was waited for long enough. */
async function takeUntil(reader: Reader, last: number): Promise<void> {
  let hasEnded = false;
  const reading = take(reader, false).then(() => {
    hasEnded = true;
  });
  for (
    let waitedMs = 0;
    !hasEnded && reader.numbers.length < last && waitedMs < LAST_WAIT_MS;
    waitedMs += 20
  ) {
    await delay(20);
  }
  reader.response.destroy();
  await reading;
}

function isWhole(numbers: readonly number[], last: number): boolean {
  return numbers.length === last && numbers.every((n, index) => n === index + 1);
}
