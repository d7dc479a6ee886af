-- What lists and totals need of the bodies, so that adding up does not open them (docs/decisions/0012-dashboard-api.md).

alter table sessions
  add column energy_wh bigint generated always as ((body #>> '{aggregated,energyWh}')::numeric::bigint) stored,
  add column currency text generated always as (body #>> '{valuation,currency}') stored,
  add column actual_micros bigint generated always as ((body #>> '{valuation,actualMicros}')::bigint) stored,
  add column baseline_micros bigint generated always as ((body #>> '{valuation,baselineMicros}')::bigint) stored;

create index sessions_unmanaged on sessions (client_id, plugged_out_at desc, id desc)
  where state = 'SETTLED' and is_shown and policy_id is null;

alter table lanes
  add column is_charging boolean generated always as ((state #>> '{observed,isCharging,value}')::boolean) stored;
