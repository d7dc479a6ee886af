import type { Query } from './database.ts';
import type { VisitSum } from './overview-rows.ts';
import { type CurrentFilter, whereCurrent } from './session-filters.ts';
import { toTimestamp } from './values.ts';

export interface OverviewTotals {
  readonly cars: number;
  readonly upcoming: number;
  readonly active: number;
  /** Cars that charge now, as they were last seen. */
  readonly charging: number;
  readonly withError: number;
  /** What is under way, and what was settled since midnight at its location. */
  readonly today: readonly VisitSum[];
}

/** The time zones in which a client has locations. */
export async function readTimezoneNames(tx: Query, clientId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select distinct body->>'timezoneName' as name from locations where client_id = $1`,
    [clientId],
    'timezone-names',
  );
  return rows.map(({ name }) => name);
}

/** Of the current sessions of a filter. `midnights` has each zone of `readTimezoneNames`. */
export async function readOverviewTotals(
  tx: Query,
  clientId: string,
  filter: CurrentFilter,
  midnights: readonly { readonly timezoneName: string; readonly atMs: number }[],
): Promise<OverviewTotals> {
  const where = whereCurrent(clientId, filter);
  const next = where.values.length + 1;
  const [row] = await tx.query<OverviewTotals>(
    `with chosen as materialized (
       select s.policy_id, s.vehicle_id, s.location_id, s.state, s.error_code,
              s.energy_wh, s.currency, s.actual_micros, s.baseline_micros
       from sessions s where ${where.sql}
     ), midnights as (
       select * from unnest($${next}::text[], $${next + 1}::timestamptz[]) as m(timezone_name, at)
     ), settled as materialized (
       select s.policy_id, s.plugged_out_at, s.settled_wh, s.settled_currency, s.settled_actual_micros,
              s.settled_baseline_micros
       from sessions s
       where s.client_id = $1 and s.state = 'SETTLED' and s.is_shown and s.policy_id is not null
         -- The earliest of them all, so that the index is read from there on.
         and s.plugged_out_at >= (select min(at) from midnights)
     ), visits as (
       select currency, energy_wh, actual_micros, baseline_micros from chosen where energy_wh is not null
       union all
       select s.settled_currency, s.settled_wh, s.settled_actual_micros, s.settled_baseline_micros
       from settled s
       join chosen c on c.policy_id = s.policy_id
       join locations p on p.client_id = $1 and p.id = c.location_id
       join midnights m on m.timezone_name = p.body->>'timezoneName'
       where s.plugged_out_at >= m.at
     ), sums as (
       select currency, coalesce(sum(energy_wh), 0)::int8 as "energyWh", sum(actual_micros)::int8 as "actualMicros",
              sum(baseline_micros)::int8 as "baselineMicros"
       from visits group by currency order by currency
     )
     select count(distinct c.vehicle_id) as cars,
       count(*) filter (where c.state = 'UPCOMING') as upcoming,
       count(*) filter (where c.state <> 'UPCOMING') as active,
       count(distinct c.vehicle_id) filter (where l.is_charging) as charging,
       count(*) filter (where c.error_code is not null) as "withError",
       (select coalesce(jsonb_agg(to_jsonb(sums)), '[]') from sums) as today
     from chosen c left join lanes l on l.client_id = $1 and l.vehicle_id = c.vehicle_id`,
    [
      ...where.values,
      midnights.map(({ timezoneName }) => timezoneName),
      midnights.map(({ atMs }) => toTimestamp(atMs)),
    ],
  );
  if (row === undefined) throw new Error('expected one row of an aggregate');
  return row;
}
