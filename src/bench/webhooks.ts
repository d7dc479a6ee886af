import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { withEgress } from '../app/webhook-deps.ts';
import { systemClock } from '../runtime/clock.ts';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { assignPositions } from '../store/events.ts';
import { migrate } from '../store/migrate.ts';
import { withScratchDatabase } from '../store/scratch-database.ts';
import { startSequencer } from '../workers/sequencer.ts';
import { startWebhookWorker } from '../workers/webhooks.ts';
import { benchHeldTransaction } from './held-transaction.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { sessionBody } from './session-body.ts';
import {
  type BenchDeps,
  delaysOf,
  epochMs,
  type Figures,
  mib,
  quantile,
  round,
  steadyCount,
  subscribe,
  writeEvents,
  writeSteadily,
} from './webhook-load.ts';

export interface BenchWebhooksOptions {
  /** A server; null for an embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

const BACKLOG_EVENTS = 30_000;
const RAW_BATCHES = 100;
const BATCH_EVENTS = 100;
const RECEIVERS = 20;
const HANGING = 5;
const EVENTS_PER_S = 100;
const STEADY_S = 20;
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
    await withScratchDatabase(databaseUrl, async (database, target) => {
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
      tell('beside a transaction held open', await benchHeldTransaction(deps, target, receivers));
      deps.egress.close();
    });
  } finally {
    await receivers.close();
  }
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
    await writeEvents(deps, clientId, sessions, from, 1_000);
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
  const sequencer = startSequencer(deps, deps.bells);
  const worker = startWebhookWorker(deps);
  const load = { clients, sessions, eventsPerS: EVENTS_PER_S, seconds: STEADY_S };
  const complete = receivers.expect(steadyCount(load) * (RECEIVERS - HANGING));
  const written = await writeSteadily(deps, load);
  await complete;
  const { receipts, rssBytes } = await receivers.report();
  await worker.stop();
  await sequencer.stop();
  const delaysMs = receipts.flatMap((pairs, index) =>
    delaysOf(pairs, (sequence) => written.committedAtMs(index + HANGING, sequence)),
  );
  return {
    eventsPerSEach: Math.round((steadyCount(load) * 1000) / written.tookMs),
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
    await writeEvents(deps, clientId, sessions, n, 1);
    committedAtMs.set(n, epochMs());
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
