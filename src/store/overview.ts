import type { Location } from '../domain/location.ts';
import type { Session } from '../domain/session.ts';
import { DAY_MS } from '../domain/units.ts';
import type { Observed } from '../engine/lane.ts';
import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

/** A simulated car at a glance: what it is, what was last seen of it, what goes on. */
export interface CarOverview {
  readonly vehicleId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly brand: string | null;
  readonly model: string | null;
  readonly observed: Observed | null;
  readonly home: Location | null;
  /** The current session of its policy; null for a car that nobody manages. */
  readonly session: Session | null;
  /** What settled sessions of the last day saved, micro-units of the currency; null where none was valued. */
  readonly savedMicros: number | null;
  readonly savedCurrency: string | null;
}

/** Every simulated car of a client, in the order in which they were made. */
export async function readCarOverviews(
  query: Query,
  clientId: string,
  nowMs: number,
): Promise<CarOverview[]> {
  return query.query<CarOverview>(
    `select v.id as "vehicleId", v.user_id as "userId", v.information->>'displayName' as name,
            v.information->>'brand' as brand, v.information->>'model' as model,
            l.state->'observed' as observed, h.body as home, s.body as session,
            saved.micros as "savedMicros", saved.currency as "savedCurrency"
     from simulated_cars c
     join vehicles v on v.client_id = c.client_id and v.id = c.vehicle_id
     left join lanes l on l.client_id = c.client_id and l.vehicle_id = c.vehicle_id
     left join lateral (
       select location_id, id from policies p
       where p.client_id = c.client_id and p.vehicle_id = c.vehicle_id and p.deleted_at is null
       order by p.id limit 1
     ) p on true
     left join locations h on h.client_id = c.client_id
       and h.id = coalesce(p.location_id, (c.state->'habit'->>'homeLocationId')::uuid)
     left join sessions s on s.client_id = c.client_id and s.policy_id = p.id and s.state <> 'SETTLED'
     left join lateral (
       select sum((body->'valuation'->>'baselineMicros')::int8 - (body->'valuation'->>'actualMicros')::int8)::int8 as micros,
              min(body->'valuation'->>'currency') as currency
       from sessions d
       where d.client_id = c.client_id and d.vehicle_id = c.vehicle_id and d.state = 'SETTLED' and d.is_shown
         and d.plugged_out_at > $2 and d.policy_id is not null
     ) saved on true
     where c.client_id = $1
     order by v.id`,
    [clientId, toTimestamp(nowMs - DAY_MS)],
    'car-overviews',
  );
}
