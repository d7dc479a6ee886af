import { expect, test } from 'vitest';
import { nightOf } from './testing/site-night.ts';

/** Two to four cars each, on or off or held to a power, of which some cannot be ready in time, or find no power at all. */
const SEEDS = [1, 3, 5, 6, 7, 8, 9];
const LIMIT_MS = 240_000;

test(
  'readings that tell nothing new move no edges of the plans of several cars under one limit',
  () => {
    let cars = 0;
    let moves = 0;
    for (const seed of SEEDS) {
      const night = nightOf(seed);
      cars += night.cars.length;
      moves += night.moves;
      expect(night.moves, `seed ${seed}`).toBeLessThanOrEqual(3);
      const mostKw = Math.max(...night.world.draws.map(({ kw }) => kw));
      expect(mostKw, `seed ${seed}`).toBeLessThanOrEqual(night.maxPowerKw + 1e-6);
    }
    expect(moves / cars).toBeLessThan(0.3);
  },
  LIMIT_MS,
);
