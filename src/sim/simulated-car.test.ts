import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { createPlant, levelPercentOf } from './plant.ts';
import {
  changeCar,
  commandCar,
  createCar,
  nextCarEventAtMs,
  runCar,
  type SimulatedCar,
} from './simulated-car.ts';

const START_MS = Date.UTC(2026, 0, 5, 17, 2);
const HOME = 'home';

describe('a simulated car', () => {
  it('reports together with others: at whole quarter hours while it idles, every five minutes while it charges', () => {
    const idle = changed(parked(), { plugInAt: { locationId: HOME } });
    expect(minutes(life(idle, 3))).toEqual(['17:15', '17:30', '17:45']);
    const { car, readings, answer } = commandCar(idle, START_MS, 'START');
    expect({ answer, told: readings.map((reading) => reading.powerDeliveryState) }).toEqual({
      answer: 'DONE',
      told: ['PLUGGED_IN:CHARGING'],
    });
    expect(minutes(life(car, 3))).toEqual(['17:05', '17:10', '17:15']);
  });

  it('reports hourly while nothing is plugged in', () => {
    expect(minutes(life(parked(), 2))).toEqual(['18:00', '19:00']);
  });

  it('tells when it is full, at the very moment', () => {
    const nearlyFull = changed(parked(), { levelPercent: 99.8, plugInAt: { locationId: HOME } });
    const charging = commandCar(nearlyFull, START_MS, 'START').car;
    // 0.2 % of 60 kWh at 6 kW and 0.9: 80 s.
    const { car, readings } = runCar(charging, nextCarEventAtMs(charging));
    expect(readings).toMatchObject([
      { observedAtMs: START_MS + 80_000, levelPercent: 100, powerDeliveryState: 'PLUGGED_IN:COMPLETE' },
    ]);
    expect(nextCarEventAtMs(car)).toBeGreaterThan(START_MS + 80_000);
  });

  it.each([
    ['unplugged', {}, 'REFUSED'],
    ['stubborn', { plugInAt: { locationId: HOME }, faults: { refusesCommands: true } }, 'REFUSED'],
    ['out of reach', { plugInAt: { locationId: HOME }, faults: { isUnreachable: true } }, 'UNREACHABLE'],
  ])('does not obey when it is %s, and says nothing', (_name, change, answer) => {
    const found = commandCar(changed(parked(), change), START_MS, 'START');
    expect({ answer: found.answer, readings: found.readings }).toEqual({ answer, readings: [] });
  });

  it('cannot drive while it is plugged in, but can be plugged out, driven and plugged in at one instant', () => {
    const home = changed(parked(), { plugInAt: { locationId: HOME } });
    expect(changeCar(home, START_MS, { driveWh: 6_000 })).toHaveProperty('refusal');
    const back = changed(home, { plugOut: true, driveWh: 6_000, plugInAt: { locationId: null } });
    expect(levelPercentOf(back.plant)).toBeCloseTo(40);
    expect(back.plant).toMatchObject({ isPluggedIn: true, locationId: null });
  });

  it('lives by its habit, and a day lived in one look is the day lived event by event', () => {
    const habit = {
      kind: 'shared-van' as const,
      seed: 1,
      car: 0,
      timezoneName: 'Europe/Oslo',
      kilometres: 40,
    };
    const van: SimulatedCar = { ...parked(), habit: { habit, homeLocationId: HOME } };
    const untilMs = START_MS + 24 * HOUR_MS;
    let car = van;
    let plugs = 0;
    while (nextCarEventAtMs(car) <= untilMs) {
      const step = runCar(car, nextCarEventAtMs(car));
      if (!car.plant.isPluggedIn && step.car.plant.isPluggedIn) plugs += 1;
      car = step.car;
    }
    expect(plugs).toBe(6);
    const lazily = runCar(van, untilMs).car;
    expect(lazily.livedUntilMs).toBe(car.livedUntilMs);
    expect(lazily.plant.isPluggedIn).toBe(car.plant.isPluggedIn);
  });
});

function parked(): SimulatedCar {
  const plant = createPlant({
    atMs: START_MS,
    model: { capacityWh: 60_000, efficiency: 0.9, powerW: 6_000, taper: null },
    levelPercent: 50,
  });
  return createCar(plant, { charging: 5 * MINUTE_MS, idle: 15 * MINUTE_MS }).car;
}

function changed(car: SimulatedCar, change: Parameters<typeof changeCar>[2]): SimulatedCar {
  const step = changeCar(car, START_MS, change);
  if ('refusal' in step) throw new Error(step.refusal);
  return step.car;
}

function life(from: SimulatedCar, count: number): number[] {
  const times: number[] = [];
  for (let car = from; times.length < count; ) {
    const atMs = nextCarEventAtMs(car);
    times.push(atMs);
    car = runCar(car, atMs).car;
  }
  return times;
}

function minutes(times: readonly number[]): string[] {
  return times.map((atMs) => new Date(atMs).toISOString().slice(11, 16));
}
