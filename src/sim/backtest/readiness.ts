import { MINUTE_MS } from '../../domain/units.ts';
import type { Judgement } from './judge-session.ts';
import type { ReadyCounts, Shortfall, SlackRow } from './report.ts';

/** Running counts of visits that were ready, added to in place. */
export interface Readiness {
  visits: number;
  feasible: number;
  ready: number;
  /** Summed over the feasible that were not ready. */
  shortfallPercent: number;
  missedWithMinuteToSpare: number;
  readonly missed: Shortfall[];
  readonly bySlack: { -readonly [Field in keyof SlackRow]: SlackRow[Field] }[];
}

const SLACK_EDGES_MINUTES = [0, 1, 5, 15, 30, 60, 240, null] as const;
/** So many missed sessions are named; the rest are counted. */
const NAMED_MISSED_MAX_COUNT = 20;

export function noReadiness(): Readiness {
  return {
    visits: 0,
    feasible: 0,
    ready: 0,
    shortfallPercent: 0,
    missedWithMinuteToSpare: 0,
    missed: [],
    bySlack: SLACK_EDGES_MINUTES.map((belowMinutes) => ({
      belowMinutes,
      sessions: 0,
      feasible: 0,
      feasibleNotReady: 0,
      worstShortfallPercent: 0,
    })),
  };
}

export function addReadiness(readiness: Readiness, sessionId: string, judgement: Judgement): void {
  const { isFeasible, isReady, shortfallPercent } = judgement;
  const slackMinutes = judgement.slackMs / MINUTE_MS;
  readiness.visits += 1;
  readiness.feasible += isFeasible ? 1 : 0;
  readiness.ready += isFeasible && isReady ? 1 : 0;
  if (isFeasible && !isReady) readiness.shortfallPercent += shortfallPercent;
  const row = readiness.bySlack.find(
    ({ belowMinutes }) => belowMinutes === null || slackMinutes < belowMinutes,
  );
  if (row !== undefined) {
    row.sessions += 1;
    row.feasible += isFeasible ? 1 : 0;
    if (isFeasible) {
      row.feasibleNotReady += isReady ? 0 : 1;
      row.worstShortfallPercent = Math.max(row.worstShortfallPercent, shortfallPercent);
    }
  }
  if (!judgement.isFeasibleWithMinuteToSpare || isReady) return;
  readiness.missedWithMinuteToSpare += 1;
  if (readiness.missed.length < NAMED_MISSED_MAX_COUNT) {
    readiness.missed.push({ sessionId, slackMinutes, shortfallPercent });
  }
}

export function readyCounts({ shortfallPercent, ...counts }: Readiness): ReadyCounts {
  const notReady = counts.feasible - counts.ready;
  return { ...counts, meanShortfallPercent: notReady > 0 ? shortfallPercent / notReady : 0 };
}
