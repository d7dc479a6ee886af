import { comparedText, factsOf, slackNote } from './facts.ts';
import type { BacktestReport, SlackRow } from './report.ts';
import { skippedText } from './skipped.ts';
import { counted, money, percent, whole } from './words.ts';

/** The report for a person: a chart of the costs, and the figures below it. */
export function backtestTable(report: BacktestReport): string {
  return [
    `${counted(report.sessions, 'session')}, ${whole(report.kwh)} kWh at the plug (${whole(report.recordedKwh)} kWh were recorded); plant ${report.rules.plant}, ready by ${report.rules.readyBy}`,
    skippedText(report),
    comparedText(report),
    '',
    ...costChart(report),
    '',
    ...factsOf(report).map(([name, value]) => `${name.padEnd(30)} ${value}`),
    '',
    ...slackTable(report.ready.stayed.bySlack),
    slackNote(report),
    '',
  ].join('\n');
}

/** Every way of charging by name, with what it costs where the costs compare. */
export function costRows({
  compared: { costReference, costActual },
}: BacktestReport): readonly (readonly [string, number])[] {
  return [
    ['At once', costReference.atOnce],
    ['As late as possible', costReference.asLateAsPossible],
    ['Planned once', costReference.plannedOnce],
    ['Re-planned, no forecast', costReference.replanned],
    ['tidewatt', costActual],
    ['Perfect foresight', costReference.perfectForesight],
  ];
}

const CHART_WIDTH = 40;

/** Bars from zero, so that their lengths compare; a negative cost has no bar. */
function costChart(report: BacktestReport): string[] {
  const { costReference } = report.compared;
  const rows = costRows(report);
  const most = Math.max(...rows.map(([, cost]) => cost), Number.MIN_VALUE);
  const width = Math.max(...rows.map(([, cost]) => money(cost).length));
  return rows.map(([name, cost]) => {
    const bar = (name === 'tidewatt' ? '█' : '░').repeat(
      Math.max(0, Math.round((cost / most) * CHART_WIDTH)),
    );
    const ratio = percent(costReference.atOnce > 0 ? cost / costReference.atOnce : null).padStart(7);
    return `${name.padEnd(24)} ${money(cost).padStart(width)} ${report.rules.currency} ${ratio}  ${bar}`;
  });
}

function slackTable(rows: readonly SlackRow[]): string[] {
  const head = ['Time left if charged at once', 'sessions', 'feasible', 'not ready', 'worst, points'];
  const body = rows.map((row, index) => [
    slackName(rows[index - 1]?.belowMinutes ?? null, row.belowMinutes),
    whole(row.sessions),
    whole(row.feasible),
    whole(row.feasibleNotReady),
    row.worstShortfallPercent.toFixed(2),
  ]);
  return [head, ...body].map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(30) : cell.padStart(15))).join(''),
  );
}

export function slackName(fromMinutes: number | null, belowMinutes: number | null): string {
  if (fromMinutes === null)
    return belowMinutes === 0 ? 'not enough for 95 %' : `less than ${belowMinutes} min`;
  return belowMinutes === null ? `${fromMinutes} min and more` : `${fromMinutes} to ${belowMinutes} min`;
}
