-- The event log that is safe to read (docs/decisions/0007-event-log.md). A step writes its events and, for each, an
-- arrival. One sequencer at a time turns committed arrivals into positions: 1, 2, 3 … for each client. Readers follow
-- positions alone.

alter table events drop column position;
alter table events add column policy_id uuid;

-- Committed, without a position yet. Almost always empty: rows live for milliseconds.
create table event_arrivals (
  client_id  uuid not null,
  event_id   bigint not null,
  created_at timestamptz not null,
  kind       text not null,
  body_bytes integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- How far each client's log has come. It outlives the events.
create table event_logs (
  client_id     uuid primary key,
  last_position bigint not null
) with (fillfactor = 50);

-- Narrow, so that giving a position rewrites no body, and looking for a kind reads none.
create table event_positions (
  client_id  uuid not null,
  position   bigint not null,
  event_id   bigint not null,
  created_at timestamptz not null,
  kind       text not null,
  body_bytes integer not null,
  primary key (client_id, position, created_at)
) partition by range (created_at);
create table event_positions_default partition of event_positions default;
create index event_positions_time on event_positions (client_id, created_at);

insert into event_arrivals select client_id, id, created_at, kind, octet_length(body) from events;
