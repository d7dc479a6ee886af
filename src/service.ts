import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createClient } from './app/create-client.ts';
import type { Deps } from './app/deps.ts';
import { withEgress } from './app/webhook-deps.ts';
import type { DemoOptions, ServeOptions } from './cli/command-line.ts';
import { type Ready, readyBlock, readyLine } from './cli/output.ts';
import { listenForStop, type StopSignal } from './cli/stop-signal.ts';
import { quarterHourOf } from './domain/units.ts';
import { addDashboard, readDashboard } from './http/dashboard.ts';
import { listen } from './http/listen.ts';
import { buildOperationsServer, buildServer } from './http/server.ts';
import { systemClock } from './runtime/clock.ts';
import { type Config, ConfigError } from './runtime/config.ts';
import { makeDoorbell } from './runtime/doorbell.ts';
import { makeUuidv7 } from './runtime/ids.ts';
import { makeLog } from './runtime/log.ts';
import { createShutdown, type Shutdown } from './runtime/shutdown.ts';
import { growDemonstration, LIVED_BEFORE_MS, withDemoClient } from './sim/demo/demonstration.ts';
import { type OpenedSandbox, openSandbox, type Wanted } from './sim/open-sandbox.ts';
import { startSandbox } from './sim/sandbox.ts';
import { simulator } from './sim/simulator.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open.ts';
import { lockService } from './store/service-lock.ts';
import { startDatabaseClock } from './workers/database-clock.ts';
import { startLaneWorker } from './workers/lanes.ts';
import { RETENTION_MS, startRetentionWorker } from './workers/retention.ts';
import { startSequencer } from './workers/sequencer.ts';
import { startWebhookWorker } from './workers/webhooks.ts';

/** A stop that takes longer is given up: the database is safe at every instant. */
const STOP_LIMIT_MS = 5_000;
/** After a reboot the database server may come up later than the service. */
const SERVER_WAIT_MS = 5 * 60_000;

/** What the service is asked to be. */
export type Asked =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'demo'; readonly options: DemoOptions };

/** Wires the service and runs it until it is told to stop, or cannot go on; gives the exit code. */
export async function runService(asked: Asked, config: Config, json: boolean): Promise<number> {
  const role = asked.kind === 'serve' ? asked.options.role : 'all';
  if (role !== 'all' && config.databaseUrl === null) {
    throw new ConfigError([`--role ${role}: several processes need a PostgreSQL server; set DATABASE_URL`]);
  }
  const stop = listenForStop();
  const shutdown = createShutdown();
  try {
    const service = await start(asked, config, stop, shutdown);
    process.stdout.write(`${json ? readyLine(service, process.pid) : readyBlock(service, titleOf(asked))}\n`);
    const reason = await stop.asked;
    if (reason.kind === 'failure') throw reason.error;
    return 0;
  } finally {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    await shutdown.run();
  }
}

async function start(asked: Asked, config: Config, stop: StopSignal, shutdown: Shutdown): Promise<Ready> {
  const realClock = systemClock;
  const log = makeLog({ level: config.logLevel, nowMs: realClock.nowMs });
  const store = await openStore({
    ...config,
    serverWaitMs: SERVER_WAIT_MS,
    onGone: stop.fail,
    onNotice: (message) => log.warn(message),
  });
  shutdown.add(store.stop);
  const { database, target } = store;
  const lock = target.kind === 'embedded' ? await lockService({ target, onLost: stop.fail }) : null;
  if (lock !== null) shutdown.add(lock.release);
  const applied = await migrate(database);
  if (applied.length > 0) log.info('the schema was brought up to date', { applied });

  const newId = makeUuidv7({ nowMs: realClock.nowMs, randomBytes });
  const bells = { written: makeDoorbell(), placed: makeDoorbell() };
  const shared = { database, realClock, newId, log, bells };
  const opened = await openSandbox(database, wantedOf(asked, realClock.nowMs()), realClock.nowMs());
  const running =
    opened === null
      ? await startEveryday(asked, config, shared, shutdown)
      : await startWorld(opened, { ...shared, clock: opened.clock }, stop, shutdown);
  const url = await listen(running.server, config);
  shutdown.add(async () => running.server.close());
  await lock?.announce(url);
  shutdown.add(startSequencer(shared, bells).stop);
  running.live(url);
  log.info('ready', { url });
  return { url, dataDir: store.dataDir, client: running.client };
}

