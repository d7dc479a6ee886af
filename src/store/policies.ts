import type { Policy } from '../domain/policy.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { toTimestamp } from './values.ts';

/** A live policy, and the car's charge limit when it was last seen there. */
export interface PolicyView {
  readonly id: string;
  readonly body: Policy;
  readonly chargeLimitPercent: number | null;
}

/** False when a live policy for the same vehicle and location is there already. */
export async function insertPolicy(tx: Query, clientId: string, policy: Policy): Promise<boolean> {
  const rows = await tx.query(
    `insert into policies (client_id, id, vehicle_id, location_id, user_id, version, body, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (client_id, vehicle_id, location_id) where deleted_at is null do nothing returning id`,
    [
      clientId,
      policy.id,
      policy.vehicleId,
      policy.locationId,
      policy.userId,
      policy.version,
      JSON.stringify(policy),
      toTimestamp(policy.createdAtMs),
    ],
  );
  return rows.length > 0;
}

export async function updatePolicy(tx: Query, clientId: string, policy: Policy): Promise<void> {
  await tx.query('update policies set version = $3, body = $4 where client_id = $1 and id = $2', [
    clientId,
    policy.id,
    policy.version,
    JSON.stringify(policy),
  ]);
}

export async function markPolicyDeleted(
  tx: Query,
  clientId: string,
  id: string,
  nowMs: number,
): Promise<void> {
  await tx.query('update policies set deleted_at = $3 where client_id = $1 and id = $2', [
    clientId,
    id,
    toTimestamp(nowMs),
  ]);
}

/** A live policy. */
export async function readPolicy(tx: Query, clientId: string, id: string): Promise<PolicyView | null> {
  const [row] = await tx.query<PolicyView>(
    `select ${COLUMNS} ${FROM} where p.client_id = $1 and p.id = $2 and p.deleted_at is null`,
    [clientId, id],
  );
  return row ?? null;
}

/** A live policy, which nobody else can change before the end of the transaction. */
export async function lockPolicy(tx: Query, clientId: string, id: string): Promise<Policy | null> {
  const [row] = await tx.query<{ body: Policy }>(
    'select body from policies where client_id = $1 and id = $2 and deleted_at is null for update',
    [clientId, id],
  );
  return row?.body ?? null;
}

/** The vehicle of a policy, deleted ones too: their settled sessions stay readable. */
export async function readPolicyVehicle(tx: Query, clientId: string, id: string): Promise<string | null> {
  const [row] = await tx.query<{ vehicle_id: string }>(
    'select vehicle_id from policies where client_id = $1 and id = $2',
    [clientId, id],
  );
  return row?.vehicle_id ?? null;
}

export async function readVehiclePolicies(tx: Query, clientId: string, vehicleId: string): Promise<Policy[]> {
  const rows = await tx.query<{ body: Policy }>(
    'select body from policies where client_id = $1 and vehicle_id = $2 and deleted_at is null order by id',
    [clientId, vehicleId],
  );
  return rows.map((row) => row.body);
}

export async function readUserPolicies(tx: Query, clientId: string, userId: string): Promise<Policy[]> {
  const rows = await tx.query<{ body: Policy }>(
    'select body from policies where client_id = $1 and user_id = $2 order by id',
    [clientId, userId],
  );
  return rows.map((row) => row.body);
}

/** The vehicles with a live policy at a location, by id, at most `limit`. */
export async function readVehiclesWithPolicyAt(
  tx: Query,
  clientId: string,
  locationId: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx.query<{ vehicle_id: string }>(
    `select p.vehicle_id from policies p
     where p.client_id = $1 and p.location_id = $2 and p.deleted_at is null
       and not exists (
         select 1 from lanes l join locations s on s.client_id = l.client_id and s.id = l.location_id
         where l.client_id = p.client_id and l.vehicle_id = p.vehicle_id and l.location_id <> $2
           and s.body->>'maxPowerKw' is not null)
     order by p.vehicle_id limit ${limit}`,
    [clientId, locationId],
  );
  return rows.map((row) => row.vehicle_id);
}

/** Live policies, newest first. */
export async function listPolicies(
  tx: Query,
  clientId: string,
  page: PageRequest,
): Promise<Page<PolicyView>> {
  return readPage(
    tx,
    {
      columns: COLUMNS,
      from: `${FROM} where p.client_id = $1 and p.deleted_at is null`,
      values: [clientId],
      key: [{ name: 'id', sql: 'p.id', type: 'uuid' }],
    },
    page,
  );
}

const COLUMNS = `p.id, p.body,
  (l.state->'chargeLimits'->>p.location_id::text)::float8 as "chargeLimitPercent"`;
const FROM = 'from policies p left join lanes l on l.client_id = p.client_id and l.vehicle_id = p.vehicle_id';
