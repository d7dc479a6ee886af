import { READY_TOLERANCE_PERCENT, TARGET_PERCENT } from './replay-rules.ts';
import type { BacktestReport } from './report.ts';
import { counted, money, percent, whole } from './words.ts';

/** A figure by its name, as the terminal and the page both show it. */
export type Fact = readonly [name: string, value: string];

/** What a report says besides its costs. */
export function factsOf(report: BacktestReport): readonly Fact[] {
  const { ready, engineAccount, perSession, compared, rules } = report;
  const { stayed } = ready;
  const withoutValuation =
    engineAccount.sessionsWithoutValuation > 0
      ? `, ${whole(engineAccount.sessionsWithoutValuation)} without valuation`
      : '';
  return [
    ['Share of the possible saving', percent(compared.shareOfPossibleSaving)],
    ['Ready on time', readyText(report)],
    ...(stayed.ready === stayed.feasible
      ? []
      : [
          [
            'Average shortfall',
            `${stayed.meanShortfallPercent.toFixed(2)} points, of those that could be ready and were not`,
          ] as const,
        ]),
    ['Not ready, a minute to spare', missedText(report)],
    ...(ready.leftBeforeReadyBy === 0 ? [] : [['Left before ready-by', leftText(report)] as const]),
    ...(rules.earlyRatio === 0 ? [] : [['Of these an hour early', earlyText(report)] as const]),
    ['Not ready and told AT_RISK', riskText(ready.risk)],
    ['AT_RISK and ready after all', falseAlarmText(report)],
    ['Starts per session', compared.startsPerSession.toFixed(2)],
    ['Starts of the cheapest plan', compared.startsPerSessionOfOptimum.toFixed(2)],
    [
      'Per session',
      `${perSession.commands.toFixed(1)} commands, ${perSession.plans.toFixed(1)} plans, ${perSession.advances.toFixed(1)} steps, ${perSession.readings.toFixed(1)} readings`,
    ],
    ['By the meter, all sessions', `${whole(report.kwh)} kWh, ${money(report.costActual)} ${rules.currency}`],
    [
      "Engine's own account",
      `${whole(engineAccount.kwh)} kWh, ${money(engineAccount.costActual)} ${rules.currency}${withoutValuation}`,
    ],
    ['Time', `${report.seconds.toFixed(1)} s, ${report.sessionsPerSecond.toFixed(0)} sessions a second`],
  ];
}

/** Which sessions the costs compare, and which they leave out and why. */
export function comparedText({ sessions, compared }: BacktestReport): string {
  const { leftBeforeReadyBy, notReady, outOfReach } = compared.leftOut;
  if (compared.sessions === sessions) {
    return `Costs are of all ${counted(sessions, 'session')}: each was ready, so every way of charging delivered the same energy.`;
  }
  const left = [
    [leftBeforeReadyBy, 'left before ready-by'],
    [notReady, 'not ready, though charging at once would have been'],
    [outOfReach, 'with too little time for anybody'],
  ] as const;
  const reasons = left.flatMap(([count, why]) => (count === 0 ? [] : [`${whole(count)} ${why}`]));
  return `Costs are of ${whole(compared.sessions)} of ${counted(sessions, 'session')}: those that stayed until ready-by and were ready, so that every way of charging delivered the same energy. Left out: ${reasons.join(', ')}.`;
}

/** What the table by slack counts. */
export function slackNote({ ready }: BacktestReport): string {
  const who = ready.leftBeforeReadyBy === 0 ? '' : ' Only cars that stayed until ready-by are counted.';
  return `Ready is ${TARGET_PERCENT - READY_TOLERANCE_PERCENT} % or more, so half a point of the target may be missing.${who}`;
}

function readyText({ ready: { stayed, leftBeforeReadyBy } }: BacktestReport): string {
  const who = leftBeforeReadyBy === 0 ? '' : ' stayed until ready-by and';
  const share = percent(stayed.feasible > 0 ? stayed.ready / stayed.feasible : null);
  return `${whole(stayed.ready)} of ${whole(stayed.feasible)} that${who} could be: ${share}`;
}

function missedText({ ready: { stayed } }: BacktestReport): string {
  const { missed, missedWithMinuteToSpare } = stayed;
  if (missedWithMinuteToSpare === 0) return '0';
  const names = missed.slice(0, 5).map((one) => `${one.sessionId} by ${one.shortfallPercent.toFixed(1)}`);
  return `${whole(missedWithMinuteToSpare)}: ${names.join(', ')}${missedWithMinuteToSpare > 5 ? ' …' : ''}`;
}

function leftText({ sessions, ready }: BacktestReport): string {
  const feasible = ready.feasible - ready.stayed.feasible;
  const wereReady = ready.readyOfFeasible - ready.stayed.ready;
  return `${whole(ready.leftBeforeReadyBy)} of ${whole(sessions)}, told to nobody; ${whole(wereReady)} were ready then, charging at once would have made ${whole(feasible)} ready`;
}

function earlyText({ ready: { early } }: BacktestReport): string {
  return `${whole(early.visits)}; ${whole(early.ready)} were ready then, charging at once would have made ${whole(early.feasible)} ready`;
}

function riskText({ missed, announced, medianMinutes }: BacktestReport['ready']['risk']): string {
  const ahead = medianMinutes === null ? '' : `, half of them ${whole(medianMinutes)} min ahead or more`;
  return `${whole(announced)} of ${whole(missed)} not ready${ahead}`;
}

/** Without a margin a plan may end at ready-by to the second, and what it falls short by is less than a reading shows. */
function falseAlarmText({ rules, ready: { risk } }: BacktestReport): string {
  const why =
    rules.marginMs === 0 && risk.falseAlarms > 0 ? '; with no margin, seconds are told as a risk' : '';
  return `${whole(risk.falseAlarms)}${why}`;
}
