import { randomBytes } from 'node:crypto';
import { createClient } from '../../app/create-client.ts';
import { createLocation } from '../../app/create-location.ts';
import { createPolicy } from '../../app/create-policy.ts';
import { createVehicle } from '../../app/create-vehicle.ts';
import type { Deps } from '../../app/deps.ts';
import type { Result } from '../../app/result.ts';
import { type WebhookDeps, withEgress } from '../../app/webhook-deps.ts';
import { DAY_MS, HOUR_MS } from '../../domain/units.ts';
import { systemClock } from '../../runtime/clock.ts';
import { makeUuidv7 } from '../../runtime/ids.ts';
import { makeLog } from '../../runtime/log.ts';
import type { Database } from '../../store/database.ts';
import { appendReferencePrices } from '../../store/prices.ts';
import { openSandbox } from '../open-sandbox.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { simulator } from '../simulator.ts';

/** A standing sandbox on a database; what ran into an error while nobody waited is in `complaints`. */
export interface TestSandbox {
  readonly deps: Deps;
  readonly sandbox: Sandbox;
  /** To receivers on this machine. */
  readonly webhooks: WebhookDeps;
  readonly complaints: readonly string[];
}

/** Opens the sandbox of a database: a new one at an instant, or the one that is there. */
export async function openTestSandbox(database: Database, startMs: number): Promise<TestSandbox> {
  const opened = await openSandbox(database, { kind: 'sandbox', clockMs: startMs }, startMs);
  if (opened === null) throw new Error('expected a sandbox');
  const complaints: string[] = [];
  const deps: Deps = {
    database,
    clock: opened.clock,
    realClock: systemClock,
    newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
    log: makeLog({ level: 'warn', nowMs: systemClock.nowMs, write: (line) => complaints.push(line) }),
  };
  const webhooks = withEgress(deps, { allowsPrivate: true });
  return { deps, sandbox: startSandbox({ ...opened, deps, webhooks }), webhooks, complaints };
}

/** One user with a home in Oslo, a 60 kWh car on a 6 kW plug at 50 %, 80 % by 07:00, and dear days and cheap nights. */
export async function settleIn({ deps }: TestSandbox) {
  const { clientId, clientSecret } = await createClient(deps, 'test');
  const home = value(
    await createLocation(deps, clientId, 'anna', {
      name: 'Home',
      latitude: 59.91,
      longitude: 10.75,
      timezoneName: 'Europe/Oslo',
      zone: 'TEST',
    }),
  );
  const vehicle = value(
    await createVehicle(deps, simulator, clientId, 'anna', {
      batteryCapacity: 60,
      power: 6,
      connector: {
        type: 'simulated',
        batteryCapacity: 60,
        power: 6,
        efficiency: 0.9,
        batteryLevel: 50,
        readingsEverySeconds: 900,
      },
    }),
  );
  const policy = value(
    await createPolicy(deps, clientId, { vehicleId: vehicle.id, locationId: home.id, batteryReserve: 20 }),
  );
  const nowMs = deps.clock.nowMs();
  const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const values = Array.from({ length: 96 }, (_, hour) => ({
    atMs: fromMs + hour * HOUR_MS,
    rate: hour % 24 < 5 ? 0.05 : 0.3,
  }));
  await deps.database.transaction((tx) =>
    appendReferencePrices(tx, 'TEST', 'EUR', values, fromMs + 96 * HOUR_MS, nowMs),
  );
  return { clientId, clientSecret, home, vehicle, policy: policy.body };
}

export function value<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.no));
  return result.value;
}
