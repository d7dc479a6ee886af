import { expect, test } from 'vitest';
import { DEFAULT_POLICY_SETTINGS } from '../domain/policy-rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { NOON_MS, pricesOf } from './testing/bench.ts';
import { type CarOfTest, siteWorldOf } from './testing/site-world.ts';

const PLUG_IN_MS = NOON_MS + 8 * HOUR_MS;
const PRICES = pricesOf([0.3, 0.28, 0.26, 0.24, 0.22, 0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.08]);

test('power that is being measured, and differs by less than a percent at each reading, moves no joint plan', () => {
  // Nobody told the leaf's power: it is planned with 95 % of what was measured, for half an hour.
  const cars = [
    { ...carOf('leaf', '01:00'), powerKw: 3.7, isPowerUnknown: true },
    carOf('van', '03:00'),
    carOf('truck', '04:00'),
  ];
  const world = siteWorldOf({ maxPowerKw: 11, cars, prices: PRICES });
  world.runUntil(PLUG_IN_MS + 34 * MINUTE_MS);
  const made: number[] = [];
  const measured = new Set<number>();
  for (const { result } of world.steps) {
    const plan = Object.values(result.lane.current)[0]?.plan;
    if (plan?.together !== undefined) made.push(plan.madeAtMs);
    for (const { powerKw } of Object.values(result.lane.learned)) measured.add(powerKw);
  }
  // What is measured moves all the while.
  expect(measured.size).toBeGreaterThan(3);
  // At plug-in, and when the first reading shows far less power than was planned with.
  const minutes = [...new Set(made)].map((atMs) => (atMs - PLUG_IN_MS) / MINUTE_MS);
  expect(minutes).toEqual([0, 5]);
});

function carOf(id: string, deadline: string): CarOfTest {
  const days = Object.keys(DEFAULT_POLICY_SETTINGS.schedule);
  const schedule = Object.fromEntries(days.map((day) => [day, { deadline, minimumChargeTarget: 80 }]));
  return {
    id,
    powerKw: 7.4,
    capacityWh: 77_000,
    levelPercent: 40,
    plugInAtMs: PLUG_IN_MS,
    reportsEveryMs: 5 * MINUTE_MS,
    policy: { batteryReserve: 0, schedule },
  };
}
