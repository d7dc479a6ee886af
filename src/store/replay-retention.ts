import type { Database } from './database.ts';
import { toTimestamp } from './values.ts';

/**
 * Which part of each lane's log is needed, whatever its age: `needed (client_id, vehicle_id, from_at, until_at)`. All
 * of it since a session began that is not settled; and while its car shared a limited location since then, that of the
 * others there, from where they came together. A session that began among others goes back to where these had. `$1`
 * is the instant before which rows are dropped: a session that began later needs none of them.
 */
export const NEEDED = `open_spans as (
    select n.client_id, n.vehicle_id, n.needed_from,
      (select max(st.at) from steps st where st.client_id = n.client_id and st.vehicle_id = n.vehicle_id
         and st.at >= n.needed_from and st.site is not null) as shared_until,
      (select max(j.at) from site_joins j where j.client_id = n.client_id and j.vehicle_id = n.vehicle_id
         and j.at <= n.needed_from) as joined_at
    from sessions s join session_spans n on n.client_id = s.client_id and n.session_id = s.id
    where s.state <> 'SETTLED' and n.needed_from < $1::timestamptz + interval '1 day'
  ), needed as materialized (
    select client_id, vehicle_id, 'infinity'::timestamptz as until_at,
      case when shared_until is null then needed_from else least(joined_at, needed_from) end as from_at
    from open_spans
    union all
    select other.client_id, other.vehicle_id, o.shared_until, other.at from open_spans o
    join site_joins own on own.client_id = o.client_id and own.vehicle_id = o.vehicle_id
      and own.at >= coalesce(o.joined_at, o.needed_from) and own.at <= o.shared_until
    join site_joins other on other.client_id = own.client_id and other.location_id = own.location_id
      and other.at = own.at and other.vehicle_id <> own.vehicle_id
  )`;

/** A condition on a row `x` of a lane: nothing that is replayed needs it as of that time. */
export function unlessNeeded(at: string): string {
  return `and not exists (select 1 from needed n
    where n.client_id = x.client_id and n.vehicle_id = x.vehicle_id and ${at} >= n.from_at
      and ${at} <= n.until_at + interval '1 hour')`;
}

/**
 * Drops what replays begin from, where the steps that follow are gone: kept lanes, joins and sources of prices. Where a
 * session's span is, stays: so a replay can say what is missing.
 */
export async function dropReplayBase(database: Database, cutoffMs: number): Promise<void> {
  const cutoff = [toTimestamp(cutoffMs)];
  await database.query(
    `with ${NEEDED} delete from site_joins x where x.at < $1 ${unlessNeeded('x.at')}`,
    cutoff,
  );
  await database.query(
    `with ${NEEDED} delete from lane_states x where x.at < $1 ${unlessNeeded('x.at')}
       and not exists (select 1 from site_joins j where j.client_id = x.client_id and j.vehicle_id = x.vehicle_id
                       and j.step_number = x.step_number)`,
    cutoff,
  );
  // A state of prices is seen for a day, and every session of the client may need it.
  await database.query(
    `with ${NEEDED} delete from price_states x where x.made_at < $1::timestamptz - interval '1 day'
       and x.made_at < (select coalesce(min(n.from_at), 'infinity') from needed n where n.client_id = x.client_id)
                       - interval '1 day'`,
    cutoff,
  );
}
