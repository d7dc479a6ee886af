import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { historyWords } from '../wire/history-words.ts';
import { NOON_MS, pricesOf } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

const LEAF: CarOfTest = { id: 'leaf', powerKw: 7.4, levelPercent: 50, plugInAtMs: at(18) };
const VAN: CarOfTest = { id: 'van', powerKw: 7.4, levelPercent: 50, plugInAtMs: at(18, 10) };
const now = (world: SiteWorld, id: string, targetPercent = 90) =>
  world.happen(id, {
    kind: 'target-set',
    sessionId: sessionOf(world, id).id,
    override: { kind: 'IMMEDIATE_START', targetPercent },
  });
const back = (world: SiteWorld, id: string) =>
  world.happen(id, { kind: 'target-cleared', sessionId: sessionOf(world, id).id });

/** Attempts that were sent, with their time. */
const sentOf = (world: SiteWorld): string[] =>
  world.steps.flatMap(({ atMs, id, result }) =>
    result.events.flatMap((event) =>
      event.kind === 'command-requested' ? [`${clock(atMs)} ${id} ${event.command.kind}`] : [],
    ),
  );
const drawsOf = (world: SiteWorld): string[] =>
  world.draws
    .map(({ atMs, ids }) => ({ atMs, ids: ids.join('+') }))
    .filter(({ ids }, index, all) => ids !== all[index - 1]?.ids)
    .map(({ atMs, ids }) => `${clock(atMs)} ${ids}`.trimEnd());
const whyOf = (world: SiteWorld, id: string): string | undefined => sessionOf(world, id).history?.why.code;
const wordsOf = (world: SiteWorld, id: string): string | undefined =>
  world.steps
    .flatMap((step) => (step.id === id ? step.result.history : []))
    .map((entry) => historyWords(entry, (vehicleId) => `the ${vehicleId}`))
    .at(-1);
const sessionOf = (world: SiteWorld, id: string) => {
  const [session] = Object.values(world.lane(id).current);
  if (session === undefined) throw new Error(`${id} has no session`);
  return session;
};
const peakKw = (world: SiteWorld): number => Math.max(...world.draws.map(({ kw }) => kw));

