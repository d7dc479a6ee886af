import { bar, drawing, line, text, tickLabel, ticksOf } from './chart-svg.ts';
import type { BacktestReport, ComparedCosts, MonthRow, SlackRow } from './report.ts';
import type { SavingDistribution } from './saving-distribution.ts';
import { slackName } from './table.ts';
import { counted, money, percent, whole } from './words.ts';

/** How wide a chart is drawn, and how much of that its names take. */
export interface Frame {
  readonly width: number;
  readonly namesWidth: number;
}

/** For a page on a screen, and for one on a phone: text keeps its size there. */
export const WIDE: Frame = { width: 860, namesWidth: 210 };
export const NARROW: Frame = { width: 340, namesWidth: 172 };

/** The four charts of a back-test's page; null where the report has nothing to draw. */
export function chartsOf(
  report: BacktestReport,
  frame: Frame,
): {
  readonly byMonth: string | null;
  readonly savings: string | null;
  readonly shares: string | null;
  readonly readiness: string;
} {
  const { currency } = report.rules;
  const { byMonth, savingPerSession, shareOfPossibleSaving } = report.compared;
  return {
    byMonth: byMonth.length === 0 ? null : monthChart(byMonth, currency, frame),
    savings: savingPerSession === null ? null : savingChart(savingPerSession, currency, frame),
    shares: shareOfPossibleSaving === null ? null : shareChart(report.compared, frame),
    readiness: readinessChart(report.ready.stayed.bySlack, frame),
  };
}

/** Vertical charts: the plot's edges, and a scale from values to heights. */
const LEFT = 64;
const TOP = 12;
const BOTTOM = 232;

interface Scale {
  readonly yOf: (value: number) => number;
  readonly grid: readonly string[];
}

function heightScale(low: number, high: number, { width }: Frame): Scale {
  const ticks = ticksOf(Math.min(0, low), Math.max(0, high), 5);
  const [first = 0, second = 1] = ticks;
  const last = ticks.at(-1) ?? 1;
  const yOf = (value: number): number => BOTTOM - ((value - first) / (last - first)) * (BOTTOM - TOP);
  const grid = ticks.flatMap((tick) => [
    line(LEFT, yOf(tick), width, yOf(tick), tick === 0 ? 'axis' : 'grid'),
    text(LEFT - 8, yOf(tick) + 4, 'end', tickLabel(tick, second - first)),
  ]);
  return { yOf, grid };
}

/** A bar between zero and a value, up or down. */
function column(scale: Scale, x: number, width: number, value: number, style: string, title: string): string {
  const [top, bottom] = [scale.yOf(Math.max(0, value)), scale.yOf(Math.min(0, value))];
  return bar({ x, y: top, width, height: bottom - top }, style, title);
}

function monthChart(byMonth: readonly MonthRow[], currency: string, frame: Frame): string {
  const values = byMonth.flatMap((row) => [row.atOnce, row.costActual, row.perfectForesight]);
  const scale = heightScale(Math.min(...values), Math.max(...values), frame);
  const slot = (frame.width - LEFT) / byMonth.length;
  const width = Math.min(28, slot * 0.38);
  const parts = byMonth.flatMap((row, index) => {
    const middle = LEFT + (index + 0.5) * slot;
    const title = `${row.month}, ${counted(row.sessions, 'session')}, ${whole(row.kwh)} kWh`;
    const told = (name: string, cost: number): string => `${title}\n${name}: ${money(cost)} ${currency}`;
    const best = scale.yOf(row.perfectForesight);
    const isNamed = index % Math.ceil(56 / slot) === 0;
    return [
      column(scale, middle - width - 1, width, row.atOnce, 'reference', told('At once', row.atOnce)),
      column(scale, middle + 1, width, row.costActual, 'ours', told('tidewatt', row.costActual)),
      line(middle, best, middle + width + 2, best, 'best'),
      ...(isNamed ? [text(middle, BOTTOM + 20, 'middle', row.month)] : []),
    ];
  });
  return drawing(frame.width, BOTTOM + 30, `Cost by month in ${currency}`, [...scale.grid, ...parts]);
}

