import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { type ChargeModel, MILLIJOULES_PER_WH } from './charge-model.ts';
import {
  advanceTo,
  command,
  createPlant,
  drawnKwOf,
  drive,
  isCharging,
  levelPercentOf,
  meterMillijoulesOf,
  nextEventAtMs,
  type Plant,
  plugIn,
  plugOut,
  reading,
  setFaults,
  setLevel,
  setLimit,
  setModel,
} from './plant.ts';

const FLAT: ChargeModel = { capacityWh: 50_000, efficiency: 0.9, powerW: 9_000, taper: null };
const TAPERED: ChargeModel = { ...FLAT, taper: { fromPercent: 80, scalePercent: 15 } };

function parked(model: ChargeModel = FLAT, levelPercent = 50): Plant {
  return plugIn(createPlant({ atMs: 0, model, levelPercent }), 0, 'home');
}

function charging(model: ChargeModel = FLAT, levelPercent = 50): Plant {
  return command(parked(model, levelPercent), 0, 'START').plant;
}

describe('a simulated car', () => {
  it.each([
    // plant, hour, level, meter Wh, state
    ['parked', parked(), 1, 50, 0, 'PLUGGED_IN:STOPPED'],
    ['charging', charging(), 1, 66.2, 9_000, 'PLUGGED_IN:CHARGING'],
    ['charging to its limit', setLimit(charging(), 0, 68), 2, 68, 10_000, 'PLUGGED_IN:COMPLETE'],
    ['above its limit', setLimit(charging(), 0, 40), 1, 50, 0, 'PLUGGED_IN:COMPLETE'],
    ['full', charging(FLAT, 91), 1, 100, 5_000, 'PLUGGED_IN:COMPLETE'],
    ['unplugged', plugOut(charging(), HOUR_MS), 3, 66.2, 9_000, 'UNPLUGGED'],
  ])('%s', (_name, plant, hours, level, meter, state) => {
    const told = reading(plant, hours * HOUR_MS);
    expect(told.levelPercent).toBeCloseTo(level, 9);
    expect(told.meterWh).toBeCloseTo(meter, 5);
    expect(told.powerDeliveryState).toBe(state);
    expect(told.powerKw).toBe(state === 'PLUGGED_IN:CHARGING' ? 9 : 0);
  });

  it('knows when it reaches its limit, and changes then and not before', () => {
    const plant = setLimit(charging(), 0, 68);
    const atMs = nextEventAtMs(plant) ?? 0;
    expect(atMs / MINUTE_MS).toBeCloseTo(66 + 2 / 3, 3);
    expect(isCharging(advanceTo(plant, atMs - 1))).toBe(true);
    expect(isCharging(advanceTo(plant, atMs))).toBe(false);
    expect(nextEventAtMs(advanceTo(plant, atMs))).toBeNull();
  });

  it('goes on when its limit is raised', () => {
    const full = advanceTo(setLimit(charging(), 0, 60), 2 * HOUR_MS);
    expect(isCharging(full)).toBe(false);
    expect(levelPercentOf(advanceTo(setLimit(full, 2 * HOUR_MS, 70), 9 * HOUR_MS))).toBeCloseTo(70, 9);
  });

  it('takes less and less above the knee', () => {
    const power = (hours: number) => reading(charging(TAPERED, 75), hours * HOUR_MS).powerKw ?? 0;
    expect(power(0)).toBe(9);
    expect(power(0.25)).toBe(9);
    expect(power(1)).toBeLessThan(7);
    expect(power(2)).toBeLessThan(power(1));
    const doneAtMs = nextEventAtMs(charging(TAPERED, 75)) ?? 0;
    expect(levelPercentOf(advanceTo(charging(TAPERED, 75), doneAtMs))).toBeCloseTo(100, 6);
    expect(levelPercentOf(advanceTo(charging(TAPERED, 75), doneAtMs - MINUTE_MS))).toBeLessThan(100);
  });

  it('tells level and power in the steps of its report, and no meter when it has none', () => {
    const report = { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: false };
    const plant = { ...charging(TAPERED, 79), report };
    const told = reading(plant, 40 * MINUTE_MS);
    expect(told.levelPercent).toBe(88);
    expect(Number.isInteger((told.powerKw ?? 0) * 10)).toBe(true);
    expect(told).not.toHaveProperty('meterWh');
    expect(reading({ ...plant, report: { ...report, levelStepPercent: 0.1 } }, 0).levelPercent).toBe(79);
  });

  it('loses what it drives, and its place, but never its meter', () => {
    const away = drive(plugOut(charging(), HOUR_MS), 2 * HOUR_MS, 10_000);
    expect(levelPercentOf(away)).toBeCloseTo(46.2, 9);
    expect(reading(away, 2 * HOUR_MS)).toMatchObject({ meterWh: 9_000, isPluggedIn: false });
    expect(reading(away, 2 * HOUR_MS)).not.toHaveProperty('locationId');
    expect(levelPercentOf(drive(away, 3 * HOUR_MS, 1e9))).toBe(0);
    expect(() => drive(charging(), HOUR_MS, 1)).toThrow('cannot drive');
  });

  it('keeps level and meter when battery and charger change', () => {
    const changed = setModel(charging(), HOUR_MS, { ...FLAT, capacityWh: 20_000, powerW: 2_000 });
    expect(levelPercentOf(changed)).toBeCloseTo(66.2, 9);
    expect(reading(changed, 2 * HOUR_MS)).toMatchObject({ meterWh: 11_000, powerKw: 2 });
  });
});

