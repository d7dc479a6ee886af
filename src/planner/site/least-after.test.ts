import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastAfter } from './least-after.ts';

test('what stands at a place in ascending order, also among equals', () => {
  const value = fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.nat(), (values, n) => {
      const place = n % values.length;
      const given = Float64Array.from([...values, -1]);
      // -0 and 0 are as good as each other here.
      expect(leastAfter(given, values.length, place) + 0).toBe(
        (Float64Array.from(values).sort()[place] ?? 0) + 0,
      );
      expect(given).toEqual(Float64Array.from([...values, -1]));
    }),
    { seed: 1, numRuns: 500 },
  );
});