interface Running {
  readonly server: FastifyInstance;
  readonly client: Ready['client'];
  /** What begins when the port is open. */
  readonly live: (url: string) => void;
}

/** The service of every day: the database's clock, real cars. */
async function startEveryday(
  asked: Asked,
  config: Config,
  shared: Omit<Deps, 'clock'>,
  shutdown: Shutdown,
): Promise<Running> {
  const role = asked.kind === 'serve' ? asked.options.role : 'all';
  const clock = await startDatabaseClock(shared.database, shared.realClock, shared.log);
  shutdown.add(clock.stop);
  const deps: Deps = { ...shared, clock };
  const webhooks = withEgress(deps, { allowsPrivate: config.webhookAllowsPrivate });
  shutdown.add(async () => webhooks.egress.close());
  const registry = new Registry();
  let wakeLanes = (): void => {};
  const server =
    role === 'worker'
      ? buildOperationsServer(deps, registry)
      : buildServer(deps, {
          registry,
          webhookAllowsPrivate: config.webhookAllowsPrivate,
          telemetryRetentionMs: RETENTION_MS,
          onReadings: () => wakeLanes(),
        });
  if (role !== 'worker') addDashboard(server, readDashboard());
  const live = (): void => {
    if (role === 'api') return;
    const lanes = startLaneWorker(deps);
    wakeLanes = lanes.wake;
    shutdown.add(lanes.stop);
    shutdown.add(startRetentionWorker(deps).stop);
    shutdown.add(startWebhookWorker(webhooks).stop);
  };
  return { server, client: null, live };
}

/** A sandbox, or the demonstration in it: a clock that can be moved, simulated cars. */
async function startWorld(
  opened: OpenedSandbox,
  deps: Deps,
  stop: StopSignal,
  shutdown: Shutdown,
): Promise<Running> {
  const demo = opened.demo === null ? null : await withDemoClient(deps, opened.demo);
  const client = demo === null ? await firstClient(deps) : demo.client;
  // A client's tests listen on this machine.
  const webhooks = withEgress(deps, { allowsPrivate: true });
  shutdown.add(async () => webhooks.egress.close());
  // A young demonstration grows up first, by itself; then its clock runs.
  const sandbox = startSandbox({ ...opened, deps, webhooks, speed: demo === null ? opened.speed : 0 });
  shutdown.add(sandbox.stop);
  const server = buildServer(deps, {
    simulator,
    webhookAllowsPrivate: true,
    world: { sandbox, demoClient: demo === null ? null : demo.client },
    telemetryRetentionMs: RETENTION_MS,
  });
  addDashboard(server, readDashboard());
  const live = (): void => {
    // Before the server closes: it waits for its requests, and one may be moving the clock by a year.
    shutdown.add(sandbox.stop);
    shutdown.add(startRetentionWorker(deps).stop);
    if (demo === null) return;
    growDemonstration(deps, sandbox, demo, opened.speed).catch((cause: unknown) => {
      stop.fail(new Error('the demonstration could not go on', { cause }));
    });
  };
  return { server, client, live };
}

/** A client for a sandbox that has none; a later start cannot show its secret again. */
async function firstClient(deps: Deps): Promise<Ready['client']> {
  const known = await deps.database.query('select 1 from clients limit 1');
  if (known.length > 0) return null;
  const { clientId: id, clientSecret: secret } = await createClient(deps, 'sandbox');
  return { id, secret };
}

function wantedOf(asked: Asked, nowMs: number): Wanted {
  if (asked.kind === 'demo') {
    return { kind: 'demo', bornMs: quarterHourOf(nowMs) - LIVED_BEFORE_MS, ...asked.options };
  }
  const { sandbox } = asked.options;
  return sandbox === null ? { kind: 'service' } : { kind: 'sandbox', clockMs: sandbox.clockMs };
}

function titleOf(asked: Asked): string {
  if (asked.kind === 'demo') return 'tidewatt, with a demonstration world: generated prices, simulated cars';
  return asked.options.sandbox === null ? 'tidewatt' : 'tidewatt, as a sandbox';
}
