import { startOfLocalDay } from '../domain/calendar.ts';
import type { Session } from '../domain/session.ts';
import type { Query } from '../store/database.ts';
import type { Page, PageRequest } from '../store/keyset.ts';
import {
  type OverviewFacts,
  readOverviewFacts,
  readVisitSums,
  type VisitSum,
} from '../store/overview-rows.ts';
import type { CurrentFilter } from '../store/session-filters.ts';
import { listCurrentSessions } from '../store/session-reads.ts';
import type { Deps } from './deps.ts';

/** A current session with what a person wants to see beside it. */
export interface OverviewEntry {
  readonly session: Session;
  readonly facts: OverviewFacts;
  /** Of the policy's visits since midnight at the location, the running one too; null where there was none. */
  readonly today: VisitSum | null;
}

/** One page of the overview, in the order of the current sessions. */
export async function readOverview(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  clientId: string,
  filter: CurrentFilter,
  request: PageRequest,
): Promise<Page<OverviewEntry>> {
  const nowMs = clock.nowMs();
  return database.transaction(
    (tx) => readAt(tx, nowMs, clientId, filter, request),
    // A visit that is settled in between must not be counted twice, or not at all.
    { isolation: 'repeatable read', isReadOnly: true },
  );
}

async function readAt(
  tx: Query,
  nowMs: number,
  clientId: string,
  filter: CurrentFilter,
  request: PageRequest,
): Promise<Page<OverviewEntry>> {
  const page = await listCurrentSessions(tx, clientId, filter, request);
  const sessions = page.rows.map(({ body }) => body);
  const facts = await readOverviewFacts(
    tx,
    clientId,
    sessions.map(({ id }) => id),
  );
  const policies = sessions.flatMap(({ id, policyId }) => {
    const zone = facts.get(id)?.location.timezoneName;
    return policyId === null || zone === undefined
      ? []
      : [{ policyId, sinceMs: startOfLocalDay(zone, nowMs) }];
  });
  const settled = await readVisitSums(tx, clientId, policies);
  const rows = sessions.flatMap((session) => {
    const found = facts.get(session.id);
    const visits = [...runningVisit(session), ...(settled.get(session.policyId ?? '') ?? [])];
    return found === undefined ? [] : [{ session, facts: found, today: total(visits) }];
  });
  return { ...page, rows };
}

function runningVisit({ aggregated, valuation }: Session): VisitSum[] {
  if (aggregated === null) return [];
  return [
    {
      currency: valuation?.currency ?? null,
      energyWh: aggregated.energyWh,
      actualMicros: valuation?.actualMicros ?? null,
      baselineMicros: valuation?.baselineMicros ?? null,
    },
  ];
}

/** All energy, and the money of the newest currency: amounts of two cannot be added. */
function total(visits: readonly VisitSum[]): VisitSum | null {
  if (visits.length === 0) return null;
  const currency = visits.find((visit) => visit.currency !== null)?.currency ?? null;
  const energyWh = visits.reduce((sum, visit) => sum + visit.energyWh, 0);
  if (currency === null) return { currency, energyWh, actualMicros: null, baselineMicros: null };
  const valued = visits.filter((visit) => visit.currency === currency);
  return {
    currency,
    energyWh,
    actualMicros: valued.reduce((sum, visit) => sum + (visit.actualMicros ?? 0), 0),
    baselineMicros: valued.reduce((sum, visit) => sum + (visit.baselineMicros ?? 0), 0),
  };
}
