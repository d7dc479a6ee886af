import { describe, expect, test } from 'vitest';
import { WEEKDAYS } from '../domain/policy.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { createPlant, levelPercentOf, type Plant, type PlantReport, setModel } from '../sim/plant.ts';
import { type Bench, benchOf, CAR, HOME, NOON_MS, policyOf } from './testing/bench.ts';
import { driveNight } from './testing/drive.ts';

/** So many hours after midnight before noon; above 24 the next day. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;

const WHOLE_PERCENTS: PlantReport = { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: false };
const TAPER = { fromPercent: 80, scalePercent: 15 };
/** 8 % below what the charger is said to give, and less above 80 %. */
const WEAK = { capacityWh: 60_000, efficiency: 0.9, powerW: 6808, taper: TAPER };

function benchTo(targetPercent: number, atMs: number): Bench {
  const bench = benchOf({
    vehicle: { ...CAR, powerKw: null },
    locations: [{ ...HOME, chargerPowerKw: 7.4 }],
  });
  const deadline = { deadline: '07:00', minimumChargeTarget: targetPercent };
  const schedule = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, deadline]));
  bench.step(atMs - MINUTE_MS, { kind: 'policy-set', policy: policyOf({ schedule }) });
  return bench;
}

function parked(atMs: number, levelPercent: number, report = WHOLE_PERCENTS): Plant {
  return createPlant({ atMs, model: WEAK, levelPercent, report });
}

describe('golden nights of a car that is weaker than it is said to be', () => {
  test('8 % less power and a taper that nobody told: ready before 07:00, in the cheap hours as far as they go', () => {
    const bench = benchTo(95, at(18));
    const night = driveNight(bench, parked(at(18), 30), at(31));
    expect({ charged: night.charged, outcomes: night.outcomes }).toMatchInlineSnapshot(`
      {
        "charged": ".........#+.#############..",
        "outcomes": [
          "18:00 ON_TRACK",
          "06:30 REACHED",
        ],
      }
    `);
    expect(levelPercentOf(night.plant)).toBeGreaterThanOrEqual(94.5);
    const { home } = bench.lane().learned;
    expect(home?.powerKw).toBeCloseTo(6.8, 1);
  });

  test('the second night knows the car: shorter margin, fewer words, later start', () => {
    const bench = benchTo(95, at(18));
    driveNight(bench, parked(at(18), 30), at(31));
    bench.read(at(32), { isPluggedIn: false, levelPercent: 95 });
    bench.until(at(33));
    const night = driveNight(bench, parked(at(42), 30), at(55));
    expect({ charged: night.charged, outcomes: night.outcomes }).toMatchInlineSnapshot(`
      {
        "charged": "...........##############+.",
        "outcomes": [
          "18:00 ON_TRACK",
          "06:50 REACHED",
        ],
      }
    `);
    const plan = bench.lane().current.policy?.plan;
    expect(plan).toMatchObject({ marginReason: 'MEASURED', car: { isTrusted: true, isTaperMeasured: true } });
  });

  test('a charger that is shared for an hour and a half: AT_RISK while it lasts, ON_TRACK when reality catches up', () => {
    const bench = benchTo(80, at(18));
    const night = driveNight(bench, parked(at(18), 60), at(31), (plant, atMs) => {
      if (atMs === at(27, 30)) return setModel(plant, atMs, { ...WEAK, powerW: 1000 });
      return atMs === at(29) ? setModel(plant, atMs, WEAK) : plant;
    });
    expect({ charged: night.charged, outcomes: night.outcomes }).toMatchInlineSnapshot(`
      {
        "charged": "..................######+..",
        "outcomes": [
          "18:00 ON_TRACK",
          "03:45 AT_RISK",
          "05:20 ON_TRACK",
          "06:15 REACHED",
        ],
      }
    `);
  });

  test('a night that cannot be: AT_RISK hours before the miss', () => {
    const bench = benchTo(95, at(18));
    const night = driveNight(bench, parked(at(24), 30), at(31, 30));
    expect({ charged: night.charged, outcomes: night.outcomes }).toMatchInlineSnapshot(`
      {
        "charged": "##############+.",
        "outcomes": [
          "00:00 AT_RISK",
          "07:00 MISSED",
          "07:20 REACHED",
        ],
      }
    `);
  });
});

