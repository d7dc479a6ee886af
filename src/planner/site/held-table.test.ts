import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statesOf } from './cell-car.ts';
import type { HeldCar } from './held-cells.ts';
import { SPARE_UNITS } from './held-cells.ts';
import type { Offer } from './held-options.ts';
import type { HeldTable } from './held-table.ts';
import { fillHeld, heldValue, newHeldTable, readHeld } from './held-table.ts';

const CELLS = 10;
const UNIT_KWH = 0.5;

const cell = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: CELLS, maxLength: CELLS });
/** Few values each, so that offers which follow each other are alike in many cells. */
const offer = fc
  .record({
    roomKw: cell(fc.constantFrom(0, 3, 5, 20)),
    surcharge: fc.option(cell(fc.constantFrom(0, 0.2)), { nil: null }),
    beyond: fc.option(
      fc.record({ freeKw: cell(fc.constantFrom(0, 3, 20)), perKwh: cell(fc.constantFrom(0, 0.3)) }),
      { nil: null },
    ),
    isCareful: fc.boolean(),
  })
  .map(({ roomKw, surcharge, beyond, isCareful }): Offer => {
    const floats = (all: readonly number[]) => Float64Array.from(all);
    return {
      roomKw: floats(roomKw),
      surcharge: surcharge === null ? null : floats(surcharge),
      beyond: beyond === null ? null : { freeKw: floats(beyond.freeKw), perKwh: floats(beyond.perKwh) },
      isCareful,
    };
  });
const car = fc
  .record({
    units: fc.integer({ min: 1, max: 20 }),
    runCells: fc.integer({ min: 1, max: 3 }),
    pauseCells: fc.integer({ min: 0, max: 2 }),
    isShort: fc.boolean(),
    isOn: fc.boolean(),
    isConstant: fc.boolean(),
    isLoose: fc.boolean(),
    rate: cell(fc.constantFrom(0.1, 0.2, 0.4)),
  })
  .map(({ units, isShort, isOn, isConstant, isLoose, rate, runCells, pauseCells }): HeldCar => {
    const states = statesOf(runCells, pauseCells, isShort);
    const full = (left: number) => (isConstant ? 6 : 3 + Math.floor(left / 4));
    return {
      ...states,
      id: 'car',
      given: undefined as never,
      from: 0,
      end: CELLS - 1,
      startState: isOn ? states.onState : 0,
      rate: Float64Array.from(rate),
      weight: new Float64Array(CELLS),
      isEarly: new Uint8Array(CELLS),
      startCost: 0.3,
      isConstant,
      hours: Float64Array.from({ length: CELLS }, (_, t) => (t === 0 && isShort ? 0.2 : 0.5)),
      needKwh: units * UNIT_KWH,
      units,
      unitKwh: UNIT_KWH,
      leastKw: 2.5,
      mostKw: 6,
      fullUnits: Int32Array.from({ length: units + SPARE_UNITS + 1 }, (_, left) => full(left)),
      owedCells: 0,
      isLoose,
    };
  });

describe('a table of a car that can be held', () => {
  test('filled again and again is as one filled for the first time', () => {
    fc.assert(
      fc.property(car, fc.array(offer, { minLength: 2, maxLength: 8 }), (own, offers) => {
        const table = newHeldTable(own);
        for (const each of offers) {
          const fresh = newHeldTable(own);
          fillHeld(table, each);
          fillHeld(fresh, each);
          expect(readHeld(table, 0, CELLS)).toEqual(readHeld(fresh, 0, CELLS));
          expect(table.leasts).toEqual(fresh.leasts);
          for (let left = 0; left <= own.units; left++) {
            const kwh = left * UNIT_KWH;
            expect(heldValue(table, 0, kwh, own.startState)).toBe(heldValue(fresh, 0, kwh, own.startState));
          }
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('costs what the best number of units in each cell costs, also where its power falls in steps', () => {
    const steps = fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(car, offer, steps, (given, each, fulls) => {
        const fullUnits = given.isConstant
          ? given.fullUnits
          : Int32Array.from(given.fullUnits, (_, i) => fulls[i] ?? 2).sort();
        const own: HeldCar = { ...given, fullUnits, isLoose: false };
        const table = newHeldTable(own);
        fillHeld(table, each);
        for (let left = table.leasts[0] ?? 1; left <= own.units; left++) {
          expect(heldValue(table, 0, left * UNIT_KWH, own.startState)).toBeCloseTo(
            leastCost(table, 0, left, own.startState),
            9,
          );
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

/** The least cost from a cell on with so many units left, every number of units tried in every cell. */
function leastCost({ car: own, options }: HeldTable, from: number, units: number, state: number): number {
  const known = new Map<string, number>();
  const least = (t: number, left: number, at: number): number => {
    if (left === 0) return at <= own.onState ? 0 : Number.POSITIVE_INFINITY;
    if (t === own.end) return Number.POSITIVE_INFINITY;
    const key = `${t} ${left} ${at}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const off = own.offTo[at] ?? -1;
    const on = at === 0 && t === 0 ? own.headTo : (own.onTo[at] ?? -1);
    let best = off < 0 ? Number.POSITIVE_INFINITY : least(t + 1, left, off);
    const fewest = options.least[t] ?? 0;
    const share = (own.hours[t] ?? 0) / (own.hours[1] ?? 1);
    const whole = own.fullUnits[left] ?? 0;
    const full = Math.min(
      options.most[t] ?? 0,
      share < 1 ? Math.max(fewest, Math.round(whole * share)) : whole,
    );
    for (let n = Math.min(fewest, full); fewest > 0 && on >= 0 && n <= Math.min(full, left); n++) {
      const beyond = Math.max(0, n - (options.free[t] ?? 0));
      const cost =
        (at === 0 ? own.startCost : 0) +
        (options.perUnit[t] ?? 0) * (n - beyond) +
        (beyond > 0 ? (options.beyondPerUnit[t] ?? 0) * beyond : 0);
      best = Math.min(best, cost + least(t + 1, left - n, on));
    }
    known.set(key, best);
    return best;
  };
  return least(from, units, state);
}
