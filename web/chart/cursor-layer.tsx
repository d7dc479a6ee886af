import type { ScaleLinear } from 'd3-scale';
import { words } from '../words.ts';
import type { ChartModel } from './model.ts';
import { quarterAt, quartersOf, readQuarter } from './read-at.ts';
import { readingText } from './readout.tsx';

interface CursorLayerProps {
  readonly model: ChartModel;
  readonly x: ScaleLinear<number, number>;
  readonly quarter: number;
  /** Null: nobody reads any more. */
  readonly onMove: (quarter: number | null) => void;
}

const HOUR_QUARTERS = 4;

/**
 * Lies over the plot and takes the pointer and the keys. It is a slider over quarter hours, whose value is read out as
 * what the chart shows there.
 */
export function CursorLayer({ model, x, quarter, onMove }: CursorLayerProps) {
  const last = quartersOf(model.span) - 1;
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: HOUR_QUARTERS,
    PageDown: -HOUR_QUARTERS,
    Home: -last,
    End: last,
  };
  const follow = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    const leftPx = event.currentTarget.getBoundingClientRect().left;
    onMove(quarterAt(model.span, x.invert(event.clientX - leftPx)));
  };
  return (
    <div
      class="chart-cursor"
      role="slider"
      tabIndex={0}
      aria-label={words.chart.cursor}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={quarter}
      aria-valuetext={readingText(readQuarter(model, quarter), model)}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => onMove(null)}
      onFocus={() => onMove(quarter)}
      onBlur={() => onMove(null)}
      onKeyDown={(event) => {
        const by = steps[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(Math.min(Math.max(quarter + by, 0), last));
      }}
    />
  );
}
