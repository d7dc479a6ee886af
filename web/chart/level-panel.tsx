import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { percent } from '../format/numbers.ts';
import { words } from '../words.ts';
import type { Frame } from './frame.ts';
import type { ChartModel, LevelPoint } from './model.ts';
import { YAxis } from './y-axis.tsx';

/** Marks nearer than that have no room for the words of both above their lines. */
const CROWDED_PERCENT = 18;

/** The battery's level as it was, dashed as it is expected, between its marks of target and reserve. */
export function LevelPanel({ model, frame }: { readonly model: ChartModel; readonly frame: Frame }) {
  const y = scaleLinear([0, 100], [frame.topPx + frame.heightPx, frame.topPx]);
  const path = line<LevelPoint>()
    .x(({ atMs }) => frame.x(atMs))
    .y(({ level }) => y(level));
  const [left = 0, right = 0] = frame.x.range();
  const isCrowded =
    model.target !== null && model.reserve !== null && model.target - model.reserve < CROWDED_PERCENT;
  return (
    <g>
      <YAxis
        frame={frame}
        y={y}
        title={words.chart.level}
        ticks={[0, 50, 100]}
        textOf={(value) => String(value)}
      />
      {model.reserve !== null && model.reserve > 0 && (
        <g class="level-mark reserve">
          <line x1={left} x2={right} y1={y(model.reserve)} y2={y(model.reserve)} />
          <text class="at-end" x={right - 6} y={y(model.reserve) + (isCrowded ? 12 : -4)}>
            {words.chart.reserve(percent(model.reserve))}
          </text>
        </g>
      )}
      {model.target !== null && (
        <g class="level-mark target">
          <line x1={left} x2={right} y1={y(model.target)} y2={y(model.target)} />
          <text class="at-end" x={right - 6} y={y(model.target) - 4}>
            {words.chart.target(percent(model.target))}
          </text>
        </g>
      )}
      <path class="level expected" d={path(model.expected) ?? ''} />
      <path class="level" d={path(model.levels) ?? ''} />
    </g>
  );
}
