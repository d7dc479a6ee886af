import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../app/create-client.ts';
import { createWebhook } from '../app/create-webhook.ts';
import type { WebhookDeps } from '../app/webhook-deps.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Query } from '../store/database.ts';
import { appendEvents } from '../store/events.ts';
import { sessionBody } from './session-body.ts';

export interface BenchDeps extends WebhookDeps {
  readonly bells: NonNullable<WebhookDeps['bells']>;
}

export type Figures = Readonly<Record<string, number>>;

/** Commits of each client in a second. */
const WRITES_PER_S = 20;

export interface SteadyLoad {
  readonly clients: readonly string[];
  readonly sessions: readonly string[];
  /** Of each client. */
  readonly eventsPerS: number;
  readonly seconds: number;
}

/** How many events `writeSteadily` writes for each client. */
export function steadyCount({ eventsPerS, seconds }: SteadyLoad): number {
  return Math.round(seconds * WRITES_PER_S * (eventsPerS / WRITES_PER_S));
}

/** Events of each client at an even rate; says when each was committed, and how long it all took. */
export async function writeSteadily(
  deps: BenchDeps,
  { clients, sessions, eventsPerS, seconds }: SteadyLoad,
): Promise<{ committedAtMs(client: number, sequence: number): number | undefined; readonly tookMs: number }> {
  const committed = new Map<string, number>();
  const each = eventsPerS / WRITES_PER_S;
  const beganMs = performance.now();
  await Promise.all(
    clients.map(async (clientId, index) => {
      for (let n = 0; n < seconds * WRITES_PER_S; n++) {
        // Spread over the interval, as clients are.
        const dueMs = beganMs + ((n + index / clients.length) * 1000) / WRITES_PER_S;
        await delay(Math.max(dueMs - performance.now(), 0));
        const from = n * each + 1;
        await writeEvents(deps, clientId, sessions, from, each);
        for (let k = 0; k < each; k++) committed.set(`${index} ${from + k}`, epochMs());
      }
    }),
  );
  return {
    committedAtMs: (client, sequence) => committed.get(`${client} ${sequence}`),
    tookMs: performance.now() - beganMs,
  };
}

/** A new client with one webhook for a receiver. */
export async function subscribe(
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
export async function writeEvents(
  { database, bells }: BenchDeps,
  clientId: string,
  sessions: readonly string[],
  from: number,
  count: number,
): Promise<void> {
  await database.transaction((tx) => appendSessionEvents(tx, clientId, sessions, from, count));
  bells.written.ring();
}

/** The same in a transaction of somebody else's. */
export async function appendSessionEvents(
  tx: Query,
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
  await appendEvents(tx, events);
}

/** From commit to receipt, ms. `pairs` holds a sequence and the time of its receipt in turn. */
export function delaysOf(
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

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

/** Comparable between processes of one machine. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

export function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
