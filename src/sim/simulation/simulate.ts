import { deliverDue } from '../../app/deliver-webhooks.ts';
import type { Deps } from '../../app/deps.ts';
import { replaySession } from '../../app/replay-session.ts';
import { nextDueAtMs } from '../../app/run-lanes.ts';
import type { WebhookDeps } from '../../app/webhook-deps.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/units.ts';
import { assignPositions } from '../../store/events.ts';
import { readNextDeliveryAtMs } from '../../store/webhook-cursors.ts';
import { randomFor } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import { type Call, must } from './api.ts';
import { castOf } from './cast.ts';
import { createChecker, type Violation } from './checker.ts';
import { createConnector } from './connector.ts';
import type { Fact, ShownCommand } from './facts.ts';
import type { Fault } from './faults.ts';
import { createFleet } from './fleet.ts';
import { createLaneWorkers } from './lane-workers.ts';
import { createNetwork } from './network.ts';
import { addIndexes, createObserver } from './observe.ts';
import type { Parts } from './parts.ts';
import { createPeople } from './people.ts';
import { publishPrices } from './prices.ts';
import { createQueue } from './queue.ts';
import { createReceivers } from './receivers.ts';
import { type Resident, settleIn } from './settle-in.ts';
import { createTally, type Tally } from './tally.ts';
import { planTroubles } from './troubles.ts';

