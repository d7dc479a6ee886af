import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterFailure,
  BATCH_MAX_BYTES,
  batchCount,
  deliveryIdOf,
  type FailedTry,
  readRetryAfterMs,
} from './schedule.ts';

const HOUR_MS = 3_600_000;
const first: FailedTry = {
  nowMs: 0,
  failuresBefore: 0,
  failingSinceMs: null,
  status: 500,
  retryAfterMs: null,
  chance: 0.5,
};

describe('a failed delivery', () => {
  test('is tried again at these times, the last at 24 h, and then given up', () => {
    const times: number[] = [];
    let failed = first;
    for (let next = afterFailure(failed); next.kind === 'retry'; next = afterFailure(failed)) {
      times.push(next.atMs / 1000);
      failed = { ...failed, nowMs: next.atMs, failuresBefore: failed.failuresBefore + 1, failingSinceMs: 0 };
    }
    expect(times).toEqual([
      5, 35, 155, 755, 2_555, 6_155, 13_355, 27_755, 42_155, 56_555, 70_955, 85_355, 86_400,
    ]);
  });

  test('by any chance waits within a fifth of its step, and never beyond 24 h', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 24 * HOUR_MS - 1 }),
        (failuresBefore, chance, nowMs) => {
          const next = afterFailure({ ...first, nowMs, failuresBefore, chance, failingSinceMs: 0 });
          const middle = afterFailure({ ...first, nowMs: 0, failuresBefore, failingSinceMs: null });
          if (next.kind !== 'retry' || middle.kind !== 'retry') throw new Error('expected a retry');
          const delay = next.atMs - nowMs;
          expect(next.atMs).toBeLessThanOrEqual(24 * HOUR_MS);
          expect(delay).toBeLessThanOrEqual(middle.atMs * 1.2 + 1);
          if (next.atMs < 24 * HOUR_MS) expect(delay).toBeGreaterThanOrEqual(middle.atMs * 0.8 - 1);
        },
      ),
    );
  });

  test.each([
    { what: 'Retry-After of a minute', change: { retryAfterMs: 60_000 }, at: 60_000 },
    { what: 'Retry-After of nothing', change: { retryAfterMs: 0 }, at: 5_000 },
    { what: 'Retry-After of a week', change: { retryAfterMs: 7 * 24 * HOUR_MS }, at: 24 * HOUR_MS },
    { what: 'a short one, late', change: { retryAfterMs: 9_000, failuresBefore: 9 }, at: 9_000 },
  ])('$what is tried again at $at ms', ({ change, at }) => {
    expect(afterFailure({ ...first, ...change })).toEqual({ kind: 'retry', atMs: at });
  });

  test('with 410 ends at once', () => {
    expect(afterFailure({ ...first, status: 410 })).toMatchObject({ kind: 'deactivate' });
  });
});

test.each([
  { header: null, ms: null },
  { header: '120', ms: 120_000 },
  { header: ' 7 ', ms: 7_000 },
  { header: '-1', ms: null },
  { header: '1.5', ms: null },
  { header: 'soon', ms: null },
  { header: 'Tue, 10 Jun 2025 18:01:00 GMT', ms: 60_000 },
  { header: 'Tue, 10 Jun 2025 17:00:00 GMT', ms: 0 },
])('Retry-After: $header is $ms ms', ({ header, ms }) => {
  expect(readRetryAfterMs(header, Date.parse('2025-06-10T18:00:00Z'))).toBe(ms);
});

describe('a batch', () => {
  const half = 'x'.repeat(BATCH_MAX_BYTES / 2);
  test.each([
    { what: 'nothing', bodies: [], eventsMax: 100, count: 0 },
    { what: 'one', bodies: ['{}'], eventsMax: 100, count: 1 },
    { what: 'more than fit', bodies: Array.from({ length: 150 }, () => '{}'), eventsMax: 100, count: 100 },
    { what: 'two halves of a MiB: the brackets do not fit', bodies: [half, half], eventsMax: 100, count: 1 },
    { what: 'a large one first', bodies: [half + half + half, '{}'], eventsMax: 100, count: 1 },
    { what: 'a large one later', bodies: ['{}', half + half], eventsMax: 100, count: 1 },
    {
      what: 'counted in bytes',
      bodies: ['é'.repeat(BATCH_MAX_BYTES / 2 - 2), '{}'],
      eventsMax: 100,
      count: 1,
    },
  ])('of $what takes $count', ({ bodies, eventsMax, count }) => {
    expect(batchCount(bodies, eventsMax)).toBe(count);
  });

  test('has an id of its own for its events and its replay', () => {
    const ids = [deliveryIdOf('w', 0, 1, 100), deliveryIdOf('w', 0, 1, 50), deliveryIdOf('w', 1, 1, 100)];
    expect(new Set(ids).size).toBe(3);
  });
});
