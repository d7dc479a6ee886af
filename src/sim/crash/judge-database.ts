import { openConnection, type Query, type Target } from '../../store/connection.ts';
import { keyOf } from './load.ts';
import type { Observation } from './metered-car.ts';

/**
 * What is wrong in the database itself: an acknowledged reading that is missing from the log or there twice, an input
 * that no step took in or two did, a lane at fault, events with a gap.
 */
export async function judgeDatabase(
  target: Target,
  acknowledged: ReadonlyMap<string, Observation>,
): Promise<string[]> {
  const connection = await openConnection(target);
  try {
    return [
      ...(await judgeLog(connection, acknowledged)),
      ...(await judgeSteps(connection)),
      ...(await judgeLanes(connection)),
      ...(await judgeEvents(connection)),
    ];
  } finally {
    await connection.close();
  }
}

/** Inputs that no step has taken in yet. */
export async function countWaiting(target: Target): Promise<number> {
  const connection = await openConnection(target);
  try {
    const [row] = await connection.query<{ count: number }>('select count(*) from inbox');
    return row?.count ?? 0;
  } finally {
    await connection.close();
  }
}

async function judgeLog(query: Query, acknowledged: ReadonlyMap<string, Observation>): Promise<string[]> {
  const rows = await query.query<{ vehicleId: string; at: number; meterWh: number; isPluggedIn: boolean }>(
    `select vehicle_id as "vehicleId", observed_at as at, (body #>> '{reading,meterWh}')::int8 as "meterWh",
            (body #>> '{reading,isPluggedIn}')::boolean as "isPluggedIn"
     from inputs where kind = 'reading'`,
  );
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { vehicleId, at, meterWh, isPluggedIn } of rows) {
    const key = keyOf({ vehicleId, observedAt: new Date(at).toISOString() });
    const told = acknowledged.get(key);
    if (seen.has(key)) faults.push(`reading ${key} is in the log twice`);
    seen.add(key);
    if (told === undefined) faults.push(`reading ${key} is in the log, and nobody acknowledged it`);
    else if (Math.round(told.energyMeter * 1000) !== meterWh || told.isPluggedIn !== isPluggedIn) {
      faults.push(`reading ${key} is in the log with another content`);
    }
  }
  const missing = [...acknowledged.keys()].filter((key) => !seen.has(key));
  return [...faults, ...missing.map((key) => `reading ${key} was acknowledged and is not in the log`)];
}

async function judgeSteps(query: Query): Promise<string[]> {
  const rows = await query.query<{ id: number; kind: string; count: number }>(
    `with taken as (
       select client_id, vehicle_id, i.id::int8 as id
       from steps cross join lateral jsonb_array_elements_text(input_ids) as i (id)
     )
     select l.id, l.kind, count(t.id) as count
     from inputs l left join taken t using (client_id, vehicle_id, id)
     group by l.client_id, l.vehicle_id, l.id, l.kind having count(t.id) <> 1`,
  );
  return rows.map(({ id, kind, count }) => `input ${id} (${kind}) was taken in by ${count} steps`);
}

async function judgeLanes(query: Query): Promise<string[]> {
  const faulty = await query.query<{ id: string; fault: string | null; count: number }>(
    `select vehicle_id as id, fault, fault_count as count from lanes where fault_count > 0 or fault is not null`,
  );
  return faulty.map(({ id, fault, count }) => `the lane of ${id} failed ${count} times: ${fault}`);
}

/** Each change of a session has one event, numbered without a gap, up to what the session itself says. */
async function judgeEvents(query: Query): Promise<string[]> {
  const rows = await query.query<{ id: string; told: number; last: number | null; sequence: number }>(
    `select s.id, count(e.sequence) as told, max(e.sequence) as last, s.sequence
     from sessions s left join events e on e.client_id = s.client_id and e.session_id = s.id and e.sequence is not null
     group by s.client_id, s.id, s.sequence
     having count(e.sequence) <> s.sequence or count(distinct e.sequence) <> s.sequence
         or coalesce(max(e.sequence), 0) <> s.sequence`,
  );
  return rows.map(
    ({ id, told, last, sequence }) =>
      `session ${id} is at change ${sequence}, and has ${told} events, the last numbered ${last}`,
  );
}
