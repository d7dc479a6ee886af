import { fillGaps } from '../domain/price-series.ts';
import { FORECAST_DAYS_COUNT } from '../domain/rules.ts';
import type { Session } from '../domain/session.ts';
import { DAY_MS, MINUTE_MS, quarterHourOf } from '../domain/units.ts';
import type { StoredPlan } from '../engine/lane.ts';
import { plannedSlots } from '../engine/planned-slots.ts';
import { readLocation } from '../store/locations.ts';
import { loadLocationPrices } from '../store/prices.ts';
import { readSession, readStoredPlan } from '../store/session-reads.ts';
import type { WirePlan } from '../wire/plan.ts';
import { toInstant, toKwh, toMoney } from '../wire/scalars.ts';
import type { Deps } from './deps.ts';
import { no, type Result, yes } from './result.ts';

/** How far prices are shown beyond now. */
const SHOWN_MS = 8 * DAY_MS;

/** What the engine's forecast is made from. */
const FORECAST_HISTORY_MS = FORECAST_DAYS_COUNT * DAY_MS;

/** The live plan of a session that is not settled, with the prices from now to their end or the plan's. */
export async function readPlan(deps: Deps, clientId: string, sessionId: string): Promise<Result<WirePlan>> {
  return deps.database.transaction(
    async (tx) => {
      const session = await readSession(tx, clientId, sessionId);
      if (session === null) return no('not-found', `There is no session ${sessionId}.`);
      const { policyId, locationId, vehicleId } = session;
      if (session.state === 'SETTLED' || policyId === null || locationId === null) {
        return no('not-found', 'The session is settled: it has no live plan.');
      }
      const stored = await readStoredPlan(tx, clientId, vehicleId, policyId);
      const plan = stored?.sessionId === sessionId ? stored.plan : null;
      const fromMs = quarterHourOf(deps.clock.nowMs());
      const key = { clientId, locationId };
      const found = await loadLocationPrices(tx, [key], fromMs - FORECAST_HISTORY_MS, fromMs + SHOWN_MS);
      const prices = found.get(`${clientId}/${locationId}`) ?? null;
      const zone = (await readLocation(tx, clientId, locationId))?.timezoneName ?? 'UTC';
      const toMs = Math.max(lastPriceEndMs(prices?.slots ?? []), lastPlannedMs(session, plan), fromMs);
      const slots = plannedSlots(prices, zone, fromMs, toMs, true);
      return yes({
        sessionId,
        currency: prices?.currency ?? null,
        slots: fillGaps(slots, fromMs, toMs).map((slot) => ({
          startAt: toInstant(slot.startAtMs),
          endAt: toInstant(slot.endAtMs),
          price: slot.price,
          provenance: slot.provenance,
        })),
        plan: plan === null ? null : toWirePlan(plan),
      });
    },
    { isolation: 'repeatable read', isReadOnly: true },
  );
}

function lastPriceEndMs(
  slots: readonly { readonly endAtMs: number; readonly price: number | null }[],
): number {
  return slots.findLast((slot) => slot.price !== null)?.endAtMs ?? Number.NEGATIVE_INFINITY;
}

function lastPlannedMs(session: Session, stored: StoredPlan | null): number {
  const readyByMs = session.target?.kind === 'REGULAR' ? session.target.readyByMs : Number.NEGATIVE_INFINITY;
  return Math.max(readyByMs, stored?.plan.blocks.at(-1)?.endAtMs ?? Number.NEGATIVE_INFINITY);
}

function toWirePlan({
  madeAtMs,
  targetId,
  marginMs,
  marginReason,
  car,
  plan,
}: StoredPlan): NonNullable<WirePlan['plan']> {
  return {
    madeAt: toInstant(madeAtMs),
    targetId,
    blocks: plan.blocks.map((block) => ({
      type: block.type,
      startAt: toInstant(block.startAtMs),
      endAt: toInstant(block.endAtMs),
      kwhSum: toKwh(block.energyWh),
      cost: toMoney(block.cost),
      power: block.powerKw === undefined ? null : toPower(block.powerKw),
    })),
    cost: toMoney(plan.cost),
    lowerBound: toMoney(plan.lowerBound),
    gap: toMoney(plan.cost - plan.lowerBound),
    starts: plan.starts,
    isFeasible: plan.feasible,
    latestSafeStart: toInstant(plan.latestSafeStartMs),
    marginMinutes: Math.round(marginMs / MINUTE_MS),
    marginReason,
    car: {
      power: toPower(Math.max(...car.curve.map(({ powerKw }) => powerKw))),
      chargeCurve: car.curve.map(({ levelPercent, powerKw }) => ({
        level: levelPercent,
        power: toPower(powerKw),
      })),
      measuredMinutes: Math.floor(car.measuredMs / MINUTE_MS),
      isTrusted: car.isTrusted,
      isTaperMeasured: car.isTaperMeasured,
    },
  };
}

/** Watts: finer than any car reports. */
function toPower(powerKw: number): number {
  return Math.round(powerKw * 1000) / 1000;
}
