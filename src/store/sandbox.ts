import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** The sandbox as it is kept: where its clock stands, how fast it runs, and what its world remembers. */
export interface StoredSandbox<World> {
  readonly nowMs: number;
  readonly speed: number;
  readonly world: World;
}

/** A simulated car, and whose it is. What a car is, the simulation knows: here it is plain data. */
export interface CarRow<Car> {
  readonly clientId: string;
  readonly vehicleId: string;
  readonly car: Car;
  /** Null: nothing will happen to it by itself. */
  readonly nextAtMs: number | null;
}

export async function readSandbox<World>(query: Query): Promise<StoredSandbox<World> | null> {
  const [row] = await query.query<{ now_at: number; speed: number; world: World }>(
    'select now_at, speed, world from sandbox_clock',
  );
  return row === undefined ? null : { nowMs: row.now_at, speed: row.speed, world: row.world };
}

/** The first start of a sandbox on this database. */
export async function insertSandbox<World>(
  query: Query,
  { nowMs, speed, world }: StoredSandbox<World>,
): Promise<void> {
  await query.query('insert into sandbox_clock (now_at, speed, world) values ($1, $2, $3)', [
    toTimestamp(nowMs),
    speed,
    JSON.stringify(world),
  ]);
}

export async function saveSandboxTime(query: Query, nowMs: number): Promise<void> {
  await query.query('update sandbox_clock set now_at = $1', [toTimestamp(nowMs)], 'sandbox-time');
}

export async function saveSandboxSpeed(query: Query, speed: number): Promise<void> {
  await query.query('update sandbox_clock set speed = $1', [speed]);
}

/** Sets some keys of the world; the others stay. */
export async function saveSandboxWorld<World>(query: Query, change: Partial<World>): Promise<void> {
  await query.query('update sandbox_clock set world = world || $1', [JSON.stringify(change)]);
}

/** When the next simulated car has something to do; null when none has. */
export async function readNextCarAtMs(query: Query): Promise<number | null> {
  const [row] = await query.query<{ next_at: number | null }>(
    'select min(next_at) as next_at from simulated_cars',
    [],
    'sandbox-next-car',
  );
  return row?.next_at ?? null;
}

/** The cars that have something to do by an instant. */
export async function readDueCars<Car>(query: Query, nowMs: number): Promise<CarRow<Car>[]> {
  return carRows(
    await query.query<StoredCar<Car>>(
      `${SELECT_CARS} where next_at <= $1 order by client_id, vehicle_id`,
      [toTimestamp(nowMs)],
      'sandbox-due-cars',
    ),
  );
}

export async function readCar<Car>(
  query: Query,
  clientId: string,
  vehicleId: string,
): Promise<CarRow<Car> | null> {
  const rows = await query.query<StoredCar<Car>>(`${SELECT_CARS} where client_id = $1 and vehicle_id = $2`, [
    clientId,
    vehicleId,
  ]);
  return carRows(rows)[0] ?? null;
}

/** Writes new and changed cars. */
export async function saveCars<Car>(query: Query, rows: readonly CarRow<Car>[]): Promise<void> {
  if (rows.length === 0) return;
  await query.query(
    `insert into simulated_cars (client_id, vehicle_id, next_at, state)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::jsonb[])
     on conflict (client_id, vehicle_id) do update set next_at = excluded.next_at, state = excluded.state`,
    [
      rows.map((row) => row.clientId),
      rows.map((row) => row.vehicleId),
      rows.map((row) => toTimestamp(row.nextAtMs)),
      rows.map((row) => JSON.stringify(row.car)),
    ],
    'sandbox-save-cars',
  );
}

/** A command that waits, of a simulated car. */
export interface WaitingCommand {
  readonly id: string;
  readonly attempts: number;
  readonly kind: 'START' | 'STOP';
  /** Of a start; null: all that it takes. */
  readonly powerKw: number | null;
}

/** The commands that wait at an instant, with the cars that they are for. */
export async function readWaitingCommands<Car>(
  query: Query,
  nowMs: number,
): Promise<{ readonly command: WaitingCommand; readonly row: CarRow<Car> }[]> {
  const rows = await query.query<StoredCar<Car> & WaitingCommand>(
    `select w.id, w.attempts, w.kind, w.power_kw as "powerKw", c.client_id, c.vehicle_id, c.next_at, c.state
     from commands w join simulated_cars c on c.client_id = w.client_id and c.vehicle_id = w.vehicle_id
     where w.state = 'PENDING' and w.attempted_at <= $1 and w.expires_at > $1
     order by w.attempted_at, w.id`,
    [toTimestamp(nowMs)],
    'sandbox-waiting-commands',
  );
  return rows.flatMap((stored) =>
    carRows([stored]).map((row) => ({
      command: { id: stored.id, attempts: stored.attempts, kind: stored.kind, powerKw: stored.powerKw },
      row,
    })),
  );
}

/** Removes everything but the schema: the world begins anew. */
export async function emptyDatabase(query: Query): Promise<void> {
  const tables = await query.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
     where schemaname = current_schema() and tablename <> 'schema_migration'`,
  );
  if (tables.length > 0)
    await query.query(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity`);
}

interface StoredCar<Car> {
  readonly client_id: string;
  readonly vehicle_id: string;
  readonly next_at: number | null;
  readonly state: Car;
}

const SELECT_CARS = 'select client_id, vehicle_id, next_at, state from simulated_cars';

function carRows<Car>(rows: readonly StoredCar<Car>[]): CarRow<Car>[] {
  return rows.map((row) => ({
    clientId: row.client_id,
    vehicleId: row.vehicle_id,
    nextAtMs: row.next_at,
    car: row.state,
  }));
}
