import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from './session.ts';
import { addEnergy, fillSteps, setLevel } from './statistics.ts';
import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from './units.ts';

const TEN = Date.parse('2025-06-11T10:00Z');

/** Minutes after ten o'clock. */
function at(minutes: number): number {
  return TEN + minutes * MINUTE_MS;
}

/** Steps written `minutes:energy` or `minutes:energy@level`. */
function stepsOf(text: string): readonly Step[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, minutes, energy, level] = /^(-?\d+):(\d+)(?:@(\d+))?$/.exec(word) ?? [];
      return {
        startAtMs: at(Number(minutes)),
        energyWh: Number(energy),
        levelPercent: level === undefined ? null : Number(level),
      };
    });
}

function shown(steps: readonly Step[]): string {
  return steps
    .map(({ startAtMs, energyWh, levelPercent }) => {
      const level = levelPercent === null ? '' : `@${levelPercent}`;
      return `${(startAtMs - TEN) / MINUTE_MS}:${energyWh}${level}`;
    })
    .join(' ');
}

describe('addEnergy', () => {
  test.each([
    ['into one step', '', 3, 7, 100, '0:100'],
    ['over an edge, by time', '', 10, 20, 100, '0:50 15:50'],
    ['over three steps', '', 10, 40, 300, '0:50 15:150 30:100'],
    ['up to an edge, not beyond', '', 0, 15, 100, '0:100'],
    ['what does not divide', '', 0, 45, 100, '0:33 15:34 30:33'],
    ['less than the steps: no zero steps', '', 0, 60, 1, '15:1'],
    ['to what is there', '0:10@50', 5, 10, 100, '0:110@50'],
    ['after a gap', '0:10', 95, 100, 100, '0:10 90:100'],
    ['before and between', '30:10@50 60:20', 0, 60, 400, '0:100 15:100 30:110@50 45:100 60:20'],
    ['nothing', '0:10', 5, 10, 0, '0:10'],
    ['an empty interval', '', 15, 15, 100, '15:100'],
    ['present steps that get nothing stay', '0:5 30:7', 0, 60, 1, '0:5 15:1 30:7'],
  ])('%s', (_, before, fromMinute, toMinute, energyWh, expected) => {
    const interval = { startAtMs: at(fromMinute), endAtMs: at(toMinute) };
    expect(shown(addEnergy(stepsOf(before), interval, energyWh))).toBe(expected);
  });

  test.each([-1, 0.5, Number.NaN])('%d Wh is our own mistake', (energyWh) => {
    expect(() => addEnergy([], { startAtMs: at(0), endAtMs: at(1) }, energyWh)).toThrow('whole Wh');
  });

  test('leaves the steps it was given as they were, and shares those it does not change', () => {
    const before = stepsOf('0:10 15:20 30:30');
    const after = addEnergy(before, { startAtMs: at(35), endAtMs: at(40) }, 5);
    expect(shown(before)).toBe('0:10 15:20 30:30');
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(shown(after)).toBe('0:10 15:20 30:35');
  });

  test('the sum is exact, steps ascend on quarter hours, none is zero or loses energy', () => {
    const anyAddition = fc.record({
      startMs: fc.nat(2 * DAY_MS),
      lengthMs: fc.oneof(fc.nat(DAY_MS), fc.nat(QUARTER_HOUR_MS), fc.constant(0)),
      energyWh: fc.oneof(fc.nat(100_000), fc.nat(20)),
    });
    fc.assert(
      fc.property(fc.array(anyAddition, { maxLength: 12 }), (additions) => {
        let steps: readonly Step[] = [];
        for (const { startMs, lengthMs, energyWh } of additions) {
          const interval = { startAtMs: TEN + startMs, endAtMs: TEN + startMs + lengthMs };
          const after = addEnergy(steps, interval, energyWh);
          expect(sumOf(after)).toBe(sumOf(steps) + energyWh);
          expect(after.every((step) => step.energyWh > 0 && Number.isInteger(step.energyWh))).toBe(true);
          expect(after.every((step) => step.startAtMs % QUARTER_HOUR_MS === 0)).toBe(true);
          expect(
            after.every((step, index) => index === 0 || step.startAtMs > (after[index - 1]?.startAtMs ?? 0)),
          ).toBe(true);
          const later = new Map(after.map((step) => [step.startAtMs, step.energyWh]));
          expect(steps.every((step) => (later.get(step.startAtMs) ?? 0) >= step.energyWh)).toBe(true);
          steps = after;
        }
      }),
    );
  });

  test('every step gets its share to within 1 Wh', () => {
    fc.assert(
      fc.property(
        fc.nat(DAY_MS),
        fc.integer({ min: 1, max: DAY_MS }),
        fc.nat(100_000),
        (startMs, lengthMs, energyWh) => {
          const interval = { startAtMs: TEN + startMs, endAtMs: TEN + startMs + lengthMs };
          for (const step of addEnergy([], interval, energyWh)) {
            const insideMs =
              Math.min(interval.endAtMs, step.startAtMs + QUARTER_HOUR_MS) -
              Math.max(interval.startAtMs, step.startAtMs);
            expect(insideMs).toBeGreaterThan(0);
            expect(Math.abs(step.energyWh - (energyWh * insideMs) / lengthMs)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

test.each([
  ['within a step', '0:10 15:20', 20, '0:10 15:20@55'],
  ['over an older level', '0:10@50', 14, '0:10@55'],
  ['on an edge: the step that ends there', '0:10 15:20', 15, '0:10@55 15:20'],
  ['where no step is', '0:10 30:20', 20, '0:10 30:20'],
  ['before all', '0:10', -20, '0:10'],
])('setLevel: %s', (_, before, minute, expected) => {
  const steps = stepsOf(before);
  expect(shown(setLevel(steps, at(minute), 55))).toBe(expected);
  expect(shown(steps)).toBe(before);
});

describe('fillSteps', () => {
  test.each([
    ['nothing yet', '', 5, 5, null, '0:0'],
    ['plugged in on an edge, just now', '', 0, 0, null, '0:0'],
    ['ends at the edge it reaches', '', 5, 30, null, '0:0 15:0'],
    ['ends after the edge it passes', '', 5, 31, null, '0:0 15:0 30:0'],
    [
      'gaps and levels carried on',
      '15:10@50 45:20 75:30@55',
      5,
      80,
      null,
      '0:0 15:10@50 30:0@50 45:20@50 60:0@50 75:30@55',
    ],
    ['the level at plug-in', '15:10@50', 5, 40, 48, '0:0@48 15:10@50 30:0@50'],
    ['energy outside is shown', '-15:5 30:10', 0, 15, null, '-15:5 0:0 15:0 30:10'],
  ])('%s', (_, steps, fromMinute, toMinute, levelFrom, expected) => {
    const filled = fillSteps(stepsOf(steps), at(fromMinute), at(toMinute), levelFrom);
    expect(shown(filled)).toBe(expected);
    expect(filled.every((step) => step.endAtMs === step.startAtMs + QUARTER_HOUR_MS)).toBe(true);
  });

  test.each([
    ['of 23 hours', '2025-03-29T23:00Z', '2025-03-30T22:00Z', 92],
    ['of 25 hours', '2025-10-25T22:00Z', '2025-10-26T23:00Z', 100],
  ])('a day %s', (_, from, to, count) => {
    expect(fillSteps([], Date.parse(from), Date.parse(to))).toHaveLength(count);
  });
});

function sumOf(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + step.energyWh, 0);
}
