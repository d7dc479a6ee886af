import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../app/create-client.ts';
import { createWebhook } from '../app/create-webhook.ts';
import { type WebhookDeps, withEgress } from '../app/webhook-deps.ts';
import { systemClock } from '../runtime/clock.ts';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { appendEvents, assignPositions } from '../store/events.ts';
import { migrate } from '../store/migrate.ts';
import { startSequencer } from '../workers/sequencer.ts';
import { startWebhookWorker } from '../workers/webhooks.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { withScratchDatabase } from './scratch-database.ts';
import { sessionBody } from './session-body.ts';

export interface BenchWebhooksOptions {
  /** A server; null for an embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

type Figures = Readonly<Record<string, number>>;

const BACKLOG_EVENTS = 30_000;
const RAW_BATCHES = 100;
const BATCH_EVENTS = 100;
const RECEIVERS = 20;
const HANGING = 5;
const EVENTS_PER_S = 100;
const STEADY_S = 20;
const WRITES_PER_S = 20;
const IDLE_EVENTS = 100;
const IDLE_PAUSE_MS = 50;

/**
 * Webhooks, from commit to receipt: sequencer, worker, signing and loopback POSTs as in the service, receivers in a
 * process of their own. The raw POST rate of the same bodies stands beside.
 */
export async function runBenchWebhooks({ databaseUrl, json, print }: BenchWebhooksOptions): Promise<void> {
  const receivers = startReceivers();
  const tell = (name: string, figures: Figures): void => {
    const whole = {
      bench: `webhooks ${name}`,
      ...figures,
      senderMiB: mib(process.memoryUsage().rss),
      load1: round(loadavg()[0] ?? 0),
    };
    print(
      json
        ? JSON.stringify(whole)
        : Object.entries(whole)
            .map(([key, value]) => `${key} ${value}`)
            .join('  '),
    );
  };
  try {
    await withScratchDatabase(databaseUrl, async (database) => {
      await migrate(database);
      const deps = depsOf(database);
      const raw = await rawRate(deps, receivers);
      tell('raw loopback POST', raw);
      const backlog = await drainBacklog(deps, receivers);
      tell('backlog to one receiver', {
        ...backlog,
        ofRaw: round(backlog.eventsPerS / (raw.eventsPerS ?? 1)),
      });
      tell(`${RECEIVERS} receivers, ${HANGING} hang`, await steady(deps, receivers));
      tell('one event on an idle system', await idle(deps, receivers));
      deps.egress.close();
    });
  } finally {
    receivers.close();
  }
}

interface BenchDeps extends WebhookDeps {
  readonly bells: NonNullable<WebhookDeps['bells']>;
}

function depsOf(database: Database): BenchDeps {
  const bells = { written: makeDoorbell(), placed: makeDoorbell() };
  const deps = {
    database,
    clock: systemClock,
    realClock: systemClock,
    newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
    log: makeLog({ level: 'error', nowMs: systemClock.nowMs }),
    bells,
  };
  return { ...withEgress(deps, { allowsPrivate: true }), bells };
}

/** The same bodies, signed by nobody and read from no database, one batch after the other on one connection. */
async function rawRate(deps: BenchDeps, receivers: Receivers): Promise<Figures> {
  const [url = ''] = await receivers.open(1, 0);
  const sessionId = deps.newId();
  const bodies = Array.from({ length: BATCH_EVENTS }, (_, n) => sessionBody(sessionId, n + 1));
  const body = Buffer.from(`[${bodies.join(',')}]`);
  const post = () => deps.egress.post({ key: 'raw', url, headers: {}, body });
  await post();
  const beganMs = performance.now();
  for (let n = 0; n < RAW_BATCHES; n++) await post();
  const eventsPerS = Math.round((RAW_BATCHES * BATCH_EVENTS * 1000) / (performance.now() - beganMs));
  await receivers.report();
  return { eventsPerS, bodyBytes: Buffer.byteLength(bodies[0] ?? '') };
}

async function drainBacklog(
  deps: BenchDeps,
  receivers: Receivers,
): Promise<Figures & { eventsPerS: number }> {
  const [url = ''] = await receivers.open(1, 0);
  const clientId = await subscribe(deps, url);
  const sessions = Array.from({ length: 50 }, deps.newId);
  for (let from = 1; from <= BACKLOG_EVENTS; from += 1_000)
    await write(deps, clientId, sessions, from, 1_000);
  await assignPositions(deps.database);
  const complete = receivers.expect(BACKLOG_EVENTS);
  const beganMs = performance.now();
  const worker = startWebhookWorker(deps);
  await complete;
  const eventsPerS = Math.round((BACKLOG_EVENTS * 1000) / (performance.now() - beganMs));
  await worker.stop();
  const { rssBytes } = await receivers.report();
  return { events: BACKLOG_EVENTS, eventsPerS, receiverMiB: mib(rssBytes) };
}

/** Each receiver has a client of its own, whose events are written at an even rate. */
async function steady(deps: BenchDeps, receivers: Receivers): Promise<Figures> {
  const urls = await receivers.open(RECEIVERS, HANGING);
  const clients: string[] = [];
  for (const url of urls) clients.push(await subscribe(deps, url));
  const sessions = Array.from({ length: 50 }, deps.newId);
  const committedAtMs = new Map<string, number>();
  const sequencer = startSequencer(deps, deps.bells);
  const worker = startWebhookWorker(deps);
  const each = EVENTS_PER_S / WRITES_PER_S;
  const rounds = STEADY_S * WRITES_PER_S;
  const complete = receivers.expect(rounds * each * (RECEIVERS - HANGING));
  const beganMs = performance.now();
  await Promise.all(
    clients.map(async (clientId, index) => {
      for (let n = 0; n < rounds; n++) {
        // Spread over the interval, as clients are.
        const dueMs = beganMs + ((n + index / RECEIVERS) * 1000) / WRITES_PER_S;
        await delay(Math.max(dueMs - performance.now(), 0));
        const from = n * each + 1;
        await write(deps, clientId, sessions, from, each);
        for (let k = 0; k < each; k++) committedAtMs.set(`${index - HANGING} ${from + k}`, nowMs());
        deps.bells.written.ring();
      }
    }),
  );
  const wroteMs = performance.now() - beganMs;
  await complete;
  const { receipts, rssBytes } = await receivers.report();
  await worker.stop();
  await sequencer.stop();
  const delaysMs = receipts.flatMap((pairs, index) =>
    delaysOf(pairs, (sequence) => committedAtMs.get(`${index} ${sequence}`)),
  );
  return {
    eventsPerSEach: Math.round((rounds * each * 1000) / wroteMs),
    events: delaysMs.length,
    p50Ms: round(quantile(delaysMs, 0.5)),
    p99Ms: round(quantile(delaysMs, 0.99)),
    maxMs: round(quantile(delaysMs, 1)),
    receiverMiB: mib(rssBytes),
  };
}

async function idle(deps: BenchDeps, receivers: Receivers): Promise<Figures> {
  // The hanging ones of before are not part of an idle system.
  await deps.database.query('delete from webhooks');
  const [url = ''] = await receivers.open(1, 0);
  const clientId = await subscribe(deps, url, 'single');
  const sessions = [deps.newId()];
  const sequencer = startSequencer(deps, deps.bells);
  const worker = startWebhookWorker(deps);
  const committedAtMs = new Map<number, number>();
  for (let n = 1; n <= IDLE_EVENTS; n++) {
    const arrived = receivers.expect(1);
    await write(deps, clientId, sessions, n, 1);
    committedAtMs.set(n, nowMs());
    deps.bells.written.ring();
    await arrived;
    await delay(IDLE_PAUSE_MS);
  }
  const { receipts } = await receivers.report();
  await worker.stop();
  await sequencer.stop();
  const delaysMs = delaysOf(receipts[0] ?? [], (sequence) => committedAtMs.get(sequence));
  return {
    events: delaysMs.length,
    p50Ms: round(quantile(delaysMs, 0.5)),
    p99Ms: round(quantile(delaysMs, 0.99)),
  };
}

async function subscribe(
  deps: BenchDeps,
  url: string,
  format: 'single' | 'batch' = 'batch',
): Promise<string> {
  const { clientId } = await createClient(deps, 'bench');
  const created = await createWebhook(deps, clientId, {
    url,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    events: ['flex:session:updated'],
    format,
  });
  if (!created.ok) throw new Error(created.no.detail);
  return clientId;
}

/** One commit of some events; `sequence` numbers those of the client. */
async function write(
  { database }: BenchDeps,
  clientId: string,
  sessions: readonly string[],
  from: number,
  count: number,
): Promise<void> {
  const createdAtMs = systemClock.nowMs();
  const events = Array.from({ length: count }, (_, index) => {
    const sequence = from + index;
    const sessionId = sessions[sequence % sessions.length] ?? '';
    return {
      clientId,
      createdAtMs,
      kind: 'flex:session:updated',
      userId: 'user-17',
      vehicleId: null,
      sessionId,
      policyId: null,
      sequence,
      body: sessionBody(sessionId, sequence),
    };
  });
  await database.transaction((tx) => appendEvents(tx, events));
}

function delaysOf(
  pairs: readonly number[],
  committedAtMs: (sequence: number) => number | undefined,
): number[] {
  const delaysMs: number[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const [sequence = 0, atMs = 0] = [pairs[index], pairs[index + 1]];
    const fromMs = committedAtMs(sequence);
    // Received before the commit was answered to the writer: as good as at once.
    if (fromMs !== undefined) delaysMs.push(Math.max(atMs - fromMs, 0));
  }
  return delaysMs;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

/** Comparable between processes of one machine. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
