import { describe, expect, test } from 'vitest';
import { randomFor } from '../sim/random.ts';
import { pricesOf } from './testing/bench.ts';
import { type Minute, type MinuteCar, type MinuteWorld, minuteWorldOf } from './testing/minute-world.ts';

const EVEN = pricesOf([0.1]);
/** Plans made together cost milliseconds each, and an afternoon has hundreds. */
const LIMIT_MS = 240_000;
/** More than planned by so much is how power is rounded, and what a car alone may draw (decision 0010). */
const ROUNDING_RATIO = 1.02;

const clock = ({ atMs }: Minute): string => new Date(atMs).toISOString().slice(11, 16);
const over = ({ minutes }: MinuteWorld, mostKw: number): string[] =>
  minutes
    .filter(({ sumKw }) => sumKw > mostKw)
    .map((minute) => `${clock(minute)} ${minute.sumKw.toFixed(1)} kW`);
const sent = ({ minutes }: MinuteWorld, carId: string): string[] =>
  minutes.flatMap((minute) =>
    minute.done.flatMap(({ id, kind, powerKw }) =>
      id === carId ? [`${clock(minute)} ${kind} ${powerKw ?? 'all'}`] : [],
    ),
  );

describe('cars whose power nobody told, and that can be held', () => {
  const AT_ONCE = { minute: 2, targetPercent: 90 };
  const LEAF: MinuteCar = { id: 'leaf', powerKw: 7.4, leastPowerKw: 1.4, levelPercent: 40, atOnce: AT_ONCE };
  const VAN: MinuteCar = { ...LEAF, id: 'van', powerKw: 11 };

  test('are told what room there is, and never draw more than the limit together', () => {
    const world = minuteWorldOf({ maxPowerKw: 11, cars: [LEAF, VAN], minutes: 180, prices: EVEN });
    expect(over(world, 11 + 1e-6)).toEqual([]);
    expect(sent(world, 'leaf')[0]).toBe('12:03 START 7');
    expect(sent(world, 'van')[0]).toBe('12:03 START 4');
  });

  test('alone they are told the whole limit, and all the same once they were measured to take less', () => {
    const world = minuteWorldOf({ maxPowerKw: 16, cars: [LEAF], minutes: 60, prices: EVEN });
    expect(sent(world, 'leaf')).toEqual(['12:03 START 16']);
    expect(world.lane('leaf').learned.home?.powerKw).toBeCloseTo(7.4);
  });

  test('a car that was seen to take less leaves the rest to the others, also in its taper', () => {
    const nearlyFull = { ...LEAF, levelPercent: 88, atOnce: { minute: 2, targetPercent: 100 } };
    const later = { ...VAN, atOnce: { minute: 20, targetPercent: 90 } };
    const world = minuteWorldOf({ maxPowerKw: 11, cars: [nearlyFull, later], minutes: 60, prices: EVEN });
    expect(over(world, 11 + 1e-6)).toEqual([]);
    expect(world.minutes.some(({ sumKw }) => sumKw > 10)).toBe(true);
  });
});

describe('cars whose power nobody told, and that are only on or off', () => {
  const LEAF: MinuteCar = {
    id: 'leaf',
    powerKw: 3.7,
    levelPercent: 30,
    atOnce: { minute: 2, targetPercent: 75 },
  };
  const VAN: MinuteCar = {
    id: 'van',
    powerKw: 11,
    levelPercent: 40,
    atOnce: { minute: 20, targetPercent: 70 },
    outMinutes: [60, 70],
  };
  const again = (targetPercent: number) => ({ minute: 75, targetPercent });

  test('what was read of one counts at once, and still after it was plugged out', () => {
    const world = minuteWorldOf({ maxPowerKw: 12, cars: [LEAF, VAN], minutes: 240, prices: EVEN });
    expect(over(world, 12)).toEqual(['12:21 14.7 kW']);
    const back = minuteWorldOf({
      maxPowerKw: 12,
      cars: [LEAF, { ...VAN, atOnce: again(70) }],
      minutes: 76,
      prices: EVEN,
    });
    expect(back.lane('van').control.drawn).toBeUndefined();
    expect(world.lane('van').control.drawn?.home?.powerKw).toBe(11);
  });

  test('one value that is wrong counts until a minute of charging shows less', () => {
    const odd = (id: string, minute: number): number | null => (id === 'leaf' && minute === 10 ? 9 : null);
    const world = minuteWorldOf({ maxPowerKw: 12, cars: [LEAF], minutes: 15, prices: EVEN, odd });
    expect(sent(world, 'leaf')).toEqual(['12:03 START all']);
    expect(world.lane('leaf').control.drawn).toBeUndefined();
  });
});

