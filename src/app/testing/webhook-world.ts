import { randomBytes } from 'node:crypto';
import { Webhook as Official } from 'standardwebhooks';
import { systemClock } from '../../runtime/clock.ts';
import { makeUuidv7 } from '../../runtime/ids.ts';
import { makeLog } from '../../runtime/log.ts';
import type { Database } from '../../store/database.ts';
import { appendEvents, assignPositions } from '../../store/events.ts';
import { readNextDeliveryAtMs } from '../../store/webhook-cursors.ts';
import type { WebhookView } from '../../store/webhooks.ts';
import type { WebhookIn } from '../../wire/webhook.ts';
import { createClient } from '../create-client.ts';
import { createWebhook } from '../create-webhook.ts';
import { deliverDue } from '../deliver-webhooks.ts';
import { type WebhookDeps, withEgress } from '../webhook-deps.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What the official verifier of Standard Webhooks makes of a delivery. @throws where it is not genuine. */
export function verify({ headers, body }: Received, secret = SECRET): unknown {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return new Official(secret).verify(body, flat);
}

/** What is told in a test: event `n` of a session. */
export interface Told {
  readonly n: number;
  readonly sessionId?: string | null;
  readonly kind?: string;
  /** Adds so much to the body. */
  readonly padding?: string;
}

/** The sender on a virtual clock, with real receivers on this machine. */
export interface WebhookWorld {
  readonly deps: WebhookDeps;
  /** Every secret that signs in a test. */
  readonly secrets: Set<string>;
  nowMs(): number;
  moveTo(atMs: number): void;
  newClient(): Promise<string>;
  receiver(): Promise<Receiver>;
  subscribe(clientId: string, receiver: Receiver, more?: Partial<WebhookIn>): Promise<WebhookView>;
  /** Commits events and gives them their positions. */
  tell(clientId: string, events: readonly Told[]): Promise<void>;
  /** Lives until an instant: every delivery at its time. */
  liveUntil(atMs: number): Promise<void>;
  /** Ends it. @throws where the official verifier refuses a delivery of it, of whatever kind, with every secret used. */
  close(): Promise<void>;
}

export function makeWebhookWorld(database: Database, startMs: number): WebhookWorld {
  let nowMs = startMs;
  const receivers: Receiver[] = [];
  const secrets = new Set([SECRET]);
  const base = withEgress(
    {
      database,
      clock: { nowMs: () => nowMs },
      realClock: systemClock,
      newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
      log: makeLog({ level: 'silent', nowMs: () => nowMs }),
    },
    { allowsPrivate: true },
  );
  const deps: WebhookDeps = { ...base, chance: () => 0.5 };

  return {
    deps,
    secrets,
    nowMs: () => nowMs,
    moveTo(atMs) {
      nowMs = atMs;
    },
    newClient: async () => (await createClient(deps, 'test')).clientId,
    async receiver() {
      const receiver = await startReceiver();
      receivers.push(receiver);
      return receiver;
    },
    async subscribe(clientId, { url }, more = {}) {
      const events = ['flex:session:updated' as const];
      const created = await createWebhook(deps, clientId, { url, secret: SECRET, events, ...more });
      if (!created.ok) throw new Error(created.no.detail);
      return created.value;
    },
    async tell(clientId, events) {
      const rows = events.map(({ n, sessionId = null, kind = 'flex:session:updated', padding = '' }) => ({
        clientId,
        createdAtMs: nowMs,
        kind,
        userId: 'user-1',
        vehicleId: null,
        sessionId,
        policyId: null,
        sequence: n,
        body: JSON.stringify({ event: kind, n, sessionId, padding }),
      }));
      await database.transaction((tx) => appendEvents(tx, rows));
      await assignPositions(database);
    },
    async liveUntil(atMs) {
      for (;;) {
        const nextAtMs = await readNextDeliveryAtMs(database);
        if (nextAtMs === null || nextAtMs > atMs) break;
        nowMs = Math.max(nowMs, nextAtMs);
        await deliverDue(deps);
      }
      nowMs = atMs;
    },
    async close() {
      deps.egress.close();
      await Promise.all(receivers.map((receiver) => receiver.close()));
      for (const delivery of receivers.flatMap(({ received }) => received)) {
        if (![...secrets].some((secret) => isGenuine(delivery, secret))) verify(delivery);
      }
    },
  };
}

function isGenuine(delivery: Received, secret: string): boolean {
  try {
    verify(delivery, secret);
    return true;
  } catch {
    return false;
  }
}

/** Events n = from … to, of sessions in turn. */
export function numbered(from: number, to: number, sessions: readonly string[]): Told[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    n: from + index,
    sessionId: sessions[index % sessions.length] ?? null,
  }));
}
