/** How much sessions save over charging at once, in the currency of the prices. */
export interface SavingDistribution {
  /** Nine sessions of ten save more than this. */
  readonly tenthLowest: number;
  readonly median: number;
  readonly tenthHighest: number;
  /** Sessions that cost more than charging at once would have. */
  readonly dearer: number;
  readonly binWidth: number;
  /** Ascending and without gaps; the first and the last bin also hold what lies beyond them. */
  readonly bins: readonly { readonly from: number; readonly sessions: number }[];
}

/** The distribution in bins of a round width; null without sessions. */
export function savingDistribution(savings: readonly number[]): SavingDistribution | null {
  if (savings.length === 0) return null;
  // A session that charged as at once saves nothing, whatever the last bits of its meter say.
  const exact = savings.map((saving) => (Math.abs(saving) < SAVING_MIN ? 0 : saving));
  const sorted = exact.toSorted((one, other) => one - other);
  const [low, high] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  const binWidth = roundWidth((high - low) / BINS_COUNT);
  const [first, last] = [Math.floor(low / binWidth), Math.floor(high / binWidth)];
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const saving of sorted) {
    const bin = Math.min(last, Math.max(first, Math.floor(saving / binWidth))) - first;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    tenthLowest: quantile(sorted, 0.1),
    median: quantile(sorted, 0.5),
    tenthHighest: quantile(sorted, 0.9),
    dearer: sorted.filter((saving) => saving < 0).length,
    binWidth,
    bins: counts.map((sessions, index) => ({ from: (first + index) * binWidth, sessions })),
  };
}

/** About so many bins; the width is rounded up from there. */
const BINS_COUNT = 24;
const BIN_WIDTH_MIN = 0.001;
/** Less than this of the currency is rounding of meters. */
const SAVING_MIN = 0.001;

/** The lower of the two values around the place, so that it is one that occurs. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

/** The next of 1, 2, 5, 10, … times a power of ten. */
function roundWidth(least: number): number {
  if (!(least > BIN_WIDTH_MIN)) return BIN_WIDTH_MIN;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}
