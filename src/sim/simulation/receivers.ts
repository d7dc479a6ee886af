import { createHmac } from 'node:crypto';
import type { WebhookDeps } from '../../app/webhook-deps.ts';
import { HOUR_MS } from '../../domain/units.ts';
import { randomFor } from '../random.ts';
import { type Call, must } from './api.ts';
import type { Fact } from './facts.ts';
import type { Fault } from './faults.ts';
import type { Tally } from './tally.ts';

/** The receivers of webhooks of a simulated world, one a format. No socket is opened: they are the way out itself. */
export interface Receivers {
  readonly egress: WebhookDeps['egress'];
  readonly names: readonly string[];
  subscribe(call: Call): Promise<void>;
  /** They go wrong no more. */
  recover(): void;
}

export interface ReceiversOptions {
  readonly seed: number;
  readonly faults: ReadonlySet<Fault>;
  readonly nowMs: () => number;
  readonly note: (fact: Fact) => void;
  readonly tally: Tally;
}

const FORMATS = ['single', 'batch'] as const;
const SECRET = 'a-secret-of-the-simulation';
const REFUSES_SHARE = 0.02;
/** It took the delivery, and its answer is lost. */
const FORGETS_SHARE = 0.02;
const BUSY_SHARE = 0.01;
/** Of the six-hour spans of a receiver's time so many begin with hours of darkness. */
const DARK_SHARE = 0.1;
const DARK_EVERY_MS = 6 * HOUR_MS;

export function createReceivers({ seed, faults, nowMs, note, tally }: ReceiversOptions): Receivers {
  const tries = new Map<string, number>();
  let isFlaky = faults.has('flaky-webhooks');

  function take(receiver: string, { headers, body }: Parameters<Receivers['egress']['post']>[0]): void {
    const text = body.toString();
    const parsed: unknown = JSON.parse(text);
    // What is stored is what is sent: a batch holds the texts of its events, and JSON is written in one way.
    const bodies = receiver === 'batch' ? [parsed].flat().map((one) => JSON.stringify(one)) : [text];
    const deliveryId = headers['webhook-id'] ?? '';
    tally.counted('deliveries');
    note({
      kind: 'delivered',
      atMs: nowMs(),
      receiver,
      deliveryId,
      isSigned: isSigned(headers, text),
      bodies: bodies.filter((one) => Reflect.get(Object(JSON.parse(one)), 'event') !== 'system:heartbeat'),
    });
  }

  return {
    names: FORMATS,
    egress: {
      allowsPrivate: false,
      close() {},
      async post(request) {
        const receiver = new URL(request.url).pathname.slice(1);
        const deliveryId = request.headers['webhook-id'] ?? '';
        const number = (tries.get(deliveryId) ?? 0) + 1;
        tries.set(deliveryId, number);
        const random = randomFor(seed, 'receiver', receiver, deliveryId, number);
        const [refuses, forgets, busy] = [random(), random(), random()];
        const failed = (answer: Awaited<ReturnType<Receivers['egress']['post']>>) => {
          tally.happened('flaky-webhooks');
          return answer;
        };
        if (isFlaky && isDark(seed, receiver, nowMs())) {
          return failed({ kind: 'failed', reason: 'no whole answer within 5 s' });
        }
        if (isFlaky && refuses < REFUSES_SHARE) {
          return failed({ kind: 'answered', status: 503, retryAfter: null, excerpt: '' });
        }
        if (isFlaky && busy < BUSY_SHARE) {
          return failed({ kind: 'answered', status: 429, retryAfter: '90', excerpt: '' });
        }
        take(receiver, request);
        if (isFlaky && forgets < FORGETS_SHARE) {
          return failed({ kind: 'failed', reason: 'the answer broke off' });
        }
        return { kind: 'answered', status: 204, retryAfter: null, excerpt: '' };
      },
    },
    async subscribe(call) {
      for (const format of FORMATS) {
        const url = `https://receiver.example/${format}`;
        await must(call, 'POST', '/webhooks', { url, secret: SECRET, events: ['*'], format });
      }
    },
    recover() {
      isFlaky = false;
    },
  };
}

/** The receiver cannot be reached for the first hours of some spans of its time. */
function isDark(seed: number, receiver: string, nowMs: number): boolean {
  const span = Math.floor(nowMs / DARK_EVERY_MS);
  const random = randomFor(seed, 'dark', receiver, span);
  return random() < DARK_SHARE && nowMs - span * DARK_EVERY_MS < random() * DARK_EVERY_MS;
}

/** By the Standard Webhooks: HMAC-SHA256 of id, time and body, one of several signatures. */
function isSigned(headers: Readonly<Record<string, string>>, body: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`;
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected);
}
