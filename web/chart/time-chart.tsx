import { scaleLinear } from 'd3-scale';
import { useId, useState } from 'preact/hooks';
import { zoneAbbreviation } from '../format/times.ts';
import { words } from '../words.ts';
import { BlockLane } from './block-lane.tsx';
import { CursorLayer } from './cursor-layer.tsx';
import { type Frame, HATCHES } from './frame.ts';
import { Legend } from './legend.tsx';
import { LevelPanel } from './level-panel.tsx';
import type { ChartModel } from './model.ts';
import { PricePanel } from './price-panel.tsx';
import { RatePanel } from './rate-panel.tsx';
import { QUARTER_MS, quarterAt, readQuarter } from './read-at.ts';
import { Readout } from './readout.tsx';
import { timeTicks } from './time-ticks.ts';
import { useWidth } from './use-width.ts';
import './chart.css';

interface TimeChartProps {
  readonly model: ChartModel;
  /** Lower, and without the charge rate. */
  readonly isCompact?: boolean;
}

const LANE_PX = 16;
/** Room above a panel for its title. */
const GAP_PX = 34;
const AXIS_PX = 26;
/** Two marks nearer than that have no room for their words between them. */
const CROWDED_PX = 110;
const FULL = { price: 112, rate: 72, level: 100 };
const COMPACT = { price: 84, rate: 0, level: 64 };

/**
 * A session over time: blocks, prices, charge rate and level on one axis in the location's clock. The values at a
 * cursor are read by pointer or by arrow keys; until then they are those of now, or of plug-in.
 */
export function TimeChart({ model, isCompact = false }: TimeChartProps) {
  const [ref, widthPx] = useWidth();
  const [cursor, setCursor] = useState<number | null>(null);
  const hatchId = `hatch${useId()}`;
  const { span, nowMs, zone } = model;
  const quarter = cursor ?? quarterAt(span, nowMs ?? model.pluggedInMs ?? span.fromMs);
  const leftPx = widthPx < 560 ? 38 : 48;
  const x = scaleLinear([span.fromMs, span.toMs], [leftPx, Math.max(leftPx + 1, widthPx - 8)]);
  const heights = isCompact ? COMPACT : FULL;
  const tops = topsOf(heights);
  const frame = (topPx: number, heightPx: number): Frame => ({
    x,
    topPx,
    heightPx,
    hatch: (name) => `url(#${hatchId}${name})`,
  });
  const { readyByMs } = model;
  const deadlinePx =
    readyByMs !== null && readyByMs > span.fromMs && readyByMs <= span.toMs ? x(readyByMs) : null;
  const nowPx = nowMs === null ? null : x(nowMs);
  const isCrowded =
    nowPx !== null && deadlinePx !== null && deadlinePx - nowPx < CROWDED_PX && deadlinePx > nowPx;
  return (
    <div class="chart">
      <Readout reading={readQuarter(model, quarter)} model={model} isCompact={isCompact} />
      <div class="chart-plot" ref={ref}>
        {widthPx > 0 && (
          <>
            <svg width={widthPx} height={tops.end} aria-hidden="true">
              {HATCHES.map((name) => (
                <Hatch key={name} id={`${hatchId}${name}`} name={name} />
              ))}
              {timeTicks(span, widthPx - leftPx, zone).map(({ atMs, text, isDay }) => (
                <g key={atMs} class={isDay ? 'tick day' : 'tick'} transform={`translate(${x(atMs)} 0)`}>
                  <line y1={LANE_PX + 4} y2={tops.axis} />
                  <text y={tops.axis + 17}>{text}</text>
                </g>
              ))}
              <text class="zone" x={0} y={tops.axis + 17}>
                {zoneAbbreviation(span.fromMs, zone)}
              </text>
              <BlockLane blocks={model.blocks} frame={frame(0, LANE_PX)} bottomPx={tops.axis} />
              <PricePanel model={model} frame={frame(tops.price, heights.price)} />
              {heights.rate > 0 && <RatePanel model={model} frame={frame(tops.rate, heights.rate)} />}
              <LevelPanel model={model} frame={frame(tops.level, heights.level)} />
              {deadlinePx !== null && (
                <Mark
                  name="deadline"
                  xPx={deadlinePx}
                  bottomPx={tops.axis}
                  text={words.chart.readyBy}
                  isBefore
                />
              )}
              {nowPx !== null && (
                <Mark
                  name="now"
                  xPx={nowPx}
                  bottomPx={tops.axis}
                  text={words.chart.now}
                  isBefore={isCrowded}
                />
              )}
              {cursor !== null && (
                <rect
                  class="cursor"
                  x={x(span.fromMs + cursor * QUARTER_MS)}
                  y={0}
                  width={x(QUARTER_MS) - x(0)}
                  height={tops.axis}
                />
              )}
            </svg>
            <CursorLayer model={model} x={x} quarter={quarter} onMove={setCursor} />
          </>
        )}
      </div>
      <Legend model={model} />
    </div>
  );
}

function Hatch({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class={`hatch-line ${name}`} width="2" height="5" />
    </pattern>
  );
}

interface MarkProps {
  readonly name: 'now' | 'deadline';
  readonly xPx: number;
  readonly bottomPx: number;
  readonly text: string;
  /** The text stands before the line rather than after it. */
  readonly isBefore: boolean;
}

function Mark({ name, xPx, bottomPx, text, isBefore }: MarkProps) {
  return (
    <g class={`mark ${name}`} transform={`translate(${xPx} 0)`}>
      <line y1={LANE_PX + 4} y2={bottomPx} />
      <text y={LANE_PX + 16} x={isBefore ? -5 : 5} class={isBefore ? 'before' : undefined}>
        {text}
      </text>
    </g>
  );
}

function topsOf({ price, rate, level }: typeof FULL) {
  const priceTop = LANE_PX + GAP_PX + 8;
  const rateTop = priceTop + price + GAP_PX;
  const levelTop = rate === 0 ? rateTop : rateTop + rate + GAP_PX;
  const axis = levelTop + level + 6;
  return { price: priceTop, rate: rateTop, level: levelTop, axis, end: axis + AXIS_PX };
}
