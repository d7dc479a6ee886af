import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Api } from './api.ts';
import type { MeteredCar, Observation, Telling } from './metered-car.ts';

/** Telemetry from several senders at once, each reading sent until it is acknowledged. */
export interface Load {
  /** Sends until it is stopped; rejected by an answer that may not be. */
  run(): Promise<void>;
  /** Fulfilled when all that was begun is acknowledged. */
  stop(): Promise<void>;
  /** Readings outside the run, in the order given, one after the other. */
  send(tellings: readonly Telling[]): Promise<void>;
  /** Every acknowledged reading, once, by `keyOf`. */
  acknowledged(): ReadonlyMap<string, Observation>;
  counts(): Counts;
}

export interface Counts {
  /** Requests answered with 202. */
  readonly requests: number;
  /** Readings that the service said it had already. */
  readonly duplicates: number;
  /** Readings under way now. */
  readonly underWay: number;
}

export interface LoadOptions {
  readonly api: Api;
  readonly cars: readonly MeteredCar[];
  readonly senderCount: number;
  readonly nowMs: () => number;
  /** A source of chance for each sender. */
  readonly randomOf: (sender: number) => Random;
}

const IDLE_MS = 20;
/** Acknowledged readings that are sent once more on purpose are taken from so many last ones. */
const RECENT_COUNT = 100;
const HELD_BACK_SHARE = 0.1;
const SHUFFLED_SHARE = 0.4;
const REPEATED_SHARE = 0.3;

export function keyOf({ vehicleId, observedAt }: Pick<Observation, 'vehicleId' | 'observedAt'>): string {
  return `${vehicleId} ${observedAt}`;
}

export function createLoad({ api, cars, senderCount, nowMs, randomOf }: LoadOptions): Load {
  const acknowledged = new Map<string, Observation>();
  const recent: Observation[] = [];
  /** Told by a car in the middle of a visit, and sent after what came later. */
  const heldBack: Observation[] = [];
  let counts: Counts = { requests: 0, duplicates: 0, underWay: 0 };
  let isRunning = false;
  let running: Promise<unknown> = Promise.resolve();

  async function post(observations: readonly Observation[]): Promise<void> {
    counts = { ...counts, underWay: counts.underWay + observations.length };
    const { status, body } = await api.call('POST', '/telemetry', { observations });
    const { accepted, duplicates, rejected } = Object(body);
    if (status !== 202 || accepted + duplicates !== observations.length || rejected.length > 0) {
      throw new Error(`${observations.length} readings were answered ${status} ${JSON.stringify(body)}`);
    }
    counts = {
      requests: counts.requests + 1,
      duplicates: counts.duplicates + duplicates,
      underWay: counts.underWay - observations.length,
    };
    for (const observation of observations) acknowledged.set(keyOf(observation), observation);
    recent.push(...observations);
    recent.splice(0, recent.length - RECENT_COUNT);
  }

  async function sendFor(own: readonly MeteredCar[], random: Random): Promise<void> {
    while (isRunning) {
      const told = own.filter(() => random() < 0.7).flatMap((car) => car.liveUntil(nowMs()));
      const [now, later] = parted(told, ({ isEdge }) => isEdge || random() >= HELD_BACK_SHARE);
      const extra = [
        ...heldBack.splice(0, Math.floor(random() * 3)),
        ...(random() < REPEATED_SHARE ? recent.slice(-Math.ceil(random() * 3)) : []),
      ];
      const batch = [...now.map(({ observation }) => observation), ...extra];
      if (batch.length === 0) await delay(IDLE_MS);
      else await post(random() < SHUFFLED_SHARE ? shuffled(batch, random) : batch);
      // Not before their visit's plug-in is acknowledged: nobody could tell that they belong to it.
      heldBack.push(...later.map(({ observation }) => observation));
    }
  }

  return {
    run() {
      isRunning = true;
      const senders = Array.from({ length: senderCount }, (_none, sender) =>
        sendFor(
          cars.filter((_car, index) => index % senderCount === sender),
          randomOf(sender),
        ),
      );
      running = Promise.all(senders);
      return running.then(() => {});
    },
    async stop() {
      isRunning = false;
      await running;
      if (heldBack.length > 0) await post(heldBack.splice(0));
    },
    async send(tellings) {
      for (const { observation } of tellings) await post([observation]);
    },
    acknowledged: () => acknowledged,
    counts: () => counts,
  };
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  const first: T[] = [];
  const second: T[] = [];
  for (const one of all) (isFirst(one) ? first : second).push(one);
  return [first, second];
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ one }) => one);
}
