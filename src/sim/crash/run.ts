import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DAY_MS, MINUTE_MS } from '../../domain/units.ts';
import type { WireSession } from '../../wire/session.ts';
import { between, randomFor } from '../random.ts';
import { type Api, openApi, readPages } from './api.ts';
import { type Crash, crash } from './crash.ts';
import { type DatabaseKind, install } from './installation.ts';
import { countWaiting, judgeDatabase } from './judge-database.ts';
import { countRepeated, countUndelivered, judgeDeliveries, readTold } from './judge-deliveries.ts';
import { judgeSessions, judgeUnchanged } from './judge-sessions.ts';
import { type Counts, createLoad, type Load } from './load.ts';
import type { MeteredCar } from './metered-car.ts';
import { planRound, type Victim } from './plan-round.ts';
import { logTail, runCommand } from './service.ts';
import { createStage, type Stage } from './stage.ts';
import { waitFor } from './wait.ts';
import { startWitness, type Witness } from './witness.ts';
import { makeWorld } from './world.ts';
import { createPastWorldClock, createSandboxWorldClock, type WorldClock } from './world-clock.ts';

export interface RunOptions {
  readonly roundCount: number;
  readonly seed: number;
  readonly database: DatabaseKind;
  /** The sandbox's clock, moved along, or the service of every day with telemetry of days gone by. */
  readonly clock: 'sandbox' | 'real';
  readonly vehicleCount: number;
  readonly senderCount: number;
  /** Gone through in turn; null: by chance. */
  readonly victims: readonly Victim[] | null;
  /** Told after each round. */
  readonly onCrash: (crash: Crash, seen: Seen) => void;
  readonly signal?: AbortSignal;
}

/** How far the world has come. */
export interface Seen {
  readonly readings: number;
  readonly settledSessions: number;
}

/** What receivers of webhooks got, one a format. */
export interface Delivered {
  readonly posts: number;
  readonly repeated: number;
}

export interface Verdict {
  /** A sentence each; empty when all is as it should be. */
  readonly faults: readonly string[];
  readonly crashes: readonly Crash[];
  readonly counts: Counts;
  readonly seen: Seen;
  readonly delivered: Delivered;
  readonly energyWh: number;
  /** Where everything lies that was left for a look; null when there was no fault. */
  readonly folder: string | null;
}

const SANDBOX_START = '2026-01-05T12:00:00Z';
/** Before today, where the clock is the real one: within the retention of readings. */
const PAST_MS = 60 * DAY_MS;
/** Beyond what is lived in an hour. */
const PRICES_REACH_MS = 63 * DAY_MS;
/** Beyond the grace after the last plug-out. */
const SETTLED_AFTER_MS = 6 * MINUTE_MS;
const QUIET_LIMIT_MS = 60_000;
/** The claim of a killed sender runs out after 30 s; what failed before is tried again in minutes of the service's clock. */
const DELIVERED_LIMIT_MS = 180_000;
/** A receiver takes its time, so that a kill finds something under way. */
const ANSWER_MS = [0, 20] as const;

/** Kills a service or its database over and over while telemetry flows, and judges what is left at the end. */
export async function runCrashes(options: RunOptions): Promise<Verdict> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidewatt-crash-')));
  // Root's PostgreSQL runs as another user, who has to come in.
  chmodSync(folder, 0o755);
  const serveArgs = options.clock === 'sandbox' ? ['--sandbox', '--clock', SANDBOX_START] : [];
  const stage = createStage(await install(folder, options.database, serveArgs));
  const onAbort = () => stage.fail(new Error('interrupted'));
  options.signal?.addEventListener('abort', onAbort);
  const crashes: Crash[] = [];
  let world: World | null = null;
  const faults: string[] = [];
  const random = randomFor(options.seed, 'receivers');
  const witness = await startWitness(() => delay(between(random, ...ANSWER_MS), 204));
  try {
    await stage.start();
    world = await openWorld(stage, options, witness);
    await goThrough(stage, world, options, crashes);
    faults.push(...(await judge(stage, world, options, crashes)));
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await stage.clear();
    await witness.close();
  }
  if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
  return {
    faults,
    crashes,
    counts: world?.load.counts() ?? { requests: 0, duplicates: 0, underWay: 0 },
    seen: { readings: world?.load.acknowledged().size ?? 0, settledSessions: world?.settled.size ?? 0 },
    delivered: { posts: witness.deliveries.length, repeated: countRepeated(witness.deliveries) },
    energyWh: world?.cars.flatMap(energiesOf).reduce((sum, energyWh) => sum + energyWh, 0) ?? 0,
    folder: faults.length === 0 ? null : folder,
  };
}

interface World {
  readonly api: Api;
  readonly cars: readonly MeteredCar[];
  readonly load: Load;
  readonly clock: WorldClock;
  readonly witness: Witness;
  /** Settled sessions as they were shown last, by id: none may ever change. */
  readonly settled: Map<string, string>;
}

