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
    `with wanted as (select client_id, id from unnest($1::uuid[], $2::uuid[]) k(client_id, id)),
       own as materialized (
         select client_id, md5(string_agg(id || ':' || version, ',' order by id)) as digest
         from tariffs where client_id in (select client_id from wanted) group by client_id
       )
     select l.client_id, l.id, concat_ws('|', l.zone, l.formulas::text, own.digest,
       (select 'reference:' || t.version from tariffs t where t.client_id = $3 and t.id = 'zone:' || l.zone)) as fingerprint
     from wanted join locations l using (client_id, id) left join own using (client_id)`,
    [keys.map(({ clientId }) => clientId), keys.map(({ locationId }) => locationId), REFERENCE_CLIENT_ID],
    'price-fingerprints',
  );
  return new Map(rows.map(({ client_id, id, fingerprint }) => [`${client_id}/${id}`, fingerprint]));
}
