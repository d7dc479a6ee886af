import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan, PlanBlock } from './problem.ts';
import { onWholeMs } from './whole-ms.ts';

const START_MS = Date.UTC(2025, 5, 10, 18);

/** Gaps and lengths of blocks in turn, ms with fractions; some gaps are none. */
const blocksGiven = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        fc.constant(0),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: 9_000_000 }),
      ),
      lengthMs: fc.double({ min: 0.01, max: 5_000_000, noNaN: true }),
      powerKw: fc.double({ min: 1, max: 22, noNaN: true }),
    }),
    { maxLength: 12 },
  )
  .map((given) => {
    let atMs = START_MS;
    // Its cost is its number: so each is found again.
    return given.map(({ gapMs, lengthMs, powerKw }, cost): PlanBlock => {
      const startAtMs = atMs + gapMs;
      const endAtMs = startAtMs + lengthMs;
      atMs = endAtMs;
      const energyWh = (powerKw * (endAtMs - startAtMs)) / 3600;
      return { type: 'REGULAR', startAtMs, endAtMs, energyWh, cost };
    });
  });

function planOf(blocks: readonly PlanBlock[]): Plan {
  return {
    blocks,
    cost: 0,
    lowerBound: 0,
    starts: 0,
    feasible: true,
    levelAtReadyByPercent: null,
    reachedAtMs: null,
    latestSafeStartMs: null,
    isWithoutPrices: false,
  };
}

test('rounded blocks lie on whole milliseconds, in order, do not overlap, and touch where they did', () => {
  fc.assert(
    fc.property(blocksGiven, (blocks) => {
      const rounded = onWholeMs(planOf(blocks)).blocks;
      for (const [i, { startAtMs, endAtMs }] of rounded.entries()) {
        expect(Number.isInteger(startAtMs) && Number.isInteger(endAtMs)).toBe(true);
        expect(endAtMs).toBeGreaterThan(startAtMs);
        if (i > 0) expect(startAtMs).toBeGreaterThanOrEqual(rounded[i - 1]?.endAtMs ?? 0);
      }
      const isLong = (block: PlanBlock | undefined) =>
        block !== undefined && block.endAtMs - block.startAtMs > 2;
      for (const [i, block] of blocks.entries()) {
        const before = blocks[i - 1];
        if (before?.endAtMs !== block.startAtMs || !isLong(before) || !isLong(block)) continue;
        const touching = rounded.filter((each, j) => rounded[j - 1]?.endAtMs === each.startAtMs);
        expect(touching.some(({ startAtMs }) => Math.abs(startAtMs - block.startAtMs) < 1.001)).toBe(true);
      }
    }),
  );
});

test('no block, and no plan, is for more time or energy than was planned but for a millisecond at each edge', () => {
  fc.assert(
    fc.property(blocksGiven, (blocks) => {
      const rounded = onWholeMs(planOf(blocks)).blocks;
      for (const block of rounded) {
        const was = blocks[block.cost];
        if (was === undefined) throw new Error('a block came from nowhere');
        expect(block.energyWh).toBe(was.energyWh);
        expect(Math.abs(was.startAtMs - block.startAtMs)).toBeLessThan(1.001);
        expect(Math.abs(was.endAtMs - block.endAtMs)).toBeLessThan(1.001);
      }
      const sumWh = (all: readonly PlanBlock[]) => all.reduce((sum, { energyWh }) => sum + energyWh, 0);
      const lostWh = sumWh(blocks) - sumWh(rounded);
      // At most all blocks of less than a millisecond.
      expect(lostWh).toBeGreaterThanOrEqual(-1e-6);
      expect(lostWh).toBeLessThanOrEqual((blocks.length * 22) / 3600);
    }),
  );
});

test('what misses a whole millisecond by the last bit of a float is that millisecond', () => {
  const tick = 2 ** -12;
  const rounded = onWholeMs(
    planOf([
      {
        type: 'REGULAR',
        startAtMs: START_MS - tick,
        endAtMs: START_MS + 60_000 - tick,
        energyWh: 1,
        cost: 1,
      },
    ]),
  ).blocks;
  expect(rounded).toMatchObject([{ startAtMs: START_MS, endAtMs: START_MS + 60_000 }]);
});
