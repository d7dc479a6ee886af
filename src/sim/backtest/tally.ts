import { MINUTE_MS } from '../../domain/units.ts';
import type { Judgement } from './judge-session.ts';
import type { ReferenceCosts } from './reference.ts';
import { noCounts, type ReplayCounts } from './replay-car.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { Replayed } from './replay-session.ts';
import type { BacktestReport, MonthRow, Period, Shortfall, SlackRow } from './report.ts';
import { savingDistribution } from './saving-distribution.ts';
import type { BadCell, SessionRow } from './sessions-csv.ts';
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
  feasible: number;
  readyOfFeasible: number;
  missedWithMinuteToSpare: number;
  leftBeforeReadyBy: number;
  shortfallPercent: number;
  readonly stayed: { visits: number; feasible: number; ready: number };
  readonly risk: { missed: number; announced: number; falseAlarms: number };
  /** Time from the announcement to the miss, of each that was announced. */
  readonly announcedMinutes: number[];
  readonly early: { visits: number; feasible: number; ready: number };
  readonly ofReady: { sessions: number; costActual: number; atOnce: number; perfectForesight: number };
  readonly missed: Shortfall[];
  readonly bySlack: { -readonly [Field in keyof SlackRow]: SlackRow[Field] }[];
  readonly byMonth: Map<string, { -readonly [Field in keyof MonthRow]: MonthRow[Field] }>;
  readonly savings: number[];
}

const SLACK_EDGES_MINUTES = [0, 1, 5, 15, 30, 60, 240, null] as const;
/** So many missed sessions are named; the rest are counted. */
const NAMED_MISSED_MAX_COUNT = 20;

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
    feasible: 0,
    readyOfFeasible: 0,
    missedWithMinuteToSpare: 0,
    leftBeforeReadyBy: 0,
    shortfallPercent: 0,
    stayed: { visits: 0, feasible: 0, ready: 0 },
    risk: { missed: 0, announced: 0, falseAlarms: 0 },
    announcedMinutes: [],
    early: { visits: 0, feasible: 0, ready: 0 },
    ofReady: { sessions: 0, costActual: 0, atOnce: 0, perfectForesight: 0 },
    missed: [],
    bySlack: SLACK_EDGES_MINUTES.map((belowMinutes) => ({
      belowMinutes,
      sessions: 0,
      feasible: 0,
      feasibleNotReady: 0,
      worstShortfallPercent: 0,
    })),
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
  addToMonth(tally, added);
  addJudgement(tally, added.sessionId, added.judgement);
  addRisk(tally, added);
  if (added.judgement.isReady) addReady(tally, added);
}

/** The report of all sessions added so far. */
export function reportOf(tally: Tally, rules: ReplayRules, seconds: number): BacktestReport {
  const { prices, ...given } = rules;
  const { atOnce, perfectForesight } = tally.reference;
  const { ofReady, feasible, readyOfFeasible } = tally;
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
    shareOfPossibleSaving: shareOf(tally.cost, atOnce, perfectForesight),
    ofReady: {
      ...tally.ofReady,
      shareOfPossibleSaving: shareOf(ofReady.costActual, ofReady.atOnce, ofReady.perfectForesight),
    },
    engineAccount: {
      kwh: tally.engineWh / 1000,
      costActual: tally.engineCost,
      sessionsWithoutValuation: tally.sessionsWithoutValuation,
    },
    ready: {
      ready: tally.ready,
      feasible: tally.feasible,
      readyOfFeasible: tally.readyOfFeasible,
      meanShortfallPercent:
        feasible > readyOfFeasible ? tally.shortfallPercent / (feasible - readyOfFeasible) : 0,
      early: tally.early,
      stayed: tally.stayed,
      risk: { ...tally.risk, medianMinutes: medianOf(tally.announcedMinutes) },
      missedWithMinuteToSpare: tally.missedWithMinuteToSpare,
      missed: tally.missed,
      leftBeforeReadyBy: tally.leftBeforeReadyBy,
      bySlack: tally.bySlack,
    },
    byMonth: [...tally.byMonth.values()].sort((one, other) => one.month.localeCompare(other.month)),
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

/** Of the saving of perfect foresight over charging at once, the share that a cost realises. */
function shareOf(cost: number, atOnce: number, perfectForesight: number): number | null {
  return atOnce > perfectForesight ? (atOnce - cost) / (atOnce - perfectForesight) : null;
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

function addToMonth(tally: Tally, { month, replayed, reference }: Tallied): void {
  const row = tally.byMonth.get(month) ?? {
    month,
    sessions: 0,
    kwh: 0,
    costActual: 0,
    atOnce: 0,
    replanned: 0,
    perfectForesight: 0,
  };
  row.sessions += 1;
  row.kwh += replayed.meterWh / 1000;
  row.costActual += replayed.cost;
  row.atOnce += reference.atOnce;
  row.replanned += reference.replanned;
  row.perfectForesight += reference.perfectForesight;
  tally.byMonth.set(month, row);
}

function addJudgement(tally: Tally, sessionId: string, judgement: Judgement): void {
  const slackMinutes = judgement.slackMs / MINUTE_MS;
  const row = tally.bySlack.find(({ belowMinutes }) => belowMinutes === null || slackMinutes < belowMinutes);
  tally.ready += judgement.isReady ? 1 : 0;
  tally.feasible += judgement.isFeasible ? 1 : 0;
  tally.readyOfFeasible += judgement.isFeasible && judgement.isReady ? 1 : 0;
  tally.leftBeforeReadyBy += judgement.hasLeftBefore ? 1 : 0;
  if (judgement.isFeasible && !judgement.isReady) tally.shortfallPercent += judgement.shortfallPercent;
  if (!judgement.hasLeftBefore) {
    tally.stayed.visits += 1;
    tally.stayed.feasible += judgement.isFeasible ? 1 : 0;
    tally.stayed.ready += judgement.isFeasible && judgement.isReady ? 1 : 0;
  }
  if (judgement.hasLeftEarly) {
    tally.early.visits += 1;
    tally.early.feasible += judgement.isFeasible ? 1 : 0;
    tally.early.ready += judgement.isFeasible && judgement.isReady ? 1 : 0;
  }
  if (row !== undefined) {
    row.sessions += 1;
    row.feasible += judgement.isFeasible ? 1 : 0;
    if (judgement.isFeasible) {
      row.feasibleNotReady += judgement.isReady ? 0 : 1;
      row.worstShortfallPercent = Math.max(row.worstShortfallPercent, judgement.shortfallPercent);
    }
  }
  if (!judgement.isFeasibleWithMinuteToSpare || judgement.isReady) return;
  tally.missedWithMinuteToSpare += 1;
  if (tally.missed.length < NAMED_MISSED_MAX_COUNT) {
    tally.missed.push({ sessionId, slackMinutes, shortfallPercent: judgement.shortfallPercent });
  }
}
