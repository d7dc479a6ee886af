import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { type Learned, type PowerSample, withSample } from './learned.ts';
import { learnedCurve, unmeasuredFromPercent } from './learned-curve.ts';

const FIVE = 5 * MINUTE_MS;

/** A night drawn as powers in steps of five minutes, each with the level at its begin; two points in a step. */
function night(
  fromPercent: number,
  powers: readonly number[],
  known?: Learned,
  toldKw = 22,
): Learned | undefined {
  return powers.reduce<Learned | undefined>((learned, powerKw, index) => {
    const level = fromPercent + 2 * index;
    const levels = { fromPercent: level, toPercent: level + 2 };
    return withSample(learned, { levels, fromKw: powerKw, toKw: powerKw, durationMs: FIVE }, toldKw);
  }, known);
}

const times = (count: number, powerKw: number): number[] => Array.from({ length: count }, () => powerKw);

describe('a drawn night in, what is learnt out', () => {
  test.each([
    // name, level at its begin, powers; power learnt, minutes behind it
    ['steady power', 20, times(8, 3.3), 3.3, 40],
    ['power rounded to a tenth', 20, [3.3, 3.4, 3.3, 3.4, 3.3, 3.4], 3.35, 30],
    ['one odd value changes nothing', 20, [...times(4, 3.3), 50, ...times(4, 3.3)], 3.3, 40],
    ['nor does one that is too low', 20, [...times(4, 3.3), 0.5, ...times(4, 3.3)], 3.3, 40],
    ['an odd value at the very first is given up for two that agree', 20, [9, 3.3, 3.3, 3.3], 3.3, 15],
    [
      'another charger is believed after a quarter of an hour',
      20,
      [...times(6, 11), ...times(4, 3.7)],
      3.7,
      20,
    ],
    ['and not before', 20, [...times(6, 11), 3.7, 3.7], 11, 30],
    ['two odd values that disagree are no charger', 20, [...times(6, 11), 3.7, 7, 3.7, 7], 11, 30],
    ['the taper is not the power', 70, [...times(5, 7), 6, 5, 4, 3], 7, 25],
    ['a first stretch in the taper: the power below as the guess has it', 90, [1.1], 2, 0],
  ])('%s', (_name, fromPercent, powers, powerKw, minutes) => {
    const learned = night(fromPercent, powers);
    expect(learned?.powerKw).toBeCloseTo(powerKw, 6);
    expect((learned?.measuredMs ?? 0) / MINUTE_MS).toBe(minutes);
  });

  test('one long stretch that is odd is one odd value; two that agree are another charger', () => {
    const levels = { fromPercent: 20, toPercent: 26 };
    const odd: PowerSample = { levels, fromKw: 14, toKw: 14, durationMs: 4 * FIVE };
    const known = night(20, times(8, 11), undefined, 22);
    const once = withSample(known, odd, 22);
    expect(once).toMatchObject({ powerKw: 11, plannedKw: 11, measuredMs: 8 * FIVE });
    expect(withSample(withSample(once, { ...odd, fromKw: 11, toKw: 11 }, 22), odd, 22).powerKw).toBe(11);
    expect(withSample(once, odd, 22)).toMatchObject({ powerKw: 14, measuredMs: 8 * FIVE });
  });

  test('a cell that may be as strong as the power below is not seen to taper', () => {
    const known = night(20, times(8, 11), undefined, 22);
    const levels = { fromPercent: 60, toPercent: 70 };
    const sample: PowerSample = { levels, fromKw: 10.2, toKw: 10.2, durationMs: 40 * MINUTE_MS };
    const unsure = withSample(known, { ...sample, uncertainRatio: 0.1 }, 22);
    expect(unsure.cells[0]?.powerKw).toBe(unsure.powerKw);
    expect(withSample(known, sample, 22).cells[0]?.powerKw).toBe(10.2);
  });

  test('a car that first shows all that it is said to have high up is not thought to taper', () => {
    const learned = night(86, times(3, 3.8), undefined, 3.8);
    expect(learned).toMatchObject({ powerKw: 3.8, measuredMs: 0 });
    expect(learnedCurve(learned, 3.8, true)).toEqual([{ levelPercent: 0, powerKw: 3.8 }]);
  });

  test('a stretch within which the power changed tells of neither', () => {
    const known = night(20, times(6, 7));
    const sample = { levels: { fromPercent: 40, toPercent: 42 }, fromKw: 7, toKw: 3.5, durationMs: FIVE };
    expect(withSample(known, sample, 22)).toEqual(known);
  });

  test('noise of a percent in power does not move the power that plans use', () => {
    const known = night(20, times(6, 7));
    expect(night(32, times(3, 7.06), known)).toMatchObject({ plannedKw: 7 });
    expect(night(32, times(12, 7.3), known)?.plannedKw).toBeGreaterThan(7.1);
  });

  test('old measurements fade, slowly', () => {
    const years = night(
      0,
      times(3000, 7).map((kw) => kw),
      undefined,
    );
    const settled = { ...years, cells: [], measuredMs: 500 * HOUR_MS, powerKw: 7, plannedKw: 7, odd: null };
    const weaker = night(0, times(12, 6.3), settled);
    expect(weaker?.powerKw).toBeGreaterThan(6.9);
    const after = Array.from({ length: 30 }).reduce<Learned | undefined>(
      (known) => night(0, times(12, 6.3), known),
      settled,
    );
    expect(after?.powerKw).toBeCloseTo(6.3, 1);
  });

  test('a charger that the battery was never limited by leaves the taper as it was measured', () => {
    const known = night(70, [...times(5, 11), 8, 6, 4]);
    const socket = night(20, times(4, 2.3), known);
    expect(socket?.powerKw).toBeCloseTo(2.3, 9);
    expect(socket?.cells.map(({ fromPercent }) => fromPercent)).toEqual([80, 82, 84]);
    // At 2.3 kW the battery is no limit there, so that nothing tapers yet.
    expect(learnedCurve(socket, 2.3, false).filter(({ levelPercent }) => levelPercent <= 85)).toEqual([
      { levelPercent: 0, powerKw: 2.3 },
      { levelPercent: 81, powerKw: 2.3 },
      { levelPercent: 83, powerKw: 2.3 },
      { levelPercent: 85, powerKw: 2.3 },
    ]);
  });
});