describe('one start at a time', () => {
  test('a start waits until the stop of the other is confirmed by a reading, and says so', () => {
    const world = siteWorldOf({ maxPowerKw: 11, cars: [{ ...LEAF, delayMs: 3 * MINUTE_MS }, VAN] });
    world.runUntil(at(18, 15));
    now(world, 'leaf');
    world.runUntil(at(18, 42));
    expect(drawsOf(world).at(-1)).toBe('18:18 leaf');
    back(world, 'leaf');
    now(world, 'van');
    expect(whyOf(world, 'van')).toBe('WAITING_FOR_OTHER_TO_STOP');
    expect(wordsOf(world, 'van')).toBe(
      'The target of this session was changed. About to charge: waits until the leaf has stopped, as the connection of ' +
        'this location allows 11 kW.',
    );
    expect(sentOf(world).at(-1)).toBe('18:42 leaf STOP');
    world.runUntil(at(18, 50));
    expect(sentOf(world).filter((line) => line.endsWith('van START'))).toEqual(['18:45 van START']);
    expect(drawsOf(world).slice(-1)).toEqual(['18:45 van']);
    expect(peakKw(world)).toBe(7.4);
  });

  test('a start that was dropped on its way counts until it expires', () => {
    const world = siteWorldOf({ maxPowerKw: 11, cars: [{ ...LEAF, delayMs: 10 * MINUTE_MS }, VAN] });
    world.runUntil(at(18, 15));
    now(world, 'leaf');
    world.runUntil(at(18, 16));
    // The start is on its way; the reading that would confirm it never comes before it is dropped.
    back(world, 'leaf');
    now(world, 'van');
    expect(whyOf(world, 'van')).toBe('WAITING_FOR_OTHER_TO_STOP');
    world.runUntil(at(19));
    // It arrived after all, was seen, and was stopped; only then the other began.
    expect(drawsOf(world)).toEqual(['12:00', '18:25 leaf', '18:35 van']);
    expect(peakKw(world)).toBe(7.4);
  });

  test('a start that never arrives is not waited for beyond its expiry', () => {
    const world = siteWorldOf({ maxPowerKw: 11, cars: [{ ...LEAF, delayMs: 20 * MINUTE_MS }, VAN] });
    world.runUntil(at(18, 15));
    now(world, 'leaf');
    back(world, 'leaf');
    now(world, 'van');
    world.runUntil(at(19));
    expect(sentOf(world)).toEqual(['18:15 leaf START', '18:30 van START']);
    expect(drawsOf(world)).toEqual(['12:00', '18:30 van']);
  });

  test('a car that falls silent while it charges counts with what it may draw until its stop has expired', () => {
    const world = siteWorldOf({
      maxPowerKw: 11,
      cars: [{ ...LEAF, reportsEveryMs: 5 * HOUR_MS, delayMs: 16 * MINUTE_MS }, VAN],
    });
    // Its connector gives commands too late; the car was seen charging once, when its user started it.
    world.runUntil(at(18, 15));
    world.happen('leaf', {
      kind: 'reading',
      reading: {
        observedAtMs: at(18, 15),
        isPluggedIn: true,
        powerDeliveryState: 'PLUGGED_IN:CHARGING',
        powerKw: 7.4,
      },
    });
    expect(sentOf(world)).toEqual(['18:15 leaf STOP']);
    world.runUntil(at(18, 20));
    now(world, 'van');
    expect(whyOf(world, 'van')).toBe('WAITING_FOR_OTHER_TO_STOP');
    world.runUntil(at(20));
    // Until 18:30 the stop may reach it; as long its last reading counts.
    const [start] = sentOf(world).filter((line) => line.endsWith('van START'));
    expect(start).toBe('18:31 van START');
  });

  test('a car that does not stop is taken off the limit by what it draws', () => {
    const stubborn: CarOfTest = { ...LEAF, startsAtPlugIn: true, refusesCommands: true };
    const world = siteWorldOf({ maxPowerKw: 11, cars: [stubborn, VAN] });
    world.runUntil(at(18, 20));
    now(world, 'van');
    expect(whyOf(world, 'van')).not.toBe('STARTING');
    world.runUntil(at(19));
    expect(sentOf(world).filter((line) => line.includes('van'))).toEqual([]);
    expect(whyOf(world, 'van')).toBe('CONNECTION_IN_USE');
    expect(wordsOf(world, 'van')).toContain(
      'the connection of this location allows 11 kW, and what the leaf leaves of it is too little for this car.',
    );
    expect(sessionOf(world, 'van').aim).toMatchObject({ isLate: false, target: { kind: 'IMMEDIATE_START' } });
  });
});

test('two cars that are to charge at once take turns, and long ones', () => {
  const world = siteWorldOf({ maxPowerKw: 11, cars: [LEAF, VAN] });
  world.runUntil(at(18, 15));
  now(world, 'leaf');
  now(world, 'van');
  expect(whyOf(world, 'van')).toBe('WAITING_ITS_TURN');
  world.runUntil(at(31));
  // 40 points each, and a turn is kept until one is 10 points ahead.
  expect(drawsOf(world).length).toBeLessThanOrEqual(9);
  expect(peakKw(world)).toBe(7.4);
  expect([world.levelPercent('leaf'), world.levelPercent('van')].every((level) => level > 89)).toBe(true);
});

