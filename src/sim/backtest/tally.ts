import { MINUTE_MS } from '../../domain/units.ts';
import { addCompared, type Compared, comparedCosts, noneCompared } from './compared.ts';
import type { Judgement } from './judge-session.ts';
import { addToMonth, type MonthSums, monthRows } from './month-sums.ts';
import { addReadiness, noReadiness, type Readiness, readyCounts } from './readiness.ts';
import type { ReferenceCosts } from './reference.ts';
import { noCounts, type ReplayCounts } from './replay-car.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { Replayed } from './replay-session.ts';
import type { BacktestReport, Period } from './report.ts';
import { savingDistribution } from './saving-distribution.ts';
import type { BadCell, SessionRow } from './sessions-csv.ts';
import { shareOfPossible } from './share-of-possible.ts';
import type { SkipReason } from './usable-sessions.ts';

/** One session as the report counts it. */
export interface Tallied {
  readonly sessionId: string;
  /** Local month of plug-in, as in 2026-01. */
  readonly month: string;
  readonly isSecond: boolean;
  readonly recordedKwh: number;
  readonly replayed: Replayed;
  readonly reference: ReferenceCosts;
  readonly startsOfOptimum: number;
  readonly judgement: Judgement;
}

/** Running sums of a back-test, added to in place. */
export interface Tally {
  readonly skipped: Partial<Record<SkipReason, number>>;
  firstUnreadable: BadCell | null;
  /** From the first plug-in to the last plug-out; Infinity and -Infinity without sessions. */
  readonly span: { fromMs: number; toMs: number };
  sessions: number;
  secondCarSessions: number;
  recordedKwh: number;
  meterWh: number;
  cost: number;
  engineWh: number;
  engineCost: number;
  sessionsWithoutValuation: number;
  startsOfOptimum: number;
  readonly reference: { -readonly [Column in keyof ReferenceCosts]: number };
  readonly counts: ReplayCounts;
  ready: number;
  leftBeforeReadyBy: number;
  readonly all: Readiness;
  /** Of the cars that stayed until ready-by. */
  readonly stayed: Readiness;
  readonly risk: { missed: number; announced: number; falseAlarms: number };
  /** Time from the announcement to the miss, of each that was announced. */
  readonly announcedMinutes: number[];
  readonly early: { visits: number; feasible: number; ready: number };
  readonly ofReady: { sessions: number; costActual: number; atOnce: number; perfectForesight: number };
  readonly compared: Compared;
  readonly byMonth: MonthSums;
  readonly savings: number[];
}

export function emptyTally(): Tally {
  return {
    skipped: {},
    firstUnreadable: null,
    span: { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY },
    sessions: 0,
    secondCarSessions: 0,
    recordedKwh: 0,
    meterWh: 0,
    cost: 0,
    engineWh: 0,
    engineCost: 0,
    sessionsWithoutValuation: 0,
    startsOfOptimum: 0,
    reference: { atOnce: 0, asLateAsPossible: 0, plannedOnce: 0, replanned: 0, perfectForesight: 0 },
    counts: noCounts(),
    ready: 0,
    leftBeforeReadyBy: 0,
    all: noReadiness(),
    stayed: noReadiness(),
    risk: { missed: 0, announced: 0, falseAlarms: 0 },
    announcedMinutes: [],
    early: { visits: 0, feasible: 0, ready: 0 },
    ofReady: { sessions: 0, costActual: 0, atOnce: 0, perfectForesight: 0 },
    compared: noneCompared(),
    byMonth: new Map(),
    savings: [],
  };
}

/** Notes a row as it was read, whether it can be driven or not. */
export function addRow(tally: Tally, row: SessionRow, skipped: SkipReason | null): void {
  if (skipped !== null) tally.skipped[skipped] = (tally.skipped[skipped] ?? 0) + 1;
  if (row.kind === 'session') {
    tally.span.fromMs = Math.min(tally.span.fromMs, row.session.pluggedInAtMs);
    tally.span.toMs = Math.max(tally.span.toMs, row.session.pluggedOutAtMs);
  } else if (row.reason === 'unreadable') tally.firstUnreadable ??= row.cell;
}

export function addSession(tally: Tally, added: Tallied): void {
  const { replayed, reference } = added;
  tally.sessions += 1;
  tally.secondCarSessions += added.isSecond ? 1 : 0;
  tally.recordedKwh += added.recordedKwh;
  tally.meterWh += replayed.meterWh;
  tally.cost += replayed.cost;
  tally.engineWh += replayed.engineWh;
  tally.engineCost += replayed.engineCost ?? 0;
  tally.sessionsWithoutValuation += replayed.engineCost === null ? 1 : 0;
  tally.startsOfOptimum += added.startsOfOptimum;
  tally.reference.atOnce += reference.atOnce;
  tally.reference.asLateAsPossible += reference.asLateAsPossible;
  tally.reference.plannedOnce += reference.plannedOnce;
  tally.reference.replanned += reference.replanned;
  tally.reference.perfectForesight += reference.perfectForesight;
  tally.counts.readings += replayed.counts.readings;
  tally.counts.lostReadings += replayed.counts.lostReadings;
  tally.counts.advances += replayed.counts.advances;
  tally.counts.plans += replayed.counts.plans;
  tally.counts.commands += replayed.counts.commands;
  tally.counts.starts += replayed.counts.starts;
  tally.savings.push(reference.atOnce - replayed.cost);
  addCompared(tally.compared, added);
  addToMonth(tally.byMonth, added);
  addJudgement(tally, added.sessionId, added.judgement);
  addRisk(tally, added);
  if (added.judgement.isReady) addReady(tally, added);
}

