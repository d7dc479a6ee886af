import type { Query } from './database.ts';
import { appendInputs } from './inputs.ts';

/** What changed: one tariff of a client, the formula or zone of one location, or a zone's reference series. */
export type PriceChange =
  | { readonly kind: 'tariff'; readonly clientId: string; readonly tariffId: string }
  | { readonly kind: 'location'; readonly clientId: string; readonly locationId: string }
  | { readonly kind: 'reference'; readonly zone: string };

/** Tells the lanes of all vehicles with a policy at a location whose price it touches; they re-plan soon after. */
export async function appendPricesChanged(tx: Query, change: PriceChange, nowMs: number): Promise<void> {
  const touched = await readTouched(tx, change);
  if (touched.length === 0) return;
  await appendInputs(
    tx,
    touched.map(({ client_id, vehicle_id }) => ({
      clientId: client_id,
      vehicleId: vehicle_id,
      input: { kind: 'prices-changed', receivedAtMs: nowMs },
      observedAtMs: nowMs,
      priority: 2,
    })),
  );
}

interface Touched {
  readonly client_id: string;
  readonly vehicle_id: string;
}

async function readTouched(tx: Query, change: PriceChange): Promise<Touched[]> {
  switch (change.kind) {
    case 'tariff':
      return tx.query<Touched>(`${TOUCHED} and p.client_id = $1 and ${usesTariff('$2')}`, [
        change.clientId,
        change.tariffId,
      ]);
    case 'location':
      return tx.query<Touched>(`${TOUCHED} and p.client_id = $1 and p.location_id = $2`, [
        change.clientId,
        change.locationId,
      ]);
    case 'reference':
      return tx.query<Touched>(
        `${TOUCHED} and ${usesTariff('$1')}
         and not exists (select 1 from tariffs own
                         where own.client_id = p.client_id and own.id = $1 and own.version > 0)`,
        [`zone:${change.zone}`],
      );
  }
}

const TOUCHED = `
  select distinct p.client_id, p.vehicle_id
  from policies p join locations l on l.client_id = p.client_id and l.id = p.location_id
  where p.deleted_at is null`;

/** A formula replaces the zone's price; it may name the zone's tariff itself. */
function usesTariff(tariffId: string): string {
  return `case when l.formulas ? 'import'
    then exists (select 1 from jsonb_each_text(l.formulas->'import'->'variables') v where v.value = ${tariffId})
    else l.zone = substr(${tariffId}, 6) and ${tariffId} like 'zone:%' end`;
}
