-- Every table carries client_id, and every key begins with what its queries have.

create table clients (
  id           uuid primary key,
  name         text not null,
  secret_hash  bytea not null,
  -- Claims go by groups of clients, so that a claim and its batch stay in one shard.
  client_group smallint not null,
  created_at   timestamptz not null
);

create table tokens (
  token_hash bytea primary key,
  client_id  uuid not null references clients (id) on delete cascade,
  expires_at timestamptz not null
);
create index tokens_expiry on tokens (expires_at);

create table idempotency_keys (
  client_id    uuid not null,
  key          text not null,
  request_hash bytea not null,
  -- Null while the first request is still running.
  status       smallint,
  headers      jsonb,
  body         text,
  created_at   timestamptz not null,
  primary key (client_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table locations (
  client_id  uuid not null,
  id         uuid not null,
  user_id    text not null,
  version    integer not null,
  body       jsonb not null,
  -- {"import": {"formula": text, "variables": {name: tariffId}}}
  formulas   jsonb not null default '{}',
  zone       text,
  created_at timestamptz not null,
  primary key (client_id, id)
);
create index locations_user on locations (client_id, user_id, id);
create index locations_zone on locations (zone, client_id);

create table vehicles (
  client_id    uuid not null,
  id           uuid not null,
  user_id      text not null,
  version      integer not null,
  information  jsonb not null,
  connector    jsonb not null,
  capabilities jsonb not null,
  -- The engine's view of it (domain Vehicle).
  body         jsonb not null,
  created_at   timestamptz not null,
  primary key (client_id, id)
);
create index vehicles_user on vehicles (client_id, user_id, id);

create table policies (
  client_id   uuid not null,
  id          uuid not null,
  vehicle_id  uuid not null,
  location_id uuid not null,
  user_id     text not null,
  version     integer not null,
  body        jsonb not null,
  created_at  timestamptz not null,
  -- A deleted policy stays: its settled sessions remain readable.
  deleted_at  timestamptz,
  primary key (client_id, id)
);
create unique index policies_pair on policies (client_id, vehicle_id, location_id) where deleted_at is null;
create index policies_user on policies (client_id, user_id, id);
create index policies_location on policies (client_id, location_id) where deleted_at is null;

create table tariffs (
  client_id uuid not null,
  id        text not null,
  direction text not null,
  currency  text not null,
  -- Grows by one with each write; 0 has no rates yet.
  version   integer not null default 0,
  created_at timestamptz not null,
  primary key (client_id, id)
);

-- The step function as it stands: disjoint spans. The reference series of a zone belongs to the nil client.
create table rates (
  client_id uuid not null,
  tariff_id text not null,
  start_at  timestamptz not null,
  end_at    timestamptz not null,
  rate      double precision not null,
  primary key (client_id, tariff_id, start_at)
);

-- Every write of a tariff, so that the rates as of any version can be built again.
create table tariff_writes (
  client_id  uuid not null,
  tariff_id  text not null,
  version    integer not null,
  written_at timestamptz not null,
  to_at      timestamptz not null,
  "values"   jsonb not null,
  primary key (client_id, tariff_id, version)
);

-- The append-only log of everything that happens to a vehicle.
create table inputs (
  client_id   uuid not null,
  vehicle_id  uuid not null,
  id          bigint generated always as identity,
  observed_at timestamptz not null,
  received_at timestamptz not null,
  kind        text not null,
  content_hash bytea not null,
  body        jsonb not null,
  primary key (client_id, vehicle_id, observed_at, content_hash)
) partition by range (observed_at);
create table inputs_default partition of inputs default;

-- What the lanes have not taken in yet. A step deletes exactly the rows that it took in.
create table inbox (
  client_id   uuid not null,
  vehicle_id  uuid not null,
  input_id    bigint not null,
  observed_at timestamptz not null,
  -- 0 a person's input or a plug change, 1 telemetry, 2 prices and the rest.
  priority    smallint not null,
  received_at timestamptz not null,
  kind        text not null,
  body        jsonb not null,
  primary key (client_id, vehicle_id, input_id)
);
create index inbox_order on inbox (priority, received_at);

create table lanes (
  client_id    uuid not null,
  vehicle_id   uuid not null,
  client_group smallint not null,
  user_id      text not null,
  -- Where the vehicle is plugged in, for site limits.
  location_id  uuid,
  step_number  bigint not null default 0,
  stepped_at   timestamptz not null,
  state        jsonb not null,
  timer_at     timestamptz,
  fault_count  integer not null default 0,
  fault        text,
  -- After a fault: not before this.
  retry_at     timestamptz,
  primary key (client_id, vehicle_id)
);
create index lanes_timer on lanes (timer_at) where timer_at is not null;
create index lanes_location on lanes (client_id, location_id) where location_id is not null;

create table steps (
  client_id   uuid not null,
  vehicle_id  uuid not null,
  step_number bigint not null,
  at          timestamptz not null,
  -- Input ids in the order in which they were taken in.
  input_ids   jsonb not null,
  -- {tariff key: version} of the prices that it saw.
  price_versions jsonb not null,
  given_ids   jsonb not null,
  primary key (client_id, vehicle_id, step_number, at)
) partition by range (at);
create table steps_default partition of steps default;

-- The lane as it was when a session began: where a replay starts.
create table lane_snapshots (
  client_id   uuid not null,
  session_id  uuid not null,
  vehicle_id  uuid not null,
  step_number bigint not null,
  state       jsonb not null,
  primary key (client_id, session_id)
);

create table sessions (
  client_id      uuid not null,
  id             uuid not null,
  policy_id      uuid,
  vehicle_id     uuid not null,
  location_id    uuid,
  user_id        text not null,
  visit_id       uuid,
  state          text not null,
  plugged_in_at  timestamptz,
  plugged_out_at timestamptz,
  -- Shown where a listing shows each visit once.
  is_shown       boolean not null,
  sequence       integer not null,
  error_code     text,
  body           jsonb not null,
  primary key (client_id, id)
);
create unique index sessions_current on sessions (client_id, policy_id) where state <> 'SETTLED';
create index sessions_open on sessions (client_id, id) where state <> 'SETTLED';
create index sessions_settled on sessions (client_id, plugged_out_at desc, id desc) where state = 'SETTLED' and is_shown;
create index sessions_policy on sessions (client_id, policy_id, plugged_out_at desc, id desc) where state = 'SETTLED';
create index sessions_vehicle on sessions (client_id, vehicle_id, plugged_out_at desc, id desc) where state = 'SETTLED' and is_shown;
create index sessions_location on sessions (client_id, location_id, plugged_out_at desc, id desc) where state = 'SETTLED' and is_shown;
create index sessions_user on sessions (client_id, user_id, plugged_out_at desc, id desc) where state = 'SETTLED' and is_shown;
create index sessions_visit on sessions (client_id, visit_id) where visit_id is not null;

create table commands (
  client_id    uuid not null,
  id           uuid not null,
  vehicle_id   uuid not null,
  session_id   uuid,
  kind         text not null,
  cause        text not null,
  -- PENDING, SENT, CONFIRMED, FAILED, DROPPED, EXPIRED
  state        text not null,
  attempts     integer not null,
  created_at   timestamptz not null,
  attempted_at timestamptz not null,
  expires_at   timestamptz not null,
  finished_at  timestamptz,
  detail       text,
  primary key (client_id, id)
);
create index commands_vehicle on commands (client_id, vehicle_id, created_at desc, id desc);
create index commands_pending on commands (attempted_at) where state = 'PENDING';

-- Bodies are built when the event happens and never again. Positions are given after commit, by one sequencer.
create table events (
  client_id  uuid not null,
  id         bigint generated always as identity,
  created_at timestamptz not null,
  position   bigint,
  kind       text not null,
  user_id    text not null,
  vehicle_id uuid,
  session_id uuid,
  sequence   integer,
  body       text not null,
  primary key (client_id, id, created_at)
) partition by range (created_at);
create table events_default partition of events default;

create table sandbox_clock (
  singleton boolean primary key default true check (singleton),
  now_at    timestamptz not null,
  speed     double precision not null,
  -- World state that is no car's: the seed, how far prices are published, the first days already lived.
  world     jsonb not null default '{}'
);

create table simulated_cars (
  client_id  uuid not null,
  vehicle_id uuid not null,
  next_at    timestamptz,
  state      jsonb not null,
  primary key (client_id, vehicle_id)
);
create index simulated_cars_next on simulated_cars (next_at) where next_at is not null;
