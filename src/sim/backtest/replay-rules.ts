import type { PriceFile } from './prices-csv.ts';
import type { Publication } from './publication.ts';

/** What holds for all sessions of a back-test. */
export interface ReplayRules {
  readonly prices: PriceFile;
  readonly publication: Publication;
  /** `exact`: the car is what the engine is told. `real`: it is weaker, tapers and tells less. */
  readonly plant: 'exact' | 'real';
  /** Plug-out, or a local time `HH:mm`. */
  readonly readyBy: string;
  /** Null leaves the margin to the engine. */
  readonly marginMs: number | null;
  readonly minRunMinutes: number;
  readonly isForecastOn: boolean;
  /** Share of the visits whose car leaves an hour before it was to be ready, 0..1. */
  readonly earlyRatio: number;
  /** The gain from which a new plan replaces the last one; null leaves it to the engine, 0 keeps no plan. */
  readonly replanGainRatio: number | null;
}

/** Levels at or above the target less this count as ready (cli.md, back-test). */
export const READY_TOLERANCE_PERCENT = 0.5;
export const TARGET_PERCENT = 95;
export const EFFICIENCY = 0.88;
