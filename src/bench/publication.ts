import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Deps } from '../app/deps.ts';
import { loadLanePrices } from '../app/lane-prices.ts';
import { instantOfLocal, localDateOf } from '../domain/calendar.ts';
import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { advance } from '../engine/advance.ts';
import { systemClock } from '../runtime/clock.ts';
import { startThread } from '../runtime/start-thread.ts';
import { randomFor } from '../sim/random.ts';
import { claimLanes } from '../store/claim-lanes.ts';
import type { Database, Target } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { appendReferencePrices } from '../store/prices.ts';
import { withScratchDatabase } from '../store/scratch-database.ts';
import { startLaneWorker } from '../workers/lanes.ts';
import { laneDeps } from './lane-deps.ts';
import type { LanesTask } from './lanes-worker.ts';
import { openSessions } from './open-sessions.ts';

export interface BenchPublicationOptions {
  /** A server; null for an embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Open sessions; 10,000 unless told. */
  readonly sessions?: number;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

const ZONE = 'BENCH';
const TIMEZONE = 'Europe/Copenhagen';
const LANES_AT_ONCE = 100;
/** More than this and something is stuck. */
const STORED_WITHIN_MS = 5 * MINUTE_MS;
const LOOK_EVERY_MS = 20;

/**
 * The prices of tomorrow are published: how long until every open session of the zone is re-planned and stored. As the
 * service does it, then with two lane workers in one thread and in two; and the same steps without any database beside.
 */
export async function runBenchPublication(options: BenchPublicationOptions): Promise<void> {
  const count = options.sessions ?? 10_000;
  const tell = (name: string, figures: Readonly<Record<string, number>>): void => {
    const whole = { bench: `publication ${name}`, ...figures, load1: rounded(loadavg()[0] ?? 0) };
    const words = Object.entries(whole).map(([key, value]) => `${key} ${value}`);
    options.print(options.json ? JSON.stringify(whole) : words.join('  '));
  };
  await withScratchDatabase(options.databaseUrl, async (database, target) => {
    await migrate(database);
    const today = localDateOf(TIMEZONE, systemClock.nowMs());
    const world = worldAt(instantOfLocal(TIMEZONE, today, '12:30'));
    const deps = laneDeps(database, () => world.nowMs);
    const random = randomFor('bench', 'publication');
    await publish(database, world, -7 * 24, 24, random);
    const beganMs = performance.now();
    await openSessions(deps, ZONE, count, random);
    tell('sessions opened', { sessions: count, seconds: rounded((performance.now() - beganMs) / 1000) });

    world.nowMs = instantOfLocal(TIMEZONE, today, '13:00');
    const publishNext = () => publish(database, world, 24, 48, random);
    // Twice, as everything below: the first time compiles.
    await planAlone(deps, count, publishNext);
    const alone = await planAlone(deps, count, publishNext);
    tell('the steps alone', alone);
    const inOneThread = (workers: number) => async () => {
      const loops = Array.from({ length: workers }, () => startLaneWorker(deps));
      return async () => void (await Promise.all(loops.map((loop) => loop.stop())));
    };
    const ways: readonly (readonly [string, () => Promise<() => Promise<void>>])[] = [
      ['one lane worker, as in the service', inOneThread(1)],
      ['two lane workers in one thread', inOneThread(2)],
      ['two threads, a lane worker in each', () => inThreads(target, world.nowMs, 2)],
    ];
    for (const [name, start] of ways) {
      world.nowMs += MINUTE_MS;
      const stop = await start();
      // The first publication warms up: a worker that just started has code to compile and nothing cached.
      await publish(database, world, 24, 48, random);
      await untilStored(database);
      const publishedMs = performance.now();
      await publish(database, world, 24, 48, random);
      const toldMs = performance.now() - publishedMs;
      await untilStored(database);
      const seconds = (performance.now() - publishedMs) / 1000;
      await stop();
      tell(name, {
        sessions: count,
        seconds: rounded(seconds),
        publishSeconds: rounded(toldMs / 1000),
        sessionsPerS: Math.round(count / seconds),
        ofStepsAlone: rounded(seconds / alone.seconds),
      });
    }
  });
}

interface World {
  nowMs: number;
  readonly midnightMs: number;
}

function worldAt(nowMs: number): World {
  return { nowMs, midnightMs: instantOfLocal(TIMEZONE, localDateOf(TIMEZONE, nowMs), '00:00') };
}

/** Quarter-hour prices of the zone between two hours, counted from last midnight. */
async function publish(
  database: Database,
  { nowMs, midnightMs }: World,
  fromHour: number,
  toHour: number,
  random: () => number,
): Promise<void> {
  const toMs = midnightMs + toHour * HOUR_MS;
  const rates: { atMs: number; rate: number }[] = [];
  for (let atMs = midnightMs + fromHour * HOUR_MS; atMs < toMs; atMs += QUARTER_HOUR_MS) {
    const hour = ((atMs - midnightMs) / HOUR_MS) % 24;
    const rate = 0.2 + 0.1 * Math.sin(((hour - 2) / 24) * 4 * Math.PI) + 0.05 * random();
    rates.push({ atMs, rate: Math.round(rate * 1e5) / 1e5 });
  }
  await database.transaction((tx) => appendReferencePrices(tx, ZONE, 'EUR', rates, toMs, nowMs));
}

async function untilStored(database: Database): Promise<void> {
  const untilMs = performance.now() + STORED_WITHIN_MS;
  for (;;) {
    const [row] = await database.query<{ waiting: boolean }>(
      'select exists (select 1 from inbox) as waiting',
      [],
      'bench-waiting',
    );
    if (row?.waiting === false) return;
    if (performance.now() > untilMs) throw new Error('the sessions are not re-planned; something is stuck');
    await delay(LOOK_EVERY_MS);
  }
}

/** The same steps without reading and writing lanes: what planning itself takes of the time. Nothing is stored. */
async function planAlone(
  deps: Deps,
  count: number,
  publishNext: () => Promise<void>,
): Promise<{ seconds: number; plans: number; microsPerStep: number }> {
  await publishNext();
  const keys = await deps.database.query<{ client_id: string; vehicle_id: string }>(
    'select client_id, vehicle_id from lanes order by client_id, vehicle_id',
  );
  let elapsedMs = 0;
  let plans = 0;
  for (let from = 0; from < count; from += LANES_AT_ONCE) {
    const some = keys.slice(from, from + LANES_AT_ONCE);
    await deps.database.transaction(async (tx) => {
      const { lanes } = await claimLanes(
        tx,
        some.map(({ client_id, vehicle_id }) => ({ clientId: client_id, vehicleId: vehicle_id })),
        [],
        'waiting',
      );
      const nowMs = deps.clock.nowMs();
      const prices = await loadLanePrices(tx, lanes, nowMs);
      const beganMs = performance.now();
      for (const { clientId, lane } of lanes) {
        const result = advance(
          lane,
          [{ kind: 'prices-changed', receivedAtMs: nowMs }],
          { newId: deps.newId, pricesAt: (id) => prices.get(`${clientId}/${id}`) ?? null },
          nowMs,
        );
        plans += result.planCount;
      }
      elapsedMs += performance.now() - beganMs;
    });
  }
  if (plans < count) throw new Error(`expected ${count} sessions to be re-planned, got ${plans} plans`);
  await deps.database.query('delete from inbox');
  return {
    seconds: rounded(elapsedMs / 1000),
    plans,
    microsPerStep: Math.round((elapsedMs * 1000) / count),
  };
}

async function inThreads(target: Target, nowMs: number, count: number): Promise<() => Promise<void>> {
  const threads = Array.from({ length: count }, () =>
    startThread(import.meta.url, 'lanes-worker', { target, nowMs } satisfies LanesTask),
  );
  await Promise.all(threads.map((thread) => new Promise((started) => thread.once('message', started))));
  return async () => {
    const ended = threads.map((thread) => new Promise((end) => thread.once('exit', end)));
    for (const thread of threads) thread.postMessage('end');
    await Promise.all(ended);
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
