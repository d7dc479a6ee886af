import { randomBytes } from 'node:crypto';
import { setTarget } from '../app/change-target.ts';
import type { Deps } from '../app/deps.ts';
import { HOUR_MS } from '../domain/units.ts';
import { systemClock } from '../runtime/clock.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import { changeSimulatedCar } from '../sim/change-simulated-car.ts';
import { growDemonstration, LIVED_BEFORE_MS, withDemoClient } from '../sim/demo/demonstration.ts';
import { openSandbox } from '../sim/open-sandbox.ts';
import { type Sandbox, startSandbox } from '../sim/sandbox.ts';
import type { Database, Query } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { copyCar, readCarRows } from './copy-car.ts';
import { insertRows, type TableRows } from './table-rows.ts';

export interface FleetSize {
  /** Cars that live three days; the others are copies of those of them that have a policy. */
  readonly originalCount: number;
  /** Cars with a policy. */
  readonly carCount: number;
  /** About so many settled sessions. */
  readonly settledCount: number;
}

export const USUAL_FLEET: FleetSize = { originalCount: 24, carCount: 10_000, settledCount: 100_000 };

/** A seeded fleet: a demonstration whose clock stands. */
export interface Fleet {
  readonly deps: Deps;
  readonly sandbox: Sandbox;
  readonly client: { readonly id: string; readonly secret: string };
}

/** A winter evening: some cars are at home, others on their way, and this morning's visits are settled. */
const NOW_MS = Date.UTC(2026, 0, 15, 17);
const COPIES_AT_ONCE = 100;

/**
 * Fills an empty database with a fleet. Some simulated cars live for three days through the service itself; the
 * others are copies of them, row by row, with ids, names and a past of their own. Copies sleep: they have no timer.
 */
export async function seedFleet(
  database: Database,
  size: FleetSize = USUAL_FLEET,
  onProgress: (carCount: number) => void = () => {},
): Promise<Fleet> {
  await migrate(database);
  const fleet = await growOriginals(database, size.originalCount);
  const { deps, client } = fleet;
  const cars = await originalCars(database, client.id);
  const settledPerCar = Math.ceil(size.settledCount / size.carCount);
  let made = cars.length;
  while (made < size.carCount) {
    const count = Math.min(COPIES_AT_ONCE, size.carCount - made);
    const copies = Array.from({ length: count }, (_none, index) => {
      const car = cars[(made + index) % cars.length];
      if (car === undefined) throw new Error('expected cars with a policy in the demonstration');
      return copyCar(car, { clientId: client.id, number: made + index, settledPerCar, newId: deps.newId });
    });
    await database.transaction((tx) => insertAll(tx, copies));
    made += count;
    onProgress(made);
  }
  for (const table of ['vehicles', 'locations', 'policies', 'lanes', 'sessions', 'session_history']) {
    await database.query(`vacuum (analyze) ${table}`);
  }
  return fleet;
}

async function growOriginals(database: Database, vehicleCount: number): Promise<Fleet> {
  const bornMs = NOW_MS - LIVED_BEFORE_MS - HOUR_MS;
  const wanted = {
    kind: 'demo',
    seed: 1,
    vehicleCount,
    speed: 0,
    bornMs,
    isFresh: false,
  } as const;
  const opened = await openSandbox(database, wanted, bornMs);
  if (opened === null || opened.demo === null)
    throw new Error('expected a demonstration in an empty database');
  const deps: Deps = {
    database,
    clock: opened.clock,
    realClock: systemClock,
    newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
    log: makeLog({ level: 'warn', nowMs: systemClock.nowMs }),
  };
  const demo = await withDemoClient(deps, opened.demo);
  const sandbox = startSandbox({ ...opened, deps, speed: 0 });
  await growDemonstration(deps, sandbox, demo, 0);
  await makeNews(deps, sandbox, demo.client.id);
  await sandbox.advanceTo(NOW_MS);
  return { deps, sandbox, client: demo.client };
}

/** Of the cars that are plugged in one cannot be reached and two charge at once, so that there is something to find. */
async function makeNews(deps: Deps, sandbox: Sandbox, clientId: string): Promise<void> {
  const plugged = await deps.database.query<{ id: string; vehicle_id: string }>(
    `select id, vehicle_id from sessions where client_id = $1 and state like 'ACTIVE:%' order by vehicle_id limit 3`,
    [clientId],
  );
  for (const [index, { id, vehicle_id }] of plugged.entries()) {
    const changed =
      index === 0
        ? await changeSimulatedCar(sandbox, clientId, vehicle_id, { isReachable: false })
        : await setTarget(deps, clientId, id, { type: 'IMMEDIATE_START', minimumChargeTarget: 100 });
    if (!changed.ok) throw new Error(changed.no.detail);
  }
}

async function originalCars(database: Query, clientId: string): Promise<TableRows[]> {
  const policies = await database.query<{ vehicle_id: string }>(
    'select distinct vehicle_id from policies where client_id = $1 and deleted_at is null order by vehicle_id',
    [clientId],
  );
  return Promise.all(policies.map(({ vehicle_id }) => readCarRows(database, clientId, vehicle_id)));
}

async function insertAll(tx: Query, cars: readonly TableRows[]): Promise<void> {
  const tables = new Set(cars.flatMap((car) => Object.keys(car)));
  for (const table of tables) {
    await insertRows(
      tx,
      table,
      cars.flatMap((car) => car[table] ?? []),
    );
  }
}
