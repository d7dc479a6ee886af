import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTable, newTable, readPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import { statesOf } from './cell-car.ts';

const CELLS = 14;

const cell = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: CELLS, maxLength: CELLS });
/** Few values each, so that offers which follow each other are alike in many cells. */
const offer = fc.record({
  roomKw: cell(fc.constantFrom(0, 5, 8, 20)),
  surcharge: fc.option(cell(fc.constantFrom(0, 0.1, 0.7)), { nil: null }),
  isFlat: fc.boolean(),
});
const car = fc
  .record({
    from: fc.integer({ min: 0, max: 3 }),
    end: fc.integer({ min: 6, max: CELLS }),
    k: fc.integer({ min: 1, max: 6 }),
    runCells: fc.integer({ min: 1, max: 3 }),
    pauseCells: fc.integer({ min: 0, max: 3 }),
    isShort: fc.boolean(),
    isOn: fc.boolean(),
    isConstant: fc.boolean(),
    rate: cell(fc.constantFrom(0.1, 0.2, 0.4)),
  })
  .map(({ isShort, isOn, rate, runCells, pauseCells, k, ...given }): CellCar => {
    const states = statesOf(Math.min(runCells, k), pauseCells, isShort);
    const powerKw = Float64Array.from({ length: k + 2 }, (_, left) => (given.isConstant ? 7 : 4 + left));
    return {
      ...given,
      ...states,
      id: 'car',
      k,
      kAfterHead: isShort ? k : k - 1,
      startState: isOn ? states.onState : 0,
      rate: Float64Array.from(rate),
      weight: new Float64Array(CELLS),
      isEarly: new Uint8Array(CELLS),
      startCost: 0.3,
      kwh: powerKw,
      powerKw,
      headKwh: 1,
    };
  });

describe('a table of one car', () => {
  test('filled again and again is as one filled for the first time', () => {
    fc.assert(
      fc.property(car, fc.array(offer, { minLength: 2, maxLength: 8 }), (own, offers) => {
        const table = newTable(own);
        for (const { roomKw, surcharge, isFlat } of offers) {
          const room = Float64Array.from(roomKw);
          const extra = surcharge === null ? null : Float64Array.from(surcharge);
          const fresh = newTable(own);
          expect(fillTable(table, extra, isFlat, room)).toBe(fillTable(fresh, extra, isFlat, room));
          expect(readPath(table, CELLS)).toEqual(readPath(fresh, CELLS));
          expect(table.values).toEqual(fresh.values);
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});
