import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { historyWords } from '../wire/history-words.ts';
import { NOON_MS } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

/** Charges from 18:00 on, for two hours and a half. */
const VAN: CarOfTest = { id: 'van', powerKw: 3.7, levelPercent: 30, capacityWh: 60_000, plugInAtMs: at(18) };
/** Nobody told its power, so that it is planned with 7 kW: beside the van there would be room for it. */
const LEAF: CarOfTest = {
  id: 'leaf',
  powerKw: 7.4,
  isPowerUnknown: true,
  levelPercent: 50,
  plugInAtMs: at(18, 5),
  reportsEveryMs: 5 * MINUTE_MS,
};

function homeOf(maxPowerKw: number, leaf: Partial<CarOfTest> = {}): SiteWorld {
  const world = siteWorldOf({ maxPowerKw, cars: [VAN, { ...LEAF, ...leaf }] });
  world.runUntil(at(18, 10));
  now(world, 'van', 44);
  world.runUntil(at(18, 20));
  now(world, 'leaf', 80);
  return world;
}

function now(world: SiteWorld, id: string, targetPercent: number): void {
  const [session] = Object.values(world.lane(id).current);
  const override = { kind: 'IMMEDIATE_START', targetPercent } as const;
  world.happen(id, { kind: 'target-set', sessionId: session?.id ?? '', override });
}

function sentTo(world: SiteWorld, id: string): string[] {
  return world.steps.flatMap((step) =>
    step.result.events.flatMap((event) =>
      step.id === id && event.kind === 'command-requested'
        ? [`${clock(step.atMs)} ${event.command.kind}`]
        : [],
    ),
  );
}

function wordsOf(world: SiteWorld, id: string, fromMs: number): string[] {
  return world.steps
    .filter((step) => step.id === id && step.atMs >= fromMs)
    .flatMap(({ result }) => result.history)
    .map((entry) => historyWords(entry, (vehicleId) => `the ${vehicleId}`));
}

test('a car that draws more than it was planned with is stopped once, and waits for the room that it needs', () => {
  const world = homeOf(10.8);
  world.runUntil(at(24));
  // The van is done at 20:40.
  expect(sentTo(world, 'leaf').slice(0, 3)).toEqual(['18:20 START', '18:20 STOP', '20:40 START']);
  expect(wordsOf(world, 'leaf', at(18, 20)).slice(1, 3)).toEqual([
    'The car has started to charge. Still charging: the car has been asked to stop; it draws 7.4 kW, and 7 kW were expected.',
    "The car has stopped charging. Not charging: the van goes first, as all want to be ready at the same time and the connection of this location allows 10.8 kW; this car's turn begins at Tue 20:41.",
  ]);
});

test('where there is room for what it draws it is not stopped', () => {
  const world = homeOf(11.2);
  world.runUntil(at(19));
  expect(sentTo(world, 'leaf')).toEqual(['18:20 START']);
});

test('power that is measured to be less counts from then on', () => {
  const world = homeOf(11, { powerKw: 6.6 });
  const odd = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.3 } as const;
  world.runUntil(at(18, 22));
  world.happen('leaf', { kind: 'reading', reading: { observedAtMs: at(18, 22), ...odd } });
  world.runUntil(at(18, 45));
  expect(world.lane('leaf').control.drawn).toBeUndefined();
});

test('a car that shows more than the whole limit is tried once more after an hour, and then not again', () => {
  const world = siteWorldOf({ maxPowerKw: 8, cars: [{ ...LEAF, powerKw: 11 }] });
  world.runUntil(at(18, 20));
  now(world, 'leaf', 80);
  world.runUntil(at(23));
  expect(sentTo(world, 'leaf')).toEqual(['18:20 START', '18:20 STOP', '19:30 START', '19:30 STOP']);
  expect(wordsOf(world, 'leaf', at(18, 20)).at(-1)).toContain('this car alone takes more');
});

test('a car whose told power fits the limit is not refused when a little more was measured of it', () => {
  const world = siteWorldOf({ maxPowerKw: 7, cars: [{ ...LEAF, toldPowerKw: 7 }] });
  world.runUntil(at(18, 20));
  now(world, 'leaf', 80);
  world.runUntil(at(20));
  expect(sentTo(world, 'leaf')).toEqual(['18:20 START']);
});
