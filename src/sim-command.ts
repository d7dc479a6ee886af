import { createClient } from './app/create-client.ts';
import { DAY_MS } from './domain/units.ts';
import { buildServer } from './http/server.ts';
import { makeUuidv7 } from './runtime/ids.ts';
import { makeLog } from './runtime/log.ts';
import { randomFor } from './sim/random.ts';
import { createSandboxClock } from './sim/sandbox-clock.ts';
import type { Call } from './sim/simulation/api.ts';
import { reportOf, textOf } from './sim/simulation/report.ts';
import {
  bornAtMs,
  type Simulated,
  simulate,
  type Watching,
  type WorldOptions,
} from './sim/simulation/simulate.ts';
import type { Database } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { withScratchDatabase } from './store/scratch-database.ts';

export interface SimCommand extends WorldOptions {
  readonly json: boolean;
  /** A server to make a database on; null for an embedded one on a temporary folder. */
  readonly databaseUrl: string | null;
}

interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTerminal: boolean;
}

/** `tidewatt sim`: 1 where an invariant does not hold. */
export async function simCommand(
  { json, databaseUrl, ...world }: SimCommand,
  output: Output,
): Promise<number> {
  const beganMs = performance.now();
  const simulated = await withScratchDatabase(
    databaseUrl,
    async (database) => {
      await migrate(database);
      return simulateOn(database, world, { onHour: progressOn(output, world) });
    },
    { isVolatile: true },
  );
  if (output.isTerminal) output.stderr('\r');
  const seconds = Math.round((performance.now() - beganMs) / 100) / 10;
  output.stdout(
    `${json ? JSON.stringify(reportOf(world, simulated, seconds)) : textOf(world, simulated, seconds)}\n`,
  );
  return simulated.violations.length === 0 ? 0 : 1;
}

/** An hour of the world in one line of a terminal; elsewhere a line a day. */
function progressOn(
  { stderr, isTerminal }: Output,
  { seed, dayCount }: WorldOptions,
): (nowMs: number) => void {
  const bornMs = bornAtMs(seed);
  let toldDay = 0;
  return (nowMs) => {
    const days = Math.min(dayCount, (nowMs - bornMs) / DAY_MS);
    if (isTerminal) stderr(`\r${days.toFixed(1)} of ${dayCount} days `);
    else if (Math.floor(days) > toldDay) {
      toldDay = Math.floor(days);
      stderr(`${toldDay} of ${dayCount} days\n`);
    }
  };
}

const TOKEN_KEPT_MS = 50 * 60_000;

/** Wires the whole service on a virtual clock to a simulated world, on an empty database with today's schema. */
export async function simulateOn(
  database: Database,
  world: WorldOptions,
  watching?: Watching,
): Promise<Simulated> {
  const clock = createSandboxClock(bornAtMs(world.seed));
  const { nowMs } = clock;
  const name = `${world.seed}/${world.vehicleCount}/${world.faults.join()}`;
  const random = randomFor(name, 'ids');
  const randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
  const deps = {
    database,
    clock,
    // Tokens, keys and time-outs go by the same clock: nothing in the world depends on how fast this machine is.
    realClock: clock,
    newId: makeUuidv7({ nowMs, randomBytes }),
    log: makeLog({ level: 'silent', nowMs }),
  };
  const client = await createClient(deps, 'simulation');
  const server = buildServer(deps);
  try {
    const call = callerOf(server, client, nowMs);
    return await simulate({ deps, clock, clientId: client.clientId, call }, world, watching);
  } finally {
    await server.close();
  }
}

/** Calls the API without a port. A token is asked for anew before it runs out. */
function callerOf(
  server: ReturnType<typeof buildServer>,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  nowMs: () => number,
): Call {
  let token = { text: '', untilMs: Number.NEGATIVE_INFINITY };

  async function freshToken(): Promise<string> {
    if (nowMs() < token.untilMs) return token.text;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const response = await server.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: 'grant_type=client_credentials',
    });
    const text: unknown = Reflect.get(Object(response.json()), 'access_token');
    if (typeof text !== 'string') throw new Error(`expected a token, got ${response.body}`);
    token = { text, untilMs: nowMs() + TOKEN_KEPT_MS };
    return text;
  }

  return async (method, path, body, headers = {}) => {
    const response = await server.inject({
      method,
      url: path,
      headers: {
        authorization: `Bearer ${await freshToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: response.statusCode, body: response.body === '' ? null : response.json() };
  };
}
