import { ask } from '../../data/api.ts';
import type { Location, Session, SessionPage, Vehicle } from '../../data/types.ts';
import type { HistoryQuery } from './filters.ts';

/** A page of settled sessions with the names that people know things by. */
export interface HistoryView {
  readonly page: SessionPage;
  readonly vehicles: ReadonlyMap<string, Vehicle>;
  readonly locations: ReadonlyMap<string, Location>;
}

export interface HistoryPageRequest {
  readonly query: HistoryQuery;
  readonly after: string | undefined;
  readonly before: string | undefined;
  readonly signal: AbortSignal;
}

const PAGE_SIZE = 50;

export async function loadHistory({
  query,
  after,
  before,
  signal,
}: HistoryPageRequest): Promise<HistoryView> {
  const page = await ask('GET /flex/vehicle-policies/sessions', {
    query: { ...query, after, before, pageSize: PAGE_SIZE, timeseries: false },
    signal,
  });
  const ids = (idOf: (session: Session) => string | null, filter: string | undefined): string[] => [
    ...new Set([...page.data.map(idOf), filter ?? null].filter((id) => id !== null)),
  ];
  const [vehicles, locations] = await Promise.all([
    loadVehicles(
      ids(({ vehicleId }) => vehicleId, query.vehicleId),
      signal,
    ),
    loadLocations(
      ids(({ locationId }) => locationId, query.locationId),
      signal,
    ),
  ]);
  return { page, vehicles: byId(vehicles), locations: byId(locations) };
}

async function loadVehicles(ids: readonly string[], signal: AbortSignal): Promise<readonly Vehicle[]> {
  return ids.length === 0 ? [] : (await ask('GET /vehicles', { query: { ids }, signal })).data;
}

async function loadLocations(ids: readonly string[], signal: AbortSignal): Promise<readonly Location[]> {
  return ids.length === 0 ? [] : (await ask('GET /locations', { query: { ids }, signal })).data;
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}
