import { startOfLocalDay } from '../domain/calendar.ts';
import { type OverviewTotals, readOverviewTotals, readTimezoneNames } from '../store/overview-totals.ts';
import type { CurrentFilter } from '../store/session-filters.ts';
import type { Deps } from './deps.ts';

/** The totals of the overview at this instant. */
export async function readTotals(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  clientId: string,
  filter: CurrentFilter,
): Promise<OverviewTotals> {
  const nowMs = clock.nowMs();
  const zones = await readTimezoneNames(database, clientId);
  const midnights = zones.map((timezoneName) => ({
    timezoneName,
    atMs: startOfLocalDay(timezoneName, nowMs),
  }));
  return readOverviewTotals(database, clientId, filter, midnights);
}
