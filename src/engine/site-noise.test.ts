import { expect, test } from 'vitest';
import { minuteNightOf } from './testing/minute-night.ts';

const NIGHTS = [
  { name: 'held to powers', isHeld: true, maxPowerKw: 11 },
  { name: 'on or off', isHeld: false, maxPowerKw: 12 },
] as const;
/** One night alone may happen to be a calm one. */
const SEEDS = [5, 6, 7];
const LIMIT_MS = 240_000;

test.each(NIGHTS)(
  'a point of level and a percent of power each minute change little of what cars $name do',
  (night) => {
    const quiet = countsOf(0);
    const noisy = countsOf(1);
    expect(noisy.entries).toBeLessThanOrEqual(1.5 * quiet.entries);
    expect(noisy.moves).toBeLessThanOrEqual(1.5 * quiet.moves);
    expect(noisy.powers).toBeLessThanOrEqual(1.5 * quiet.powers);
    expect(noisy.starts).toBeLessThanOrEqual(1.5 * quiet.starts);
    expect(noisy.reached).toBe(quiet.reached);
    expect(noisy.overMinutes).toBeLessThanOrEqual(quiet.overMinutes);

    function countsOf(noise: number) {
      const nights = SEEDS.map((seed) => minuteNightOf({ ...night, seed, cars: 3, noise }));
      const counts = nights.flatMap((each) => each.counts);
      const sum = (of: (each: (typeof counts)[number]) => number): number =>
        counts.reduce((all, each) => all + of(each), 0);
      return {
        overMinutes: nights.reduce((all, each) => all + each.overMinutes, 0),
        entries: sum(({ entries }) => entries),
        moves: sum(({ startMoves }) => startMoves),
        powers: sum(({ powerMoves }) => powerMoves),
        starts: sum(({ starts }) => starts),
        reached: sum(({ outcome }) => (outcome === 'REACHED' ? 1 : 0)),
      };
    }
  },
  LIMIT_MS,
);
