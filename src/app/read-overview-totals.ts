import { startOfLocalDay } from '../domain/calendar.ts';
import { type OverviewTotals, readOverviewTotals, readTimezoneNames } from '../store/overview-totals.ts';
import type { CurrentFilter } from '../store/session-filters.ts';
import type { Deps } from './deps.ts';

export type ReadTotals = (clientId: string, filter: CurrentFilter) => Promise<OverviewTotals>;

/** An answer is given to all who ask the same for so long, by the real clock. */
const SHARED_MS = 1_000;
const SHARED_MAX_COUNT = 1_000;

/**
 * The totals of the overview. They look at every current session; so they are read once a second at most for the same
 * question, however many pages ask and however often something happens.
 */
export function makeReadTotals(deps: Pick<Deps, 'database' | 'clock' | 'realClock'>): ReadTotals {
  const shared = new Map<string, { readonly askedAtMs: number; readonly totals: Promise<OverviewTotals> }>();

  return (clientId, filter) => {
    const key = JSON.stringify([clientId, filter]);
    const nowMs = deps.realClock.nowMs();
    const found = shared.get(key);
    if (found !== undefined && nowMs - found.askedAtMs < SHARED_MS) return found.totals;
    const totals = readTotals(deps, clientId, filter);
    // Asked last last, so that the first is the oldest.
    shared.delete(key);
    shared.set(key, { askedAtMs: nowMs, totals });
    const oldest = shared.keys().next();
    if (shared.size > SHARED_MAX_COUNT && !oldest.done) shared.delete(oldest.value);
    // A failure is told to those who wait for it, and to nobody after them.
    totals.catch(() => shared.get(key)?.totals === totals && shared.delete(key));
    return totals;
  };
}

async function readTotals(
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
