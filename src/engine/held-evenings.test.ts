import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { NOON_MS } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;

const LEAF: CarOfTest = { id: 'leaf', powerKw: 7.4, levelPercent: 20, plugInAtMs: at(22) };
const VAN: CarOfTest = { ...LEAF, id: 'van', plugInAtMs: at(22, 10) };
const HELD = { leastPowerKw: 1.38 };

const worldOf = (more: Partial<CarOfTest>): SiteWorld =>
  siteWorldOf({
    maxPowerKw: 11,
    cars: [
      { ...LEAF, ...more },
      { ...VAN, ...more },
    ],
  });
const outcomesOf = (world: SiteWorld): (string | null | undefined)[] =>
  ['leaf', 'van'].map((id) => world.lane(id).current[`policy of ${id}`]?.aim.state);
const peakKw = (world: SiteWorld): number => Math.max(...world.draws.map(({ kw }) => kw));
const sentTo = (world: SiteWorld, id: string): string[] =>
  world.steps.flatMap((step) =>
    step.result.events.flatMap((event) =>
      step.id === id && event.kind === 'command-requested'
        ? [`${event.command.kind} ${event.command.powerKw ?? ''}`.trim()]
        : [],
    ),
  );

describe('two cars of 7.4 kW at a connection of 11 kW, both wanted by seven', () => {
  // 40 kWh each, and nine hours: 89 kWh by sharing, 66 kWh by turns.
  test('are both ready where they can be held to a power, and not where they are only on or off', () => {
    const held = worldOf(HELD);
    held.runUntil(at(30, 59));
    expect(outcomesOf(held)).toEqual(['REACHED', 'REACHED']);
    // A plan stands while it is carried out: it is not made anew at each of some four hundred readings.
    expect(held.steps.reduce((sum, { result }) => sum + result.planCount, 0)).toBeLessThan(200);
    const turns = worldOf({});
    turns.runUntil(at(22, 10));
    expect(outcomesOf(turns)).toContain('AT_RISK');
    expect(peakKw(held)).toBeLessThanOrEqual(11 + 1e-6);
    expect(peakKw(held)).toBeGreaterThan(10);
  });
});

test('a plan with powers stands while it is carried out, also beside a car that there is no power for', () => {
  const truck: CarOfTest = { ...LEAF, id: 'truck', powerKw: 22, plugInAtMs: at(21) };
  const world = siteWorldOf({ maxPowerKw: 11, cars: [{ ...LEAF, ...HELD }, { ...VAN, ...HELD }, truck] });
  world.runUntil(at(27));
  const planned = world.steps.filter(({ atMs }) => atMs > at(23));
  expect(planned.reduce((sum, { result }) => sum + result.planCount, 0)).toBeLessThan(150);
  expect(world.levelPercent('truck')).toBe(20);
});

test('a car that takes more than the connection charges with what there is, and with all of it where there is no limit', () => {
  const world = siteWorldOf({
    maxPowerKw: 11,
    cars: [{ ...LEAF, powerKw: 22, levelPercent: 50, leastPowerKw: 4.14 }],
  });
  world.runUntil(at(28));
  expect(sentTo(world, 'leaf')).toEqual(['START 11']);
  expect(peakKw(world)).toBe(11);
  world.setLimit(null);
  expect(sentTo(world, 'leaf')).toEqual(['START 11', 'START']);
  expect(peakKw(world)).toBe(22);
});
