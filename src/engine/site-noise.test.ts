import { expect, test } from 'vitest';
import { minuteNightOf } from './testing/minute-night.ts';

const NIGHTS = [
  { name: 'held to powers', isHeld: true, maxPowerKw: 11 },
  { name: 'on or off', isHeld: false, maxPowerKw: 12 },
] as const;
/** In one night alone a first plan that is another one may move more, or less: moves are told of all together. */
const SEEDS = [5, 6, 7];
const LIMIT_MS = 240_000;

test.each(NIGHTS)(
  'a point of level and a percent of power each minute change little of what cars $name do',
  (night) => {
    const nights = SEEDS.map((seed) => ({ quiet: countsOf(seed, 0), noisy: countsOf(seed, 1) }));
    for (const { quiet, noisy } of nights) {
      expect(noisy.entries).toBeLessThanOrEqual(1.5 * quiet.entries);
      expect(noisy.starts).toBeLessThanOrEqual(1.5 * quiet.starts);
      expect(noisy.reached).toBe(quiet.reached);
      expect(noisy.overMinutes).toBe(0);
    }
    for (const what of ['moves', 'powers'] as const) {
      const [quiet, noisy] = [
        sumOf(nights, ({ quiet }) => quiet[what]),
        sumOf(nights, ({ noisy }) => noisy[what]),
      ];
      expect(noisy, what).toBeLessThanOrEqual(1.5 * quiet);
    }

    function countsOf(seed: number, noise: number) {
      const { counts, overMinutes } = minuteNightOf({ ...night, seed, cars: 3, noise });
      return {
        overMinutes,
        entries: sumOf(counts, ({ entries }) => entries),
        moves: sumOf(counts, ({ startMoves }) => startMoves),
        powers: sumOf(counts, ({ powerMoves }) => powerMoves),
        starts: sumOf(counts, ({ starts }) => starts),
        reached: sumOf(counts, ({ outcome }) => (outcome === 'REACHED' ? 1 : 0)),
      };
    }
  },
  LIMIT_MS,
);

function sumOf<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}
