import { MINUTE_MS } from '../domain/units.ts';
import type { Plan, PlanProblem } from '../planner/problem.ts';
import type { PlanningProblem, PlanningResult } from '../wire/planning.ts';
import { toInstant } from '../wire/scalars.ts';

/** The planner's problem. A level that is not known is taken to be the reserve, so that no reserve is planned. */
export function toPlanProblem(wire: PlanningProblem): PlanProblem {
  return {
    nowMs: wire.now,
    readyByMs: wire.readyBy,
    marginMs: 0,
    levelPercent: wire.batteryLevel ?? wire.batteryReserve,
    reservePercent: wire.batteryReserve,
    targetPercent: wire.minimumChargeTarget,
    chargeLimitPercent: wire.chargeLimit,
    capacityWh: wire.batteryCapacity * 1000,
    efficiency: wire.efficiency,
    curve: wire.chargeCurve.map(({ level, power }) => ({ levelPercent: level, powerKw: power })),
    isCharging: wire.isCharging,
    // The wait before the first run is no pause, so only the age of a charge counts.
    stateSinceMs: wire.isCharging ? (wire.stateSince ?? null) : null,
    startedByItself: false,
    slots: wire.slots,
    startCost: wire.startCost,
    minRunMs: Math.round(wire.minRunMinutes * MINUTE_MS),
    opportunisticPrice: wire.opportunisticPrice ?? null,
    preconditionMs: Math.round(wire.preconditionMinutes * MINUTE_MS),
    restrictions: wire.restrictions.map(({ startAt, endAt }) => ({ startAtMs: startAt, endAtMs: endAt })),
    prefer: wire.prefer,
  };
}

/**
 * The plan as it is printed. Energies and costs are not rounded, so that they can be checked against each other.
 * Throws where prices are so great that they cannot be added up.
 */
export function fromPlan(wire: PlanningProblem, plan: Plan, micros: number): PlanningResult {
  if (!Number.isFinite(plan.cost) || !Number.isFinite(plan.lowerBound)) {
    throw new Error('expected prices and a startCost that can be added up');
  }
  const isOutOfReach = wire.readyBy !== null && isLimitedBelowTarget(wire);
  return {
    id: wire.id,
    blocks: plan.blocks.map((block) => ({
      type: block.type,
      startAt: toInstant(block.startAtMs),
      endAt: toInstant(block.endAtMs),
      kwhSum: block.energyWh / 1000,
      cost: block.cost,
    })),
    cost: plan.cost,
    lowerBound: plan.lowerBound,
    starts: plan.starts,
    feasible: plan.feasible && !isOutOfReach,
    batteryLevelAtReadyBy: wire.batteryLevel === null ? null : plan.levelAtReadyByPercent,
    minimumChargeTargetReachedAt: isOutOfReach ? null : toInstant(plan.reachedAtMs),
    latestSafeStart: toInstant(plan.latestSafeStartMs),
    micros,
  };
}

/** The planner charges up to the limit then, and calls the limit reached; the target is not. */
function isLimitedBelowTarget(wire: PlanningProblem): boolean {
  const level = wire.batteryLevel ?? wire.batteryReserve;
  return wire.chargeLimit < wire.minimumChargeTarget && level < wire.minimumChargeTarget;
}