describe('a simulated car that is held to a power', () => {
  const held = (plant: Plant, powerKw: number | null, atMs = 0): Plant =>
    command(plant, atMs, 'START', powerKw).plant;

  it('draws that until its own taper lies below it, and then what it would have drawn', () => {
    const [free, slow] = [charging(TAPERED, 78), held(parked(TAPERED, 78), 4.5)];
    expect(reading(slow, HOUR_MS)).toMatchObject({ powerKw: 4.5, meterWh: expect.closeTo(4_500, 5) });
    // 80 + 15 ln 2: from there on both curves are one.
    const kneePercent = 80 + 15 * Math.log(2);
    for (const levelPercent of [kneePercent + 0.001, 95]) {
      const [one, other] = [free, slow].map((plant) => drawnKwOf(setLevel(plant, 0, levelPercent)));
      expect(other).toBeCloseTo(one ?? 0, 6);
    }
    expect(drawnKwOf(setLevel(slow, 0, kneePercent - 0.001))).toBe(4.5);
  });

  it('keeps it through a stop and a drive until it is told otherwise', () => {
    const away = plugOut(command(held(parked(), 4.5), HOUR_MS, 'STOP').plant, HOUR_MS);
    const back = plugIn(setFaults(away, HOUR_MS, { startsAtPlugIn: true }), HOUR_MS, 'home');
    expect(drawnKwOf(back)).toBe(4.5);
    expect(drawnKwOf(held(back, null, HOUR_MS))).toBe(9);
    expect(drawnKwOf(held(back, 22, HOUR_MS))).toBe(9);
  });

  it('may refuse a start with a power, or take it and draw all the same', () => {
    const refusing = setFaults(parked(), 0, { refusesPower: true });
    expect(command(refusing, 0, 'START', 4.5).answer).toBe('REFUSED');
    expect(command(refusing, 0, 'START').answer).toBe('DONE');
    const deaf = command(setFaults(parked(), 0, { ignoresPower: true }), 0, 'START', 4.5);
    expect(deaf.answer).toBe('DONE');
    expect(drawnKwOf(deaf.plant)).toBe(9);
  });
});

