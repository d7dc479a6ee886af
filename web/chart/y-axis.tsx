import type { ScaleLinear } from 'd3-scale';
import type { Frame } from './frame.ts';

interface YAxisProps {
  readonly frame: Frame;
  readonly y: ScaleLinear<number, number>;
  readonly title: string;
  readonly ticks: readonly number[];
  readonly textOf: (value: number) => string;
}

/** Lines across, with their values on the left, and what they measure on top. */
export function YAxis({ frame, y, title, ticks, textOf }: YAxisProps) {
  const [left, right] = frame.x.range();
  return (
    <g class="y-axis">
      <text class="panel-title" x={left} y={frame.topPx - 8}>
        {title}
      </text>
      {ticks.map((value) => (
        <g key={value} transform={`translate(0 ${y(value)})`} class={value === 0 ? 'zero' : undefined}>
          <line x1={left} x2={right} />
          <text x={(left ?? 0) - 8} dy="0.32em">
            {textOf(value)}
          </text>
        </g>
      ))}
    </g>
  );
}
