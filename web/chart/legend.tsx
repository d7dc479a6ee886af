import { words } from '../words.ts';
import type { ChartModel } from './model.ts';

/** What the colours and patterns of this chart mean; only those that it shows. */
export function Legend({ model }: { readonly model: ChartModel }) {
  const types = [...new Set(model.blocks.map(({ type }) => type))];
  const shown: (readonly [string, string])[] = [
    ...types.map((type) => [type, words.blocks[type]] as const),
    ...(model.blocks.some(({ toMs, plannedFromMs }) => toMs > plannedFromMs)
      ? [['planned', words.chart.plannedLegend] as const]
      : []),
    ...(model.prices.some(({ isForecast }) => isForecast)
      ? [['forecast', words.chart.forecastLegend] as const]
      : []),
    ...(model.prices.some(({ price }) => price < 0)
      ? [['negative', words.chart.negativeLegend] as const]
      : []),
  ];
  return (
    <ul class="legend">
      {shown.map(([name, text]) => (
        <li key={name}>
          <span class={`swatch ${name}`} />
          {text}
        </li>
      ))}
    </ul>
  );
}
