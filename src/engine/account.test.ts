import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { benchOf, CAR, HOME, NOON_MS, policyOf } from './testing/bench.ts';

const IDLE = { powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const STOPPED = { powerDeliveryState: 'PLUGGED_IN:STOPPED' } as const;
const ON = { powerDeliveryState: 'PLUGGED_IN:CHARGING' } as const;
const PLUGGED = {} as const;

type State = typeof IDLE | typeof STOPPED | typeof ON | typeof PLUGGED;
/** Minutes after noon, what the car says of its charge, and the level. */
type Row = readonly [minute: number, state: State, levelPercent: number];

/** A row every so many minutes for two hours, the levels again and again. */
function swinging(everyMinutes: number, state: State, levels: readonly number[]): Row[] {
  return Array.from({ length: Math.floor(120 / everyMinutes) + 1 }, (_, index) => [
    index * everyMinutes,
    state,
    levels[index % levels.length] ?? 0,
  ]);
}

/** The energy counted of a car of 60 kWh that is said to draw 11 kW. */
function countedWh(rows: readonly Row[]): { readonly energyWh: number; readonly blocks: number } {
  const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, locations: [HOME] });
  bench.step(NOON_MS - HOUR_MS, { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  for (const [minute, state, levelPercent] of rows) {
    bench.read(NOON_MS + minute * MINUTE_MS, { isPluggedIn: true, ...state, levelPercent });
  }
  const { visit, current } = bench.lane();
  const past = current.policy?.blocks.filter((block) => !block.isRunning) ?? [];
  return { energyWh: visit?.account.energyWh ?? 0, blocks: past.length };
}

describe('a level that swings while nothing charges is no energy', () => {
  test.each([
    ['a point up and down', swinging(5, IDLE, [49, 51])],
    ['more than a point', swinging(5, IDLE, [50, 53, 49])],
    ['jumps', swinging(5, IDLE, [25, 32])],
    ['jumps, and no power is told', swinging(5, STOPPED, [25, 32])],
    ['a slow rise of a car that recalibrates', swinging(5, IDLE, [50, 51, 52, 53, 54, 55])],
    ['a point up and down, seen every hour', swinging(60, IDLE, [49, 51])],
    ['a point up and down of a car that tells no state', swinging(5, PLUGGED, [49, 51])],
  ])('%s', (_name, rows) => {
    expect(countedWh(rows)).toEqual({ energyWh: 0, blocks: 0 });
  });

  test('without a state a jump counts once, and no more than the car can draw in the time', () => {
    // 7 points are 4667 Wh.
    expect(countedWh(swinging(5, PLUGGED, [25, 32])).energyWh).toBeLessThanOrEqual(4667);
    expect(
      countedWh([...swinging(5, PLUGGED, [25]).slice(0, 2), [10, PLUGGED, 32]]).energyWh,
    ).toBeLessThanOrEqual(2292);
  });

  test('a fall that one reading shows is no new start; one that two show is', () => {
    const rows = (levels: readonly number[]): Row[] =>
      levels.map((level, index) => [index * 60, STOPPED, level]);
    expect(countedWh(rows([50, 54, 49, 54, 49, 54])).energyWh).toBe(2666);
    expect(countedWh(rows([60, 40, 40, 50])).energyWh).toBe(6666);
    expect(countedWh(rows([60, 40, 50])).energyWh).toBe(6666);
  });
});

describe('a charge that only the level tells is counted', () => {
  test.each([
    ['whole percents', 1],
    ['steps of five', 5],
  ])('%s, read every five minutes', (_name, step) => {
    // 11 kW for two hours are 22 kWh, 33 points.
    const rows: Row[] = Array.from({ length: 25 }, (_, index) => [
      index * 5,
      ON,
      Math.floor((20 + index * 1.375) / step) * step,
    ]);
    const risen = ((rows.at(-1)?.[2] ?? 0) - (rows[0]?.[2] ?? 0)) / 100;
    expect(countedWh([...rows, [125, STOPPED, rows.at(-1)?.[2] ?? 0]]).energyWh).toBe(
      Math.floor((risen * 60_000) / 0.9),
    );
  });

  test('readings lost for three hours', () => {
    expect(
      countedWh([
        [0, ON, 20],
        [180, ON, 65],
      ]).energyWh,
    ).toBe(30_000);
    expect(
      countedWh([
        [0, STOPPED, 20],
        [180, STOPPED, 35],
      ]).energyWh,
    ).toBe(10_000);
  });

  test('a start between two readings, by no more than the car can draw', () => {
    expect(
      countedWh([
        [0, STOPPED, 20],
        [5, ON, 21],
      ]).energyWh,
    ).toBe(666);
    expect(
      countedWh([
        [0, STOPPED, 20],
        [5, ON, 27],
      ]).energyWh,
    ).toBe(1145);
  });
});
