import type { Session } from '../domain/session.ts';
import type { StoredPlan } from '../engine/lane.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { type CurrentFilter, type SettledFilter, whereCurrent, whereSettled } from './session-filters.ts';

/** Settled sessions, newest plug-out first. */
export async function listSettledSessions(
  tx: Query,
  clientId: string,
  filter: SettledFilter,
  page: PageRequest,
): Promise<Page<{ readonly id: string; readonly body: Session }>> {
  const where = whereSettled(clientId, filter);
  return readPage(
    tx,
    {
      columns: 's.id, s.plugged_out_at, s.body',
      from: `from sessions s where ${where.sql}`,
      values: where.values,
      key: [
        { name: 'plugged_out_at', sql: 's.plugged_out_at', type: 'timestamptz' },
        { name: 'id', sql: 's.id', type: 'uuid' },
      ],
    },
    page,
  );
}

/** Upcoming and active sessions, the newest first. One that is gone between the two statements is left out. */
export async function listCurrentSessions(
  tx: Query,
  clientId: string,
  filter: CurrentFilter,
  request: PageRequest,
): Promise<Page<{ readonly id: string; readonly body: Session }>> {
  const where = whereCurrent(clientId, filter);
  // Which ones, an index alone says; bodies are read of those alone.
  const page = await readPage<{ readonly id: string }>(
    tx,
    {
      columns: 's.id',
      from: `from sessions s where ${where.sql}`,
      values: where.values,
      key: [{ name: 'id', sql: 's.id', type: 'uuid' }],
    },
    request,
  );
  const ids = page.rows.map(({ id }) => id);
  const rows = await tx.query<{ readonly id: string; readonly body: Session }>(
    'select id, body from sessions where client_id = $1 and id = any($2::uuid[]) order by id desc',
    [clientId, ids],
    'session-bodies',
  );
  return { ...page, rows };
}

/** Any session in any state. */
export async function readSession(tx: Query, clientId: string, id: string): Promise<Session | null> {
  return one(tx, 'select body from sessions where client_id = $1 and id = $2', [clientId, id]);
}

/** The upcoming or active session of a policy. */
export async function readCurrentSession(
  tx: Query,
  clientId: string,
  policyId: string,
): Promise<Session | null> {
  return one(
    tx,
    "select body from sessions where client_id = $1 and policy_id = $2 and state <> 'SETTLED'",
    [clientId, policyId],
    'session-current',
  );
}

/** The live plan of a policy's current session, with that session's id; nulls where there is none. */
export async function readStoredPlan(
  tx: Query,
  clientId: string,
  vehicleId: string,
  policyId: string,
): Promise<{ readonly sessionId: string; readonly plan: StoredPlan | null } | null> {
  const [row] = await tx.query<{ session_id: string | null; plan: StoredPlan | null }>(
    `select state->'current'->$3::text->>'id' as session_id, nullif(state->'current'->$3::text->'plan', 'null') as plan
     from lanes where client_id = $1 and vehicle_id = $2`,
    [clientId, vehicleId, policyId],
  );
  return row === undefined || row.session_id === null ? null : { sessionId: row.session_id, plan: row.plan };
}

async function one(
  tx: Query,
  text: string,
  values: readonly unknown[],
  name?: string,
): Promise<Session | null> {
  const [row] = await tx.query<{ body: Session }>(text, values, name);
  return row?.body ?? null;
}