describe('what the limit is shared with', () => {
  test('a car that nobody asked to be charged smartly is taken off first, in the step in which it is seen', () => {
    const guest: CarOfTest = {
      ...LEAF,
      id: 'guest',
      plugInAtMs: at(19, 2),
      policy: null,
      startsAtPlugIn: true,
    };
    const world = siteWorldOf({ maxPowerKw: 11, cars: [VAN, guest] });
    world.runUntil(at(18, 30));
    now(world, 'van');
    expect(drawsOf(world).at(-1)).toBe('18:30 van');
    world.runUntil(at(19, 2));
    expect(sentOf(world).at(-1)).toBe('19:02 van STOP');
    expect(whyOf(world, 'van')).toBe('CONNECTION_IN_USE');
    expect(drawsOf(world).slice(-1)).toEqual(['19:02 guest']);
    const seen = world.steps.filter(({ atMs, id }) => atMs === at(19, 2) && id === 'van');
    expect(seen.flatMap(({ result }) => result.history).map(({ cause }) => cause)).toContain('OTHER_CAR');
  });

  test('when a car leaves, the others are planned anew in the same step', () => {
    const guest: CarOfTest = {
      ...LEAF,
      id: 'guest',
      plugInAtMs: at(18),
      plugOutAtMs: at(20, 7),
      policy: null,
      startsAtPlugIn: true,
    };
    const world = siteWorldOf({ maxPowerKw: 11, cars: [VAN, guest] });
    world.runUntil(at(18, 30));
    now(world, 'van');
    expect(whyOf(world, 'van')).toBe('CONNECTION_IN_USE');
    world.runUntil(at(20, 7));
    expect(sentOf(world)).toEqual(['20:07 van START']);
  });

  test('a car that takes more than the limit by itself never charges, and is told why; a higher limit frees it', () => {
    const world = siteWorldOf({ maxPowerKw: 6, cars: [VAN] });
    world.runUntil(at(18, 30));
    now(world, 'van');
    expect(whyOf(world, 'van')).toBe('CONNECTION_TOO_SMALL');
    expect(wordsOf(world, 'van')).toContain(
      'Not charging: the connection of this location allows 6 kW, and this car alone takes more.',
    );
    world.runUntil(at(19, 30));
    // It waits for power, it is not full: the target stays.
    expect(sessionOf(world, 'van').aim.target?.kind).toBe('IMMEDIATE_START');
    world.setLimit(11);
    expect(sentOf(world)).toEqual(['19:30 van START']);
    world.setLimit(5);
    expect(sentOf(world).at(-1)).toBe('19:30 van STOP');
    world.setLimit(null);
    expect(sentOf(world).at(-1)).toBe('19:30 van START');
  });

  test('a car whose power was measured a little above the limit charges: a fuse counts amperes, and the voltage varies', () => {
    const car: CarOfTest = { ...LEAF, isPowerUnknown: true, powerKw: 11.4 };
    const world = siteWorldOf({ maxPowerKw: 11, cars: [car, { ...VAN, powerKw: 3.7 }] });
    world.runUntil(at(18, 15));
    now(world, 'leaf');
    world.runUntil(at(20));
    expect(drawsOf(world)).toEqual(['12:00', '18:15 leaf']);
    // Nothing is left for the other meanwhile.
    now(world, 'van', 60);
    world.runUntil(at(20, 30));
    expect(peakKw(world)).toBe(11.4);
    back(world, 'leaf');
    world.runUntil(at(25));
    now(world, 'leaf');
    world.runUntil(at(25, 30));
    expect(drawsOf(world).at(-1)).toBe('01:00 leaf');
  });

  test('the power of a car that nobody told is what it shows: the other waits', () => {
    const unknown: CarOfTest = { ...LEAF, isPowerUnknown: true, powerKw: 11 };
    const world = siteWorldOf({ maxPowerKw: 16, cars: [unknown, { ...VAN, levelPercent: 80 }] });
    world.runUntil(at(18, 15));
    now(world, 'leaf');
    world.runUntil(at(18, 20));
    now(world, 'van');
    // Planned with 7 kW both would fit; it draws 11.
    world.runUntil(at(19));
    expect(drawsOf(world).slice(-1)).toEqual(['18:15 leaf']);
  });
});

describe('skipping plans', () => {
  const flat = pricesOf([0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3]);

  test.each([
    ['where all fit together', 22],
    ['where they do not', 11],
  ])('a plan that is not made again is the one that would be made: %s', (_title, maxPowerKw) => {
    // A short night: planning three cars together costs milliseconds, and each reading of a charging car asks for it.
    const late = { levelPercent: 70, plugInAtMs: at(24), reportsEveryMs: 10 * MINUTE_MS };
    const cars = [
      { ...LEAF, ...late },
      { ...VAN, ...late, plugInAtMs: at(24, 20) },
      { ...VAN, ...late, id: 'truck', levelPercent: 65, plugInAtMs: at(25), plugOutAtMs: at(29) },
    ];
    const lived = [false, true].map((alwaysPlan) => {
      const world = siteWorldOf({ maxPowerKw, cars, prices: flat, settings: { alwaysPlan } });
      world.runUntil(at(32));
      return world;
    });
    const [skipping, always] = lived.map((world) => ({
      sent: sentOf(world),
      draws: drawsOf(world),
      planCount: world.steps.reduce((sum, { result }) => sum + result.planCount, 0),
    }));
    expect(skipping?.sent).toEqual(always?.sent);
    expect(skipping?.draws).toEqual(always?.draws);
    expect(skipping?.planCount).toBeLessThan(always?.planCount ?? 0);
  });
});