describe('a level in coarse steps', () => {
  test.each([
    [[30], 10],
    [[30, 45, 50], 5],
    [[30, 32, 40], 2],
    [[30, 45, 46], 1],
    [[45, 46.5, 50], 0.1],
    [[45, 46.512, 50, 60], 0],
  ])('%j: the finest step that all fit is %f', (levels, step) => {
    const bench = benchOf();
    for (const [index, levelPercent] of levels.entries()) {
      bench.read(at(18, index), { isPluggedIn: true, levelPercent });
      bench.read(at(19, index), { isPluggedIn: true });
    }
    expect(bench.lane().observed.levelStepPercent).toBe(step);
  });

  test.each([2, 5, 10])('of %i points moves no end of a charge, and puts nothing at risk', (step) => {
    const bench = benchTo(80, at(18));
    const model = { ...WEAK, powerW: 7400, taper: null };
    const report = { levelStepPercent: null, powerStepKw: 0.1, hasMeter: false };
    const plant = createPlant({ atMs: at(26), model, levelPercent: 51, report });
    const ends: number[] = [];
    const cutOff: Bench = {
      ...bench,
      read: (atMs, said) => {
        const levelPercent = Math.floor((said.levelPercent ?? 0) / step) * step;
        const result = bench.read(atMs, { ...said, levelPercent });
        const end = bench.lane().current.policy?.plan?.plan.blocks.at(-1)?.endAtMs;
        if (end !== undefined && atMs >= at(26, 30) && levelPercent + step < 80) ends.push(end);
        return result;
      },
    };
    const night = driveNight(cutOff, plant, at(31));
    expect(night.outcomes).toEqual(['02:00 ON_TRACK', expect.stringContaining('REACHED')]);
    expect(ends.length).toBeGreaterThan(10);
    expect((Math.max(...ends) - Math.min(...ends)) / MINUTE_MS).toBeLessThan(3);
  });
});

describe('what tells the power', () => {
  const reports: readonly (readonly [string, PlantReport])[] = [
    ['a meter', { levelStepPercent: 1, powerStepKw: null, hasMeter: true }],
    ['the reported power', WHOLE_PERCENTS],
    ['levels to a tenth', { levelStepPercent: 0.1, powerStepKw: null, hasMeter: false }],
    ['whole percents alone', { levelStepPercent: 1, powerStepKw: null, hasMeter: false }],
  ];

  test.each(reports)('%s', (name, report) => {
    const bench = benchTo(90, at(18));
    const isSilentOfPower = name.includes('levels') || name.includes('percents');
    const quiet: Bench = isSilentOfPower
      ? { ...bench, read: (atMs, said) => bench.read(atMs, { ...said, powerKw: null }) }
      : bench;
    const night = driveNight(quiet, parked(at(18), 20, report), at(31));
    const { home } = bench.lane().learned;
    expect(Math.abs((home?.powerKw ?? 0) / 6.808 - 1)).toBeLessThan(0.02);
    expect(home?.measuredMs).toBeGreaterThan(4 * HOUR_MS);
    expect(levelPercentOf(night.plant)).toBeGreaterThanOrEqual(89.5);
  });

  test.each([1, 5])('whole percents alone, %i minutes apart: never far off', (minutes) => {
    const seen = [20, 20.2, 20.4, 20.6, 20.8].flatMap((fromPercent) => powersSeen(fromPercent, minutes));
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.max(...seen.map((powerKw) => Math.abs(powerKw / 11 - 1)))).toBeLessThan(0.1);
  });
});

/** Each power that was taken for that of a car of 11 kW that tells its level alone, cut off to whole percents. */
function powersSeen(fromPercent: number, everyMinutes: number): number[] {
  const bench = benchOf({
    vehicle: { ...CAR, powerKw: null },
    locations: [{ ...HOME, chargerPowerKw: 11 }],
  });
  bench.step(at(11), { kind: 'policy-set', policy: policyOf({ batteryReserve: 80 }) });
  const seen: number[] = [];
  for (let minute = 0; minute <= 210; minute += everyMinutes) {
    const levelPercent = Math.floor(fromPercent + minute * 0.275);
    bench.read(at(18, minute), {
      isPluggedIn: true,
      powerDeliveryState: 'PLUGGED_IN:CHARGING',
      levelPercent,
    });
    const { home } = bench.lane().learned;
    if (home !== undefined) seen.push(home.powerKw, ...home.cells.map(({ powerKw }) => powerKw));
  }
  return seen;
}