export interface WorldOptions {
  readonly vehicleCount: number;
  readonly dayCount: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** The service under test: its use cases, its HTTP API, and the one client that there is. */
export interface Subject {
  readonly deps: Deps;
  readonly clock: SandboxClock;
  readonly clientId: string;
  readonly call: Call;
}

export interface Watching {
  /** Told at each hour of the world. */
  readonly onHour?: (nowMs: number) => void;
  /** Told each fact before the checker is: a test may spoil what the checker sees. */
  readonly shown?: (fact: Fact) => Fact;
}

export interface Simulated {
  readonly violations: readonly Violation[];
  readonly untilMs: number;
  readonly tally: Tally;
  readonly checkCount: number;
}

/** One instant is quiet after far fewer rounds: more are a service that answers itself without end. */
const ROUNDS_MAX_COUNT = 1000;
/** When something says that it is due and then does nothing, it is asked again so much later. */
const IDLE_STEP_MS = SECOND_MS;
/** The worker of webhooks looks so often: what came meanwhile is delivered together. */
const DELIVERY_EVERY_MS = 5 * MINUTE_MS;
/** Tries in which a receiver that has recovered must have had all. */
const LAST_TRIES_MAX_COUNT = 50;

/** The Monday at noon at which a world begins; by its seed any week of a year, those where clocks change among them. */
export function bornAtMs(seed: number): number {
  return Date.UTC(2026, 0, 5, 11) + (seed % 52) * 7 * DAY_MS;
}

/**
 * Lets a world live against the service, checks it after every batch that was committed, and stops at the first violation.
 * Everything that is left to chance comes from the seed.
 */
export async function simulate(
  { deps, clock, clientId, call }: Subject,
  world: WorldOptions,
  watching: Watching = {},
): Promise<Simulated> {
  const { seed, vehicleCount, dayCount } = world;
  const bornMs = bornAtMs(seed);
  const endMs = bornMs + dayCount * DAY_MS;
  const faults = new Set(world.faults);
  const { nowMs } = clock;
  const tally = createTally();
  const checker = createChecker();
  const violations: Violation[] = [];
  const note = (fact: Fact): void => {
    violations.push(...checker.take(watching.shown === undefined ? fact : watching.shown(fact)));
  };
  const queue = createQueue();
  const shared: Parts = { call, seed, faults, queue, bornMs, endMs, nowMs, note, tally };

  const receivers = createReceivers(shared);
  const webhooks: WebhookDeps = {
    ...deps,
    egress: receivers.egress,
    // By the instant alone: which of two receivers asks first is no chance of the world's.
    chance: () => randomFor(seed, 'retry', nowMs())(),
  };
  await receivers.subscribe(call);
  await publishPrices(shared);
  const residents = await settleIn(call, castOf(vehicleCount, seed));
  await addIndexes(deps.database);
  const network = createNetwork(shared);
  const fleet = createFleet(residents, network, nowMs, note);
  const connector = createConnector({ ...shared, fleet });
  const workers = createLaneWorkers(deps, seed, faults, tally);
  const observer = createObserver(deps.database, clientId);
  for (const resident of residents) {
    const { locationId, home } = resident;
    note({ kind: 'connection', atMs: bornMs, locationId, maxPowerKw: home.maxPower });
    note(carFact(resident, residents));
  }

  let lookedForDeliveriesMs = bornMs;

  /** Shown, and not carried to the cars yet. */
  const commands: ShownCommand[] = [];

  const toReplay = new Map<string, string>();
  const current = new Map<string, string>();

  /** Rebuilds sessions from the log, by id with their vehicles. */
  async function replay(sessions: Map<string, string>): Promise<void> {
    for (const [sessionId, vehicleId] of sessions) {
      const replayed = await replaySession(deps, sessionId);
      const detail =
        replayed.kind === 'different'
          ? JSON.stringify(replayed.shows ?? replayed.difference)
          : replayed.kind === 'impossible'
            ? replayed.detail
            : '';
      note({ kind: 'replayed', atMs: nowMs(), vehicleId, sessionId, outcome: replayed.kind, detail });
      tally.counted('replays');
    }
    sessions.clear();
  }

  async function look(isQuiet: boolean): Promise<void> {
    const shown = await observer.look(nowMs(), isQuiet);
    tally.counted('events', shown.events.length);
    // Its body is shown once.
    const settled = shown.sessions.filter(({ state, body }) => state === 'SETTLED' && body !== null);
    tally.counted('settled sessions', settled.length);
    for (const { id, vehicleId } of settled) toReplay.set(id, vehicleId);
    const stepped = new Set(shown.lanes.map(({ vehicleId }) => vehicleId));
    for (const [id, vehicleId] of current) if (stepped.has(vehicleId)) current.delete(id);
    for (const { id, vehicleId, state } of shown.sessions)
      if (state !== 'SETTLED') current.set(id, vehicleId);
    note(shown);
    commands.push(...shown.commands);
  }

  /** Lanes are stepped, commands carried, what the cars report posted, until all is quiet. */
  async function settle(): Promise<boolean> {
    let hasDone = false;
    for (let round = 0; ; round++) {
      if (round === ROUNDS_MAX_COUNT) throw endless();
      await connector.carry(commands.splice(0));
      await network.flush();
      if ((await workers.step()) === 0) break;
      hasDone = true;
      await look(false);
    }
    if (hasDone) await look(true);
    await replay(toReplay);
    return hasDone;
  }

  function endless(): Error {
    const at = new Date(nowMs()).toISOString();
    return new Error(`expected ${at} to be quiet after ${ROUNDS_MAX_COUNT} rounds (seed ${seed})`);
  }

  async function liveInstant(isDeliveryDue: boolean): Promise<boolean> {
    const works = queue.takeDue(nowMs());
    for (const work of works) {
      await work();
      await look(false);
    }
    const hasCars = fleet.nextAtMs() <= nowMs();
    if (hasCars) fleet.live();
    const followed = await settle();
    await assignPositions(deps.database);
    const tried = isDeliveryDue ? await deliverDue(webhooks) : 0;
    return works.length > 0 || hasCars || followed || tried > 0;
  }

  /** When the next delivery is due, and the next thing of all. */
  async function readDue(): Promise<{ readonly deliveryAtMs: number; readonly nextAtMs: number }> {
    const [laneAtMs, deliveryAtMs] = await Promise.all([
      nextDueAtMs(deps),
      readNextDeliveryAtMs(deps.database),
    ]);
    const deliveryDueMs = deliveryAtMs === null ? Number.POSITIVE_INFINITY : atNextLook(deliveryAtMs);
    const due = [queue.nextAtMs(), fleet.nextAtMs(), laneAtMs, deliveryDueMs];
    return {
      deliveryAtMs: deliveryDueMs,
      nextAtMs: Math.min(...due.map((atMs) => atMs ?? Number.POSITIVE_INFINITY)),
    };
  }

  /** The next look of the worker of webhooks. */
  function atNextLook(atMs: number): number {
    return Math.ceil(Math.max(atMs, lookedForDeliveriesMs + 1) / DELIVERY_EVERY_MS) * DELIVERY_EVERY_MS;
  }

  async function liveUntil(untilMs: number): Promise<void> {
    let notBeforeMs = nowMs();
    let toldMs = nowMs();
    let rounds = 0;
    while (violations.length === 0) {
      const { deliveryAtMs, nextAtMs } = await readDue();
      const dueMs = Math.max(nextAtMs, notBeforeMs);
      if (dueMs > untilMs) break;
      rounds = dueMs === nowMs() ? rounds + 1 : 0;
      if (rounds === ROUNDS_MAX_COUNT) throw endless();
      clock.moveTo(dueMs);
      if (deliveryAtMs <= dueMs) lookedForDeliveriesMs = dueMs;
      const hasDone = await liveInstant(deliveryAtMs <= dueMs);
      notBeforeMs = hasDone ? dueMs : dueMs + IDLE_STEP_MS;
      if (dueMs - toldMs >= HOUR_MS) {
        toldMs = dueMs;
        watching.onHour?.(dueMs);
      }
    }
  }

  const people = createPeople({ ...shared, fleet });
  planTroubles({ ...shared, fleet });
  for (const resident of residents) {
    fleet.arrive(resident);
    await network.flush();
    await people.begin(resident);
    await look(false);
  }
  await liveUntil(endMs);
  receivers.recover();
  for (let tried = 0; tried < LAST_TRIES_MAX_COUNT && (await isAnyPending(call)); tried++) {
    clock.moveTo(Math.max(nowMs() + IDLE_STEP_MS, (await readNextDeliveryAtMs(deps.database)) ?? 0));
    await deliverDue(webhooks);
  }
  if (violations.length === 0) await replay(current);
  if (violations.length === 0) note({ kind: 'ended', atMs: nowMs(), receivers: receivers.names });
  return { violations, untilMs: nowMs(), tally, checkCount: checker.checkCount() };
}

/** Whether a receiver still waits for events, or its retries for their time. */
async function isAnyPending(call: Call): Promise<boolean> {
  const { data } = Object(await must(call, 'GET', '/webhooks'));
  return [data].flat().some((webhook) => Reflect.get(Object(webhook), 'pendingEvents') !== 0);
}

function carFact(resident: Resident, residents: readonly Resident[]): Fact {
  const { vehicleId, name, tellsLevel, locationId, home, stated } = resident;
  const plant = resident.plantAt(0);
  const neighbours = residents.filter((other) => other.locationId === locationId);
  return {
    kind: 'car',
    vehicleId,
    name,
    model: plant.model,
    hasMeter: plant.report.hasMeter,
    tellsLevel,
    isCapacityTold: stated.batteryCapacity !== null,
    powerToldKw: stated.power,
    isShared: home.maxPower !== null && neighbours.length > 1,
  };
}
