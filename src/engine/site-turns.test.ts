import { expect, test } from 'vitest';
import { DEFAULT_POLICY_SETTINGS } from '../domain/policy-rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { Override } from './contract.ts';
import { NOON_MS, pricesOf } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

/** Cheap at six, dear at eleven, twice a day. */
const WAVES = pricesOf(
  Array.from({ length: 24 }, (_, hour) => 0.15 + 0.1 * Math.sin(((hour + 1) / 6) * Math.PI + 1)),
);
const PLUG_IN_MS = at(19, 43);

test('a car that was asked to charge at once does, without a pause, though others are late by it', () => {
  const world = worldOf([
    { ...carOf('leaf', 60, '07:00'), capacityWh: 60_000 },
    carOf('van', 65, '22:00'),
    carOf('truck', 60, '02:00'),
  ]);
  override(world, 'leaf', { kind: 'IMMEDIATE_START', targetPercent: 100 });
  world.runUntil(at(28));
  expect(runsOf(world, 'leaf')).toEqual(['19:43-23:19']);
  expect(shortIn(world)).toEqual([]);
  expect(idleMs(world, PLUG_IN_MS, at(27))).toBeLessThan(MINUTE_MS);
});

test('cars that cannot all be in time do not take turns by the quarter of an hour', () => {
  const cars = [carOf('leaf', 40, '03:00'), carOf('van', 45, '03:00'), carOf('truck', 50, '04:00')];
  // They draw less than they are planned with at first.
  const world = worldOf(cars.map((car) => ({ ...car, powerKw: 6.6, isPowerUnknown: true })));
  world.runUntil(at(28));
  expect(shortIn(world)).toEqual([]);
  // Each planned at every reading had eight runs by now.
  for (const { id } of cars) expect(runsOf(world, id).length).toBeLessThanOrEqual(3);
  expect(idleMs(world, PLUG_IN_MS, at(28))).toBeLessThan(15 * MINUTE_MS);
});

test('a charge that is nearly done is not stopped for a car that would still be in time', () => {
  const world = worldOf([carOf('leaf', 60, '22:00'), carOf('van', 70, '07:00')]);
  world.runUntil(at(21, 50));
  override(world, 'van', { kind: 'REGULAR', targetPercent: 80, reservePercent: 0, readyByMs: at(23) });
  world.runUntil(at(26));
  expect(['leaf', 'van'].map((id) => runsOf(world, id))).toEqual([['19:43-22:00'], ['22:00-23:09']]);
});

function worldOf(cars: readonly CarOfTest[]): SiteWorld {
  const world = siteWorldOf({ maxPowerKw: 11, cars, prices: WAVES });
  world.runUntil(PLUG_IN_MS);
  return world;
}

function carOf(id: string, levelPercent: number, deadline: string): CarOfTest {
  const days = Object.keys(DEFAULT_POLICY_SETTINGS.schedule);
  const schedule = Object.fromEntries(days.map((day) => [day, { deadline, minimumChargeTarget: 80 }]));
  return {
    id,
    powerKw: 7.4,
    capacityWh: 77_000,
    levelPercent,
    plugInAtMs: PLUG_IN_MS,
    policy: { batteryReserve: 0, schedule },
  };
}

function override(world: SiteWorld, id: string, wanted: Override): void {
  const [session] = Object.values(world.lane(id).current);
  world.happen(id, { kind: 'target-set', sessionId: session?.id ?? '', override: wanted });
}

interface Stretch {
  readonly isOn: boolean;
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a car charged, and when it did not. */
function stretchesOf({ draws }: SiteWorld, id: string): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [index, { atMs, ids }] of draws.entries()) {
    const isOn = ids.includes(id);
    const toMs = draws[index + 1]?.atMs ?? atMs;
    const last = found.at(-1);
    if (toMs === atMs) continue;
    if (last?.isOn === isOn) found[found.length - 1] = { ...last, toMs };
    else found.push({ isOn, fromMs: atMs, toMs });
  }
  return found;
}

function runsOf(world: SiteWorld, id: string): string[] {
  return stretchesOf(world, id).flatMap(({ isOn, fromMs, toMs }) =>
    isOn ? [`${clock(fromMs)}-${clock(toMs)}`] : [],
  );
}

/** Runs, and pauses between runs, that are shorter than the policy allows. */
function shortIn(world: SiteWorld): string[] {
  const ids = new Set(world.steps.map(({ id }) => id));
  return [...ids].flatMap((id) =>
    stretchesOf(world, id)
      .slice(1, -1)
      .filter(({ fromMs, toMs }) => toMs - fromMs < 15 * MINUTE_MS)
      .map(({ isOn, fromMs, toMs }) => `${id} ${isOn ? 'on' : 'off'} ${clock(fromMs)}-${clock(toMs)}`),
  );
}

/** How long nobody charged. */
function idleMs({ draws }: SiteWorld, fromMs: number, untilMs: number): number {
  return draws.reduce((sum, { atMs, ids }, index) => {
    const toMs = Math.min(untilMs, draws[index + 1]?.atMs ?? untilMs);
    return ids.length > 0 ? sum : sum + Math.max(0, toMs - Math.max(atMs, fromMs));
  }, 0);
}
