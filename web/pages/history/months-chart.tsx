import { extent } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { useWidth } from '../../chart/use-width.ts';
import { kwh, money, signedMoney } from '../../format/numbers.ts';
import { monthName, shortMonthName } from '../../format/times.ts';
import { words } from '../../words.ts';
import type { MonthSum } from './months.ts';

export type Measure = keyof typeof words.history.measures;

interface MonthsChartProps {
  readonly months: readonly MonthSum[];
  readonly measure: Measure;
  readonly currency: string | null;
}

const HEIGHT = 170;
const LEFT = 68;
const TOP = 8;
const BOTTOM = 24;
const LABEL_WIDTH_PX = 56;
const BAND_MAX_PX = 72;
const t = words.history;

/** A bar for each month. Of costs, what they would have been stands behind; a loss hangs below the line. */
export function MonthsChart({ months, measure, currency }: MonthsChartProps) {
  const [ref, widthPx] = useWidth();
  const right = Math.min(Math.max(widthPx, LEFT + 1), LEFT + months.length * BAND_MAX_PX);
  const x = scaleBand(
    months.map(({ month }) => month),
    [LEFT, right],
  ).padding(0.3);
  const behind = measure === 'cost' ? months.map(({ baseline }) => baseline) : [];
  const [low = 0, high = 0] = extent([...months.map((month) => month[measure]), ...behind]);
  const y = scaleLinear([Math.min(0, low), Math.max(0, high) || 1], [HEIGHT - BOTTOM, TOP]).nice(4);
  const every = Math.ceil(LABEL_WIDTH_PX / Math.max(x.step(), 1));
  const bar = (month: string, value: number) => ({
    x: x(month),
    width: x.bandwidth(),
    y: Math.min(y(value), y(0)),
    height: Math.abs(y(value) - y(0)),
  });
  return (
    <div class="months-chart" ref={ref}>
      {widthPx > 0 && (
        <svg width={widthPx} height={HEIGHT} role="img" aria-label={t.chart(t.measures[measure])}>
          {y.ticks(4).map((value) => (
            <g key={value} class={value === 0 ? 'rule zero' : 'rule'} transform={`translate(0 ${y(value)})`}>
              <line x1={LEFT} x2={widthPx} />
              <text x={LEFT - 8} dy="0.32em">
                {measure === 'kwhSum' ? kwh(value) : money(value, currency ?? 'EUR')}
              </text>
            </g>
          ))}
          {months.map((sum, index) => (
            <g key={sum.month}>
              {measure === 'cost' && <rect class="behind" {...bar(sum.month, sum.baseline)} />}
              <rect
                class={measure === 'savings' ? (sum.savings < 0 ? 'loss' : 'gain') : 'bar'}
                {...bar(sum.month, sum[measure])}
              >
                <title>{`${monthName(sum.month)}: ${textOf(sum, measure, currency)}`}</title>
              </rect>
              {(months.length - 1 - index) % every === 0 && (
                <text class="month" x={(x(sum.month) ?? 0) + x.bandwidth() / 2} y={HEIGHT - 6}>
                  {shortMonthName(sum.month)}
                </text>
              )}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

function textOf(sum: MonthSum, measure: Measure, currency: string | null): string {
  if (measure === 'kwhSum') return kwh(sum.kwhSum);
  if (currency === null) return words.common.none;
  return measure === 'cost' ? money(sum.cost, currency) : signedMoney(sum.savings, currency);
}
