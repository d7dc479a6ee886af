import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOut } from './share-out.ts';

function sessionOf(userId: string) {
  return {
    id: userId,
    userId,
    pluggedInAtMs: 0,
    pluggedOutAtMs: 1,
    powerKw: 4,
    capacityWh: 40_000,
    startPercent: 50,
    energyKwh: 4,
  };
}

describe('shares', () => {
  it('hold every session once, in its order, all of a user in one', () => {
    const users = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 });
    fc.assert(
      fc.property(users, fc.integer({ min: 1, max: 6 }), (ids, count) => {
        const shares = shareOut(ids.map(sessionOf), count);
        const places = shares.flatMap((share) => share.places);
        expect(places.toSorted((a, b) => a - b)).toEqual(ids.map((_, place) => place));
        expect(shares.length).toBeLessThanOrEqual(count);
        for (const share of shares) {
          expect(share.places).toEqual(share.places.toSorted((a, b) => a - b));
          expect(share.sessions.map(({ userId }) => userId)).toEqual(share.places.map((place) => ids[place]));
        }
        const owners = shares.flatMap((share) => [...new Set(share.sessions.map(({ userId }) => userId))]);
        expect(owners).toHaveLength(new Set(owners).size);
      }),
    );
  });

  it('are about the same size', () => {
    const ids = ['a', 'a', 'a', 'a', 'b', 'b', 'c', 'c'];
    expect(shareOut(ids.map(sessionOf), 2).map((share) => share.places)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });
});
