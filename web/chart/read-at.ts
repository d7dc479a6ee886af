import { bisector } from 'd3-array';
import type { ChartBlock, ChartModel, ChartStep, PriceSlot } from './model.ts';
import type { Span } from './span.ts';

/** What the chart shows at an instant; null is nothing there. */
export interface Reading extends Span {
  readonly price: PriceSlot | null;
  readonly block: ChartBlock | null;
  readonly step: ChartStep | null;
  readonly level: number | null;
  readonly isExpectedLevel: boolean;
}

export const QUARTER_MS = 900_000;

/** How many quarter hours a chart has; the cursor stands on one of them. */
export function quartersOf({ fromMs, toMs }: Span): number {
  return Math.max(1, Math.ceil((toMs - fromMs) / QUARTER_MS));
}

/** The quarter hour of an instant, within the span. */
export function quarterAt({ fromMs, toMs }: Span, atMs: number): number {
  return Math.min(Math.max(Math.floor((atMs - fromMs) / QUARTER_MS), 0), quartersOf({ fromMs, toMs }) - 1);
}

/** What happened, or is planned, in a quarter hour of the chart. */
export function readQuarter(model: ChartModel, quarter: number): Reading {
  const fromMs = model.span.fromMs + quarter * QUARTER_MS;
  const toMs = fromMs + QUARTER_MS;
  const step = model.steps.find((one) => one.fromMs < toMs && one.toMs > fromMs) ?? null;
  const block = model.blocks.find((one) => one.fromMs < toMs && one.toMs > fromMs) ?? null;
  const expected = step === null ? expectedLevel(model, Math.min(toMs, model.span.toMs)) : null;
  return {
    fromMs,
    toMs,
    price: at(model.prices, fromMs),
    block,
    step,
    level: step?.level ?? expected,
    isExpectedLevel: expected !== null,
  };
}

function at(slots: readonly PriceSlot[], atMs: number): PriceSlot | null {
  const slot = slots[bisector(({ fromMs }: PriceSlot) => fromMs).right(slots, atMs) - 1];
  return slot !== undefined && slot.toMs > atMs ? slot : null;
}

function expectedLevel({ expected, nowMs }: ChartModel, atMs: number): number | null {
  if (nowMs === null || atMs < nowMs) return null;
  const after = bisector((point: { readonly atMs: number }) => point.atMs).right(expected, atMs);
  const from = expected[after - 1];
  if (from === undefined) return null;
  const to = expected[after];
  if (to === undefined || to.atMs === from.atMs) return Math.round(from.level);
  return Math.round(from.level + ((to.level - from.level) * (atMs - from.atMs)) / (to.atMs - from.atMs));
}
