import { canBeHeld, type Vehicle } from '../domain/vehicle.ts';
import type { Observed } from '../engine/lane.ts';
import type { Query } from './database.ts';
import { type Listing, type Page, type PageRequest, readPage } from './keyset.ts';
import { type OnlyThese, whereOnly } from './only-these.ts';
import { toTimestamp } from './values.ts';

interface VehicleInformation {
  readonly brand: string | null;
  readonly model: string | null;
  readonly year: number | null;
  readonly displayName: string | null;
}

/** A vehicle as its client made it. */
export interface VehicleRow {
  readonly vehicle: Vehicle;
  readonly information: VehicleInformation;
  readonly connector: { readonly type: string };
}

/** With what its lane last saw of it. */
export interface VehicleView extends VehicleRow {
  readonly id: string;
  readonly observed: Observed | null;
  /** Where it is plugged in. */
  readonly locationId: string | null;
}

export async function insertVehicle(
  tx: Query,
  clientId: string,
  row: VehicleRow,
  nowMs: number,
): Promise<void> {
  const { vehicle, information, connector } = row;
  await tx.query(
    `insert into vehicles
       (client_id, id, user_id, version, information, connector, capabilities, body, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      clientId,
      vehicle.id,
      vehicle.userId,
      vehicle.version,
      JSON.stringify(information),
      JSON.stringify(connector),
      JSON.stringify(capabilitiesOf(vehicle)),
      JSON.stringify(vehicle),
      toTimestamp(nowMs),
    ],
  );
}

export async function updateVehicle(tx: Query, clientId: string, row: VehicleRow): Promise<void> {
  const { vehicle, information } = row;
  await tx.query(
    `update vehicles set version = $3, information = $4, capabilities = $5, body = $6
     where client_id = $1 and id = $2`,
    [
      clientId,
      vehicle.id,
      vehicle.version,
      JSON.stringify(information),
      JSON.stringify(capabilitiesOf(vehicle)),
      JSON.stringify(vehicle),
    ],
  );
}

export async function readVehicle(tx: Query, clientId: string, id: string): Promise<VehicleView | null> {
  const [row] = await tx.query<VehicleView>(
    `select ${VIEW_COLUMNS} ${VIEW_FROM} where v.client_id = $1 and v.id = $2`,
    [clientId, id],
  );
  return row ?? null;
}

/** Held to the end of the transaction: it cannot be changed meanwhile, or with `share` not deleted. */
export async function lockVehicle(
  tx: Query,
  clientId: string,
  id: string,
  mode: 'update' | 'share',
): Promise<VehicleRow | null> {
  const [row] = await tx.query<VehicleRow>(
    `select body as vehicle, information, connector from vehicles where client_id = $1 and id = $2
     ${mode === 'update' ? 'for update' : 'for key share'}`,
    [clientId, id],
  );
  return row ?? null;
}

export async function readUserVehicleIds(tx: Query, clientId: string, userId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from vehicles where client_id = $1 and user_id = $2 order by id',
    [clientId, userId],
  );
  return rows.map((row) => row.id);
}

/** What a reading is checked against: the vehicle's user, and its plug as it was last reported. */
export interface VehiclePlug {
  readonly userId: string;
  readonly isPluggedIn: boolean | null;
}

/**
 * By `clientId/vehicleId`; a vehicle that does not exist is left out. None of them can be deleted before the
 * transaction ends, so that no reading is kept of a vehicle that is gone.
 */
export async function lockVehiclePlugs(
  tx: Query,
  keys: readonly { readonly clientId: string; readonly vehicleId: string }[],
): Promise<Map<string, VehiclePlug>> {
  const rows = await tx.query<{
    client_id: string;
    id: string;
    user_id: string;
    is_plugged_in: boolean | null;
  }>(
    `select v.client_id, v.id, v.user_id,
            (l.state #>> '{observed,isPluggedIn,value}')::boolean as is_plugged_in
     from vehicles v left join lanes l on l.client_id = v.client_id and l.vehicle_id = v.id
     where (v.client_id, v.id) in (select * from unnest($1::uuid[], $2::uuid[]))
     order by v.client_id, v.id
     for key share of v`,
    [keys.map((key) => key.clientId), keys.map((key) => key.vehicleId)],
    'vehicle-plugs',
  );
  return new Map(
    rows.map((row) => [
      `${row.client_id}/${row.id}`,
      { userId: row.user_id, isPluggedIn: row.is_plugged_in },
    ]),
  );
}

/**
 * Takes the vehicle, its lane and its inbox away. Its log stays as long as a session of it can be replayed or
 * exported, and goes at once where there is none.
 */
export async function deleteVehicle(tx: Query, clientId: string, id: string): Promise<void> {
  const values = [clientId, id];
  for (const table of ['inbox', 'lanes', 'simulated_cars']) {
    await tx.query(`delete from ${table} where client_id = $1 and vehicle_id = $2`, values);
  }
  await tx.query('delete from vehicles where client_id = $1 and id = $2', values);
  const sessions = await tx.query(
    'select 1 from sessions where client_id = $1 and vehicle_id = $2 limit 1',
    values,
  );
  if (sessions.length > 0) return;
  for (const table of ['inputs', 'steps', 'lane_states', 'session_spans', 'site_joins']) {
    await tx.query(`delete from ${table} where client_id = $1 and vehicle_id = $2`, values);
  }
}

/** Newest first; of one user, or some ids, where they are named. */
export async function listVehicles(
  tx: Query,
  clientId: string,
  only: OnlyThese,
  page: PageRequest,
): Promise<Page<VehicleView>> {
  const where = whereOnly(clientId, only, 'v.');
  const listing: Listing = {
    columns: VIEW_COLUMNS,
    from: `${VIEW_FROM} where ${where.sql}`,
    values: where.values,
    key: [{ name: 'id', sql: 'v.id', type: 'uuid' }],
  };
  return readPage(tx, listing, page);
}

const VIEW_COLUMNS = `v.id, v.body as vehicle, v.information, v.connector,
  l.state->'observed' as observed, l.location_id as "locationId"`;
const VIEW_FROM = 'from vehicles v left join lanes l on l.client_id = v.client_id and l.vehicle_id = v.id';

function capabilitiesOf(vehicle: Vehicle): object {
  return {
    startCharging: { isCapable: vehicle.canStart },
    stopCharging: { isCapable: vehicle.canStop },
    setPower: { isCapable: canBeHeld(vehicle) },
  };
}

/** What drivers call these vehicles, by id: the display name, else brand and model; those with neither are left out. */
export async function readVehicleNames(
  tx: Query,
  clientId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; name: string }>(
    `select id, name from (
       select id, coalesce(nullif(information->>'displayName', ''),
         nullif(concat_ws(' ', information->>'brand', information->>'model'), '')) as name
       from vehicles where client_id = $1 and id = any($2)) named
     where name is not null`,
    [clientId, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
