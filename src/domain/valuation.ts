import type { PriceSlot } from './price.ts';
import { averagePrice } from './price-series.ts';
import type { Step, Valuation } from './session.ts';
import { HOUR_MS, QUARTER_HOUR_MS } from './units.ts';

/** What a session is valued by. */
export interface ValuationInput {
  readonly steps: readonly Step[];
  /** Rates per kWh: ascending, disjoint. Only known prices value anything; a forecast counts as none. */
  readonly slots: readonly PriceSlot[];
  readonly currency: string;
  readonly pluggedInAtMs: number;
  /** Plug-out, or the instant that energy is counted up to. */
  readonly endAtMs: number;
  /** Energy-weighted mean power observed while charging in this session; null when none was. */
  readonly meanPowerKw: number | null;
  /** The session's whole energy, Wh: the sum of the steps. */
  readonly energyWh: number;
}

/**
 * What the energy cost, and what it would have cost at the session's mean power from plug-in on without pause
 * (sessions.md §5). A step's energy counts at the rate that held in the part of the step inside the session,
 * weighted by time. Null while any price that is needed is missing; no energy costs 0.
 */
export function valuate(input: ValuationInput): Valuation | null {
  const slots = knownOf(input.slots);
  const actualNanos = actualNanosOf(input, slots);
  const baselineNanos = baselineNanosOf(input, slots);
  if (actualNanos === null || baselineNanos === null) {
    return null;
  }
  return {
    currency: input.currency,
    actualMicros: microsOf(actualNanos),
    baselineMicros: microsOf(baselineNanos),
  };
}

/** Rates are shared by many valuations and never change: their known ones are picked out once. */
function knownOf(slots: readonly PriceSlot[]): readonly PriceSlot[] {
  const made = KNOWN.get(slots);
  if (made !== undefined) {
    return made;
  }
  const known = slots.filter((slot) => slot.provenance === 'known');
  KNOWN.set(slots, known);
  return known;
}

const KNOWN = new WeakMap<readonly PriceSlot[], readonly PriceSlot[]>();

function actualNanosOf(input: ValuationInput, slots: readonly PriceSlot[]): number | null {
  let sum = 0;
  for (const step of input.steps) {
    if (step.energyWh !== 0) {
      const price = priceOfStep(step, input, slots);
      if (price === null) {
        return null;
      }
      sum += nanosOf(price, step.energyWh);
    }
  }
  return sum;
}

function priceOfStep(step: Step, input: ValuationInput, slots: readonly PriceSlot[]): number | null {
  const stepEndAtMs = step.startAtMs + QUARTER_HOUR_MS;
  const fromMs = Math.max(step.startAtMs, input.pluggedInAtMs);
  const toMs = Math.min(stepEndAtMs, input.endAtMs);
  // Energy told by a single reading has no span of its own; the whole step's rate values it.
  return fromMs < toMs ? averagePrice(slots, fromMs, toMs) : averagePrice(slots, step.startAtMs, stepEndAtMs);
}

function baselineNanosOf(input: ValuationInput, slots: readonly PriceSlot[]): number | null {
  const { energyWh, meanPowerKw, pluggedInAtMs } = input;
  if (energyWh === 0) {
    return 0;
  }
  if (meanPowerKw === null || meanPowerKw <= 0) {
    return null;
  }
  const durationMs = (energyWh / (meanPowerKw * 1000)) * HOUR_MS;
  const price = averagePrice(slots, pluggedInAtMs, pluggedInAtMs + durationMs);
  return price === null ? null : nanosOf(price, energyWh);
}

/**
 * An amount in whole billionths of the currency: exact for rates of up to six decimals, so that the parts add up
 * exactly and equal prices save exactly nothing.
 */
function nanosOf(pricePerKwh: number, energyWh: number): number {
  return Math.round(pricePerKwh * energyWh * 1e6);
}

/** Half a micro-unit rounds away from zero, for costs and earnings alike; never -0. */
function microsOf(nanos: number): number {
  return Math.sign(nanos) * Math.round(Math.abs(nanos) / 1000) || 0;
}
