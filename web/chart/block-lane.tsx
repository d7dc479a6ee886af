import { across, type Frame } from './frame.ts';
import type { ChartBlock } from './model.ts';

interface BlockLaneProps {
  readonly blocks: readonly ChartBlock[];
  readonly frame: Frame;
  /** Down to there each block shades the panels. */
  readonly bottomPx: number;
}

/** Blocks by type in a lane of their own; what is planned is hatched. */
export function BlockLane({ blocks, frame, bottomPx }: BlockLaneProps) {
  return (
    <g>
      {blocks.map((block) => {
        const { type, fromMs, toMs } = block;
        const plannedFromMs = Math.max(block.plannedFromMs, fromMs);
        const lane = { y: frame.topPx, height: frame.heightPx, rx: 3 };
        return (
          <g key={fromMs} class={`block ${type}`}>
            <rect
              class="shade"
              {...across(frame, fromMs, toMs)}
              y={frame.topPx + frame.heightPx}
              height={bottomPx - frame.topPx - frame.heightPx}
            />
            {plannedFromMs > fromMs && (
              <rect class="done" {...across(frame, fromMs, Math.min(plannedFromMs, toMs))} {...lane} />
            )}
            {plannedFromMs < toMs && (
              <rect
                class="planned"
                {...across(frame, plannedFromMs, toMs)}
                {...lane}
                fill={frame.hatch(type)}
              />
            )}
          </g>
        );
      })}
    </g>
  );
}
