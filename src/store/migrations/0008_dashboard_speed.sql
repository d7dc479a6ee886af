-- Lists and totals that read narrow indexes instead of bodies (docs/decisions/0012-dashboard-api.md).

-- Null until a session is settled: an index on them does not change with each reading, so that the row of a session
-- under way is still updated in place.
alter table sessions
  add column settled_wh bigint generated always as
    (case when state = 'SETTLED' then (body #>> '{aggregated,energyWh}')::numeric::bigint end) stored,
  add column settled_currency text generated always as
    (case when state = 'SETTLED' then body #>> '{valuation,currency}' end) stored,
  add column settled_actual_micros bigint generated always as
    (case when state = 'SETTLED' then (body #>> '{valuation,actualMicros}')::bigint end) stored,
  add column settled_baseline_micros bigint generated always as
    (case when state = 'SETTLED' then (body #>> '{valuation,baselineMicros}')::bigint end) stored;

create index sessions_sums on sessions (client_id, plugged_out_at)
  include (policy_id, plugged_in_at, settled_wh, settled_currency, settled_actual_micros, settled_baseline_micros)
  where state = 'SETTLED' and is_shown;

-- Everything that current sessions are filtered by.
drop index sessions_open;
create index sessions_open on sessions (client_id, id)
  include (state, error_code, policy_id, vehicle_id, location_id, user_id)
  where state <> 'SETTLED';

-- What a search looks through.
alter table vehicles
  add column search_text text generated always as (lower(
    user_id || E'\n' || coalesce(information->>'displayName' || ' ', '') || coalesce(information->>'brand' || ' ', '')
      || coalesce(information->>'model', ''))) stored;
alter table locations
  add column search_text text generated always as (lower(coalesce(body->>'name', ''))) stored;
