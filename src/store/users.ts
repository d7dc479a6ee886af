import type { Session } from '../domain/session.ts';
import { type LedgerCommand, readCommandsOf } from './commands.ts';
import type { Query } from './database.ts';

/**
 * One transaction at a time may give a user a vehicle or a location, or erase the user: a new lane then knows every
 * location, and every lane learns of a new one. Held to the transaction's end.
 */
export async function lockUser(tx: Query, clientId: string, userId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtext($1), hashtext($2))', [clientId, userId]);
}

/** The vehicles that a user has or had, as far as anything of them is stored. */
async function readVehicleIds(tx: Query, clientId: string, userId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from vehicles where client_id = $1 and user_id = $2
     union select vehicle_id from lanes where client_id = $1 and user_id = $2
     union select vehicle_id from policies where client_id = $1 and user_id = $2
     union select vehicle_id from sessions where client_id = $1 and user_id = $2`,
    [clientId, userId],
  );
  return rows.map((row) => row.id);
}

/**
 * Erases everything of a user: vehicles, locations, policies, sessions, readings, steps, commands, events, and
 * stored answers that name the user. False when there was nothing.
 */
export async function eraseUser(tx: Query, clientId: string, userId: string): Promise<boolean> {
  const vehicleIds = await readVehicleIds(tx, clientId, userId);
  // A step under way ends first; what it writes is erased too.
  await tx.query('select 1 from vehicles where client_id = $1 and id = any($2) order by id for update', [
    clientId,
    vehicleIds,
  ]);
  await tx.query(
    'select 1 from lanes where client_id = $1 and vehicle_id = any($2) order by vehicle_id for update',
    [clientId, vehicleIds],
  );
  const ofVehicles = [
    'inbox',
    'inputs',
    'steps',
    'lane_states',
    'session_spans',
    'site_joins',
    'commands',
    'simulated_cars',
    'lanes',
  ];
  for (const table of ofVehicles) {
    await tx.query(`delete from ${table} where client_id = $1 and vehicle_id = any($2)`, [
      clientId,
      vehicleIds,
    ]);
  }
  await tx.query(
    `delete from event_positions p using events e where e.client_id = $1 and e.user_id = $2
       and p.client_id = e.client_id and p.event_id = e.id and p.created_at = e.created_at`,
    [clientId, userId],
  );
  await tx.query(
    `delete from session_history h using sessions s where s.client_id = $1 and s.user_id = $2
       and h.client_id = s.client_id and h.session_id = s.id`,
    [clientId, userId],
  );
  let count = vehicleIds.length;
  for (const table of ['events', 'sessions', 'policies', 'vehicles', 'locations']) {
    const rows = await tx.query(`delete from ${table} where client_id = $1 and user_id = $2 returning 1`, [
      clientId,
      userId,
    ]);
    count += rows.length;
  }
  await tx.query('delete from idempotency_keys where client_id = $1 and position($2 in body) > 0', [
    clientId,
    `"userId":${JSON.stringify(userId)}`,
  ]);
  return count > 0;
}

export interface StoredInput {
  readonly vehicleId: string;
  readonly observedAtMs: number;
  readonly receivedAtMs: number;
  readonly kind: string;
  readonly content: unknown;
}

/** What is stored of a user apart from locations, vehicles and policies. Event bodies are JSON texts. */
export async function readUserRows(
  tx: Query,
  clientId: string,
  userId: string,
): Promise<{
  readonly sessions: readonly Session[];
  readonly inputs: readonly StoredInput[];
  readonly commands: readonly LedgerCommand[];
  readonly events: readonly string[];
}> {
  const ofUser = [clientId, userId];
  const vehicleIds = await readVehicleIds(tx, clientId, userId);
  const sessions = await tx.query<{ body: Session }>(
    'select body from sessions where client_id = $1 and user_id = $2 order by plugged_in_at, id',
    ofUser,
  );
  const inputs = await tx.query<StoredInput>(
    `select vehicle_id as "vehicleId", observed_at as "observedAtMs", received_at as "receivedAtMs", kind,
            body as content
     from inputs where client_id = $1 and vehicle_id = any($2) order by vehicle_id, observed_at, id`,
    [clientId, vehicleIds],
  );
  const events = await tx.query<{ body: string }>(
    'select body from events where client_id = $1 and user_id = $2 order by id',
    ofUser,
  );
  return {
    sessions: sessions.map((row) => row.body),
    inputs,
    commands: await readCommandsOf(tx, clientId, vehicleIds),
    events: events.map((row) => row.body),
  };
}
