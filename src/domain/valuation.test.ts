import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PriceSlot } from './price.ts';
import type { Step } from './session.ts';
import { HOUR_MS, MINUTE_MS } from './units.ts';
import { type ValuationInput, valuate } from './valuation.ts';

const SIX = Date.parse('2025-06-11T18:00Z');

/** Minutes after six in the evening. */
function at(minutes: number): number {
  return SIX + minutes * MINUTE_MS;
}

function step(minutes: number, energyWh: number): Step {
  return { startAtMs: at(minutes), energyWh, levelPercent: null };
}

function slot(fromMinute: number, toMinute: number, price: number | null): PriceSlot {
  const provenance = price === null ? 'none' : 'known';
  return { startAtMs: at(fromMinute), endAtMs: at(toMinute), price, provenance };
}

/** Dear until seven, cheap from then on; four kilowatts from seven for half an hour. */
const EVENING: ValuationInput = {
  steps: [step(60, 1000), step(75, 1000)],
  slots: [slot(0, 60, 0.5), slot(60, 240, 0.1)],
  currency: 'EUR',
  pluggedInAtMs: at(0),
  endAtMs: at(240),
  meanPowerKw: 4,
  energyWh: 2000,
};

describe('valuate', () => {
  test.each<[string, Partial<ValuationInput>, string]>([
    ['cheap instead of dear', {}, 'EUR 200000 of 1000000'],
    [
      'baseline over an edge: 30 min dear, 15 min cheap',
      { pluggedInAtMs: at(30), meanPowerKw: 8 / 3 },
      'EUR 200000 of 733333',
    ],
    ['no energy costs nothing', { steps: [], energyWh: 0, meanPowerKw: null, slots: [] }, 'EUR 0 of 0'],
    [
      'a rate that changes within a step counts by time',
      {
        steps: [step(45, 1500)],
        slots: [slot(0, 50, 0.6), slot(50, 240, 0.3)],
        energyWh: 1500,
        meanPowerKw: 6,
      },
      'EUR 600000 of 900000',
    ],
    [
      'only the part of the step after plug-in counts',
      {
        steps: [step(45, 1500)],
        slots: [slot(0, 50, 0.6), slot(50, 240, 0.3)],
        pluggedInAtMs: at(50),
        energyWh: 1500,
        meanPowerKw: 9,
      },
      'EUR 450000 of 450000',
    ],
    [
      'only the part of the step before the end counts',
      {
        steps: [step(45, 1500)],
        slots: [slot(0, 50, 0.6), slot(50, 240, 0.3)],
        endAtMs: at(50),
        energyWh: 1500,
        meanPowerKw: 18,
      },
      'EUR 900000 of 900000',
    ],
    [
      'negative savings are shown',
      { slots: [slot(0, 60, 0.1), slot(60, 240, 0.5)] },
      'EUR 1000000 of 200000',
    ],
    ['negative prices', { slots: [slot(0, 60, 0.1), slot(60, 240, -0.05)] }, 'EUR -100000 of 200000'],
    ['no price for a step', { slots: [slot(0, 75, 0.5), slot(75, 240, null)] }, 'null'],
    [
      'no price where nothing flowed',
      { slots: [slot(0, 30, 0.5), slot(60, 90, 0.1)] },
      'EUR 200000 of 1000000',
    ],
    ['no price for the baseline', { slots: [slot(10, 60, 0.5), slot(60, 240, 0.1)] }, 'null'],
    [
      'no price for the part of a step outside the session',
      { endAtMs: at(85), slots: [slot(0, 85, 0.2)] },
      'EUR 400000 of 400000',
    ],
    [
      'a forecast is no price',
      { slots: [slot(0, 60, 0.5), { ...slot(60, 240, 0.1), provenance: 'forecast' }] },
      'null',
    ],
    [
      'energy told at one instant: the whole step',
      { steps: [step(60, 2000)], endAtMs: at(60) },
      'EUR 200000 of 1000000',
    ],
    ['no power was seen', { meanPowerKw: null }, 'null'],
    ['no power at all', { meanPowerKw: 0 }, 'null'],
  ])('%s', (_, changes, expected) => {
    const found = valuate({ ...EVENING, ...changes });
    expect(
      found === null ? 'null' : `${found.currency} ${found.actualMicros} of ${found.baselineMicros}`,
    ).toBe(expected);
  });

  test('one price saves exactly nothing, whatever the split into steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: -5_000_000, max: 5_000_000 }),
        fc.double({ min: 1, max: 22, noNaN: true }),
        (energies, priceMicros, meanPowerKw) => {
          const found = valuate({
            ...EVENING,
            steps: energies.map((energyWh, index) => step(15 * index, energyWh)),
            slots: [slot(0, 100_000, priceMicros / 1e6)],
            endAtMs: at(0) + 1000 * HOUR_MS,
            energyWh: energies.reduce((sum, energyWh) => sum + energyWh, 0),
            meanPowerKw,
          });
          expect(found).not.toBeNull();
          expect(found?.actualMicros).toBe(found?.baselineMicros);
        },
      ),
    );
  });
});
