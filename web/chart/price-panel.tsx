import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { decimal } from '../format/numbers.ts';
import { words } from '../words.ts';
import { across, type Frame } from './frame.ts';
import type { ChartModel, PriceSlot } from './model.ts';
import { YAxis } from './y-axis.tsx';

/** Prices as bars: forecast ones hatched, negative ones below the line, in colour while it charges. */
export function PricePanel({ model, frame }: { readonly model: ChartModel; readonly frame: Frame }) {
  const { prices, currency, blocks } = model;
  const [low = 0, high = 0] = extent(prices, ({ price }) => price);
  const y = scaleLinear(
    [Math.min(0, low), Math.max(0, high) || 0.1],
    [frame.topPx + frame.heightPx, frame.topPx],
  ).nice(3);
  const bar = ({ fromMs, toMs, price }: Pick<PriceSlot, 'fromMs' | 'toMs' | 'price'>) => ({
    ...across(frame, fromMs, toMs),
    y: Math.min(y(price), y(0)),
    height: Math.max(Math.abs(y(price) - y(0)), 0.75),
  });
  return (
    <g>
      <YAxis
        frame={frame}
        y={y}
        title={words.chart.price(currency ?? '')}
        ticks={y.ticks(3)}
        textOf={(value) => decimal(value, 2)}
      />
      {prices.map((slot) => (
        <rect
          key={slot.fromMs}
          class={classOf(slot)}
          {...bar(slot)}
          {...(slot.isForecast ? { fill: frame.hatch('price') } : {})}
        />
      ))}
      {blocks.flatMap((block) =>
        prices
          .filter(({ fromMs, toMs }) => fromMs < block.toMs && toMs > block.fromMs)
          .map((slot) => {
            const fromMs = Math.max(slot.fromMs, block.fromMs);
            const toMs = Math.min(slot.toMs, block.toMs);
            return (
              <rect
                key={`${block.fromMs} ${slot.fromMs}`}
                class={`price-charged ${block.type}`}
                {...bar({ fromMs, toMs, price: slot.price })}
              />
            );
          }),
      )}
      {prices.length === 0 && (
        <text class="no-data" x={middle(frame)} y={frame.topPx + frame.heightPx / 2}>
          {words.chart.noPrices}
        </text>
      )}
    </g>
  );
}

function classOf({ isForecast, price }: PriceSlot): string {
  return `price${isForecast ? ' forecast' : ''}${price < 0 ? ' negative' : ''}`;
}

function middle({ x }: Frame): number {
  const [left = 0, right = 0] = x.range();
  return (left + right) / 2;
}
