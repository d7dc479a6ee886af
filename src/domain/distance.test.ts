import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceMetres } from './distance.ts';

test.each([
  ['the same place', [59.91, 10.75], [59.91, 10.75], 0],
  ['a minute of latitude', [59.0, 10.0], [59 + 1 / 60, 10.0], 1853],
  ['a thousandth of a degree east at 60° north', [60, 10], [60, 10.001], 55.6],
  ['over the date line', [0, 179.9995], [0, -179.9995], 111.2],
  ['Oslo to Bergen', [59.9139, 10.7522], [60.3913, 5.3221], 305_000],
  ['pole to pole', [90, 0], [-90, 77], 20_015_115],
] as const)('%s', (_, [latitude, longitude], [toLatitude, toLongitude], expected) => {
  const metres = distanceMetres({ latitude, longitude }, { latitude: toLatitude, longitude: toLongitude });
  expect(Math.abs(metres - expected)).toBeLessThanOrEqual(expected * 0.002);
});

test('is the same both ways, and a number for any two places', () => {
  const anyPlace = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(anyPlace, anyPlace, (a, b) => {
      const metres = distanceMetres(a, b);
      expect(metres).toBeGreaterThanOrEqual(0);
      expect(metres).toBeLessThan(20_015_116);
      expect(distanceMetres(b, a)).toBeCloseTo(metres, 3);
    }),
  );
});
