import type { Interval } from './interval.ts';

/**
 * A span of time with one price per kWh, in the tariff's currency. `none` has price null.
 * A list of slots is ascending and disjoint; a hole in it means the same as a slot of price null.
 */
export interface PriceSlot extends Interval {
  readonly price: number | null;
  readonly provenance: 'known' | 'forecast' | 'none';
}
