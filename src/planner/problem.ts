import type { Interval } from '../domain/interval.ts';
import type { PriceSlot } from '../domain/price.ts';

/** A point of a charge curve: power at the plug at a battery level; linear between points, constant outside. */
export interface CurvePoint {
  readonly levelPercent: number;
  readonly powerKw: number;
}

/** Find the on/off schedule of one car that fills the reserve, reaches the target by its time, and costs least. */
export interface PlanProblem {
  readonly nowMs: number;
  /** Null: no deadline; only the reserve is filled. */
  readonly readyByMs: number | null;
  /** The plan aims at readyByMs - marginMs; the margin itself is used only when the target needs it. 0 for none. */
  readonly marginMs: number;
  /** The level now, percent; fractions allowed. The caller decides what an unknown level is taken to be. */
  readonly levelPercent: number;
  readonly reservePercent: number;
  readonly targetPercent: number;
  /** The car's own limit; it caps reserve and target. */
  readonly chargeLimitPercent: number;
  readonly capacityWh: number;
  /** Share of the energy at the plug that reaches the battery, 0..1. */
  readonly efficiency: number;
  readonly curve: readonly CurvePoint[];
  readonly isCharging: boolean;
  /** Since when the car is charging or not charging; null when that is unknown or long ago. */
  readonly stateSinceMs: number | null;
  /** A run that the car began by itself may be stopped at once, whatever the minimum run. */
  readonly startedByItself: boolean;
  /** Ascending and disjoint; holes and times outside have no price. */
  readonly slots: readonly PriceSlot[];
  readonly startCost: number;
  /** Least length of every run and of every pause between runs. */
  readonly minRunMs: number;
  /** Charge above the target, up to the limit, where the price is at or below this; null for never. */
  readonly opportunisticPrice: number | null;
  /** The last minutes before readyBy that must be part of a run. */
  readonly preconditionMs: number;
  /** Windows whose minutes of charging are to be as few as the target allows. The reserve ignores them. */
  readonly restrictions: readonly Interval[];
  /** Which of two equally cheap plans: the later or the earlier. */
  readonly prefer: 'late' | 'early';
}

export interface PlanBlock extends Interval {
  readonly type: 'BATTERY_RESERVE' | 'REGULAR';
  /** Unrounded Wh at the plug. */
  readonly energyWh: number;
  /** Price times energy, without start cost; energy without any price counts 0 here. */
  readonly cost: number;
  /** What the car is to be held to in this block, kW at the plug; absent where it charges with all that it takes. */
  readonly powerKw?: number;
}

export interface Plan {
  /** Ascending, disjoint; touching blocks of different types or powers belong to one run. */
  readonly blocks: readonly PlanBlock[];
  /** Energy cost plus start cost times starts, recomputed from the blocks. */
  readonly cost: number;
  /** No schedule that meets the same need can cost less. */
  readonly lowerBound: number;
  readonly starts: number;
  /** The target is reached by readyBy (the margin may be used up). */
  readonly feasible: boolean;
  readonly levelAtReadyByPercent: number | null;
  /** When the target is reached, also after readyBy; null when never or when there is no target. */
  readonly reachedAtMs: number | null;
  /** The last instant at which an unbroken charge still meets readyBy less margin; null without a deadline or need. */
  readonly latestSafeStartMs: number | null;
  /** No slot between now and the deadline has a known or forecast price. */
  readonly isWithoutPrices: boolean;
}
