import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../domain/units.ts';
import { randomFor } from '../random.ts';
import { createMeteredCar, type MeteredCar, type Telling } from './metered-car.ts';

const START_MS = Date.parse('2026-01-05T12:00:00Z');

/** A car that lived for a while and was plugged out at last, with all that it told. */
const livedCar = fc
  .record({
    seed: fc.integer(),
    policyId: fc.constantFrom('P', null),
    stepsMinutes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 60 }),
  })
  .map(({ seed, policyId, stepsMinutes }) => {
    const random = randomFor(seed);
    const car = createMeteredCar({ vehicleId: 'V', locationId: 'L', policyId, startMs: START_MS, random });
    let nowMs = START_MS;
    const told: { readonly telling: Telling; readonly nowMs: number }[] = [];
    for (const minutes of stepsMinutes) {
      nowMs += minutes * MINUTE_MS;
      told.push(...car.liveUntil(nowMs).map((telling) => ({ telling, nowMs })));
    }
    const last = car.plugOut();
    if (last !== null) told.push({ telling: last, nowMs: Number.POSITIVE_INFINITY });
    return { car, told };
  });

test('it tells in order, and never what is yet to come', () => {
  fc.assert(
    fc.property(livedCar, ({ told }) => {
      const times = told.map(({ telling }) => Date.parse(telling.observation.observedAt));
      expect(times.filter((atMs, index) => atMs <= (times[index - 1] ?? START_MS))).toEqual([]);
      expect(told.filter(({ nowMs }, index) => (times[index] ?? 0) > nowMs)).toEqual([]);
    }),
  );
});

test('its edges are the changes of its plug, and its meter between them is what its stays hold', () => {
  fc.assert(
    fc.property(livedCar, ({ car, told }) => {
      let isPluggedIn = false;
      let meterFromWh = 0;
      let energyWh = 0;
      for (const { telling } of told) {
        const { observation, isEdge } = telling;
        const meterWh = Math.round(observation.energyMeter * 1000);
        expect(isEdge).toBe(observation.isPluggedIn !== isPluggedIn);
        if (isEdge && observation.isPluggedIn) meterFromWh = meterWh;
        if (isEdge && !observation.isPluggedIn) energyWh += meterWh - meterFromWh;
        isPluggedIn = observation.isPluggedIn;
      }
      expect(isPluggedIn).toBe(false);
      expect(energyOf(car)).toBe(energyWh);
    }),
  );
});

function energyOf(car: MeteredCar): number {
  return car.stays().reduce((sum, { meterFromWh, meterToWh }) => sum + meterToWh - meterFromWh, 0);
}
