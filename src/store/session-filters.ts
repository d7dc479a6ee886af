import type { SessionErrorCode, SessionState } from '../domain/session.ts';
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
  readonly kind: 'managed' | 'unmanaged' | null;
}

export interface CurrentFilter {
  readonly states: readonly SessionState[] | null;
  readonly error: SessionErrorCode | 'ANY' | null;
  readonly policyId: string | null;
  readonly locationId: string | null;
  readonly vehicleId: string | null;
  readonly userId: string | null;
  /** Part of a user id, a vehicle's name, brand or model, a location's name, or a session's id. */
  readonly text: string | null;
}

/** A condition in SQL, on `sessions s`, with its parameters; the first is the client. */
export interface Where {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Settled sessions: each visit once, except by policy, which shows managed ones only. */
export function whereSettled(clientId: string, filter: SettledFilter): Where {
  const where = conditions(clientId, "s.client_id = $1 and s.state = 'SETTLED'");
  if (filter.policyId === null) where.add('s.is_shown');
  where.addEqual('s.policy_id', filter.policyId);
  where.addEqual('s.location_id', filter.locationId);
  where.addEqual('s.vehicle_id', filter.vehicleId);
  where.addEqual('s.user_id', filter.userId);
  if (filter.kind !== null) where.add(`s.policy_id is ${filter.kind === 'managed' ? 'not null' : 'null'}`);
  // It ends no earlier than it begins: said so that the scan by plug-out stops there.
  if (filter.fromMs !== null)
    where.add('s.plugged_in_at >= ? and s.plugged_out_at >= ?', toTimestamp(filter.fromMs));
  if (filter.toMs !== null) where.add('s.plugged_out_at <= ?', toTimestamp(filter.toMs));
  return where.whole();
}

/** Upcoming and active sessions. */
export function whereCurrent(clientId: string, filter: CurrentFilter): Where {
  const where = conditions(clientId, "s.client_id = $1 and s.state <> 'SETTLED'");
  if (filter.states !== null) where.add('s.state = any(?::text[])', filter.states);
  if (filter.error === 'ANY') where.add('s.error_code is not null');
  else where.addEqual('s.error_code', filter.error);
  where.addEqual('s.policy_id', filter.policyId);
  where.addEqual('s.location_id', filter.locationId);
  where.addEqual('s.vehicle_id', filter.vehicleId);
  where.addEqual('s.user_id', filter.userId);
  if (filter.text !== null) {
    const isPartOfId = /^[0-9a-f-]+$/i.test(filter.text);
    const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    where.add(isPartOfId ? `(s.id::text ilike ? or ${NAME_MATCHES})` : `(${NAME_MATCHES})`, pattern);
  }
  return where.whole();
}

/**
 * Names are looked through once, not once for each session: the two lists do not depend on it. A session's user is its
 * car's.
 */
const NAME_MATCHES = `s.vehicle_id in (select v.id from vehicles v where v.client_id = $1 and v.search_text like lower(?))
  or s.location_id in (select l.id from locations l where l.client_id = $1 and l.search_text like lower(?))`;

/** Conditions joined by "and"; each `?` of one stands for the same value. */
function conditions(clientId: string, first: string) {
  const parts = [first];
  const values: unknown[] = [clientId];
  const add = (condition: string, ...given: readonly unknown[]): void => {
    if (given.length > 0) values.push(given[0]);
    parts.push(condition.replaceAll('?', `$${values.length}`));
  };
  return {
    add,
    addEqual(column: string, value: string | null): void {
      if (value !== null) add(`${column} = ?`, value);
    },
    whole: (): Where => ({ sql: parts.join(' and '), values }),
  };
}
