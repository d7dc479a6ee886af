-- Counts the changes of a subscription, so that what comes of a try begun before one says nothing about how it fares
-- after it. `lease_until` now outlives its lease: it then says when the last turn ended, and who waits longest is next.
alter table webhook_cursors add column change_count integer not null default 0;
