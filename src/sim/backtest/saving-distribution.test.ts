import { describe, expect, it } from 'vitest';
import { savingDistribution } from './saving-distribution.ts';

describe('the distribution of savings', () => {
  it('counts in bins of a round width, without gaps', () => {
    const distribution = savingDistribution([-0.2, -1e-9, 0.01, 0.02, 0.31, 0.32, 0.33, 0.9]);
    expect(distribution).toMatchObject({ median: 0.02, dearer: 1, binWidth: 0.05 });
    const bins = distribution?.bins ?? [];
    expect(bins.reduce((sum, bin) => sum + bin.sessions, 0)).toBe(8);
    for (const [index, bin] of bins.slice(1).entries()) {
      expect(bin.from - (bins[index]?.from ?? 0)).toBeCloseTo(0.05, 9);
    }
    expect(bins.find((bin) => Math.abs(bin.from - 0.3) < 1e-9)?.sessions).toBe(4);
  });

  it.each([
    ['none', [], null],
    ['one', [0.5], 1],
    ['all the same', [0, 0, 0], 1],
  ])('of %s', (_name, savings, bins) => {
    expect(savingDistribution(savings)?.bins.length ?? null).toBe(bins);
  });
});
