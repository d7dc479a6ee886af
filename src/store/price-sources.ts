import { parseFormula } from '../domain/formula.ts';
import type { PriceSlot } from '../domain/price.ts';
import { resolveFormula } from '../domain/resolve-formula.ts';

/**
 * What the prices of a location over [fromMs, toMs) were made from. With the log of every tariff's writes they can be
 * made again as they were, whatever was written since.
 */
export interface PriceSource {
  readonly currency: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Over the names of `series`; null: the one series is the price. */
  readonly formula: string | null;
  readonly series: readonly SourceSeries[];
}

export interface SourceSeries {
  /** The formula's variable; null where there is no formula. */
  readonly name: string | null;
  readonly tariffId: string;
  /** The zone's reference series, which belongs to no client. */
  readonly isReference: boolean;
  /** Number of its last write; 0 where it has none or does not exist. */
  readonly version: number;
}

/**
 * The prices of a source, from the rates of its series in their order, each within the span. Null where the formula
 * cannot be read: it is checked when it is set, and one that cannot be read any more has no price.
 */
export function resolveSource(
  { formula, series, fromMs, toMs }: PriceSource,
  rates: readonly (readonly PriceSlot[])[],
): readonly PriceSlot[] | null {
  if (formula === null) return rates[0] ?? [];
  const names = series.map(({ name }) => name ?? '');
  const parsed = parseFormula(formula, names);
  if (!parsed.ok) return null;
  const byName = Object.fromEntries(names.map((name, index) => [name, rates[index] ?? []]));
  return resolveFormula(parsed.formula, byName, fromMs, toMs);
}
