import type { Session, Valuation } from '../../domain/session.ts';
import { HOUR_MS } from '../../domain/units.ts';
import type { Query } from '../../store/database.ts';
import { toTimestamp } from '../../store/values.ts';
import { START_MS } from '../testing.ts';

export interface Settled {
  readonly id: string;
  readonly policyId: string | null;
  readonly vehicleId: string;
  readonly locationId: string | null;
  readonly userId: string;
  readonly pluggedInAtMs: number;
  readonly pluggedOutAtMs: number;
  readonly isShown: boolean;
  readonly energyWh: number;
  readonly valuation: Valuation | null;
  /** What else the session has. */
  readonly more: Partial<Session>;
}

export const A_VEHICLE = 'aaaaaaaa-0000-4000-8000-000000000001';

/** A settled session as the service keeps one, without the life before it. */
export async function insertSettled(
  database: Query,
  clientId: string,
  change: Partial<Settled> & { readonly id: string },
): Promise<string> {
  const row: Settled = {
    policyId: null,
    vehicleId: A_VEHICLE,
    locationId: null,
    userId: 'user-1',
    pluggedInAtMs: START_MS - 8 * HOUR_MS,
    pluggedOutAtMs: START_MS,
    isShown: true,
    energyWh: 5000,
    valuation: null,
    more: {},
    ...change,
  };
  const session: Session = {
    id: row.id,
    policyId: row.policyId,
    vehicleId: row.vehicleId,
    locationId: row.locationId,
    userId: row.userId,
    pluggedInAtMs: row.pluggedInAtMs,
    pluggedOutAtMs: row.pluggedOutAtMs,
    state: 'SETTLED',
    blocks: [],
    aggregated: { energyWh: row.energyWh, levelFromPercent: 40, levelToPercent: 47 },
    steps: [{ startAtMs: row.pluggedInAtMs, energyWh: row.energyWh, levelPercent: 47 }],
    target: null,
    outcome: null,
    error: null,
    valuation: row.valuation,
    ...row.more,
  };
  await database.query(
    `insert into sessions (client_id, id, policy_id, vehicle_id, location_id, user_id, state, plugged_in_at,
                           plugged_out_at, is_shown, sequence, body)
     values ($1, $2, $3, $4, $5, $6, 'SETTLED', $7, $8, $9, 1, $10)`,
    [
      clientId,
      row.id,
      row.policyId,
      row.vehicleId,
      row.locationId,
      row.userId,
      toTimestamp(row.pluggedInAtMs),
      toTimestamp(row.pluggedOutAtMs),
      row.isShown,
      JSON.stringify(session),
    ],
  );
  return row.id;
}
