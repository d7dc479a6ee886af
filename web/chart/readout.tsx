import { kw, kwh, percent, price } from '../format/numbers.ts';
import { timeOfDay, weekdayAndTime, zoneAbbreviation } from '../format/times.ts';
import { words } from '../words.ts';
import type { ChartModel } from './model.ts';
import type { Reading } from './read-at.ts';

interface Values {
  readonly time: string;
  readonly price: string;
  readonly charging: string;
  readonly rate: string;
  readonly level: string;
}

interface ReadoutProps {
  readonly reading: Reading;
  readonly model: ChartModel;
  /** Without the charge rate. */
  readonly isCompact: boolean;
}

/** The values at the cursor, in a line that keeps its height. */
export function Readout({ reading, model, isCompact }: ReadoutProps) {
  const values = valuesOf(reading, model);
  const names = ['time', 'price', 'charging', ...(isCompact ? [] : ['rate' as const]), 'level'] as const;
  return (
    <dl class="readout">
      {names.map((name) => (
        <div key={name} class={name} data-value={name}>
          <dt>{words.chart.values[name]}</dt>
          <dd>{values[name]}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The same as one sentence, for those who listen. */
export function readingText(reading: Reading, model: ChartModel): string {
  const values = valuesOf(reading, model);
  return [
    values.time,
    ...(['price', 'charging', 'rate', 'level'] as const).flatMap((name) =>
      values[name] === words.common.none ? [] : [`${words.chart.values[name]} ${values[name]}`],
    ),
  ].join(', ');
}

/** Each value as a text; a dash where there is nothing. */
export function valuesOf(reading: Reading, model: ChartModel): Values {
  const { zone, currency, nowMs } = model;
  const { none } = words.common;
  const { price: slot, block, step, level } = reading;
  const isPlanned = block !== null && nowMs !== null && reading.fromMs >= block.plannedFromMs;
  return {
    time: `${weekdayAndTime(reading.fromMs, zone)}–${timeOfDay(reading.toMs, zone)} ${zoneAbbreviation(reading.fromMs, zone)}`,
    price:
      slot === null || currency === null
        ? none
        : slot.isForecast
          ? words.chart.forecastPrice(price(slot.price, currency))
          : price(slot.price, currency),
    charging:
      block === null
        ? none
        : isPlanned
          ? words.chart.planned(words.blocks[block.type])
          : words.blocks[block.type],
    rate: step === null ? none : `${kw(step.rate)} · ${kwh(step.kwh)}`,
    level:
      level === null ? none : reading.isExpectedLevel ? words.chart.expected(percent(level)) : percent(level),
  };
}
