import type { Location } from '../domain/location.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { type OnlyThese, whereOnly } from './only-these.ts';
import { toTimestamp } from './values.ts';

/** An import or export price as a formula over named tariffs. */
export interface TariffFormula {
  readonly formula: string;
  readonly variables: Readonly<Record<string, string>>;
}

export async function insertLocation(
  tx: Query,
  clientId: string,
  location: Location,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `insert into locations (client_id, id, user_id, version, body, zone, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      clientId,
      location.id,
      location.userId,
      location.version,
      JSON.stringify(location),
      location.zone,
      toTimestamp(nowMs),
    ],
  );
}

export async function readLocation(tx: Query, clientId: string, id: string): Promise<Location | null> {
  return one(tx, 'select body from locations where client_id = $1 and id = $2', [clientId, id]);
}

/** Held to the end of the transaction: it cannot be changed meanwhile, or with `share` not deleted. */
export async function lockLocation(
  tx: Query,
  clientId: string,
  id: string,
  mode: 'update' | 'share',
): Promise<Location | null> {
  const strength = mode === 'update' ? 'for update' : 'for key share';
  return one(tx, `select body from locations where client_id = $1 and id = $2 ${strength}`, [clientId, id]);
}

/** All of a user's locations. */
export async function readUserLocations(tx: Query, clientId: string, userId: string): Promise<Location[]> {
  const rows = await tx.query<{ body: Location }>(
    'select body from locations where client_id = $1 and user_id = $2 order by id',
    [clientId, userId],
  );
  return rows.map((row) => row.body);
}

/** The user of each location that exists, by `clientId/locationId`. */
export async function readLocationUsers(
  tx: Query,
  keys: readonly { readonly clientId: string; readonly locationId: string }[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ client_id: string; id: string; user_id: string }>(
    `select client_id, id, user_id from locations
     where (client_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    [keys.map((key) => key.clientId), keys.map((key) => key.locationId)],
    'location-users',
  );
  return new Map(rows.map((row) => [`${row.client_id}/${row.id}`, row.user_id]));
}

export async function updateLocation(tx: Query, clientId: string, location: Location): Promise<void> {
  await tx.query('update locations set version = $3, body = $4, zone = $5 where client_id = $1 and id = $2', [
    clientId,
    location.id,
    location.version,
    JSON.stringify(location),
    location.zone,
  ]);
}

export async function setLocationFormula(
  tx: Query,
  clientId: string,
  id: string,
  direction: 'import' | 'export',
  formula: TariffFormula,
): Promise<void> {
  await tx.query(
    'update locations set formulas = formulas || jsonb_build_object($3::text, $4::jsonb) where client_id = $1 and id = $2',
    [clientId, id, direction, JSON.stringify(formula)],
  );
}

export async function deleteLocation(tx: Query, clientId: string, id: string): Promise<void> {
  await tx.query('delete from locations where client_id = $1 and id = $2', [clientId, id]);
}

/** How many live policies charge at a location. */
export async function countPoliciesAt(tx: Query, clientId: string, locationId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*) as count from policies where client_id = $1 and location_id = $2 and deleted_at is null',
    [clientId, locationId],
  );
  return row?.count ?? 0;
}

/** Newest first; of one user, or some ids, where they are named. */
export async function listLocations(
  tx: Query,
  clientId: string,
  only: OnlyThese,
  page: PageRequest,
): Promise<Page<{ readonly id: string; readonly body: Location }>> {
  const where = whereOnly(clientId, only);
  return readPage(
    tx,
    {
      columns: 'id, body',
      from: `from locations where ${where.sql}`,
      values: where.values,
      key: [{ name: 'id', sql: 'id', type: 'uuid' }],
    },
    page,
  );
}

async function one(tx: Query, text: string, values: readonly unknown[]): Promise<Location | null> {
  const [row] = await tx.query<{ body: Location }>(text, values);
  return row?.body ?? null;
}