describe('a simulated car with faults', () => {
  it('says nothing while unreachable, and obeys nothing', () => {
    const plant = setFaults(parked(), 0, { isUnreachable: true });
    expect(reading(plant, MINUTE_MS)).toEqual({ observedAtMs: MINUTE_MS, isReachable: false });
    expect(command(plant, MINUTE_MS, 'START').answer).toBe('UNREACHABLE');
  });

  it.each([
    ['refuses', setFaults(parked(), 0, { refusesCommands: true }), 'REFUSED', false],
    ['is unplugged', plugOut(parked(), 0), 'REFUSED', false],
    ['is well', parked(), 'DONE', true],
  ])('%s', (_name, plant, answer, isOn) => {
    const done = command(plant, MINUTE_MS, 'START');
    expect(done.answer).toBe(answer);
    expect(isCharging(done.plant)).toBe(isOn);
  });

  it('starts by itself at plug-in', () => {
    const plant = setFaults(createPlant({ atMs: 0, model: FLAT, levelPercent: 50 }), 0, {
      startsAtPlugIn: true,
    });
    expect(isCharging(plugIn(plant, 0, null))).toBe(true);
  });

  it('starts by its own timer, once, and only when plugged in', () => {
    const timed = setFaults(parked(), 0, { startsAtMs: HOUR_MS });
    expect(nextEventAtMs(timed)).toBe(HOUR_MS);
    const later = advanceTo(timed, 2 * HOUR_MS);
    expect(meterMillijoulesOf(later)).toBe(9_000 * MILLIJOULES_PER_WH);
    expect(later.faults.startsAtMs).toBeNull();
    expect(meterMillijoulesOf(advanceTo(plugOut(timed, 0), 2 * HOUR_MS))).toBe(0);
  });
});

/** Something that can happen to a car, `afterMs` after what happened before. */
const happenings = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 6 * HOUR_MS }),
    what: fc.constantFrom('start', 'stop', 'in', 'out', 'limit 70', 'limit 100', 'nothing'),
  }),
  { maxLength: 25 },
);

function happen(plant: Plant, atMs: number, what: string): Plant {
  switch (what) {
    case 'start':
      return command(plant, atMs, 'START').plant;
    case 'stop':
      return command(plant, atMs, 'STOP').plant;
    case 'in':
      return plugIn(plant, atMs, 'home');
    case 'out':
      return plugOut(plant, atMs);
    case 'nothing':
      return advanceTo(plant, atMs);
    default:
      return setLimit(plant, atMs, Number(what.slice('limit '.length)));
  }
}

describe('whatever happens to it', () => {
  const models = fc.record({
    capacityWh: fc.integer({ min: 5_000, max: 120_000 }),
    efficiency: fc.double({ min: 0.7, max: 1, noNaN: true }),
    powerW: fc.integer({ min: 1_000, max: 22_000 }),
    taper: fc.constantFrom(null, { fromPercent: 80, scalePercent: 15 }),
  });

  it('the battery holds what went through the plug, less losses, and the meter is whole and never falls', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 0, max: 100 }), happenings, (model, level, list) => {
        let plant = createPlant({ atMs: 0, model, levelPercent: level });
        let atMs = 0;
        for (const { afterMs, what } of list) {
          atMs += afterMs;
          const before = meterMillijoulesOf(plant);
          plant = happen(plant, atMs, what);
          expect(meterMillijoulesOf(plant)).toBeGreaterThanOrEqual(before);
          expect(Number.isInteger(meterMillijoulesOf(plant))).toBe(true);
        }
        const storedPercent =
          (100 * model.efficiency * meterMillijoulesOf(plant)) / (model.capacityWh * MILLIJOULES_PER_WH);
        expect(levelPercentOf(plant)).toBeCloseTo(level + storedPercent, 6);
        expect(levelPercentOf(plant)).toBeLessThan(100 + 1e-6);
        expect(JSON.parse(JSON.stringify(plant))).toEqual(plant);
      }),
    );
  });

  it('it stands where it stands, however often it was looked at on the way', () => {
    fc.assert(
      fc.property(models, fc.array(fc.integer({ min: 0, max: 3 * HOUR_MS })), (model, looks) => {
        const start = charging(model, 55);
        const endAtMs = looks.reduce((sum, step) => sum + step, 0);
        let looked = start;
        for (const step of looks) looked = advanceTo(looked, looked.atMs + step);
        expect(meterMillijoulesOf(looked)).toBe(meterMillijoulesOf(advanceTo(start, endAtMs)));
      }),
    );
  });

  it('a level set is the level told', () => {
    fc.assert(
      fc.property(models, fc.double({ min: 0, max: 100, noNaN: true }), (model, level) => {
        expect(levelPercentOf(setLevel(charging(model), HOUR_MS, level))).toBeCloseTo(level, 9);
      }),
    );
  });
});
