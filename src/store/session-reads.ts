import type { Session, SessionErrorCode, SessionState } from '../domain/session.ts';
import type { StoredPlan } from '../engine/lane.ts';
import type { Query } from './database.ts';
import { type Page, type PageRequest, readPage } from './keyset.ts';
import { toTimestamp } from './values.ts';

export interface SettledFilter {
  /** Plugged in at or after. */
  readonly fromMs: number | null;
  /** Plugged out at or before. */
  readonly toMs: number | null;
  readonly policyId: string | null;
  readonly locationId: string | null;
  readonly vehicleId: string | null;
  readonly userId: string | null;
}

/** Settled sessions, newest plug-out first: each visit once, except by policy, which shows managed ones only. */
export async function listSettledSessions(
  tx: Query,
  clientId: string,
  filter: SettledFilter,
  page: PageRequest,
): Promise<Page<{ readonly id: string; readonly body: Session }>> {
  const where = conditions(clientId, "client_id = $1 and state = 'SETTLED'");
  if (filter.policyId === null) where.add('is_shown');
  where.addEqual('policy_id', filter.policyId);
  where.addEqual('location_id', filter.locationId);
  where.addEqual('vehicle_id', filter.vehicleId);
  where.addEqual('user_id', filter.userId);
  // It ends no earlier than it begins: said so that the scan by plug-out stops there.
  if (filter.fromMs !== null)
    where.add('plugged_in_at >= ? and plugged_out_at >= ?', toTimestamp(filter.fromMs));
  if (filter.toMs !== null) where.add('plugged_out_at <= ?', toTimestamp(filter.toMs));
  return readPage(
    tx,
    {
      columns: 'id, plugged_out_at, body',
      from: `from sessions where ${where.text()}`,
      values: where.values,
      key: [
        { name: 'plugged_out_at', sql: 'plugged_out_at', type: 'timestamptz' },
        { name: 'id', sql: 'id', type: 'uuid' },
      ],
    },
    page,
  );
}

export interface CurrentFilter {
  readonly states: readonly SessionState[] | null;
  readonly error: SessionErrorCode | 'ANY' | null;
  readonly locationId: string | null;
  readonly vehicleId: string | null;
  readonly userId: string | null;
  /** Part of a user id, a vehicle's name, brand or model, a location's name, or a session's id. */
  readonly text: string | null;
}

/** Upcoming and active sessions, the newest first. */
export async function listCurrentSessions(
  tx: Query,
  clientId: string,
  filter: CurrentFilter,
  page: PageRequest,
): Promise<Page<{ readonly id: string; readonly body: Session }>> {
  const where = conditions(clientId, "s.client_id = $1 and s.state <> 'SETTLED'");
  if (filter.states !== null) where.add('s.state = any(?::text[])', filter.states);
  if (filter.error === 'ANY') where.add('s.error_code is not null');
  else where.addEqual('s.error_code', filter.error);
  where.addEqual('s.location_id', filter.locationId);
  where.addEqual('s.vehicle_id', filter.vehicleId);
  where.addEqual('s.user_id', filter.userId);
  if (filter.text !== null) where.add(TEXT_MATCHES, `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`);
  return readPage(
    tx,
    {
      columns: 's.id, s.body',
      from: `from sessions s where ${where.text()}`,
      values: where.values,
      key: [{ name: 'id', sql: 's.id', type: 'uuid' }],
    },
    page,
  );
}

const TEXT_MATCHES = `(s.user_id ilike ? or s.id::text ilike ?
  or exists (select 1 from vehicles v where v.client_id = s.client_id and v.id = s.vehicle_id
             and concat_ws(' ', v.information->>'displayName', v.information->>'brand', v.information->>'model') ilike ?)
  or exists (select 1 from locations l where l.client_id = s.client_id and l.id = s.location_id
             and l.body->>'name' ilike ?))`;

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

/** Conditions joined by "and"; each `?` of one stands for the same value. */
function conditions(clientId: string, first: string) {
  const parts = [first];
  const values: unknown[] = [clientId];
  const add = (condition: string, ...given: readonly unknown[]): void => {
    if (given.length > 0) values.push(given[0]);
    parts.push(condition.replaceAll('?', `$${values.length}`));
  };
  return {
    values,
    add,
    addEqual(column: string, value: string | null): void {
      if (value !== null) add(`${column} = ?`, value);
    },
    text: () => parts.join(' and '),
  };
}
