import { expect, it } from 'vitest';
import { makeRateLimit } from './rate-limit.ts';

it.each([
  ['a burst passes, what is above it waits', [0, 0, 0, 0], [0, 0, 1, 1]],
  ['it fills with time', [0, 0, 500, 1000], [0, 0, 1, 0]],
  ['a refused call costs nothing', [0, 0, 500, 900, 1000], [0, 0, 1, 1, 0]],
  ['it fills no further than the burst', [0, 60_000, 60_000, 60_000], [0, 0, 0, 1]],
  ['a clock that goes back fills nothing', [1000, 1000, 0, 0], [0, 0, 1, 1]],
] as const)('%s', (_title, times, expected) => {
  const limited = makeRateLimit({ perSecond: 1, burst: 2 });
  expect(times.map((atMs) => limited('client', atMs))).toEqual(expected);
});

it('says how long to wait when it fills slowly', () => {
  const limited = makeRateLimit({ perSecond: 0.1, burst: 1 });
  expect([limited('client', 0), limited('client', 0), limited('client', 5000)]).toEqual([0, 10, 5]);
});

it('keeps clients apart', () => {
  const limited = makeRateLimit({ perSecond: 1, burst: 1 });
  expect([limited('one', 0), limited('other', 0), limited('one', 0)]).toEqual([0, 0, 1]);
});
