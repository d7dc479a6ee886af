import type { Operations } from '../../data/types.ts';
import { fromLocalInput, nextDayStart } from '../../format/zone.ts';

/** What is looked for, as the address has it. */
export interface HistoryFilters {
  /** Days such as `2026-11-24`, both included. */
  readonly from: string | null;
  readonly to: string | null;
  readonly vehicleId: string | null;
  readonly locationId: string | null;
  readonly policyId: string | null;
  readonly userId: string | null;
  readonly kind: 'managed' | 'unmanaged' | null;
}

export type HistoryQuery = Operations['GET /flex/vehicle-policies/sessions.csv']['query'];
/** Those that are found by a name. */
export type Named = 'vehicleId' | 'locationId' | 'policyId' | 'userId';
export const NAMED: readonly Named[] = ['vehicleId', 'locationId', 'policyId', 'userId'];

export function filtersOf(params: URLSearchParams): HistoryFilters {
  const text = (name: string): string | null => params.get(name) || null;
  const day = (name: string): string | null => {
    const given = text(name);
    return given !== null && fromLocalInput(`${given}T00:00`, 'UTC') !== null ? given : null;
  };
  const kind = text('kind');
  return {
    from: day('from'),
    to: day('to'),
    vehicleId: text('vehicleId'),
    locationId: text('locationId'),
    policyId: text('policyId'),
    userId: text('userId'),
    kind: kind === 'managed' || kind === 'unmanaged' ? kind : null,
  };
}

export function hasFilters(filters: HistoryFilters): boolean {
  return Object.values(filters).some((value) => value !== null);
}

/** The same as the API takes it: days begin and end at midnight of the zone. */
export function queryOf(filters: HistoryFilters, zone: string): HistoryQuery {
  const midnight = (day: string | null): number | null =>
    day === null ? null : fromLocalInput(`${day}T00:00`, zone);
  const fromMs = midnight(filters.from);
  const toMs = midnight(filters.to);
  return {
    from: fromMs === null ? undefined : new Date(fromMs).toISOString(),
    to: toMs === null ? undefined : new Date(nextDayStart(toMs, zone)).toISOString(),
    vehicleId: filters.vehicleId ?? undefined,
    locationId: filters.locationId ?? undefined,
    policyId: filters.policyId ?? undefined,
    userId: filters.userId ?? undefined,
    kind: filters.kind ?? undefined,
  };
}

/** Where the same sessions are one file. */
export function csvHrefOf(query: HistoryQuery): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return `/flex/vehicle-policies/sessions.csv${given.size === 0 ? '' : `?${given}`}`;
}