async function openWorld(stage: Stage, options: RunOptions, witness: Witness): Promise<World> {
  const { installation } = stage.victims;
  const made = await runCommand(installation, ['client', 'create', 'crash']);
  if (made.code !== 0) throw new Error(`client create ended with ${made.code}:\n${logTail(installation)}`);
  const { clientId, clientSecret } = JSON.parse(made.stdout);
  const api = openApi({ url: stage.url, clientId, clientSecret });
  const { seed, vehicleCount, senderCount } = options;
  const realNowMs = () => {
    // Nothing else ends this clock with a run that failed.
    stage.check();
    return Date.now();
  };
  const isSandbox = options.clock === 'sandbox';
  const startMs = isSandbox ? Date.parse(SANDBOX_START) : Date.now() - PAST_MS;
  const clock = isSandbox ? createSandboxWorldClock(api, startMs) : createPastWorldClock(startMs, realNowMs);
  await witness.subscribe(api);
  const pricesUntilMs = startMs + PRICES_REACH_MS;
  const cars = await makeWorld({ api, seed, vehicleCount, startMs, pricesUntilMs });
  const randomOf = (sender: number) => randomFor(seed, 'sender', sender);
  const load = createLoad({ api, cars, senderCount, nowMs: clock.nowMs, randomOf });
  return { api, cars, load, clock, witness, settled: new Map() };
}

async function goThrough(stage: Stage, world: World, options: RunOptions, crashes: Crash[]): Promise<void> {
  const { api, load, clock, settled } = world;
  load.run().catch(stage.fail);
  clock.run().catch(stage.fail);
  for (let number = 1; number <= options.roundCount; number++) {
    const happened = await crash(stage, api, load, planRound(options.seed, number, options.victims));
    crashes.push(happened);
    await compareSettled(stage, api, settled);
    options.onCrash(happened, { readings: load.acknowledged().size, settledSessions: settled.size });
  }
  await load.stop();
  await clock.stop();
}

/** What was settled before the crash is what it was; what has settled since is remembered. */
async function compareSettled(stage: Stage, api: Api, settled: Map<string, string>): Promise<void> {
  const shown = (await readPages(api, SETTLED)) as WireSession[];
  const [changed] = judgeUnchanged(settled, shown);
  if (changed !== undefined) throw new Error(changed);
  for (const session of shown) settled.set(session.id, JSON.stringify(session));
  stage.check();
}

/** Ends every visit, and compares. */
async function judge(
  stage: Stage,
  world: World,
  { clock: kind }: RunOptions,
  crashes: readonly Crash[],
): Promise<string[]> {
  const { api, cars, load, clock, witness, settled } = world;
  const { victims } = stage;
  if (kind === 'sandbox') await clock.moveTo(clock.nowMs() + 2 * MINUTE_MS);
  for (const car of cars) {
    const plugOut = car.plugOut();
    if (plugOut !== null) await load.send([plugOut]);
    // On the real clock a grace takes its time, and the next visit ends it at once.
    if (kind === 'real') await load.send([car.plugInForGood()]);
  }
  const isQuiet = async () => ((await countWaiting(victims.target())) === 0 ? true : null);
  await waitFor('all inputs taken in', isQuiet, QUIET_LIMIT_MS);
  if (kind === 'sandbox') await clock.moveTo(clock.nowMs() + SETTLED_AFTER_MS);

  const isDelivered = async () => {
    // What failed while its database was away is tried again by the service's clock.
    if (kind === 'sandbox') await clock.moveTo(clock.nowMs() + MINUTE_MS);
    return (await countUndelivered(victims.target())) === 0 ? true : null;
  };
  await waitFor('all webhooks delivered', isDelivered, DELIVERED_LIMIT_MS);

  await compareSettled(stage, api, settled);
  const shown = {
    settled: (await readPages(api, SETTLED)) as WireSession[],
    current: (await readPages(api, '/flex/sessions')) as WireSession[],
  };
  const faults = [
    ...judgeSessions(cars, shown),
    ...(await judgeDatabase(victims.target(), load.acknowledged())),
    ...judgeDeliveries(await readTold(victims.target()), witness.deliveries, countBlows(crashes)),
  ];
  const doctor = await runCommand(victims.installation, ['doctor']);
  if (doctor.code !== 0) faults.push(`doctor ended with ${doctor.code}: ${doctor.stdout}`);
  if (!(await stage.stopService()))
    faults.push(`the service did not end in order:\n${logTail(victims.installation)}`);
  return faults;
}

/** Some rounds kill what they have just started once more. */
function countBlows(crashes: readonly Crash[]): number {
  return crashes.reduce((sum, { round }) => sum + (round.againAfterMs === null ? 1 : 2), 0);
}

const SETTLED = '/flex/vehicle-policies/sessions';

function energiesOf(car: MeteredCar): number[] {
  return car.stays().map(({ meterFromWh, meterToWh }) => meterToWh - meterFromWh);
}
