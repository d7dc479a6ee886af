import type { HistoryEntry } from '../domain/history.ts';
import type { Location } from '../domain/location.ts';
import type { Observed } from '../engine/lane.ts';
import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** What stands beside a current session in the overview. */
export interface OverviewFacts {
  readonly sessionId: string;
  readonly information: {
    readonly displayName: string | null;
    readonly brand: string | null;
    readonly model: string | null;
  };
  readonly observed: Observed | null;
  readonly location: Location;
  /** The newest entry of its history. */
  readonly newest: HistoryEntry | null;
}

/** By session id. A session whose car or location is gone by now is left out. */
export async function readOverviewFacts(
  tx: Query,
  clientId: string,
  sessionIds: readonly string[],
): Promise<Map<string, OverviewFacts>> {
  const rows = await tx.query<OverviewFacts>(
    `select s.id as "sessionId", v.information, l.state->'observed' as observed, p.body as location, h.body as newest
     from sessions s
     join vehicles v on v.client_id = s.client_id and v.id = s.vehicle_id
     join locations p on p.client_id = s.client_id and p.id = s.location_id
     left join lanes l on l.client_id = s.client_id and l.vehicle_id = s.vehicle_id
     left join lateral (
       select h.body from session_history h where h.client_id = s.client_id and h.session_id = s.id
       order by h.at desc, h.id desc limit 1
     ) h on true
     where s.client_id = $1 and s.id = any($2::uuid[])`,
    [clientId, sessionIds],
    'overview-facts',
  );
  return new Map(rows.map((row) => [row.sessionId, row]));
}

/** What the visits of a policy came to that were valued in one currency; null: those that were not valued. */
export interface VisitSum {
  readonly currency: string | null;
  readonly energyWh: number;
  readonly actualMicros: number | null;
  readonly baselineMicros: number | null;
}

/** By policy, what its visits came to that were settled since an instant of its own. */
export async function readVisitSums(
  tx: Query,
  clientId: string,
  policies: readonly { readonly policyId: string; readonly sinceMs: number }[],
): Promise<Map<string, VisitSum[]>> {
  const rows = await tx.query<VisitSum & { readonly policyId: string }>(
    `select g.policy_id as "policyId", s.currency, coalesce(sum(s.energy_wh), 0)::int8 as "energyWh",
            sum(s.actual_micros)::int8 as "actualMicros", sum(s.baseline_micros)::int8 as "baselineMicros"
     from unnest($2::uuid[], $3::timestamptz[]) as g(policy_id, since)
     join sessions s on s.client_id = $1 and s.policy_id = g.policy_id and s.state = 'SETTLED'
       and s.plugged_out_at >= g.since
     group by g.policy_id, s.currency
     order by max(s.plugged_out_at) desc`,
    [clientId, policies.map(({ policyId }) => policyId), policies.map(({ sinceMs }) => toTimestamp(sinceMs))],
    'visit-sums',
  );
  const sums = new Map<string, VisitSum[]>();
  for (const { policyId, ...sum } of rows) sums.set(policyId, [...(sums.get(policyId) ?? []), sum]);
  return sums;
}
