import { createHash, randomUUID } from 'node:crypto';
import type { LaneInput } from '../engine/contract.ts';
import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

export interface InputRow {
  readonly clientId: string;
  readonly vehicleId: string;
  readonly input: LaneInput;
  readonly observedAtMs: number;
  /** 0 a person's input or a change of plug, 1 telemetry, 2 prices and the rest. */
  readonly priority: 0 | 1 | 2;
}

/**
 * Appends inputs to the log and to the inbox of their lanes, in one statement, in the order given. The lane rows are not
 * touched. A reading that was there before (same vehicle, time and content) is left out and answered by false.
 */
export async function appendInputs(
  tx: Query,
  rows: readonly InputRow[],
): Promise<{ readonly accepted: readonly boolean[] }> {
  if (rows.length === 0) {
    return { accepted: [] };
  }
  const hashes = rows.map(({ input }) => contentHash(input));
  const added = await tx.query<{ n: number }>(
    APPEND,
    [
      rows.map(({ clientId }) => clientId),
      rows.map(({ vehicleId }) => vehicleId),
      rows.map(({ observedAtMs }) => toTimestamp(observedAtMs)),
      rows.map(({ input }) => toTimestamp(input.receivedAtMs)),
      rows.map(({ input }) => input.kind),
      hashes,
      rows.map(({ input }) => JSON.stringify(input)),
      rows.map(({ priority }) => priority),
    ],
    'append-inputs',
  );
  const numbers = new Set(added.map(({ n }) => n));
  return { accepted: rows.map((_row, index) => numbers.has(index + 1)) };
}

const APPEND = `
  with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::bytea[],
                         $7::jsonb[], $8::smallint[]) with ordinality
      as g(client_id, vehicle_id, observed_at, received_at, kind, content_hash, body, priority, n)
  ), firsts as (
    select distinct on (client_id, vehicle_id, observed_at, content_hash) * from given
    order by client_id, vehicle_id, observed_at, content_hash, n
  ), logged as (
    insert into inputs (client_id, vehicle_id, observed_at, received_at, kind, content_hash, body)
    select client_id, vehicle_id, observed_at, received_at, kind, content_hash, body from firsts order by n
    on conflict do nothing
    returning client_id, vehicle_id, observed_at, content_hash, id
  ), waiting as (
    insert into inbox (client_id, vehicle_id, input_id, observed_at, priority, received_at, kind, body)
    select f.client_id, f.vehicle_id, l.id, f.observed_at, f.priority, f.received_at, f.kind, f.body
    from logged l join firsts f using (client_id, vehicle_id, observed_at, content_hash)
  )
  select f.n::int as n from logged l join firsts f using (client_id, vehicle_id, observed_at, content_hash)`;

/** Readings of the same content have the same hash; every other input stands for itself, with a hash of chance. */
export function contentHash(input: LaneInput): Buffer {
  const content = input.kind === 'reading' ? canonical(input.reading) : randomUUID();
  return createHash('sha256').update(content).digest().subarray(0, 16);
}

/** JSON with sorted keys and without the fields that were not reported. */
function canonical(reading: object): string {
  const fields = Object.entries(reading).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
