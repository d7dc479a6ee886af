import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { decimal } from '../format/numbers.ts';
import { words } from '../words.ts';
import { across, type Frame } from './frame.ts';
import type { ChartModel } from './model.ts';
import { YAxis } from './y-axis.tsx';

const HOUR_MS = 3_600_000;

/** Mean power of each quarter hour; of planned blocks what they need, hatched. */
export function RatePanel({ model, frame }: { readonly model: ChartModel; readonly frame: Frame }) {
  const planned = model.blocks
    .filter(({ toMs, plannedFromMs }) => toMs > plannedFromMs)
    .map((block) => ({ ...block, rate: block.kwh / ((block.toMs - block.fromMs) / HOUR_MS) }));
  const highest = max([...model.steps, ...planned], ({ rate }) => rate) ?? 0;
  const bottom = frame.topPx + frame.heightPx;
  const y = scaleLinear([0, Math.max(highest, 2)], [bottom, frame.topPx]).nice(2);
  return (
    <g>
      <YAxis
        frame={frame}
        y={y}
        title={words.chart.rate}
        ticks={y.ticks(2)}
        textOf={(value) => decimal(value, 0)}
      />
      {planned.map(({ type, fromMs, plannedFromMs, toMs, rate }) => (
        <rect
          key={fromMs}
          class={`rate-planned ${type}`}
          {...across(frame, plannedFromMs, toMs)}
          y={y(rate)}
          height={bottom - y(rate)}
          fill={frame.hatch(type)}
        />
      ))}
      {model.steps.map(({ fromMs, toMs, rate }) =>
        rate > 0 ? (
          <rect
            key={fromMs}
            class="rate"
            {...across(frame, fromMs, toMs)}
            y={y(rate)}
            height={bottom - y(rate)}
          />
        ) : null,
      )}
    </g>
  );
}
