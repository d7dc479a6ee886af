import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRound, VICTIMS } from './plan-round.ts';

test('each four rounds kill everything once, whatever the seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      for (const first of [1, 5, 9]) {
        const four = [0, 1, 2, 3].map((further) => planRound(seed, first + further, null).victim);
        expect([...four].sort()).toEqual([...VICTIMS].sort());
      }
    }),
  );
});

test('the same seed plans the same rounds, and given victims come in their order', () => {
  expect(planRound(7, 3, null)).toEqual(planRound(7, 3, null));
  expect([1, 2, 3].map((number) => planRound(7, number, ['both', 'service']).victim)).toEqual([
    'both',
    'service',
    'both',
  ]);
});