describe('the curve to plan with', () => {
  const points = (learned: Learned | undefined, powerKw: number, isStated = false): string =>
    learnedCurve(learned, powerKw, isStated)
      .map((point) => `${point.levelPercent}:${point.powerKw.toFixed(2)}`)
      .join(' ');

  test.each([
    ['nothing measured: the first guess', undefined, false, '0:10.00 80:10.00 100:1.00'],
    ['nothing measured of a stated power: constant', undefined, true, '0:10.00'],
    ['no taper seen of a stated power: constant', night(78, [10, 10, 10]), true, '0:10.00'],
    [
      'no taper seen so far: the first guess from there on',
      night(78, [10, 10]),
      false,
      '0:10.00 79:10.00 81:10.00 100:1.00',
    ],
    [
      'measured, then as the first guess falls from there',
      night(78, [10, 9, 6]),
      false,
      '0:10.00 79:10.00 81:9.00 83:6.00 100:0.69',
    ],
    [
      'a stated power with a taper that was seen',
      night(80, [10, 9]),
      true,
      '0:10.00 81:10.00 83:9.00 100:1.00',
    ],
    ['only its end was seen', night(90, [5, 4]), false, '0:10.00 80:10.00 91:5.00 93:4.00 100:0.96'],
    ['noise that rises is pooled', night(78, [10, 6, 8]), false, '0:10.00 79:10.00 81:7.00 83:7.00 100:0.81'],
    [
      'a battery that takes next to nothing is not planned with nothing',
      night(78, [10, 0.2]),
      false,
      '0:10.00 79:10.00 81:0.50 100:0.05',
    ],
    [
      'a taper from below 80 %, where steep steps are odd and left out',
      night(70, [10, 9, 8, 7, 6, 5, 4]),
      false,
      '0:10.00 71:10.00 73:10.00 75:8.00 81:5.00 83:4.00 100:0.46',
    ],
  ] as const)('%s', (_name, learned, isStated, expected) => {
    expect(points(learned, 10, isStated)).toBe(expected);
  });

  test('what was measured ends where the first gap begins', () => {
    expect(unmeasuredFromPercent(undefined)).toBe(80);
    expect(unmeasuredFromPercent(night(60, times(8, 7)))).toBe(80);
    expect(unmeasuredFromPercent(night(60, times(12, 7)))).toBe(84);
    expect(unmeasuredFromPercent(night(60, times(20, 7)))).toBe(100);
    // From 80 to 84 and from 86 on: a gap of one cell is none. From 90 on alone: a gap.
    expect(unmeasuredFromPercent(night(86, times(2, 6), night(60, times(12, 7))))).toBe(90);
    expect(unmeasuredFromPercent(night(90, times(3, 6), night(60, times(10, 7))))).toBe(80);
  });
});

