import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestCharge, type ChargeTask, type Run } from './best-charge.ts';

function task(prices: readonly number[], minutesKwh: readonly number[], minRunMinutes = 0): ChargeTask {
  return { prices: Float64Array.from(prices), minutesKwh: Float64Array.from(minutesKwh), minRunMinutes };
}

/** As in `..##..#`: a minute of charging is `#`. */
function drawn(runs: readonly Run[], minutes: number): string {
  return Array.from({ length: minutes }, (_, minute) =>
    runs.some(({ from, to }) => from <= minute && minute < to) ? '#' : '.',
  ).join('');
}

describe('the best charge', () => {
  it.each([
    ['the cheapest minutes', [5, 1, 4, 2, 9], [1, 1], 0, '.#.#.'],
    ['fewest runs where costs are equal', [3, 1, 3, 1, 1], [1, 1], 0, '...##'],
    ['runs of two minutes at least', [5, 1, 9, 9, 2, 2], [1, 1, 1, 1], 2, '##..##'],
    ['a pause of two minutes at least', [0, 1, 5, 1, 1, 9], [1, 1, 1, 1], 2, '####..'],
    ['a charge shorter than a run is one run', [5, 4, 1], [1], 2, '..#'],
    ['what does not fit takes all', [5, 4], [1, 1, 1], 0, '##'],
    ['nothing needed', [5, 4], [], 0, '..'],
    ['negative prices early are taken first, with the most energy', [-1, 2, -1], [3, 1], 0, '#.#'],
    ['the dear minute gets the end of a taper', [2, 9, 9, 3], [5, 1], 0, '#..#'],
  ])('%s', (_name, prices, minutesKwh, minRun, expected) => {
    expect(drawn(bestCharge(task(prices, minutesKwh, minRun)), prices.length)).toBe(expected);
  });

  it('is the cheapest of all schedules that keep the rules', () => {
    const drawnTask = fc
      .record({
        prices: fc.array(fc.integer({ min: -4, max: 9 }), { minLength: 2, maxLength: 13 }),
        minutesKwh: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
        minRun: fc.integer({ min: 0, max: 4 }),
      })
      .filter(({ prices, minutesKwh }) => minutesKwh.length < prices.length);
    fc.assert(
      fc.property(drawnTask, ({ prices, minutesKwh, minRun }) => {
        const all = schedules(prices.length, minutesKwh.length, minRun);
        const found = drawn(bestCharge(task(prices, minutesKwh, minRun)), prices.length);
        const worth = (schedule: string) =>
          [costOf(schedule, prices, minutesKwh), startsIn(schedule)] as const;
        const best = all.map(worth).toSorted((a, b) => a[0] - b[0] || a[1] - b[1])[0];
        expect(all).toContain(found);
        expect(worth(found)).toEqual(best);
      }),
      { numRuns: 400 },
    );
  });
});

function schedules(minutes: number, needed: number, minRun: number): string[] {
  const least = Math.max(1, minRun);
  return Array.from({ length: 2 ** minutes }, (_, bits) => bits.toString(2).padStart(minutes, '0'))
    .filter((bits) => bits.replaceAll('0', '').length === needed)
    .filter((bits) => (bits.match(/1+/g) ?? []).every((run) => run.length >= Math.min(least, needed)))
    .filter((bits) => (bits.match(/(?<=1)0+(?=1)/g) ?? []).every((pause) => pause.length >= least))
    .map((bits) => bits.replaceAll('1', '#').replaceAll('0', '.'));
}

function costOf(schedule: string, prices: readonly number[], minutesKwh: readonly number[]): number {
  let charged = 0;
  return prices.reduce(
    (sum, price, minute) => sum + (schedule[minute] === '#' ? price * (minutesKwh[charged++] ?? 0) : 0),
    0,
  );
}

function startsIn(schedule: string): number {
  return schedule.match(/#+/g)?.length ?? 0;
}