test.each([119, 122, 131, 141])(
  'two cars that are a little above the limit together do not start and stop each other by noise: %i',
  (seed) => {
    const random = randomFor('flap', seed);
    const cars = [7.4, 3.7].map(
      (powerKw, index): MinuteCar => ({
        id: `car ${index}`,
        powerKw,
        levelPercent: 10 + Math.floor(random() * 40),
        plugInMinute: Math.floor(random() * 30),
        deadline: random() < 0.5 ? '17:00' : '19:00',
        ...(random() < 0.5 ? { atOnce: { minute: 31 + Math.floor(random() * 30), targetPercent: 80 } } : {}),
      }),
    );
    const prices = pricesOf(Array.from({ length: 24 }, () => 0.1 + Math.round(random() * 20) / 100));
    const world = minuteWorldOf({ maxPowerKw: 11.1, cars, minutes: 400, noise: 1, seed, prices });
    // The first reading of a car may say that it must stop; after that a run lasts.
    const short = cars.flatMap(({ id }) => shortRuns(world, id));
    expect(short.length, short.join()).toBeLessThanOrEqual(1);
  },
  LIMIT_MS,
);

test.each([100, 103, 108, 111, 113, 116, 120, 124])(
  'once each car was read no start of ours takes them above the limit together: world %i',
  (seed) => {
    const { cars, maxPowerKw, world } = worldOf(seed);
    const isRead = new Set(cars.flatMap(({ id, leastPowerKw }) => (leastPowerKw === undefined ? [] : [id])));
    const trials = new Map<string, number>();
    for (const minute of world.minutes) {
      const drawing = Object.entries(minute.eachKw).flatMap(([id, kw]) => (kw > 0 ? [id] : []));
      const started = minute.done.filter(({ kind }) => kind === 'START').map(({ id }) => id);
      const isOver = started.length > 0 && minute.sumKw > maxPowerKw * ROUNDING_RATIO;
      const [one = ''] = drawing;
      const isOnOff = cars.some(({ id, leastPowerKw }) => id === one && leastPowerKw === undefined);
      if (isOver && drawing.length === 1 && isOnOff) {
        // More than the whole limit may be an odd value: such a car is tried once more, alone.
        trials.set(one, (trials.get(one) ?? 0) + 1);
      } else if (isOver) {
        expect(
          drawing.every((id) => isRead.has(id)),
          `${clock(minute)} ${JSON.stringify(minute)}`,
        ).toBe(false);
      }
      for (const id of drawing) isRead.add(id);
    }
    for (const count of trials.values()) expect(count).toBeLessThanOrEqual(2);
  },
  LIMIT_MS,
);

/** Two or three cars of which nobody told the power, some of which can be held; the same for the same seed. */
function worldOf(seed: number) {
  const random = randomFor('over', seed);
  const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const cars = Array.from({ length: oneOf([2, 2, 3]) }, (_, index): MinuteCar => {
    const powerKw = oneOf([3.7, 7.4, 11, 22]);
    const levelPercent = 20 + Math.floor(random() * 40);
    const capacityWh = oneOf([36_000, 60_000]);
    const plugInMinute = Math.floor(random() * 60);
    const deadline = oneOf(['15:00', '17:00', '07:00']);
    return {
      id: `car ${index}`,
      ...{ powerKw, levelPercent, capacityWh, plugInMinute, deadline },
      ...(random() < 0.5 ? { leastPowerKw: 1.4 } : {}),
      ...(random() < 0.5 ? { atOnce: { minute: 61 + Math.floor(random() * 30), targetPercent: 80 } } : {}),
      ...(random() < 0.3 ? { outMinutes: [170, 180] as const } : {}),
    };
  });
  const maxPowerKw = oneOf([8, 11, 12, 14.8, 22]);
  const noise = oneOf([0, 1]);
  const prices = pricesOf(Array.from({ length: 24 }, () => 0.1 + Math.round(random() * 20) / 100));
  return { cars, maxPowerKw, world: minuteWorldOf({ maxPowerKw, cars, minutes: 300, noise, seed, prices }) };
}

/** Runs shorter than ten minutes that a stop ended. */
function shortRuns({ minutes }: MinuteWorld, carId: string): string[] {
  let sinceIndex: number | null = null;
  const short: string[] = [];
  for (const minute of minutes) {
    for (const { id, kind } of minute.done) {
      if (id !== carId) continue;
      if (kind === 'STOP' && sinceIndex !== null && minute.index - sinceIndex < 10) {
        short.push(`${clock(minute)} ${id} after ${minute.index - sinceIndex} min`);
      }
      sinceIndex = kind === 'STOP' ? null : (sinceIndex ?? minute.index);
    }
  }
  return short;
}