function savingChart(savings: SavingDistribution, currency: string, frame: Frame): string {
  const { bins, binWidth } = savings;
  const scale = heightScale(0, Math.max(...bins.map((bin) => bin.sessions)), frame);
  const slot = (frame.width - LEFT) / bins.length;
  const every = Math.ceil(56 / slot);
  const parts = bins.flatMap((bin, index) => {
    const x = LEFT + index * slot;
    const range = `${tickLabel(bin.from, binWidth)} to ${tickLabel(bin.from + binWidth, binWidth)} ${currency}`;
    const edge = index === 0 ? ' and less' : index === bins.length - 1 ? ' and more' : '';
    const style = bin.from < 0 ? 'bad' : 'ours';
    const isNamed = Math.round(bin.from / binWidth) % every === 0;
    return [
      column(
        scale,
        x + 1,
        slot - 2,
        bin.sessions,
        style,
        `${range}${edge}: ${counted(bin.sessions, 'session')}`,
      ),
      ...(isNamed ? [text(x, BOTTOM + 20, 'middle', tickLabel(bin.from, binWidth))] : []),
    ];
  });
  const label = `Sessions by what each saves over charging at once, in ${currency}`;
  return drawing(frame.width, BOTTOM + 30, label, [...scale.grid, ...parts]);
}

const ROW_HEIGHT = 34;

function shareChart({ costReference, costActual }: ComparedCosts, { width, namesWidth }: Frame): string {
  const { atOnce, asLateAsPossible, plannedOnce, replanned, perfectForesight } = costReference;
  const possible = atOnce - perfectForesight;
  const rows: readonly (readonly [string, number])[] = [
    ['As late as possible', asLateAsPossible],
    ['Planned once', plannedOnce],
    ['Re-planned, no forecast', replanned],
    ['tidewatt', costActual],
    ['Perfect foresight', perfectForesight],
  ];
  const shares = rows.map(([name, cost]) => ({ name, share: (atOnce - cost) / possible }));
  const low = Math.min(0, ...shares.map(({ share }) => share));
  const high = Math.max(1, ...shares.map(({ share }) => share));
  const plotWidth = width - namesWidth - 60;
  const xOf = (share: number): number => namesWidth + ((share - low) / (high - low)) * plotWidth;
  const height = rows.length * ROW_HEIGHT + 8;
  const parts = shares.flatMap(({ name, share }, index) => {
    const y = index * ROW_HEIGHT + 8;
    const [from, to] = [xOf(Math.min(0, share)), xOf(Math.max(0, share))];
    const style = name === 'tidewatt' ? 'ours' : 'reference';
    return [
      text(namesWidth - 10, y + 17, 'end', name, name === 'tidewatt' ? 'name strong' : 'name'),
      bar({ x: from, y, width: to - from, height: ROW_HEIGHT - 10 }, style, `${name}: ${percent(share)}`),
      text(to + 6, y + 17, 'start', percent(share)),
    ];
  });
  const zero = line(xOf(0), 0, xOf(0), height, 'axis');
  return drawing(width, height, 'Share of the possible saving', [...parts, zero]);
}

function readinessChart(bySlack: readonly SlackRow[], frame: Frame): string {
  const plotWidth = frame.width - frame.namesWidth - 110;
  const parts = bySlack.flatMap((row, index) => {
    const y = index * ROW_HEIGHT + 8;
    const name = slackName(bySlack[index - 1]?.belowMinutes ?? null, row.belowMinutes);
    const heads = [text(frame.namesWidth - 10, y + 17, 'end', name, 'name')];
    if (row.sessions === 0) return [...heads, text(frame.namesWidth, y + 17, 'start', 'no sessions')];
    const counts = [
      ['ours', 'ready', row.feasible - row.feasibleNotReady],
      ['bad', 'not ready, and could have been', row.feasibleNotReady],
      ['reference', 'out of reach', row.sessions - row.feasible],
    ] as const;
    let x = frame.namesWidth;
    const bars = counts.flatMap(([style, what, count]) => {
      if (count === 0) return [];
      const width = (count / row.sessions) * plotWidth;
      const from = x;
      x += width;
      const box = { x: from, y, width: Math.max(1.5, width - 2), height: ROW_HEIGHT - 10 };
      return [bar(box, style, `${name}: ${whole(count)} ${what}`)];
    });
    return [...heads, ...bars, text(frame.width, y + 17, 'end', counted(row.sessions, 'session'))];
  });
  return drawing(frame.width, bySlack.length * ROW_HEIGHT + 8, 'Readiness by time left', parts);
}
