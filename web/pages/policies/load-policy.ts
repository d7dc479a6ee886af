import { ask, askTagged, type Tagged } from '../../data/api.ts';
import { nowMs } from '../../data/clock.ts';
import { RefusedError } from '../../data/problem.ts';
import type { Location, Plan, Policy, ResolvedTariff, Session, Vehicle } from '../../data/types.ts';
import { dayStart, nextDayStart } from '../../format/zone.ts';

export interface PolicyView {
  readonly policy: Tagged<Policy>;
  readonly location: Tagged<Location>;
  readonly vehicle: Vehicle;
  /** The present one. */
  readonly session: Session;
  readonly plan: Plan;
  /** Of today and tomorrow; null where the location has none. */
  readonly tariff: ResolvedTariff | null;
}

/** A policy with what stands around it. */
export async function loadPolicy(policyId: string, signal: AbortSignal): Promise<PolicyView> {
  const path = { policyId };
  const [policy, session] = await Promise.all([
    askTagged('GET /flex/vehicle-policies/{policyId}', { path, signal }),
    ask('GET /flex/vehicle-policies/{policyId}/session', { path, signal }),
  ]);
  const { locationId, vehicleId } = policy.value;
  const [location, vehicle, plan] = await Promise.all([
    askTagged('GET /locations/{locationId}', { path: { locationId }, signal }),
    ask('GET /vehicles/{vehicleId}', { path: { vehicleId }, signal }),
    ask('GET /flex/sessions/{sessionId}/plan', { path: { sessionId: session.id }, signal }),
  ]);
  return { policy, location, vehicle, session, plan, tariff: await tariffOf(location.value, signal) };
}

async function tariffOf(location: Location, signal: AbortSignal): Promise<ResolvedTariff | null> {
  const todayMs = dayStart(nowMs(), location.timezoneName);
  const tomorrowMs = nextDayStart(todayMs, location.timezoneName);
  const toMs = nextDayStart(tomorrowMs, location.timezoneName);
  try {
    return await ask('GET /flex/locations/{locationId}/resolved-tariff', {
      path: { locationId: location.id },
      query: { from: new Date(todayMs).toISOString(), to: new Date(toMs).toISOString() },
      signal,
    });
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return null;
    throw error;
  }
}
