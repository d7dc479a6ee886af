import type { ScaleLinear } from 'd3-scale';

export const HATCHES = ['price', 'REGULAR', 'BATTERY_RESERVE', 'IMMEDIATE_START'] as const;
type HatchName = (typeof HATCHES)[number];

/** Where a panel of the chart is drawn. */
export interface Frame {
  /** Epoch ms to px. */
  readonly x: ScaleLinear<number, number>;
  readonly topPx: number;
  readonly heightPx: number;
  /** The pattern for what is planned or forecast, in the colour of its name. */
  readonly hatch: (name: HatchName) => string;
}

/** The px of a span: left edge and width, at least a hair. */
export function across(
  frame: Frame,
  fromMs: number,
  toMs: number,
): { readonly x: number; readonly width: number } {
  const left = frame.x(fromMs);
  return { x: left, width: Math.max(frame.x(toMs) - left, 0.5) };
}