/** The report of all sessions added so far. */
export function reportOf(tally: Tally, rules: ReplayRules, seconds: number): BacktestReport {
  const { prices, ...given } = rules;
  const { ofReady } = tally;
  const all = readyCounts(tally.all);
  const each = (count: number): number => (tally.sessions === 0 ? 0 : count / tally.sessions);
  return {
    rules: { ...given, currency: prices.currency },
    sessions: tally.sessions,
    secondCarSessions: tally.secondCarSessions,
    skipped: tally.skipped,
    firstUnreadable: tally.firstUnreadable,
    period: periodOf(tally.span, prices),
    recordedKwh: tally.recordedKwh,
    kwh: tally.meterWh / 1000,
    costActual: tally.cost,
    costReference: tally.reference,
    shareOfPossibleSaving: shareOfPossible(tally.cost, tally.reference),
    ofReady: {
      ...tally.ofReady,
      shareOfPossibleSaving: shareOfPossible(ofReady.costActual, ofReady),
    },
    compared: comparedCosts(tally.compared),
    engineAccount: {
      kwh: tally.engineWh / 1000,
      costActual: tally.engineCost,
      sessionsWithoutValuation: tally.sessionsWithoutValuation,
    },
    ready: {
      ready: tally.ready,
      feasible: all.feasible,
      readyOfFeasible: all.ready,
      meanShortfallPercent: all.meanShortfallPercent,
      early: tally.early,
      stayed: readyCounts(tally.stayed),
      risk: { ...tally.risk, medianMinutes: medianOf(tally.announcedMinutes) },
      missedWithMinuteToSpare: all.missedWithMinuteToSpare,
      missed: all.missed,
      leftBeforeReadyBy: tally.leftBeforeReadyBy,
      bySlack: all.bySlack,
    },
    byMonth: monthRows(tally.byMonth),
    savingPerSession: savingDistribution(tally.savings),
    startsPerSession: each(tally.counts.starts),
    startsPerSessionOfOptimum: each(tally.startsOfOptimum),
    totals: tally.counts,
    perSession: {
      readings: each(tally.counts.readings),
      advances: each(tally.counts.advances),
      plans: each(tally.counts.plans),
      commands: each(tally.counts.commands),
    },
    seconds,
    sessionsPerSecond: seconds > 0 ? tally.sessions / seconds : 0,
  };
}

function periodOf({ fromMs, toMs }: Tally['span'], { slots }: ReplayRules['prices']): Period {
  const hasSessions = fromMs <= toMs;
  return {
    pricesFrom: instantText(slots[0]?.startAtMs ?? 0),
    pricesTo: instantText(slots.at(-1)?.endAtMs ?? 0),
    sessionsFrom: hasSessions ? instantText(fromMs) : null,
    sessionsTo: hasSessions ? instantText(toMs) : null,
  };
}

function instantText(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** Of the cars that stayed until ready-by: was a miss announced, and was one that never came? */
function addRisk({ risk, announcedMinutes }: Tally, { judgement, replayed }: Tallied): void {
  if (judgement.hasLeftBefore) return;
  if (judgement.isReady) {
    risk.falseAlarms += replayed.risk.wasAnnounced ? 1 : 0;
    return;
  }
  risk.missed += 1;
  if (replayed.risk.sinceMs === null) return;
  risk.announced += 1;
  announcedMinutes.push((replayed.readyByMs - replayed.risk.sinceMs) / MINUTE_MS);
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** A car that was not ready paid for less energy: costs of those that were compare without that. */
function addReady({ ofReady }: Tally, { replayed, reference }: Tallied): void {
  ofReady.sessions += 1;
  ofReady.costActual += replayed.cost;
  ofReady.atOnce += reference.atOnce;
  ofReady.perfectForesight += reference.perfectForesight;
}

function addJudgement(tally: Tally, sessionId: string, judgement: Judgement): void {
  tally.ready += judgement.isReady ? 1 : 0;
  tally.leftBeforeReadyBy += judgement.hasLeftBefore ? 1 : 0;
  addReadiness(tally.all, sessionId, judgement);
  if (!judgement.hasLeftBefore) addReadiness(tally.stayed, sessionId, judgement);
  if (!judgement.hasLeftEarly) return;
  tally.early.visits += 1;
  tally.early.feasible += judgement.isFeasible ? 1 : 0;
  tally.early.ready += judgement.isFeasible && judgement.isReady ? 1 : 0;
}
