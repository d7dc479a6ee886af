-- Subscriptions to the event log (docs/decisions/0008-webhooks.md). Secrets are kept as they are: a signature is made
-- with each delivery.

create table webhooks (
  client_id        uuid not null references clients (id) on delete cascade,
  id               uuid not null,
  url              text not null,
  secret           text not null,
  -- After a change of the secret both sign until then.
  old_secret       text,
  old_secret_until timestamptz,
  events           text[] not null,
  header_name      text,
  header_value     text,
  -- single, batch
  format           text not null,
  is_active        boolean not null default true,
  inactive_reason  text,
  last_success_at  timestamptz,
  -- Numbers the deliveries, whose log is a ring.
  delivery_count   bigint not null default 0,
  replay_count     integer not null default 0,
  created_at       timestamptz not null,
  primary key (client_id, id)
) with (fillfactor = 50);

-- How far a subscription has come: 0 is the live one, others are replays and go when they are done.
create table webhook_cursors (
  client_id      uuid not null,
  webhook_id     uuid not null,
  replay_number  integer not null,
  -- Everything up to here was delivered, or is none of its events.
  position       bigint not null,
  -- Of a replay: the last one.
  end_position   bigint,
  -- Positions fixed before their first POST; repeated until each is delivered.
  batch          bigint[],
  -- Halved when the receiver finds a batch too large (413).
  batch_max      smallint not null,
  failures       integer not null default 0,
  failing_since  timestamptz,
  -- After a failure: not before this.
  retry_at       timestamptz,
  heartbeat_at   timestamptz,
  -- Who delivers it now, and until when nobody else may, by the database's clock.
  lease_id       uuid,
  lease_until    timestamptz,
  primary key (client_id, webhook_id, replay_number),
  foreign key (client_id, webhook_id) references webhooks (client_id, id) on delete cascade
) with (fillfactor = 50);

-- The last deliveries of each subscription.
create table webhook_deliveries (
  client_id    uuid not null,
  webhook_id   uuid not null,
  slot         smallint not null,
  number       bigint not null,
  delivery_id  text not null,
  kind         text not null,
  positions    bigint[] not null,
  attempted_at timestamptz not null,
  took_ms      integer not null,
  -- Null: no answer came.
  status       smallint,
  error        text,
  answer       text,
  primary key (client_id, webhook_id, slot),
  foreign key (client_id, webhook_id) references webhooks (client_id, id) on delete cascade
) with (fillfactor = 50);
