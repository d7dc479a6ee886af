-- How far retention has dropped each client's log. What was erased with a user is gone too, but nobody misses it: a
-- reader that stood before it goes on.
alter table event_logs add column dropped_position bigint not null default 0;
update event_logs l set dropped_position = coalesce(
  (select min(p.position) - 1 from event_positions p where p.client_id = l.client_id), l.last_position);
