import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeUuidv7 } from './ids.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// The example of RFC 9562, A.6: 2022-02-22T19:22:22Z, rand_a CC3, rand_b 18C4DC0C0C07398F.
test('the time, the counter and the random bits lie where the RFC has them', () => {
  const bytes = Uint8Array.of(0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f, 0xfc, 0xc3);
  const next = makeUuidv7({ nowMs: () => 0x017f22e279b0, randomBytes: () => bytes });
  // The highest bit of the counter starts as 0.
  expect(next()).toBe('017f22e2-79b0-74c3-98c4-dc0c0c07398f');
});

test('ids sort in the order of their making, whatever the clock does, and none comes twice', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 1, maxLength: 50 }), (times) => {
      let call = 0;
      const next = makeUuidv7({ nowMs: () => times[call++ % times.length] ?? 0, randomBytes });
      const ids = times.concat(times).map(() => next());
      expect([...ids].sort()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(FORM);
    }),
  );
});

test('ten thousand in one millisecond still sort', () => {
  const next = makeUuidv7({ nowMs: () => 1_750_000_000_000, randomBytes });
  const ids = Array.from({ length: 10_000 }, next);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
