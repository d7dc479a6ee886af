import { chartSpan, type Span } from '../../chart/span.ts';
import { ask } from '../../data/api.ts';
import { nowMs } from '../../data/clock.ts';
import { RefusedError } from '../../data/problem.ts';
import type { Location, OverviewRow, Plan, ResolvedTariff, Session, Vehicle } from '../../data/types.ts';
import { browserZone } from '../../format/times.ts';

/** A session with all that its page shows beside it. */
export interface SessionView {
  readonly session: Session;
  /** Null where it was deleted since. */
  readonly vehicle: Vehicle | null;
  /** Null away from every known location, or where it was deleted since. */
  readonly location: Location | null;
  /** Null once it is settled. */
  readonly plan: Plan | null;
  /** Why it charges now or not; null once it is settled. */
  readonly reason: OverviewRow['reason'];
  /** Null where no price is known for the location. */
  readonly tariff: ResolvedTariff | null;
  readonly span: Span;
  /** The location's time zone, else the browser's. */
  readonly zone: string;
}

/** Loads a session, then at once what belongs to it. */
export async function loadSession(id: string, signal: AbortSignal): Promise<SessionView> {
  const session = await ask('GET /flex/sessions/{sessionId}', { path: { sessionId: id }, signal });
  return loadAround(session, signal);
}

/** What belongs to a session. */
async function loadAround(session: Session, signal: AbortSignal): Promise<SessionView> {
  const { id, vehicleId, locationId, state } = session;
  const [vehicle, location, plan, reason] = await Promise.all([
    orNull(ask('GET /vehicles/{vehicleId}', { path: { vehicleId }, signal })),
    locationId === null ? null : orNull(ask('GET /locations/{locationId}', { path: { locationId }, signal })),
    state === 'SETTLED'
      ? null
      : orNull(ask('GET /flex/sessions/{sessionId}/plan', { path: { sessionId: id }, signal })),
    state === 'SETTLED' ? null : loadReason(session, signal),
  ]);
  const zone = location?.timezoneName ?? browserZone;
  const span = chartSpan(session, nowMs(), zone);
  // Without prices the answer would be a 404, which browsers write on their consoles.
  const hasPrices =
    plan === null ? session.valuation !== null || location?.zone != null : plan.currency !== null;
  const tariff = location === null || !hasPrices ? null : await orNull(loadTariff(location.id, span, signal));
  return { session, vehicle, location, plan, reason, tariff, span, zone };
}

async function loadReason({ id, vehicleId }: Session, signal: AbortSignal): Promise<OverviewRow['reason']> {
  const { data } = await ask('GET /flex/overview', { query: { vehicleId }, signal });
  return data.find(({ session }) => session.id === id)?.reason ?? null;
}

function loadTariff(
  locationId: string,
  { fromMs, toMs }: Span,
  signal: AbortSignal,
): Promise<ResolvedTariff> {
  const query = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return ask('GET /flex/locations/{locationId}/resolved-tariff', { path: { locationId }, query, signal });
}

/** What is not there (any more) is left out of the page; other failures are the page's. */
async function orNull<Value>(loading: Promise<Value>): Promise<Value | null> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return null;
    throw error;
  }
}
