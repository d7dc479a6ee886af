import { setTimeout as delay } from 'node:timers/promises';
import { openConnection, type Target } from '../store/connection.ts';
import { startSequencer } from '../workers/sequencer.ts';
import { startWebhookWorker } from '../workers/webhooks.ts';
import type { Receivers } from './receivers.ts';
import {
  appendSessionEvents,
  type BenchDeps,
  delaysOf,
  epochMs,
  type Figures,
  quantile,
  round,
  steadyCount,
  subscribe,
  writeSteadily,
} from './webhook-load.ts';

const HELD_S = 60;
const HELD_EVENTS = 200;
const OTHERS = 5;
const EVENTS_PER_S = 100;
/** Far more than delivering what was written, or held, takes. */
const ARRIVE_LIMIT_MS = 30_000;

/**
 * A transaction with events of one client is held open for a minute, by a connection that is none of the service's,
 * whose own are cut off by then. The others' delays meanwhile; and what was held, when it commits.
 * @throws where an event of it does not come.
 */
export async function benchHeldTransaction(
  deps: BenchDeps,
  target: Target,
  receivers: Receivers,
): Promise<Figures> {
  await deps.database.query('delete from webhooks');
  const urls = await receivers.open(OTHERS + 1, 0);
  const [heldClient = '', ...clients] = await Promise.all(urls.map((url) => subscribe(deps, url)));
  const sessions = Array.from({ length: 50 }, deps.newId);
  const holder = await openConnection(target, 'holder');
  const sequencer = startSequencer(deps, deps.bells);
  const worker = startWebhookWorker(deps);
  try {
    await holder.query('set idle_in_transaction_session_timeout = 0');
    await holder.query('begin');
    await appendSessionEvents(holder, heldClient, sessions, 1, HELD_EVENTS);
    const load = { clients, sessions, eventsPerS: EVENTS_PER_S, seconds: HELD_S };
    const othersComplete = receivers.expect(steadyCount(load) * OTHERS);
    const written = await writeSteadily(deps, load);
    await arrive("the others' events", othersComplete);
    const { receipts } = await receivers.report();
    if (receipts[0]?.length !== 0) throw new Error('an event was delivered before its commit');
    const delaysMs = receipts.flatMap((pairs, index) =>
      delaysOf(pairs, (sequence) => written.committedAtMs(index - 1, sequence)),
    );

    const heldComplete = receivers.expect(HELD_EVENTS);
    await holder.query('commit');
    const committedAtMs = epochMs();
    deps.bells.written.ring();
    await arrive('what was held', heldComplete);
    const { receipts: after } = await receivers.report();
    const held = after[0] ?? [];
    const came = new Set(held.filter((_value, index) => index % 2 === 0));
    if (came.size !== HELD_EVENTS) {
      throw new Error(`${came.size} of the ${HELD_EVENTS} events that were held came`);
    }
    return {
      heldS: HELD_S,
      events: delaysMs.length,
      p50Ms: round(quantile(delaysMs, 0.5)),
      p99Ms: round(quantile(delaysMs, 0.99)),
      maxMs: round(quantile(delaysMs, 1)),
      heldEvents: came.size,
      heldLastMs: round(
        quantile(
          delaysOf(held, () => committedAtMs),
          1,
        ),
      ),
    };
  } finally {
    await holder.close();
    await worker.stop();
    await sequencer.stop();
  }
}

async function arrive(what: string, arrival: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const late = delay(ARRIVE_LIMIT_MS, null, { signal: stop.signal }).then(
    () => {
      throw new Error(`${what} did not all come in ${ARRIVE_LIMIT_MS / 1000} s`);
    },
    () => {},
  );
  await Promise.race([arrival, late]);
  stop.abort();
}