describe('for every car', () => {
  const plant = fc.record({
    powerKw: fc.double({ min: 2, max: 22, noNaN: true }),
    kneePercent: fc.integer({ min: 80, max: 96 }),
    scalePercent: fc.double({ min: 6, max: 40, noNaN: true }),
    fromPercent: fc.integer({ min: 5, max: 70 }),
    pointsAStep: fc.double({ min: 0.3, max: 4, noNaN: true }),
    oddAt: fc.integer({ min: 0, max: 400 }),
    oddKw: fc.double({ min: 0.2, max: 60, noNaN: true }),
  });

  test('after one night the power is known to 2 %, one odd reading included, and nothing is above what was seen', () => {
    fc.assert(
      fc.property(plant, (car) => {
        const powerAt = (level: number): number =>
          car.powerKw * Math.exp(-Math.max(0, level - car.kneePercent) / car.scalePercent);
        const rounded = (kw: number): number => Math.round(kw * 10) / 10;
        const seen: number[] = [];
        let learned: Learned | undefined;
        let level = car.fromPercent;
        for (let step = 0; level < 95; step++) {
          const next = Math.min(100, level + (car.pointsAStep * powerAt(level)) / car.powerKw);
          // A single reading is wrong: it is the end of one stretch and the begin of the next.
          const end = (at: number, kw: number): number =>
            step + at === car.oddAt + 6 ? car.oddKw : rounded(kw);
          const sample: PowerSample = {
            // Levels are known to half a point.
            levels: { fromPercent: Math.round(level), toPercent: Math.round(next) },
            fromKw: end(0, powerAt(level)),
            toKw: end(1, powerAt(next)),
            durationMs: FIVE,
          };
          seen.push(sample.fromKw, sample.toKw);
          learned = withSample(learned, sample, 22);
          level = next;
        }
        const most = Math.max(...seen);
        if (learned === undefined) throw new Error('nothing was learnt');
        const isLong = (80 - car.fromPercent) / car.pointsAStep >= 10;
        if (isLong)
          expect(Math.abs(learned.powerKw / car.powerKw - 1)).toBeLessThan(0.02 + 0.05 / car.powerKw);
        expect(learned.powerKw).toBeLessThanOrEqual(most + 1e-9);
        const curve = learnedCurve(learned, learned.plannedKw, false);
        for (const [index, point] of curve.entries()) {
          expect(point.powerKw).toBeLessThanOrEqual(most + 1e-9);
          expect(point.powerKw).toBeGreaterThan(0);
          expect(point.powerKw).toBeLessThanOrEqual((curve[index - 1]?.powerKw ?? most) + 1e-9);
          expect(point.levelPercent).toBeGreaterThanOrEqual(curve[index - 1]?.levelPercent ?? 0);
        }
        expect(learned.cells.length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 300, seed: 41 },
    );
  });
});
