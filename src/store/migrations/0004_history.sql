-- Why: what changed in a session, what set it off, and why the car charges or not since then.
create table session_history (
  client_id  uuid not null,
  session_id uuid not null,
  at         timestamptz not null,
  id         uuid not null,
  -- Counts the entries of the session from 1; only the newest are kept.
  number     integer not null,
  body       jsonb not null,
  primary key (client_id, session_id, at, id)
);
