import type { Interval } from '../domain/interval.ts';
import type { PowerLine } from './power-line.ts';
import type { Timeline } from './timeline.ts';

/**
 * What is left to decide once reserve, deadline and the run under way are settled: place `needMs` of charging in the
 * window so that it costs least. All times are whole milliseconds.
 */
export interface ScheduleTask {
  readonly window: Interval;
  readonly timeline: Timeline;
  readonly needMs: number;
  /** The car charges at the window's start and may be stopped from there on. */
  readonly isOn: boolean;
  /** Least length of a run that starts in the window. */
  readonly minRunMs: number;
  readonly minPauseMs: number;
  readonly startCost: number;
  /** Energy in the last `restMs` of the charge, kWh; 0 at 0, rising. */
  readonly restKwh: (restMs: number) => number;
  /** The power when it is the same all along, else null. */
  readonly constantKw: number | null;
  /** The power over what is charged of the need where it is not the same all along, else null. */
  readonly power: PowerLine | null;
}

/** Runs of charging, ascending and disjoint, and what they count as; null when no schedule fits. */
export interface Schedule {
  readonly runs: readonly Interval[];
  readonly counted: number;
}

/** What equal cost means. */
export const TIE = 1e-9;
