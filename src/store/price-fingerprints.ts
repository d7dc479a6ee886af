import type { Query } from './database.ts';
import { type LocationKey, REFERENCE_CLIENT_ID } from './prices.ts';

/**
 * What the prices of locations rest on, by `clientId/locationId`: zone, formulas, and the versions of the client's
 * tariffs and of the zone's reference series. Equal fingerprints mean equal prices.
 */
export async function readPriceFingerprints(
  tx: Query,
  keys: readonly LocationKey[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ client_id: string; id: string; fingerprint: string }>(
    `select l.client_id, l.id, concat_ws('|', l.zone, l.formulas::text,
       (select string_agg(t.id || ':' || t.version, ',' order by t.id) from tariffs t where t.client_id = l.client_id),
       (select 'reference:' || t.version from tariffs t where t.client_id = $3 and t.id = 'zone:' || l.zone)) as fingerprint
     from locations l join unnest($1::uuid[], $2::uuid[]) k(client_id, id) using (client_id, id)`,
    [keys.map(({ clientId }) => clientId), keys.map(({ locationId }) => locationId), REFERENCE_CLIENT_ID],
    'price-fingerprints',
  );
  return new Map(rows.map(({ client_id, id, fingerprint }) => [`${client_id}/${id}`, fingerprint]));
}
