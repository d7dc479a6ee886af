import { localDateOf } from '../../domain/calendar.ts';
import type { BacktestReport } from './report.ts';
import type { SkipReason } from './usable-sessions.ts';
import { counted, whole } from './words.ts';

/** Why rows were left out, in words, with how many. */
export function skippedRows({
  skipped,
  firstUnreadable,
}: Pick<BacktestReport, 'skipped' | 'firstUnreadable'>): readonly (readonly [
  reason: string,
  count: number,
])[] {
  return (Object.entries(SKIP_WORDS) as [SkipReason, string][]).flatMap(([reason, words]) => {
    const count = skipped[reason] ?? 0;
    if (count === 0) return [];
    const first =
      reason === 'unreadable' && firstUnreadable !== null
        ? ` (the first is row ${firstUnreadable.row}: ${firstUnreadable.column} is "${firstUnreadable.value}")`
        : '';
    return [[`${words}${first}`, count] as const];
  });
}

/** The same in one sentence. */
export function skippedText(report: BacktestReport): string {
  const rows = skippedRows(report);
  if (rows.length === 0) return 'No row skipped.';
  const all = rows.reduce((sum, [, count]) => sum + count, 0);
  return `${counted(all, 'row')} skipped: ${rows.map(([words, count]) => `${whole(count)} ${words}`).join(', ')}.`;
}

/** Why no session could be driven, and what was expected: a table of zeros would not say. */
export function noSessionText(report: BacktestReport): string {
  const { skipped, period } = report;
  const { timezone } = report.rules.publication;
  const { pricesFrom, pricesTo, sessionsFrom, sessionsTo } = period;
  const lines = [
    skippedRows(report).length === 0 ? 'The file of sessions has no rows.' : skippedText(report),
    ...((skipped.outside_prices ?? 0) > 0 && sessionsFrom !== null && sessionsTo !== null
      ? [
          `The prices are ${daysText(timezone, pricesFrom, pricesTo)}, the sessions ${daysText(timezone, sessionsFrom, sessionsTo)}; --shift-weeks moves the sessions.`,
        ]
      : []),
    ...((skipped.unreadable ?? 0) > 0
      ? [
          'Expected are instants such as 2026-01-05T17:00:00Z, and numbers above 0 with a decimal point; a level is at most 100.',
        ]
      : []),
  ];
  return `no session could be driven. ${lines.join(' ')}`;
}

/** The local days of a time that ends just before its end. */
function daysText(timezone: string, from: string, to: string): string {
  return `from ${dayText(timezone, Date.parse(from))} to ${dayText(timezone, Date.parse(to) - 1)}`;
}

function dayText(timezone: string, atMs: number): string {
  const { year, month, day } = localDateOf(timezone, atMs);
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
}

const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  outside_prices: 'outside the prices',
  price_gap: 'over a gap in the prices',
  no_plug_out: 'without a plug-out',
  no_estimate: 'without an estimate of battery, power or level',
  zero_length: 'of no length',
  unreadable: 'that cannot be read',
  energy_exceeds_est_power: 'with more energy than their power allows',
};
