import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../domain/units.ts';
import { departureAtMs } from './departure.ts';
import type { RecordedSession } from './sessions-csv.ts';

function visit(index: number, hours: number): RecordedSession {
  return {
    id: `visit-${index}`,
    userId: 'u',
    pluggedInAtMs: 0,
    pluggedOutAtMs: hours * HOUR_MS,
    powerKw: 4,
    capacityWh: 40_000,
    startPercent: 50,
    energyKwh: 10,
  };
}

const VISITS = Array.from({ length: 1000 }, (_, index) => index);

describe('when a car leaves', () => {
  it.each([
    ['as recorded, unless asked otherwise', 0, 10, 10, [0, 0]],
    ['an hour early in a tenth of the visits', 0.1, 10, 10, [70, 130]],
    ['an hour before ready-by where that comes first', 1, 10, 6, [1000, 1000]],
    ['a visit that ends within the hour is left as it is', 1, 1, 1, [0, 0]],
  ] as const)('%s', (_name, ratio, hours, readyAfterHours, [least, most]) => {
    const early = VISITS.map((index) => departureAtMs(visit(index, hours), readyAfterHours * HOUR_MS, ratio));
    const moved = early.filter((atMs) => atMs !== hours * HOUR_MS);
    expect(moved.length).toBeGreaterThanOrEqual(least);
    expect(moved.length).toBeLessThanOrEqual(most);
    expect(new Set(moved).size).toBeLessThanOrEqual(1);
    expect(moved[0] ?? (readyAfterHours - 1) * HOUR_MS).toBe((readyAfterHours - 1) * HOUR_MS);
  });

  it('is the same visits each time', () => {
    const draw = () => VISITS.map((index) => departureAtMs(visit(index, 10), 10 * HOUR_MS, 0.1));
    expect(draw()).toEqual(draw());
  });
});
