import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { timeTicks } from '../../chart/time-ticks.ts';
import { useWidth } from '../../chart/use-width.ts';
import { price } from '../../format/numbers.ts';
import { words } from '../../words.ts';
import { type PriceStep, runsOf } from './price-steps.ts';

interface PriceChartProps {
  readonly steps: readonly PriceStep[];
  readonly currency: string;
  readonly zone: string;
  readonly nowMs: number;
}

const HEIGHT = 190;
const LEFT = 60;
const TOP = 10;
const BOTTOM = 24;
/** It begins at its day, with half of an hour's after it. */
const DAY_LABEL_WIDTH_PX = 96;
const t = words.policies.prices;

/** Prices as steps: forecast ones dashed, negative ones in a colour of their own below the line. */
export function PriceChart({ steps, currency, zone, nowMs }: PriceChartProps) {
  const [ref, widthPx] = useWidth();
  const fromMs = steps[0]?.fromMs ?? 0;
  const toMs = steps.at(-1)?.toMs ?? 0;
  const x = scaleLinear([fromMs, toMs], [LEFT, Math.max(widthPx, LEFT + 1)]);
  const rates = steps.flatMap(({ rate }) => (rate === null ? [] : [rate]));
  const [low = 0, high = 0] = extent(rates);
  const y = scaleLinear([Math.min(0, low), Math.max(0, high) || 0.1], [HEIGHT - BOTTOM, TOP]).nice(4);
  const pointsOf = (run: readonly PriceStep[]): [number, number][] =>
    [...run.map(({ fromMs: atMs, rate }) => [atMs, rate]), [run.at(-1)?.toMs, run.at(-1)?.rate]].map(
      ([atMs, rate]) => [x(atMs ?? 0), y(rate ?? 0)],
    );
  const stroke = line().curve(curveStepAfter);
  const fill = area().curve(curveStepAfter).y0(y(0));
  const all = timeTicks({ fromMs, toMs }, widthPx - LEFT, zone).filter(({ atMs }) => atMs < toMs);
  const dayLabelsPx = all.filter(({ isDay }) => isDay).map(({ atMs }) => x(atMs));
  const ticks = all.filter(
    ({ atMs, isDay }) =>
      isDay || dayLabelsPx.every((left) => x(atMs) < left || x(atMs) > left + DAY_LABEL_WIDTH_PX),
  );
  return (
    <div class="price-chart" ref={ref}>
      {widthPx > 0 && (
        <svg width={widthPx} height={HEIGHT} role="img" aria-label={t.chart}>
          {y.ticks(4).map((value) => (
            <g key={value} class={value === 0 ? 'rule zero' : 'rule'} transform={`translate(0 ${y(value)})`}>
              <line x1={LEFT} x2={widthPx} />
              <text x={LEFT - 8} dy="0.32em">
                {price(value, currency).replace('/kWh', '')}
              </text>
            </g>
          ))}
          {ticks.map(({ atMs, text, isDay }) => (
            <g key={atMs} class={isDay ? 'at day' : 'at'} transform={`translate(${x(atMs)} 0)`}>
              <line y1={TOP} y2={HEIGHT - BOTTOM} />
              <text y={HEIGHT - 6}>{text}</text>
            </g>
          ))}
          {runsOf(steps).map((run) => (
            <g key={run[0]?.fromMs} class={run[0]?.isForecast ? 'run forecast' : 'run'}>
              <path class="fill" d={fill(pointsOf(run)) ?? ''} />
              <path class="step" d={stroke(pointsOf(run)) ?? ''} />
            </g>
          ))}
          {steps
            .filter(({ rate }) => rate !== null && rate < 0)
            .map((step) => (
              <rect
                key={step.fromMs}
                class="negative"
                x={x(step.fromMs)}
                width={x(step.toMs) - x(step.fromMs)}
                y={y(0)}
                height={y(step.rate ?? 0) - y(0)}
              />
            ))}
          {nowMs >= fromMs && nowMs < toMs && (
            <g class="now" transform={`translate(${x(nowMs)} 0)`}>
              <line y1={TOP - 6} y2={HEIGHT - BOTTOM} />
            </g>
          )}
        </svg>
      )}
    </div>
  );
}
