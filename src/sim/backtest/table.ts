import type { BacktestReport, SlackRow } from './report.ts';
import { skippedText } from './skipped.ts';
import { counted, money, percent, whole } from './words.ts';

/** The report for a person: a chart of the costs, and the figures below it. */
export function backtestTable(report: BacktestReport): string {
  const { ready, engineAccount, perSession } = report;
  return [
    `${counted(report.sessions, 'session')}, ${whole(report.kwh)} kWh at the plug (${whole(report.recordedKwh)} kWh were recorded); plant ${report.rules.plant}, ready by ${report.rules.readyBy}`,
    skippedText(report),
    '',
    ...costChart(report),
    '',
    ...pairs([
      [
        'Share of the possible saving',
        `${percent(report.shareOfPossibleSaving)}; of those ready ${percent(report.ofReady.shareOfPossibleSaving)}`,
      ],
      [
        "Engine's own account",
        `${whole(engineAccount.kwh)} kWh, ${money(engineAccount.costActual)} ${report.rules.currency}` +
          (engineAccount.sessionsWithoutValuation > 0
            ? `, ${whole(engineAccount.sessionsWithoutValuation)} without valuation`
            : ''),
      ],
      [
        'Ready on time',
        `${whole(ready.readyOfFeasible)} of ${whole(ready.feasible)} feasible; ${whole(ready.ready)} in all`,
      ],
      ['Not ready, a minute to spare', missedText(report)],
      ...(ready.readyOfFeasible === ready.feasible
        ? []
        : [
            [
              'Average shortfall',
              `${ready.meanShortfallPercent.toFixed(2)} points, of all feasible that were not ready`,
            ] as const,
          ]),
      ['Left before ready-by', whole(ready.leftBeforeReadyBy)],
      ...(ready.leftBeforeReadyBy === 0 ? [] : [['Stayed until ready-by', readyOf(ready.stayed)] as const]),
      ['Announced as AT_RISK', riskText(ready.risk)],
      ...(report.rules.earlyRatio === 0 ? [] : [['Left an hour early', readyOf(ready.early)] as const]),
      [
        'Starts per session',
        `${report.startsPerSession.toFixed(2)} (cheapest possible: ${report.startsPerSessionOfOptimum.toFixed(2)})`,
      ],
      [
        'Per session',
        `${perSession.commands.toFixed(1)} commands, ${perSession.plans.toFixed(1)} plans, ${perSession.advances.toFixed(1)} steps, ${perSession.readings.toFixed(1)} readings`,
      ],
      ['Time', `${report.seconds.toFixed(1)} s, ${report.sessionsPerSecond.toFixed(0)} sessions a second`],
    ]),
    '',
    ...slackTable(ready.bySlack),
    '',
  ].join('\n');
}

/** Every way of charging by name, with what it costs. */
export function costRows({
  costReference,
  costActual,
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
  const { costReference } = report;
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
  if (fromMinutes === null) return belowMinutes === 0 ? 'not enough' : `less than ${belowMinutes} min`;
  return belowMinutes === null ? `${fromMinutes} min and more` : `${fromMinutes} to ${belowMinutes} min`;
}

function readyOf(row: BacktestReport['ready']['stayed']): string {
  return `${whole(row.visits)}; ready ${whole(row.ready)} of ${whole(row.feasible)} feasible`;
}

function riskText({
  missed,
  announced,
  medianMinutes,
  falseAlarms,
}: BacktestReport['ready']['risk']): string {
  const ahead = medianMinutes === null ? '' : `, half of them ${whole(medianMinutes)} min ahead or more`;
  return `${whole(announced)} of ${whole(missed)} not ready${ahead}; ${whole(falseAlarms)} were ready after all`;
}

function missedText(report: BacktestReport): string {
  const { missed, missedWithMinuteToSpare } = report.ready;
  if (missedWithMinuteToSpare === 0) return '0';
  const names = missed.slice(0, 5).map((one) => `${one.sessionId} by ${one.shortfallPercent.toFixed(1)}`);
  return `${whole(missedWithMinuteToSpare)}: ${names.join(', ')}${missedWithMinuteToSpare > 5 ? ' …' : ''}`;
}

function pairs(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([name, value]) => `${name.padEnd(30)} ${value}`);
}
