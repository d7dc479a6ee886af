import type { Deps } from '../app/deps.ts';
import type { HistoryEntry } from '../domain/history.ts';
import { readVehicleNames } from '../store/vehicles.ts';
import type { NameOf } from '../wire/why-words.ts';

/** What drivers call the other cars that history entries speak of. */
export async function namesIn(
  { database }: Pick<Deps, 'database'>,
  clientId: string,
  entries: readonly (HistoryEntry | null)[],
): Promise<NameOf> {
  const ids = new Set(entries.flatMap((entry) => entry?.why.vehicleIds ?? []));
  const names = await readVehicleNames(database, clientId, [...ids]);
  return (vehicleId) => names.get(vehicleId) ?? null;
}
