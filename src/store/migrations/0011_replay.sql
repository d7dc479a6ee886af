-- What repeating the steps of a session needs besides the log of steps and inputs (docs/decisions/0017-replay.md).

-- The lane before a step: where a session begins, and where cars come together at a limited location.
create table lane_states (
  client_id   uuid not null,
  vehicle_id  uuid not null,
  -- The last step before.
  step_number bigint not null,
  -- When the step was taken that began from it.
  at          timestamptz not null,
  state       jsonb not null,
  primary key (client_id, vehicle_id, step_number)
);
insert into lane_states
select distinct on (n.client_id, n.vehicle_id, n.step_number)
  n.client_id, n.vehicle_id, n.step_number,
  coalesce(next.at, to_timestamp((n.state->>'steppedAtMs')::double precision / 1000)), n.state
from lane_snapshots n
left join steps next on next.client_id = n.client_id and next.vehicle_id = n.vehicle_id
  and next.step_number = n.step_number + 1;

-- Between which steps of its lane a session was made: those after before_step, up to last_step.
create table session_spans (
  client_id   uuid not null,
  session_id  uuid not null,
  vehicle_id  uuid not null,
  -- Null for a session that was written once, when it was settled.
  before_step bigint,
  -- Null while it is not settled.
  last_step   bigint,
  -- Steps and inputs of the lane are needed from here on.
  needed_from timestamptz not null,
  primary key (client_id, session_id)
);
insert into session_spans
select n.client_id, n.session_id, n.vehicle_id, n.step_number, last.step_number,
  to_timestamp((n.state->>'steppedAtMs')::double precision / 1000)
from lane_snapshots n
join sessions s on s.client_id = n.client_id and s.id = n.session_id
left join lateral (
  -- The policy's next session begins in the step that settles the one before it.
  select min(later.step_number) + 1 as step_number from lane_snapshots later
  join sessions t on t.client_id = later.client_id and t.id = later.session_id
  where s.state = 'SETTLED' and later.client_id = n.client_id and later.vehicle_id = n.vehicle_id
    and later.step_number > n.step_number and t.policy_id = s.policy_id
) last on true;
drop table lane_snapshots;

-- The cars that stepped together when one of them came to a limited location; the state of each is kept.
create table site_joins (
  client_id   uuid not null,
  location_id uuid not null,
  at          timestamptz not null,
  vehicle_id  uuid not null,
  -- The last step before.
  step_number bigint not null,
  primary key (client_id, location_id, at, vehicle_id)
);
create index site_joins_vehicle on site_joins (client_id, vehicle_id, at);

-- The limited location with whose lanes the last step was taken.
alter table lanes add column site_id uuid;

-- What the prices were made from that steps saw. `steps.price_versions` names them by location.
create table price_states (
  client_id uuid not null,
  -- A hash of the prices.
  version   text not null,
  -- Formula, tariffs with the number of their last write, and the span: {currency, fromMs, toMs, formula, series}.
  source    jsonb not null,
  made_at   timestamptz not null,
  primary key (client_id, version)
);
create index price_states_age on price_states (made_at);

-- The first bytes of the SHA-256 of the lane that the step left; null for steps of an earlier version.
alter table steps add column lane_hash bytea;

-- Of a step at a limited location the first of its lanes, by their order in the call, has the whole log of it:
-- {locationId, limitKw, lanes: [{vehicleId, stepNumber, isMoved, prices?}]}. The others name it:
-- {locationId, loggedBy: {vehicleId, stepNumber}}.
comment on column steps.site is 'the lanes of a step together';
