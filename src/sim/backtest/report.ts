import type { ReferenceCosts } from './reference.ts';
import type { ReplayCounts } from './replay-car.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { SavingDistribution } from './saving-distribution.ts';
import type { BadCell } from './sessions-csv.ts';
import type { SkipReason } from './usable-sessions.ts';

/** Sessions by how much time charging at once would have left over before ready-by. */
export interface SlackRow {
  /** Upper edge in minutes, exclusive; null for all above. */
  readonly belowMinutes: number | null;
  readonly sessions: number;
  /** Charging at once on the same car would have been ready. */
  readonly feasible: number;
  readonly feasibleNotReady: number;
  /** Greatest shortfall of a feasible session, points. */
  readonly worstShortfallPercent: number;
}

/** One line of a session that charging at once would have made ready, with a minute to spare, and that was not. */
export interface Shortfall {
  readonly sessionId: string;
  readonly slackMinutes: number;
  readonly shortfallPercent: number;
}

/** How many of some visits were ready, of those that could be. */
export interface ReadyCounts {
  readonly visits: number;
  readonly feasible: number;
  readonly ready: number;
  /** Points below the target, on average over the feasible that were not ready; 0 without such. */
  readonly meanShortfallPercent: number;
  /** Feasible with a minute to spare, and not ready; the first few by name. */
  readonly missedWithMinuteToSpare: number;
  readonly missed: readonly Shortfall[];
  readonly bySlack: readonly SlackRow[];
}

/** The sessions plugged in within a local month. Money in the currency of the price file. */
export interface MonthRow {
  /** As in 2026-01. */
  readonly month: string;
  readonly sessions: number;
  readonly kwh: number;
  readonly costActual: number;
  readonly atOnce: number;
  readonly replanned: number;
  readonly perfectForesight: number;
}

/**
 * Costs compared like with like: of the cars that stayed until ready-by and were ready. There every way of charging
 * delivered the same energy; a car that left before, or was not ready, paid for less.
 */
export interface ComparedCosts {
  readonly sessions: number;
  readonly kwh: number;
  readonly costActual: number;
  readonly costReference: ReferenceCosts;
  readonly shareOfPossibleSaving: number | null;
  readonly startsPerSession: number;
  readonly startsPerSessionOfOptimum: number;
  /** Ascending; months without sessions are left out. */
  readonly byMonth: readonly MonthRow[];
  /** Null without sessions. */
  readonly savingPerSession: SavingDistribution | null;
  readonly leftOut: {
    readonly leftBeforeReadyBy: number;
    /** Charging at once would have made them ready. */
    readonly notReady: number;
    readonly outOfReach: number;
  };
}

/** What the two files span: instants in UTC; of sessions those that could be read, as they were moved. */
export interface Period {
  readonly pricesFrom: string;
  readonly pricesTo: string;
  readonly sessionsFrom: string | null;
  readonly sessionsTo: string | null;
}

/** What a back-test found. Money in the currency of the price file. */
export interface BacktestReport {
  readonly rules: Omit<ReplayRules, 'prices'> & { readonly currency: string };
  readonly sessions: number;
  readonly secondCarSessions: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Of the rows that cannot be read, the first. */
  readonly firstUnreadable: BadCell | null;
  readonly period: Period;
  /** Energy that the sessions took when they were recorded. */
  readonly recordedKwh: number;
  /** By the meter of the simulated cars. */
  readonly kwh: number;
  /** By the meter of the simulated cars and the price file. */
  readonly costActual: number;
  readonly costReference: ReferenceCosts;
  /** Of the saving of perfect foresight over charging at once, the share that was realised. */
  readonly shareOfPossibleSaving: number | null;
  /** The same of the sessions that were ready: one that was not paid for less energy. */
  readonly ofReady: {
    readonly sessions: number;
    readonly costActual: number;
    readonly atOnce: number;
    readonly perfectForesight: number;
    readonly shareOfPossibleSaving: number | null;
  };
  readonly compared: ComparedCosts;
  readonly engineAccount: {
    readonly kwh: number;
    readonly costActual: number;
    readonly sessionsWithoutValuation: number;
  };
  readonly ready: {
    readonly ready: number;
    readonly feasible: number;
    readonly readyOfFeasible: number;
    /** Points below the target, on average over the feasible sessions that were not ready; 0 without such. */
    readonly meanShortfallPercent: number;
    /** Visits that lasted until ready-by. */
    readonly stayed: ReadyCounts;
    /** Of these, those not ready in time, and how many of them were AT_RISK by then, and for how long. */
    readonly risk: {
      readonly missed: number;
      readonly announced: number;
      readonly medianMinutes: number | null;
      /** Ready in the end, and AT_RISK for a while. */
      readonly falseAlarms: number;
    };
    /** Visits that ended an hour early, told to nobody; of them those that charging at once would have made ready. */
    readonly early: { readonly visits: number; readonly feasible: number; readonly ready: number };
    /** Feasible with a minute to spare, and not ready; the first few by name. */
    readonly missedWithMinuteToSpare: number;
    readonly missed: readonly Shortfall[];
    readonly leftBeforeReadyBy: number;
    readonly bySlack: readonly SlackRow[];
  };
  /** Ascending; months without sessions are left out. */
  readonly byMonth: readonly MonthRow[];
  /** Null without sessions. */
  readonly savingPerSession: SavingDistribution | null;
  readonly startsPerSession: number;
  readonly startsPerSessionOfOptimum: number;
  readonly totals: ReplayCounts;
  readonly perSession: {
    readonly readings: number;
    readonly advances: number;
    readonly plans: number;
    readonly commands: number;
  };
  readonly seconds: number;
  readonly sessionsPerSecond: number;
}
